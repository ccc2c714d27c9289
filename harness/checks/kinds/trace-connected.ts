/** One order is one trace under one correlation id, over every call and every message, through every outbox. */
import { z } from 'zod';
import { type CheckInput, type ExchangeRecord, type MessageRecord, traceOf } from '../../core/index.ts';
import { entitiesOf, groupBy, operationsOf } from '../case-view.ts';
import { defineCheck } from '../check.ts';
import { counted, fail, momentOf, noData, pass } from '../judgement.ts';

/** Name of the record header that carries the correlation id. */
const CORRELATION_HEADER = 'correlation-id';
/** Protocols whose calls can carry a trace. Messages carry theirs in headers. */
const CARRIERS = new Set(['http', 'grpc']);

export default defineCheck({
  name: 'trace-connected',
  summary: 'everything that is done for an entity carries the trace and the correlation id of the request that made it',
  options: z.strictObject({
    /** How many entities must have been followed. */
    atLeast: z.int().min(1).default(1),
    /** Calls and messages that each of them must have, at least. */
    hops: z.int().min(1).default(2),
  }),
  underLoad: () => ({ not: 'single messages are not kept of a load' }),
  judge(input, { atLeast, hops }) {
    const steps = stepsByEntity(input);
    const asked = new Map(operationsOf(input.history, input.caseId).map((record) => [record.trace, record]));
    const followed = entitiesOf(input).flatMap(({ row }) =>
      row.trace === null ? [] : [{ entity: row.entity, trace: row.trace, seen: steps.get(row.entity) ?? [] }],
    );
    const problems = [
      ...strayCalls(input),
      ...followed.flatMap(({ entity, trace, seen }) => {
        const told = asked.get(trace)?.detail?.correlation;
        const correlations = new Set([
          ...(told === undefined ? [] : [told]),
          ...seen.flatMap(({ correlation }) => correlation ?? []),
        ]);
        return [
          ...seen.filter((step) => step.trace !== trace).map((step) => strayText(input, entity, trace, step)),
          ...(correlations.size > 1
            ? [`${entity} has ${correlations.size} correlation ids: ${[...correlations].join(', ')}`]
            : []),
          ...(seen.length < hops
            ? [`${entity}: its trace ${trace} was seen on ${counted(seen.length, 'hop')}, wanted ${hops}`]
            : []),
        ];
      }),
    ];
    const figures = {
      entities: followed.length,
      hops: followed.reduce((sum, { seen }) => sum + seen.length, 0),
      broken: problems.length,
    };
    if (problems.length > 0)
      return fail(`${counted(problems.length, 'hop')} outside the trace of what was asked for`, problems, figures);
    if (followed.length < atLeast)
      return noData(`${counted(followed.length, 'entity', 'entities')} with a trace, wanted ${atLeast}`, [], figures);
    return pass(
      `${counted(figures.hops, 'hop')} of ${counted(followed.length, 'entity', 'entities')}, each in its one trace under one correlation id`,
      [],
      figures,
    );
  },
});

/** Calls under the key of a request, in a trace that nobody asked in. Twins have one key and a trace each. */
function strayCalls(input: CheckInput): string[] {
  const operations = operationsOf(input.history, input.caseId).filter(
    ({ key, trace }) => key !== undefined && trace !== undefined,
  );
  const asked = groupBy(operations, ({ key }) => String(key));
  return input.history.flatMap((record) => {
    if (record.type !== 'exchange' || record.key === undefined || !CARRIERS.has(record.protocol)) return [];
    const traces = asked.get(record.key)?.map(({ trace }) => trace);
    if (traces === undefined || traces.includes(record.trace)) return [];
    return [strayText(input, `the request with the key ${record.key}`, String(traces[0]), callStep(record))];
  });
}

interface Step {
  readonly at: number;
  readonly what: string;
  readonly trace: string | undefined;
  readonly correlation: string | undefined;
}

/** Calls and produced messages by the entity that their key is, or is made of. */
function stepsByEntity(input: CheckInput): Map<string, Step[]> {
  const steps = new Map(input.state.entities.map(({ entity }): [string, Step[]] => [entity, []]));
  for (const record of input.history) {
    if (record.type === 'exchange' && CARRIERS.has(record.protocol)) namedIn(steps, record)?.push(callStep(record));
    if (record.type === 'message' && record.action === 'produced')
      steps.get(record.key ?? '')?.push(messageStep(record));
  }
  return steps;
}

/** A key is the entity's id, or ends in it (`refund-<id>`). */
function namedIn(steps: ReadonlyMap<string, Step[]>, { key }: ExchangeRecord): Step[] | undefined {
  if (key === undefined) return undefined;
  return steps.get(key) ?? steps.get(key.slice(key.indexOf('-') + 1));
}

function callStep({ at, edge, operation, trace, correlation }: ExchangeRecord): Step {
  return { at, what: `${operation} on ${edge}`, trace, correlation };
}

function messageStep({ at, edge, topic, headers, trace }: MessageRecord): Step {
  const what = `${headers?.type ?? topic} from ${edge.split('->')[0]}`;
  return { at, what, trace: trace ?? traceOf(headers?.traceparent), correlation: headers?.[CORRELATION_HEADER] };
}

function strayText(input: CheckInput, entity: string, wanted: string, { at, what, trace }: Step): string {
  return `${entity}: ${what} at ${momentOf(input, at)} carries ${trace ?? 'no trace'} instead of ${wanted}`;
}
