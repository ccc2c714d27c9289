/** The raw points of k6's JSON output (one line each, https://grafana.com/docs/k6/latest/results-output/real-time/json/), as ours. */

/** One request, once it ended. */
export interface RequestPoint {
  readonly kind: 'request';
  /** Epoch ms. */
  readonly endAt: number;
  /** Sending, waiting and receiving; without the time to connect. */
  readonly durationMs: number;
  /** 0 where no answer came. */
  readonly status: number;
  readonly name: string;
  /** No answer came because the time-out passed: then the duration is one that a customer waited. */
  readonly timedOut: boolean;
  /** Trace id of a request that was to make something, where the scenario says it (metadata `trace`). */
  readonly trace?: string;
}

/** A request was answered with something made: its id must be found afterwards. */
export interface AcceptedPoint {
  readonly kind: 'accepted';
  readonly at: number;
  readonly entity: string;
  /** Idempotency key, where the request had one. */
  readonly key?: string;
}

/** Arrivals that k6 could not start. */
export interface DroppedPoint {
  readonly kind: 'dropped';
  readonly at: number;
  readonly count: number;
}

export type LoadPoint = RequestPoint | AcceptedPoint | DroppedPoint;

/** Name of the counter by which a scenario says what was accepted, with metadata `entity` and `key`. */
const ACCEPTED = 'faultline_accepted';
/** k6's code of a request that timed out. */
const TIMED_OUT = '1050';
const WANTED = ['http_req_duration', 'dropped_iterations', ACCEPTED].map((metric) => `{"metric":"${metric}"`);

interface Line {
  readonly type: string;
  readonly metric: string;
  readonly data: {
    readonly time: string;
    readonly value: number;
    readonly tags?: Readonly<Record<string, string>>;
    readonly metadata?: Readonly<Record<string, string>>;
  };
}

/** One line of the output; undefined for the many that say nothing we need, and for what is cut or no JSON. */
export function pointOf(line: string): LoadPoint | undefined {
  if (!WANTED.some((start) => line.startsWith(start))) return undefined;
  const parsed = parsedLine(line);
  if (parsed?.type !== 'Point') return undefined;
  const { metric, data } = parsed;
  const at = epochMs(data.time);
  if (metric === 'dropped_iterations') return { kind: 'dropped', at, count: data.value };
  if (metric === ACCEPTED) {
    const { entity, key } = data.metadata ?? {};
    return entity === undefined ? undefined : { kind: 'accepted', at, entity, ...(key === undefined ? {} : { key }) };
  }
  const { trace } = data.metadata ?? {};
  const { status = '0', name = '', error_code: code } = data.tags ?? {};
  return {
    kind: 'request',
    endAt: at,
    durationMs: data.value,
    status: Number(status),
    name,
    timedOut: code === TIMED_OUT,
    ...(trace === undefined ? {} : { trace }),
  };
}

function parsedLine(line: string): Line | undefined {
  try {
    return JSON.parse(line) as Line;
  } catch {
    return undefined;
  }
}

/** k6 writes nanoseconds; `Date.parse` keeps whole milliseconds, so the rest is added. */
function epochMs(time: string): number {
  const fraction = /\.\d{3}(\d+)/.exec(time)?.[1];
  return Date.parse(time) + (fraction === undefined ? 0 : Number(`0.${fraction}`));
}

/** Whole lines of a stream of pieces; a last line without its end is given too. */
export async function* linesOf(pieces: AsyncIterable<Buffer | string>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const piece of pieces) {
    const text = typeof piece === 'string' ? piece : decoder.decode(piece, { stream: true });
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}
