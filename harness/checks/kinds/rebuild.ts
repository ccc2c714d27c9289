/** The log is the truth: replaying the events of an entity gives the state it is in, with no event missing, doubled or out of order. */
import { z } from 'zod';
import type { CheckInput } from '../../core/index.ts';
import { entitiesOf, groupBy, isOurs, matches } from '../case-view.ts';
import { defineCheck } from '../check.ts';
import { counted, fail, noData, pass } from '../judgement.ts';

export default defineCheck({
  name: 'rebuild',
  summary: 'replaying the event log of an entity gives its live state, every version once',
  options: z.strictObject({
    /** `messages`: the types on a topic, by offset. `entries`: ledger rows of a kind, key the type, amount the version from 1 on. */
    log: z.enum(['messages', 'entries']).default('messages'),
    /** Topic, or a prefix that ends in `*`. */
    topic: z.string().default('*'),
    /** Ledger kind of the rows. */
    kind: z.string().default('event'),
    /** State that a type leads to. Types without one change nothing; by default `x.<state>` leads to that terminal state. */
    leadsTo: z.record(z.string(), z.string()).default({}),
    /** The state before any event that leads somewhere. */
    initial: z.string().default('pending'),
    atLeast: z.int().min(1).default(1),
  }),
  underLoad: (options) =>
    options.log === 'messages' ? { not: 'single messages are not kept of a load' } : { options },
  judge(input, { log, topic, kind, leadsTo, initial, atLeast }) {
    const logs = log === 'messages' ? messageLogs(input, topic) : entryLogs(input, kind);
    const states = input.topology.ledger?.terminal ?? {};
    const stateAfter = (type: string): string | undefined => {
      const name = type.slice(type.lastIndexOf('.') + 1);
      return leadsTo[type] ?? (Object.hasOwn(states, name) ? name : undefined);
    };
    const entities = entitiesOf(input).filter(({ row }) => logs.has(row.entity));
    const problems = entities.flatMap(({ row }) => {
      const events = logs.get(row.entity) ?? [];
      const rebuilt = events.reduce((state, { type }) => stateAfter(type) ?? state, initial);
      const wrong =
        rebuilt === row.state
          ? []
          : [`${row.entity} is ${row.state}, its log (${events.map(({ type }) => type).join(', ')}) gives ${rebuilt}`];
      return [...wrong, ...gaps(row.entity, events)];
    });
    const figures = { entities: entities.length, events: [...logs.values()].flat().length, broken: problems.length };
    if (problems.length > 0)
      return fail(`${counted(problems.length, 'log')} that does not give the live state`, problems, figures);
    if (entities.length < atLeast)
      return noData(`${counted(entities.length, 'entity', 'entities')} with a log, wanted ${atLeast}`, [], figures);
    return pass(`${counted(entities.length, 'log')} replayed, each gives the live state`, [], figures);
  },
});

interface LoggedEvent {
  readonly type: string;
  readonly version?: number;
}

/** By offset; a message that stands twice under one event id is one event. */
function messageLogs({ history, caseId }: CheckInput, topic: string): Map<string, LoggedEvent[]> {
  const produced = history.flatMap((record) =>
    record.type === 'message' && record.action === 'produced' && isOurs(record, caseId) && matches(topic, record.topic)
      ? [record]
      : [],
  );
  const logs = new Map<string, LoggedEvent[]>();
  for (const [key, ofKey] of groupBy(produced, (record) => record.key ?? '')) {
    const seen = new Set<string>();
    const events = ofKey
      .toSorted((a, b) => (a.offset ?? 0) - (b.offset ?? 0))
      .filter(({ headers, offset, partition }) => {
        const id = headers?.['event-id'] ?? `${partition}@${offset}`;
        return !seen.has(id) && seen.add(id);
      });
    logs.set(
      key,
      events.map(({ headers }) => ({ type: headers?.type ?? '' })),
    );
  }
  return logs;
}

function entryLogs({ state }: CheckInput, kind: string): Map<string, LoggedEvent[]> {
  const rows = state.entries.filter((entry) => entry.kind === kind);
  return new Map(
    [...groupBy(rows, ({ entity }) => entity)].map(([entity, ofEntity]) => [
      entity,
      ofEntity.toSorted((a, b) => a.amount - b.amount).map(({ key, amount }) => ({ type: key, version: amount })),
    ]),
  );
}

function gaps(entity: string, events: readonly LoggedEvent[]): string[] {
  const versions = events.flatMap(({ version }) => version ?? []);
  return versions.flatMap((version, index) =>
    version === index + 1 ? [] : [`${entity}: event ${index + 1} of its log has the version ${version}`],
  );
}
