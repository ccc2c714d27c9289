/** `run.json`: written whole, and read with every doubt named in one sentence. */
import { readFile, stat } from 'node:fs/promises';
import { HarnessError, LIMITS, messageOf, RUN_SCHEMA, type RunFile } from '../core/index.ts';
import { runSchema } from './run-schema.ts';
import { writeWhole } from './write-whole.ts';

/** Writes the run whole or not at all. */
export async function writeRun(run: RunFile, file: string): Promise<void> {
  await writeWhole(file, `${JSON.stringify(run, null, 1)}\n`);
}

/**
 * Reads and checks a run. Throws `bad-file` when it is missing, cut, or not what a run looks like,
 * and `schema-version` when it was written by another version.
 */
export async function readRun(file: string): Promise<RunFile> {
  const content = parse(await load(file), file);
  checkVersion(content, file);
  const checked = runSchema.safeParse(content);
  if (checked.success) return content as unknown as RunFile;
  const [issue] = checked.error.issues;
  const place = issue === undefined || issue.path.length === 0 ? 'the file' : issue.path.map(String).join('.');
  const more = checked.error.issues.length - 1;
  throw badFile(
    file,
    `is not a run: ${place}: ${issue?.message ?? 'unknown trouble'}${more > 0 ? ` (and ${more} more)` : ''}`,
  );
}

async function load(file: string): Promise<string> {
  try {
    const { size } = await stat(file);
    if (size <= LIMITS.runFileBytes) return await readFile(file, 'utf8');
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    throw badFile(file, missing ? 'is missing' : `could not be read: ${messageOf(cause)}`, cause);
  }
  throw badFile(file, `is larger than ${LIMITS.runFileBytes} bytes`);
}

function parse(text: string, file: string): unknown {
  if (depthOf(text) > LIMITS.runFileDepth) throw badFile(file, `is nested deeper than ${LIMITS.runFileDepth} levels`);
  try {
    return JSON.parse(text);
  } catch (cause) {
    const isCut = text.trim() === '' || !text.trimEnd().endsWith('}');
    throw badFile(file, isCut ? 'is cut: it ends before its JSON does' : `is not JSON: ${messageOf(cause)}`, cause);
  }
}

const [QUOTE, BACKSLASH] = [0x22, 0x5c];
const OPEN = new Set([0x5b, 0x7b]);
const CLOSE = new Set([0x5d, 0x7d]);

/** How deep its brackets go, counted before anything walks through it. */
function depthOf(json: string): number {
  let [depth, deepest, inText] = [0, 0, false];
  for (let at = 0; at < json.length; at++) {
    const code = json.charCodeAt(at);
    if (inText && code === BACKSLASH) at++;
    else if (code === QUOTE) inText = !inText;
    else if (!inText && OPEN.has(code)) deepest = Math.max(deepest, ++depth);
    else if (!inText && CLOSE.has(code)) depth--;
  }
  return deepest;
}

function checkVersion(content: unknown, file: string): void {
  const found = typeof content === 'object' && content !== null ? (content as { schema?: unknown }).schema : undefined;
  if (found === RUN_SCHEMA) return;
  if (typeof found !== 'number') throw badFile(file, 'is not a run: it has no schema version');
  throw new HarnessError({
    code: 'schema-version',
    message: `${file} has schema version ${found}, and this faultline reads version ${RUN_SCHEMA}`,
    hint:
      found > RUN_SCHEMA
        ? 'use the newer faultline that wrote it'
        : 'run again, or use the older faultline that wrote it',
    facts: { found, wanted: RUN_SCHEMA },
  });
}

function badFile(file: string, what: string, cause?: unknown): HarnessError {
  return new HarnessError({
    code: 'bad-file',
    message: `${file} ${what}`,
    hint: 'name the run.json of a run folder, as faultline wrote it',
    cause,
  });
}
