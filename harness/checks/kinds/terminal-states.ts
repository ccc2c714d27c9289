/** Every entity the case made has come to an allowed end, and no work of it is pending. */
import { z } from 'zod';
import { entitiesOf, groupBy, operationsOf } from '../case-view.ts';
import { defineCheck } from '../check.ts';
import { counted, fail, noData, pass } from '../judgement.ts';

export default defineCheck({
  name: 'terminal-states',
  summary: 'every entity ends in an allowed terminal state',
  options: z.strictObject({
    /** Terminal states that may be reached. Default: every one of the topology. */
    allowed: z.array(z.string()).min(1).optional(),
    /** All entities must be in this state. */
    expect: z.strictObject({ state: z.string() }).optional(),
    /** How many entities the workload must have made, at least. */
    atLeast: z.int().min(1).default(1),
  }),
  refuses(topology, { allowed, expect }) {
    const states = Object.keys(topology.ledger?.terminal ?? {});
    if (states.length === 0) return `topology ${topology.name} declares no terminal states`;
    const strange = [...(allowed ?? []), ...(expect ? [expect.state] : [])].find((state) => !states.includes(state));
    return strange === undefined
      ? undefined
      : `"${strange}" is no terminal state of ${topology.name} (${states.join(', ')})`;
  },
  // Which end an order comes to follows from who orders what: under load that is not the experiment's workload.
  underLoad: ({ atLeast }) => ({ options: { atLeast } }),
  judge(input, { allowed, expect, atLeast }) {
    const entities = entitiesOf(input);
    const byState = groupBy(entities, ({ row }) => row.state);
    const figures = { entities: entities.length, stuck: entities.filter(({ terminal }) => !terminal).length };
    const ours = new Set(entities.map(({ row }) => row.entity));
    const pending = input.state.pending.filter(({ entity }) => entity === null || ours.has(entity));
    const waits = pending.map(({ what, entity }) => `pending: ${what}${entity === null ? '' : ` of ${entity}`}`);
    const stuck = entities.filter(({ terminal }) => !terminal);
    if (stuck.length > 0) {
      const named = stuck.map(({ row }) => `${row.entity} is still ${row.state}`);
      return fail(
        `${stuck.length} of ${counted(entities.length, 'entity', 'entities')} never came to an end`,
        [...named, ...waits],
        figures,
        'stuck',
      );
    }
    const states = expect ? [expect.state] : allowed;
    const wrong = states === undefined ? [] : entities.filter(({ row }) => !states.includes(row.state));
    if (wrong.length > 0) {
      const named = wrong.map(({ row }) => `${row.entity} ended ${row.state}`);
      return fail(
        `${wrong.length} of ${counted(entities.length, 'entity', 'entities')} did not end ${states?.join(' or ')}`,
        named,
        figures,
      );
    }
    if (pending.length > 0)
      return fail(`${counted(pending.length, 'piece')} of work never got done`, waits, figures, 'stuck');
    if (entities.length < atLeast) {
      const made = operationsOf(input.history, input.caseId).filter(({ entity }) => entity !== undefined).length;
      return noData(
        `${counted(entities.length, 'entity', 'entities')} to judge, wanted ${atLeast}; the workload saw ${made} made`,
        [],
        figures,
      );
    }
    const shares = [...byState].map(([state, rows]) => `${rows.length} ${state}`).join(', ');
    return pass(`all ${counted(entities.length, 'entity', 'entities')} ended: ${shares}`, [], figures);
  },
});
