/** What `run.json` must look like, checked when it is read; the JSON Schema in `reports/` is made from it. */
import { z } from 'zod';
import { type PublishedRates, RUN_SCHEMA, type RunFile } from '../core/index.ts';
import { loadSchema } from './load-schema.ts';
import { topologySchema } from './topology-schema.ts';

const status = z.enum(['pass', 'fail', 'unknown']);
const count = z.number().int().nonnegative();
const epochMs = z.number().min(0).max(8.64e15).meta({ description: 'epoch milliseconds' });
const durationMs = z.number().meta({ description: 'milliseconds' });
const caseId = z.string().regex(/^[0-9a-f]{16}$/, 'must be 16 hexadecimal digits');
const counts = z.record(z.string(), z.number());

const timing = z.looseObject({ what: z.string(), fromMs: durationMs, tookMs: durationMs, note: z.string().optional() });

const verdict = z.looseObject({
  check: z.string(),
  status,
  reason: z.string().optional(),
  summary: z.string(),
  evidence: z.array(z.string()),
  figures: counts.optional(),
});

const checks = z.array(z.looseObject({ check: z.string() }));

const trigger = z.looseObject({
  operation: z.string().optional(),
  header: z.looseObject({ name: z.string(), value: z.string().optional() }).optional(),
  key: z.string().optional(),
  topic: z.string().optional(),
  group: z.string().optional(),
  nth: count.optional(),
  every: count.optional(),
  share: z.number().optional(),
  times: count.optional(),
  status: z.number().optional(),
});

const fault = z.looseObject({
  id: z.string(),
  spec: z.looseObject({
    fault: z.string(),
    target: z.string(),
    options: z.record(z.string(), z.unknown()).optional(),
    trigger: trigger.optional(),
    scope: z.enum(['case', 'shared']).optional(),
  }),
  hits: count,
  countedBy: z.string(),
  injectedAt: epochMs,
  healedAt: epochMs.optional(),
  firstHitAt: epochMs.optional(),
});

const path = z.string().regex(/^(?![/\\])(?!.*(^|[/\\])\.\.([/\\]|$)).+$/, 'must be a path inside the run folder');
const state = z.looseObject({ entities: count, byState: counts, sums: counts });

const caseResult = z.looseObject({
  id: caseId,
  kind: z.enum(['control', 'case']),
  seed: z.number(),
  startedAt: epochMs,
  endedAt: epochMs,
  faults: z.array(fault),
  verdicts: z.array(verdict),
  verdict: status,
  reason: z.string().optional(),
  history: path,
  quietAfterMs: durationMs,
  rerunAlone: z.boolean().optional(),
  scope: z.enum(['scoped', 'alone']),
  state,
  notHealed: z.array(z.string()),
  judged: z
    .looseObject({ checks, at: count, control: caseId.optional(), lostRecords: count.optional() })
    .meta({ description: 'by what it was judged: verdicts[at] and those behind it answer these checks, in order' })
    .optional(),
});

const repeats = z.looseObject({
  asked: count,
  outcome: z.enum(['pass', 'flaky', 'fail', 'unknown']),
  counts: z.looseObject({ pass: count, fail: count, unknown: count }),
  attempts: z.array(
    z.looseObject({
      verdict: status,
      reason: z.string().optional(),
      summary: z.string().optional(),
      control: caseId,
      case: caseId.optional(),
      tookMs: durationMs,
      figures: counts,
    }),
  ),
});

const names = z.array(z.string());
const shard = z.looseObject({ index: count, of: count, planned: names, mine: names });
const merged = z.looseObject({
  of: count,
  parts: z.array(z.looseObject({ index: count, run: z.string(), seed: z.number(), mine: names, tookMs: durationMs })),
  missing: z.array(count),
});

const experiment = z.looseObject({
  name: z.string(),
  slug: z.string(),
  hypothesis: z.string(),
  file: z.string(),
  topology: z.string(),
  verdict: status,
  reason: z.string().optional(),
  control: caseResult,
  case: caseResult.optional(),
  repeat: z.string(),
  repeats: repeats.optional(),
});

const interaction = z.looseObject({
  description: z.string(),
  states: z.array(z.string()),
  verdict: status,
  problems: z.array(z.string()),
});

const contracts = z.looseObject({
  pairs: z.array(
    z.looseObject({
      consumer: z.string(),
      provider: z.string(),
      kind: z.enum(['http', 'grpc', 'message']),
      file: z.string(),
      verdict: status,
      interactions: z.array(interaction),
      problem: z.string().optional(),
    }),
  ),
  verdict: status,
  tookMs: durationMs,
});

const defect = z.looseObject({
  defect: z.string(),
  description: z.string(),
  service: z.string(),
  experiment: z.string(),
  expectedCheck: z.string(),
  found: z.boolean(),
  foundBy: z.array(z.string()),
  why: z.string().optional(),
  replacements: count,
  tookMs: durationMs,
});

const rate = z.looseObject({ count, of: count, atMost: z.number(), atLeast: z.number() });

const ratesSchema = z.looseObject({
  commit: z.string(),
  machine: z.string(),
  measuredAt: epochMs,
  detection: rate,
  falseAlarmsScoped: rate,
  falseAlarmsAlone: rate,
  flakes: rate,
});

/** Members that are not named are let through: a newer writer may add some without a new schema version. */
export const runSchema = z
  .looseObject({
    schema: z.literal(RUN_SCHEMA),
    id: z.string(),
    name: z.string(),
    startedAt: epochMs,
    endedAt: epochMs,
    seed: z.number(),
    runtime: z.enum(['native', 'containers']),
    runtimeReason: z.string(),
    versions: z.record(z.string(), z.string()),
    commit: z.string().optional(),
    topology: topologySchema,
    setup: z.array(timing),
    boot: z.array(timing),
    contracts: contracts.optional(),
    experiments: z.array(experiment),
    defects: z.array(defect).optional(),
    load: loadSchema({ fault, verdict, state, caseId, path, epochMs }).optional(),
    rates: ratesSchema.optional(),
    attribution: z.array(z.looseObject({ edge: z.string(), exchanges: count, attributed: count })),
    verdict: status,
    exitCode: z.number().int(),
    interrupted: z.boolean().optional(),
    problems: z.array(z.string()),
    repeat: count.optional(),
    notRun: names.optional(),
    shard: shard.optional(),
    merged: merged.optional(),
  })
  .meta({
    title: 'faultline run.json',
    description: 'The result of one run. Written by faultline, read by report, gate and replay.',
  });

/** Fails to compile when the schema asks for less than `RunFile` does (words of reasons are left open on purpose). */
type Loose<T> = T extends string
  ? string
  : T extends number | boolean | undefined
    ? T
    : T extends readonly (infer Item)[]
      ? readonly Loose<Item>[]
      : T extends object
        ? { readonly [Key in keyof T]: Loose<T[Key]> }
        : T;
const schemaCoversRunFile = (value: z.output<typeof runSchema>): Loose<RunFile> => value;
void schemaCoversRunFile;

/** Rates as they were published, without what is not shown; undefined where the text is something else. */
export function readRates(text: string): PublishedRates | undefined {
  try {
    const { commit, machine, measuredAt, ...rates } = ratesSchema.parse(JSON.parse(text));
    const { detection, falseAlarmsScoped, falseAlarmsAlone, flakes } = rates;
    return { commit, machine, measuredAt, detection, falseAlarmsScoped, falseAlarmsAlone, flakes };
  } catch {
    return undefined;
  }
}

/** The JSON Schema (draft 2020-12) of `run.json`, as text. */
export function runJsonSchema(): string {
  return `${JSON.stringify(z.toJSONSchema(runSchema, { io: 'input', reused: 'ref' }), null, 2)}\n`;
}
