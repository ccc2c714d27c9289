/** Thresholds per fault phase: `during:p95<500`, `errors<1%`, `after:rate>=10`, `recovery<5000`; parsed, and held against a load. */
import {
  HarnessError,
  type LoadPhase,
  type LoadPhaseName,
  type LoadThreshold,
  nearestNames,
  type VerdictStatus,
} from '../core/index.ts';

export interface Threshold {
  readonly text: string;
  readonly phase: LoadPhaseName;
  readonly metric: string;
  readonly operator: Operator;
  readonly limit: number;
}

/** What thresholds that are not about one phase look at. */
export interface LoadFigures {
  readonly phases: readonly LoadPhase[];
  /** ms; absent where the system was not back by the end of the load. */
  readonly recoveryMs?: number;
  readonly dropped: number;
  /** Share of the error budget, 1 is all of it. */
  readonly budgetUsed: number;
}

const OPERATORS = {
  '<=': (value: number, limit: number) => value <= limit,
  '>=': (value: number, limit: number) => value >= limit,
  '<': (value: number, limit: number) => value < limit,
  '>': (value: number, limit: number) => value > limit,
} as const;
type Operator = keyof typeof OPERATORS;

interface Metric {
  readonly unit: string;
  /** Looks at one phase; otherwise at the whole load. */
  readonly ofPhase: boolean;
  readonly read: (phase: LoadPhase, figures: LoadFigures) => number | undefined;
}

const METRICS: Readonly<Record<string, Metric>> = {
  p50: { unit: 'ms', ofPhase: true, read: ({ latency }) => latency?.p50 },
  p90: { unit: 'ms', ofPhase: true, read: ({ latency }) => latency?.p90 },
  p95: { unit: 'ms', ofPhase: true, read: ({ latency }) => latency?.p95 },
  p99: { unit: 'ms', ofPhase: true, read: ({ latency }) => latency?.p99 },
  max: { unit: 'ms', ofPhase: true, read: ({ latency }) => latency?.max },
  errors: {
    unit: '%',
    ofPhase: true,
    read: ({ errors, requests }) => (requests === 0 ? undefined : (100 * errors) / requests),
  },
  rate: { unit: '/s', ofPhase: true, read: ({ throughput, requests }) => (requests === 0 ? undefined : throughput) },
  recovery: { unit: 'ms', ofPhase: false, read: (_, { recoveryMs }) => recoveryMs ?? Number.POSITIVE_INFINITY },
  dropped: { unit: '', ofPhase: false, read: (_, { dropped }) => dropped },
  budget: { unit: '%', ofPhase: false, read: (_, { budgetUsed }) => 100 * budgetUsed },
};

const PHASES: readonly LoadPhaseName[] = ['all', 'before', 'during', 'after'];
const SHAPE = /^(?:([a-z]+):)?([a-z0-9]+)\s*(<=|>=|<|>)\s*(\d+(?:\.\d+)?)\s*(ms|s|%|\/s)?$/i;

/** Throws `bad-argument` with one sentence: wrong shape, unknown phase, unknown metric, wrong unit. */
export function parseThreshold(text: string): Threshold {
  const [, phase = 'all', name = '', operator = '<', number = '0', unit] = SHAPE.exec(text.trim()) ?? [];
  if (name === '') throw refuse(`"${text}" is no threshold`, "write phase:metric<limit, as in 'during:p95<500'");
  if (!PHASES.includes(phase as LoadPhaseName))
    throw refuse(`the threshold "${text}" names the phase ${phase}`, `phases: ${PHASES.join(', ')}`);
  const metric = Object.hasOwn(METRICS, name) ? METRICS[name] : undefined;
  if (metric === undefined) {
    const known = Object.keys(METRICS);
    const [near] = nearestNames(name, known, 1);
    const hint = `${near ? `did you mean ${near}? ` : ''}metrics: ${known.join(', ')}`;
    throw refuse(`the threshold "${text}" is on the metric ${name}, which no load has`, hint);
  }
  if (!metric.ofPhase && phase !== 'all')
    throw refuse(
      `the threshold "${text}" names a phase, but ${name} is of the whole load`,
      `write ${name}${operator}…`,
    );
  const isSeconds = unit === 's' && metric.unit === 'ms';
  if (unit !== undefined && unit !== metric.unit && !isSeconds)
    throw refuse(`the threshold "${text}" is in ${unit}, but ${name} is in ${metric.unit || 'a plain count'}`);
  return {
    text,
    phase: phase as LoadPhaseName,
    metric: name,
    operator: operator as Operator,
    limit: Number(number) * (isSeconds ? 1_000 : 1),
  };
}

/** True when the load has what the threshold looks at: phases and recovery exist only with faults. */
export function appliesTo({ phase, metric }: Threshold, withFaults: boolean): boolean {
  return withFaults || (phase === 'all' && metric !== 'recovery');
}

/** Holds each against the load. A phase without requests is `unknown`, never kept. */
export function judgeThreshold(threshold: Threshold, by: LoadThreshold['by'], figures: LoadFigures): LoadThreshold {
  const { text, phase: name, metric: metricName, operator, limit } = threshold;
  const metric = METRICS[metricName] as Metric;
  const phase = figures.phases.find((one) => one.phase === name);
  const value = phase === undefined ? undefined : metric.read(phase, figures);
  const status: VerdictStatus = value === undefined ? 'unknown' : OPERATORS[operator](value, limit) ? 'pass' : 'fail';
  const finite = value !== undefined && Number.isFinite(value);
  return { text, phase: name, status, unit: metric.unit, by, ...(finite ? { value } : {}) };
}

function refuse(message: string, hint?: string): HarnessError {
  return new HarnessError({ code: 'bad-argument', message, ...(hint ? { hint } : {}) });
}
