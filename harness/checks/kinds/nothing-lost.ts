/** What was acknowledged is there: orders that were answered ok, messages that the broker took, events of every entity and of no other. */
import { z } from 'zod';
import type { CheckInput, MessageRecord } from '../../core/index.ts';
import { entitiesOf, operationsOf } from '../case-view.ts';
import { defineCheck } from '../check.ts';
import { counted, fail, momentOf, noData, pass } from '../judgement.ts';
import { type MessageFlow, messageFlow } from '../message-flow.ts';

const PARTS = ['operations', 'deliveries', 'events'] as const;

/** What one part found, and how much it had to look at. */
interface Finding {
  readonly problems: readonly string[];
  readonly judged: number;
}

export default defineCheck({
  name: 'nothing-lost',
  summary: 'no acknowledged operation or message is lost, and no event speaks of an entity that does not exist',
  options: z.strictObject({
    /**
     * `operations`: every ok answer that names an entity has it in the state.
     * `deliveries`: every acknowledged message reached, and was committed by, every group that reads its topic.
     * `events`: every entity has a message, and no message has the key of an unknown entity.
     * Parts named here must have data; by default all are judged that have any.
     */
    parts: z.array(z.enum(PARTS)).min(1).optional(),
  }),
  underLoad: () => ({ options: { parts: ['operations' as const] } }),
  judge(input, { parts }) {
    const flow = messageFlow(input.history, input.caseId, input.control);
    const findings: Record<(typeof PARTS)[number], Finding> = {
      operations: lostOperations(input),
      deliveries: lostDeliveries(input, flow),
      events: strayEvents(input, flow),
    };
    const wanted = parts ?? PARTS;
    const problems = wanted.flatMap((part) => findings[part].problems);
    const figures = Object.fromEntries([
      ...wanted.map((part) => [part, findings[part].judged]),
      ['lost', problems.length],
    ]);
    const empty = wanted.filter((part) => findings[part].judged === 0);
    if (problems.length > 0) return fail(`${counted(problems.length, 'thing')} lost or made up`, problems, figures);
    if (empty.length === wanted.length || (parts !== undefined && empty.length > 0)) {
      return noData(`nothing to judge ${empty.join(' and ')} by`, [], figures);
    }
    const judged = wanted
      .filter((part) => !empty.includes(part))
      .map((part) => counted(findings[part].judged, part.slice(0, -1).replace(/ie$/, 'y'), part));
    return pass(
      `nothing lost in ${judged.join(', ')}`,
      empty.map((part) => `no ${part} to judge`),
      figures,
    );
  },
});

/** No 201 without a stored order. */
function lostOperations(input: CheckInput): Finding {
  const stored = new Set(input.state.entities.map(({ entity }) => entity));
  const made = operationsOf(input.history, input.caseId).filter(
    ({ outcome, entity }) => outcome === 'ok' && entity !== undefined,
  );
  const problems = made
    .filter(({ entity }) => !stored.has(String(entity)))
    .map(
      ({ name, status, entity, at }) =>
        `${name} at ${momentOf(input, at)} was answered ${status ?? 'ok'} with ${entity}, which is not stored`,
    );
  return { problems, judged: made.length };
}

function lostDeliveries(input: CheckInput, flow: MessageFlow): Finding {
  const acknowledged = flow.produced.filter(({ offset }) => offset !== undefined);
  const problems: string[] = [];
  let judged = 0;
  for (const message of acknowledged) {
    for (const reader of flow.readersOf(message.topic)) {
      judged++;
      if (!flow.delivered(reader, message)) problems.push(`${nameOf(input, message)} never reached ${reader}`);
      else if (flow.committed(reader, message) === false)
        problems.push(`${nameOf(input, message)} was never committed by ${reader}`);
    }
  }
  return { problems, judged };
}

function nameOf(input: CheckInput, { headers, topic, partition, offset, key, at }: MessageRecord): string {
  return `${headers?.type ?? topic} of ${key ?? 'nobody'} (${topic}/${partition}@${offset}, ${momentOf(input, at)})`;
}

/** Only topics whose keys are entities are looked at: those where one key, here or in the control run, names an entity. */
function strayEvents(input: CheckInput, flow: MessageFlow): Finding {
  const stored = new Set(input.state.entities.map(({ entity }) => entity));
  const entities = entitiesOf(input);
  const named = [...operationsOf(input.history), ...operationsOf(input.control ?? [])].flatMap(
    ({ entity }) => entity ?? [],
  );
  const known = new Set([...stored, ...named]);
  const everywhere = [...input.history, ...(input.control ?? [])];
  const topics = new Set(
    everywhere.flatMap((record) =>
      record.type === 'message' && record.key !== undefined && known.has(record.key) ? [record.topic] : [],
    ),
  );
  const events = flow.produced.filter(({ topic, key }) => topics.has(topic) && key !== undefined);
  const spokenOf = new Set(events.map(({ key }) => key));
  const silent = topics.size === 0 ? [] : entities.filter(({ row }) => !spokenOf.has(row.entity));
  const stray = events.filter(({ key }) => !stored.has(String(key)));
  const problems = [
    ...silent.map(({ row }) => `${row.entity} (${row.state}) is stored, but no event speaks of it`),
    ...stray.map(
      ({ headers, topic, key, at }) =>
        `${headers?.type ?? topic} at ${momentOf(input, at)} speaks of ${key}, which is not stored`,
    ),
  ];
  return { problems, judged: topics.size === 0 ? 0 : events.length };
}
