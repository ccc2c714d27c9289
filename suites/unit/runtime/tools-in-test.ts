/** The tools that labs of the tests need; the tiny topology has neither broker nor store. */
import { ensureTools, type ToolName } from '../../../harness/setup/index.ts';

export function tools(wanted: readonly ToolName[] = ['node', 'toxiproxy']) {
  return ensureTools(wanted, () => {});
}
