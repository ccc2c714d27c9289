/** `gate.json`: written whole, and read with every doubt named; it may come from a stranger's pull request. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { GATE_SCHEMA, type GateResult, HarnessError, messageOf } from '../core/index.ts';
import { writeWhole } from '../report/index.ts';

const status = z.enum(['pass', 'fail', 'unknown']);
const text = z.string().max(20_000);
const epochMs = z.number().min(0).max(8.64e15);
const count = z.number().int().nonnegative();

const run = z.object({
  id: text,
  name: text,
  topology: text,
  startedAt: epochMs,
  commit: text.optional(),
  promises: z.object({ pass: count, fail: count, unknown: count }),
});

const finding = z.object({
  status,
  subject: text,
  what: text,
  file: text.optional(),
  named: text.optional(),
  line: count.optional(),
  repeat: text.optional(),
  ticket: text.optional(),
});

const gateSchema = z.object({
  schema: z.literal(GATE_SCHEMA),
  run,
  baseline: run.optional(),
  judgedAt: epochMs,
  verdict: status,
  exitCode: z.number().int(),
  rules: z
    .array(
      z.object({
        rule: text,
        asks: text,
        level: z.enum(['off', 'warn', 'error']),
        status: z.enum(['pass', 'fail', 'unknown', 'off']),
        summary: text,
        findings: z.array(finding).max(10_000),
      }),
    )
    .max(100),
  quarantine: z
    .array(
      z.object({
        state: z.enum(['active', 'idle', 'expired', 'unknown-name', 'malformed']),
        experiment: text,
        what: text,
        ticket: text.optional(),
        expires: text.optional(),
      }),
    )
    .max(10_000),
});

export async function writeGate(result: GateResult, file: string): Promise<void> {
  await writeWhole(file, `${JSON.stringify(result, null, 1)}\n`);
}

/** Throws `bad-file` when it is missing or not what the gate writes, `schema-version` for another version. */
export async function readGate(file: string): Promise<GateResult> {
  const bad = (what: string, cause?: unknown) =>
    new HarnessError({
      code: 'bad-file',
      message: `${file} ${what}`,
      hint: 'make it again: npx faultline gate',
      cause,
    });
  const content = await readFile(file, 'utf8').catch((cause) => {
    throw bad(`could not be read: ${messageOf(cause)}`, cause);
  });
  let parsed: unknown;
  try {
    parsed = JSON.parse(content);
  } catch (cause) {
    throw bad(`is not JSON: ${messageOf(cause).split('\n')[0]}`, cause);
  }
  const version = (parsed as { schema?: unknown } | null)?.schema;
  if (typeof version === 'number' && version !== GATE_SCHEMA) {
    const message = `${file} has schema version ${version}, and this faultline reads version ${GATE_SCHEMA}`;
    throw new HarnessError({ code: 'schema-version', message, hint: 'judge the run again: npx faultline gate' });
  }
  const checked = gateSchema.safeParse(parsed);
  if (checked.success) return checked.data as GateResult;
  const [issue] = checked.error.issues;
  throw bad(`is not a result of the gate: ${issue?.path.map(String).join('.')}: ${issue?.message}`);
}

/** The gate's result of a run folder, where it was judged. A broken one counts as none: it can be made again at any time. */
export async function findGate(file: string): Promise<GateResult | undefined> {
  return readGate(file).catch(() => undefined);
}
