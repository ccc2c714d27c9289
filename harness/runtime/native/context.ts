/** What every kind of native part is prepared from. */
import type { PartAddress, Topology } from '../../core/index.ts';
import type { ToolPaths } from '../../setup/index.ts';
import type { LabCertificates } from '../certificates.ts';
import type { LabPlan } from '../plan.ts';

export interface NativeContext {
  readonly topology: Topology;
  readonly tools: ToolPaths;
  readonly plan: LabPlan;
  readonly run: string;
  readonly token: string;
  /** Folder of the project, `${root}`. */
  readonly root: string;
  /** Temporary data: gone when the lab is gone. */
  readonly data: string;
  /** One log file a part, kept. */
  readonly logs: string;
  readonly recordFolder?: string;
  /** Where some edge wants them made. */
  readonly certificates?: LabCertificates;
  /** Environment that all processes of the lab get. */
  readonly env: Readonly<Record<string, string>>;
}

export function partOf(context: NativeContext, name: string): PartAddress {
  const part = context.plan.parts.find((candidate) => candidate.name === name);
  if (!part) throw new RangeError(`no part "${name}" in the plan`);
  return part;
}
