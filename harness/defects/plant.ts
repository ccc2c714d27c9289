/** Plants a defect in a running lab: the service is started anew with the change, and must report exactly one replacement. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HarnessError, type Lab, messageOf, type ProcessRecord, type ServiceEventRecord } from '../core/index.ts';
import { startAnew } from '../experiment/index.ts';
import type { Defect } from './defect.ts';

const PRELOAD = fileURLToPath(new URL('./preload.ts', import.meta.url));

export interface Planted {
  /** 1. */
  readonly replacements: number;
  /** Every life of the service had it so far: somebody may start the service with another environment. */
  isThere(): Promise<boolean>;
}

/** Throws `plant-failed` when the text is not there, or not once. */
export async function plantDefect(lab: Lab, defect: Defect, root: string): Promise<Planted> {
  const { next } = await lab.parts.events(Number.MAX_SAFE_INTEGER);
  const { name, file, find, replace, service } = defect;
  const plant = JSON.stringify({ defect: name, file: join(root, file), find, replace });
  try {
    await startAnew(lab, service, { NODE_OPTIONS: `--import=${PRELOAD}`, FAULTLINE_PLANT: plant });
  } catch (cause) {
    throw failed(defect, `${service} did not start with it: ${messageOf(cause)}`, cause);
  }
  const since = async () => (await lab.parts.events(next)).records;
  const [report] = (await since()).filter(isReport);
  if (report === undefined) throw failed(defect, `${service} never loaded ${file}`);
  const isThere = async () => {
    const records = await since();
    const lives = records.filter(
      (record) => record.type === 'process' && record.part === service && record.event === 'ready',
    );
    return records.filter(isReport).length >= lives.length;
  };
  return { replacements: Number(report.detail.replacements), isThere };
}

function isReport(record: ProcessRecord | ServiceEventRecord): record is ServiceEventRecord {
  return record.type === 'service-event' && record.event === 'planted';
}

/** Starts the service as it is in its source. */
export async function removeDefect(lab: Lab, defect: Defect): Promise<void> {
  await startAnew(lab, defect.service, {});
}

function failed(defect: Defect, why: string, cause?: unknown): HarnessError {
  return new HarnessError({
    code: 'plant-failed',
    message: `defect ${defect.name} was not planted: ${why}`,
    hint: `its text must stand exactly once in ${defect.file}; see fixtures/defects/${defect.name}.ts`,
    cause,
  });
}
