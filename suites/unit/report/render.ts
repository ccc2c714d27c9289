/** Renders a sample run to a page, in memory. */
import type { SampleRun } from '../../../fixtures/sample-run/run.ts';
import { buildView } from '../../../harness/report/build-view.ts';
import { loadPanels } from '../../../harness/report/catalogue.ts';
import { loadAssets, renderPage } from '../../../harness/report/page.ts';

const panels = await loadPanels();
const assets = await loadAssets();

export async function pageOf({ run, histories }: SampleRun): Promise<string> {
  const view = await buildView({ run, histories: async (id) => historyOf(histories, id) }, panels);
  return renderPage(view, panels.page, assets);
}

function historyOf(histories: SampleRun['histories'], id: string) {
  const history = histories.get(id);
  if (history === undefined) throw new Error(`no history of ${id}`);
  return history;
}

/** The page without our own style and scripts, which hold `<` on purpose. */
export function withoutAssets(html: string): string {
  return [assets.style, assets.early, assets.script].reduce((text, part) => text.replace(part, ''), html);
}
