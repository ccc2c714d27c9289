/** However often a thing was asked for or delivered, its effect stands once. */
import { z } from 'zod';
import type { Ledger } from '../../core/index.ts';
import { entitiesOf, groupBy, operationsOf } from '../case-view.ts';
import { defineCheck } from '../check.ts';
import { counted, fail, noData, pass } from '../judgement.ts';

export default defineCheck({
  name: 'exactly-once',
  summary: 'no effect stands twice in the ledger, and one idempotency key makes one entity',
  options: z.strictObject({
    /** At least one key must have been answered twice (twins, repeats), or there is nothing to judge. */
    repeats: z.boolean().default(false),
  }),
  underLoad: () => ({ options: { repeats: false } }),
  judge(input, { repeats }) {
    const { ledger } = input.topology;
    const entities = entitiesOf(input);
    const entries = entities.flatMap((entity) => entity.entries);
    const keyed = groupBy(
      operationsOf(input.history, input.caseId).filter(({ key }) => key !== undefined),
      ({ key }) => String(key),
    );
    const repeated = [...keyed.values()].filter((operations) => operations.length > 1);
    const problems = [...(ledger ? doubled(entities, ledger) : []), ...forked(repeated)];
    const figures = { entries: entries.length, repeatedKeys: repeated.length, doubled: problems.length };
    if (problems.length > 0)
      return fail(`${counted(problems.length, 'effect')} stood more than once`, problems, figures);
    if (repeats && repeated.length === 0) return noData('no key was used twice at the door', [], figures);
    if (entries.length === 0 && repeated.length === 0)
      return noData('no ledger entry and no repeated key to judge', [], figures);
    const keys = repeated.length === 0 ? '' : `; ${counted(repeated.length, 'repeated key')} made one entity each`;
    return pass(
      `none of ${counted(entries.length, 'ledger entry', 'ledger entries')} stands twice${keys}`,
      [],
      figures,
    );
  },
});

/** Entries of a `once` kind with the same key, and more entries of a kind than the entity's state allows. */
function doubled(entities: ReturnType<typeof entitiesOf>, ledger: Ledger): string[] {
  const once = new Set(ledger.once);
  return entities.flatMap(({ row, entries }) => {
    const found: string[] = [];
    const allowed = ledger.terminal[row.state]?.counts ?? {};
    for (const [kind, ofKind] of groupBy(entries, (entry) => entry.kind)) {
      const repeats = [...groupBy(ofKind, ({ key }) => key)].filter(([, rows]) => once.has(kind) && rows.length > 1);
      for (const [key, rows] of repeats) found.push(`${row.entity} has ${rows.length} x ${kind} under the key ${key}`);
      const most = allowed[kind];
      if (repeats.length === 0 && most !== undefined && ofKind.length > most) {
        const keys = ofKind.map(({ key }) => key).join(', ');
        found.push(`${row.entity} (${row.state}) has ${ofKind.length} x ${kind}, allowed are ${most} (keys ${keys})`);
      }
    }
    return found;
  });
}

/** One key whose ok answers name different entities. */
function forked(repeated: readonly ReturnType<typeof operationsOf>[]): string[] {
  return repeated.flatMap((operations) => {
    const made = new Set(
      operations.flatMap(({ outcome, entity }) => (outcome === 'ok' && entity !== undefined ? [entity] : [])),
    );
    return made.size > 1
      ? [`the key ${operations[0]?.key} was answered with ${made.size} entities: ${[...made].join(', ')}`]
      : [];
  });
}
