/** Nothing is sold that is not there: what is set aside never exceeds what there was, and the count at the door agrees with it. */
import { z } from 'zod';
import type { CheckInput, LedgerRow } from '../../core/index.ts';
import { entitiesOf, groupBy, operationsOf } from '../case-view.ts';
import { defineCheck } from '../check.ts';
import { counted, fail, momentOf, noData, pass } from '../judgement.ts';

export default defineCheck({
  name: 'stock',
  summary: 'a product is never oversold, and the stock seen at the door is what was there less what was set aside',
  options: z.strictObject({
    /** Looks at the stock: operations whose `detail` has `product` and `available`. */
    looks: z.string().default('GET *'),
    /** Ledger kinds whose key is the product: what takes stock, and what gives it back. */
    takes: z.string().default('reserved'),
    returns: z.string().default('released'),
    /** Pieces of each product there were, where nobody looked first. */
    capacity: z.record(z.string(), z.int().min(0)).default({}),
    /** Only the case touches these products: the first and the last look must differ by what it took. */
    alone: z.boolean().default(true),
    /** An entry's time may be this much earlier than its effect: what takes waits for what returns. */
    blurMs: z.number().min(0).default(100),
  }),
  underLoad: () => ({ not: 'what may be sold of a load is said by the caps of its scenario' }),
  judge(input, { looks, takes, returns, capacity, alone, blurMs }) {
    const seen = groupBy(looksOf(input, looks), ({ product }) => product);
    const rows = entitiesOf(input).flatMap(({ entries }) => entries);
    const moves = groupBy(
      rows.filter(({ kind }) => kind === takes || kind === returns),
      ({ key }) => key,
    );
    const products = [...new Set([...seen.keys(), ...Object.keys(capacity)])];
    const problems = products.flatMap((product) => {
      const look = seen.get(product) ?? [];
      const there = capacity[product] ?? look[0]?.available ?? 0;
      const taken = moves.get(product) ?? [];
      return [
        ...oversold(input, product, there, taken, (row) => (row.kind === takes ? blurMs : 0), takes),
        ...look
          .filter(({ available }) => available < 0)
          .map(({ at, available }) => `${product}: ${available} available at ${momentOf(input, at)}`),
        ...(alone ? disagreement(product, look, outstanding(taken, takes)) : []),
      ];
    });
    const figures = {
      products: products.length,
      looks: [...seen.values()].flat().length,
      taken: products.reduce((sum, product) => sum + outstanding(moves.get(product) ?? [], takes), 0),
      broken: problems.length,
    };
    if (problems.length > 0)
      return fail(`${counted(problems.length, 'product')} whose stock does not hold`, problems, figures);
    const touched = products.filter((product) => moves.has(product));
    if (touched.length === 0) return noData('no product was both looked at and set aside', [], figures);
    return pass(
      `${counted(touched.length, 'product')} within stock, ${counted(figures.taken, 'piece')} taken for good`,
      [],
      figures,
    );
  },
});

interface Look {
  readonly product: string;
  readonly available: number;
  readonly at: number;
}

function looksOf(input: CheckInput, pattern: string): Look[] {
  return operationsOf(input.history, input.caseId, pattern).flatMap(({ outcome, detail, at }) => {
    const { product, available } = detail ?? {};
    return outcome === 'ok' && typeof product === 'string' && typeof available === 'number'
      ? [{ product, available, at }]
      : [];
  });
}

function oversold(
  input: CheckInput,
  product: string,
  there: number,
  moves: readonly LedgerRow[],
  laterMs: (row: LedgerRow) => number,
  takes: string,
): string[] {
  const inOrder = moves.toSorted((a, b) => a.at + laterMs(a) - b.at - laterMs(b));
  let out = 0;
  for (const { kind, amount, at, entity } of inOrder) {
    out += kind === takes ? amount : -amount;
    if (out > there)
      return [`${product}: ${out} of ${there} set aside at ${momentOf(input, at)}, the last for ${entity}`];
  }
  return [];
}

function outstanding(moves: readonly LedgerRow[], takes: string): number {
  return moves.reduce((sum, { kind, amount }) => sum + (kind === takes ? amount : -amount), 0);
}

function disagreement(product: string, look: readonly Look[], taken: number): string[] {
  const [first, last] = [look[0], look.at(-1)];
  if (first === undefined || last === undefined || first === last) return [];
  const gone = first.available - last.available;
  return gone === taken ? [] : [`${product}: the stock fell by ${gone}, set aside are ${taken}`];
}
