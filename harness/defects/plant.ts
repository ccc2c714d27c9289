/** Plants a defect in a running lab: the service is started anew with the change, and must report exactly one replacement. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HarnessError, type Lab, messageOf } from '../core/index.ts';
import type { Defect } from './defect.ts';

const PRELOAD = fileURLToPath(new URL('./preload.ts', import.meta.url));

/** Gives back the number of replacements (1). Throws `plant-failed` when the text is not there, or not once. */
export async function plantDefect(lab: Lab, defect: Defect, root: string): Promise<number> {
  const { next } = await lab.parts.events(Number.MAX_SAFE_INTEGER);
  const { name, file, find, replace, service } = defect;
  const plant = JSON.stringify({ defect: name, file: join(root, file), find, replace });
  try {
    await lab.parts.restart(service, { NODE_OPTIONS: `--import=${PRELOAD}`, FAULTLINE_PLANT: plant });
  } catch (cause) {
    throw failed(defect, `${service} did not start with it: ${messageOf(cause)}`, cause);
  }
  const { records } = await lab.parts.events(next);
  const reports = records.filter((record) => record.type === 'service-event' && record.event === 'planted');
  const [report] = reports;
  if (report?.type !== 'service-event') throw failed(defect, `${service} never loaded ${file}`);
  return Number(report.detail.replacements);
}

/** Starts the service as it is in its source. */
export async function removeDefect(lab: Lab, defect: Defect): Promise<void> {
  await lab.parts.restart(defect.service, {});
}

function failed(defect: Defect, why: string, cause?: unknown): HarnessError {
  return new HarnessError({
    code: 'plant-failed',
    message: `defect ${defect.name} was not planted: ${why}`,
    hint: `its text must stand exactly once in ${defect.file}; see fixtures/defects/${defect.name}.ts`,
    cause,
  });
}
