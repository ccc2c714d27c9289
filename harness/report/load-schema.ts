/** What the load of a `run.json` must look like; a part of `run-schema.ts`. */
import { z } from 'zod';

const count = z.number().int().nonnegative();
const durationMs = z.number().meta({ description: 'milliseconds' });
const phaseName = z.enum(['all', 'before', 'during', 'after']);
const status = z.enum(['pass', 'fail', 'unknown']);

const phase = z.looseObject({
  phase: phaseName,
  fromMs: durationMs,
  toMs: durationMs,
  requests: count,
  errors: count,
  statuses: z.record(z.string(), count),
  latency: z
    .looseObject({ p50: durationMs, p90: durationMs, p95: durationMs, p99: durationMs, max: durationMs })
    .optional(),
  throughput: z.number().meta({ description: 'requests per second' }),
  histogram: z.array(z.tuple([count, count])).meta({ description: '[slot, count] in microseconds, log-linear' }),
});

const step = z.looseObject({
  fromMs: durationMs,
  requests: count,
  errors: count,
  p50: durationMs.optional(),
  p95: durationMs.optional(),
});

/** Figures of a load; `parts` are the schemas it shares with cases. */
export function loadSchema<
  Fault extends z.ZodType,
  Verdict extends z.ZodType,
  State extends z.ZodType,
  CaseId extends z.ZodType,
>(parts: { fault: Fault; verdict: Verdict; state: State; caseId: CaseId; path: z.ZodString; epochMs: z.ZodNumber }) {
  const { fault, verdict, state, caseId, path, epochMs } = parts;
  return z.looseObject({
    scenario: z.string(),
    description: z.string(),
    file: z.string(),
    caseId,
    seed: z.number(),
    rate: z.number().meta({ description: 'arrivals per second asked for' }),
    durationMs,
    startedAt: epochMs,
    endedAt: epochMs,
    with: z.looseObject({ name: z.string(), slug: z.string() }).optional(),
    engine: z.looseObject({
      name: z.literal('k6'),
      version: z.string(),
      processes: count,
      exitCode: z.number().int(),
      end: z.enum(['completed', 'thresholds', 'stopped', 'broken']),
      said: z.string().optional(),
    }),
    phases: z.array(phase),
    series: z.looseObject({ stepMs: durationMs, steps: z.array(step) }),
    thresholds: z.array(
      z.looseObject({
        text: z.string(),
        phase: phaseName,
        status,
        value: z.number().optional(),
        unit: z.string(),
        by: z.enum(['scenario', 'command']),
      }),
    ),
    recovery: z.looseObject({ tookMs: durationMs.optional(), rule: z.string() }).optional(),
    amplification: z.array(
      z.looseObject({
        edge: z.string(),
        phase: phaseName,
        calls: count,
        atDoor: count.optional(),
        perCall: z.number(),
      }),
    ),
    budget: z.looseObject({ target: z.number(), errors: count, allowed: z.number(), used: z.number() }),
    faults: z.array(fault),
    accepted: count,
    dropped: count,
    quietAfterMs: durationMs,
    state,
    history: path,
    points: path,
    memory: z.looseObject({
      startBytes: count,
      peakBytes: count,
      samples: z
        .array(z.looseObject({ fromMs: durationMs, harnessBytes: count, wireBytes: count.optional() }))
        .optional(),
    }),
    notHealed: z.array(z.string()),
    verdicts: z.array(verdict),
    judged: z
      .looseObject({
        checks: z.array(z.looseObject({ check: z.string() })),
        caps: z.array(
          z.looseObject({ kind: z.string(), key: z.string(), less: z.string().optional(), atMost: z.number() }),
        ),
        at: count,
        lostRecords: count,
      })
      .optional(),
    notJudged: z.array(z.looseObject({ check: z.string(), why: z.string() })).optional(),
    verdict: status,
    reason: z.string().optional(),
    repeat: z.string(),
  });
}
