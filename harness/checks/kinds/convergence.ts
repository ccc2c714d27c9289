/** The read side catches up: in the end it shows the state that is so, within its lag, and does not fall back. */
import { z } from 'zod';
import type { CheckInput, OperationRecord } from '../../core/index.ts';
import { type EntityView, entitiesOf, operationsOf, percentile } from '../case-view.ts';
import { defineCheck } from '../check.ts';
import { counted, fail, momentOf, noData, pass } from '../judgement.ts';

export default defineCheck({
  name: 'convergence',
  summary: 'the read side ends up showing what is so, within the promised lag, and never falls back',
  options: z.strictObject({
    /** Reads of the read side, by name, or a prefix that ends in `*`; the entity stands in the path, what it showed in `detail`. */
    reads: z.string(),
    /** Member of `detail` that is compared with the entity's state. */
    member: z.string().default('state'),
    /** From the event that tells of the end (`<topic>.<state>`) to the first read that shows it. */
    withinMs: z.number().positive().default(5_000),
    /** Entities that must have been read. */
    atLeast: z.int().min(1).default(1),
  }),
  underLoad: () => ({ not: 'single messages are not kept of a load' }),
  judge(input, { reads, member, withinMs, atLeast }) {
    const ended = endTimes(input);
    const judged = entitiesOf(input).flatMap((view) => {
      const seen = operationsOf(input.history, input.caseId, reads).filter(
        ({ name, outcome, entity, detail }) =>
          outcome === 'ok' &&
          detail?.[member] !== undefined &&
          (entity === view.row.entity || name.includes(view.row.entity)),
      );
      return seen.length === 0 ? [] : [judgeReads(input, view, seen, member, ended.get(view.row.entity))];
    });
    const lags = judged.flatMap(({ lagMs }) => lagMs ?? []);
    const late = judged.filter(({ lagMs = 0 }) => lagMs > withinMs);
    const problems = [
      ...judged.flatMap(({ problem }) => problem ?? []),
      ...late.map(
        ({ entity, lagMs = 0 }) => `${entity}: shown ${Math.round(lagMs)} ms after it was so, promised are ${withinMs}`,
      ),
    ];
    const figures = {
      entities: judged.length,
      lagP50Ms: percentile(lags, 0.5),
      lagMaxMs: percentile(lags, 1),
      broken: problems.length,
    };
    if (problems.length > 0)
      return fail(`${counted(problems.length, 'entity', 'entities')} not shown as they are`, problems, figures);
    if (judged.length < atLeast)
      return noData(`${counted(judged.length, 'entity', 'entities')} read, wanted ${atLeast}`, [], figures);
    return pass(
      `${counted(judged.length, 'entity', 'entities')} shown as they are, at most ${Math.round(figures.lagMaxMs)} ms later`,
      [],
      figures,
    );
  },
});

interface Judged {
  readonly entity: string;
  readonly problem?: string;
  readonly lagMs?: number;
}

function judgeReads(
  input: CheckInput,
  { row }: EntityView,
  seen: readonly OperationRecord[],
  member: string,
  endedAt: number | undefined,
): Judged {
  const shows = (read: OperationRecord) => String(read.detail?.[member]) === row.state;
  const first = seen.findIndex(shows);
  const last = seen.at(-1);
  const { entity } = row;
  if (first < 0 || (last && !shows(last)))
    return {
      entity,
      problem: `${entity} is ${row.state}, the last read at ${momentOf(input, last?.at ?? 0)} showed ${last?.detail?.[member]}`,
    };
  const back = seen.slice(first).find((read) => !shows(read));
  if (back)
    return {
      entity,
      problem: `${entity}: ${back.detail?.[member]} at ${momentOf(input, back.at)}, after ${row.state} was shown`,
    };
  const shownAt = seen[first]?.endAt ?? 0;
  return { entity, ...(endedAt === undefined ? {} : { lagMs: Math.max(0, shownAt - endedAt) }) };
}

/** When the last event of an entity that names its state was produced. */
function endTimes({ history, state }: CheckInput): Map<string, number> {
  const states = new Map(state.entities.map(({ entity, state: name }) => [entity, name]));
  const times = new Map<string, number>();
  for (const record of history) {
    if (record.type !== 'message' || record.action !== 'produced' || record.key === undefined) continue;
    const name = states.get(record.key);
    if (name !== undefined && record.headers?.type?.endsWith(`.${name}`)) times.set(record.key, record.at);
  }
  return times;
}
