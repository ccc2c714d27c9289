/** An event tells what is so: what it announces stands in the ledger or the state, and stood there before it was announced. */
import { z } from 'zod';
import type { CheckInput, MessageRecord } from '../../core/index.ts';
import { type EntityView, entitiesOf, isOurs } from '../case-view.ts';
import { defineCheck } from '../check.ts';
import { counted, fail, momentOf, noData, pass } from '../judgement.ts';

export default defineCheck({
  name: 'nothing-invented',
  summary: 'no event announces what was never committed, and none before it was',
  options: z.strictObject({
    /**
     * By event type the ledger kind it announces. By default `x.<kind>` announces an entry of that kind and `x.<state>` that terminal
     * state, where the topology knows them. A type mapped to null announces nothing.
     */
    means: z.record(z.string(), z.string().nullable()).default({}),
    /** An entry's time may be this much later than its event's: clocks of two processes. */
    toleranceMs: z.number().min(0).default(5),
  }),
  refuses: (topology) => (topology.ledger ? undefined : `topology ${topology.name} declares no ledger`),
  underLoad: () => ({ not: 'single messages are not kept of a load' }),
  judge(input, { means, toleranceMs }) {
    const entities = new Map(entitiesOf(input).map((view) => [view.row.entity, view]));
    const events = input.history.filter(
      (record): record is MessageRecord =>
        record.type === 'message' &&
        record.action === 'produced' &&
        isOurs(record, input.caseId) &&
        record.headers?.type !== undefined,
    );
    const kindOf = announces(input, means);
    let judged = 0;
    const problems = events.flatMap((event) => {
      const type = String(event.headers?.type);
      const about = kindOf(type);
      if (about === undefined) return [];
      judged++;
      const view = entities.get(event.key ?? '');
      const problem = about.state
        ? wrongState(view, about.name)
        : missingEntry(input, view, about.name, event.at + toleranceMs);
      return problem === undefined ? [] : [`${type} of ${event.key} at ${momentOf(input, event.at)}: ${problem}`];
    });
    const figures = { events: judged, invented: problems.length };
    if (problems.length > 0)
      return fail(`${counted(problems.length, 'event')} announced what was not so`, problems, figures);
    if (judged === 0)
      return noData(`none of ${counted(events.length, 'event')} announces what the topology knows`, [], figures);
    return pass(`${counted(judged, 'event')}, each of what was so by then`, [], figures);
  },
});

interface Announced {
  readonly name: string;
  /** A terminal state; else a ledger kind. */
  readonly state: boolean;
}

function announces({ topology, state }: CheckInput, means: Readonly<Record<string, string | null>>) {
  const kinds = new Set([...(topology.ledger?.once ?? []), ...state.entries.map(({ kind }) => kind)]);
  const states = topology.ledger?.terminal ?? {};
  return (type: string): Announced | undefined => {
    const told = means[type];
    if (told === null) return undefined;
    const name = told ?? type.slice(type.indexOf('.') + 1);
    if (kinds.has(name)) return { name, state: false };
    return told !== undefined || Object.hasOwn(states, name) ? { name, state: told === undefined } : undefined;
  };
}

function wrongState(view: EntityView | undefined, wanted: string): string | undefined {
  if (view === undefined) return 'there is no such entity';
  return view.row.state === wanted ? undefined : `the entity is ${view.row.state}`;
}

function missingEntry(
  input: CheckInput,
  view: EntityView | undefined,
  kind: string,
  latestAt: number,
): string | undefined {
  const rows = (view?.entries ?? []).filter((entry) => entry.kind === kind);
  if (rows.length === 0) return `there is no entry "${kind}"`;
  const firstAt = Math.min(...rows.map(({ at }) => at));
  return firstAt <= latestAt
    ? undefined
    : `the entry "${kind}" is of ${momentOf(input, firstAt)}, later than its event`;
}
