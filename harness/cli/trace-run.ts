/** `faultline report trace`: cases of a saved run as traces for Perfetto, one file each, written as the history is read. */
import { closeSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { HarnessError, messageOf, nearestNames, type RunFile } from '../core/index.ts';
import { scanHistory } from '../history/index.ts';
import { traceMaker } from '../report/index.ts';

/** Text gathered before it goes to disk, in characters. */
const PIECE = 256 * 1024;

interface Traceable {
  /** Names by which it is found: id of the case, slug of the experiment. */
  readonly names: readonly string[];
  readonly id: string;
}

/** Every case of the run, or those that the name means. Throws `unknown-name` with the nearest. */
export function casesToTrace(run: RunFile, named: string | undefined): readonly string[] {
  const cases = [...run.experiments.flatMap(casesOf), ...(run.load ? [loadOf(run.load)] : [])];
  if (named === undefined) return cases.map(({ id }) => id);
  const meant = cases.filter(({ names }) => names.includes(named)).map(({ id }) => id);
  if (meant.length > 0) return meant;
  const known = [...new Set(cases.flatMap(({ names }) => names))];
  const near = nearestNames(named, known);
  const hint = `${near.length > 0 ? 'did you mean' : 'known:'} ${(near.length > 0 ? near : known.slice(0, 20)).join(', ')}`;
  throw new HarnessError({
    code: 'unknown-name',
    message: `the run ${run.id} has no case or experiment "${named}"`,
    hint,
  });
}

function casesOf({ slug, control, case: withFaults }: RunFile['experiments'][number]): Traceable[] {
  return [control, ...(withFaults ? [withFaults] : [])].map(({ id }) => ({ id, names: [id, slug] }));
}

function loadOf({ caseId, scenario }: NonNullable<RunFile['load']>): Traceable {
  return { id: caseId, names: [caseId, scenario] };
}

/** Writes `trace/<case>.json` into the run folder; nothing appears under that name unless the whole history could be read. */
export async function writeTrace(folder: string, caseId: string): Promise<string> {
  const file = join(folder, 'trace', `${caseId}.json`);
  const partial = `${file}.partial`;
  const out = pieceWriter(partial);
  try {
    const maker = traceMaker(out.add);
    await scanHistory(join(folder, 'history', `${caseId}.ndjson`), maker.add);
    maker.finish();
    out.end();
    renameSync(partial, file);
    return file;
  } catch (thrown) {
    out.discard();
    throw thrown;
  }
}

/** Written at once, piece by piece: what is not on disk yet never grows beyond a piece. */
function pieceWriter(file: string) {
  const handle = opened(file);
  let text = '{"displayTimeUnit":"ms","traceEvents":[';
  let first = true;
  const flush = () => {
    writeSync(handle, text);
    text = '';
  };
  return {
    add(event: object) {
      text += `${first ? '' : ',\n'}${JSON.stringify(event)}`;
      first = false;
      if (text.length > PIECE) flush();
    },
    end() {
      text += ']}\n';
      flush();
      closeSync(handle);
    },
    discard() {
      closeSync(handle);
      rmSync(file, { force: true });
    },
  };
}

function opened(file: string): number {
  try {
    mkdirSync(dirname(file), { recursive: true });
    return openSync(file, 'w');
  } catch (cause) {
    throw new HarnessError({
      code: 'bad-file',
      message: `the trace ${file} cannot be written: ${messageOf(cause)}`,
      cause,
    });
  }
}
