/** Rules of prices: an order is taken at the catalog's price or not at all; a price is remembered, but not for long. */
import { ProblemError } from '../kit/problem.ts';
import type { OrderItem } from './rules.ts';

/** What stands against the prices in an order; undefined where they are those of the catalog. */
export function objectionTo(
  items: readonly OrderItem[],
  prices: ReadonlyMap<string, { readonly price: number }>,
  complete: boolean,
): ProblemError | undefined {
  for (const [index, { productId, price }] of items.entries()) {
    const known = prices.get(productId);
    if (known === undefined) return complete ? notSold(productId, index) : nobodyKnows();
    if (known.price !== price) {
      const detail = `items[${index}].price is ${price}, the price of ${productId} is ${known.price}`;
      return new ProblemError(422, 'Price changed', { detail, field: `items[${index}].price` });
    }
  }
  return undefined;
}

function notSold(productId: string, index: number): ProblemError {
  const detail = `items[${index}].productId: ${productId} is not sold here`;
  return new ProblemError(422, 'Product not sold', { detail, field: `items[${index}].productId` });
}

function nobodyKnows(): ProblemError {
  const detail = 'nobody can say at the moment what it costs';
  return new ProblemError(503, 'Prices unavailable', { detail, retryAfterSeconds: 1 });
}

/** How long a price is good that cannot be asked for again. */
const GOOD_FOR_MS = 60_000;
const MOST_KEPT = 5_000;

export interface PriceMemory<Entry> {
  keep(id: string, entry: Entry, now: number): void;
  find(id: string, now: number): Entry | undefined;
}

export function createPriceMemory<Entry>(): PriceMemory<Entry> {
  const kept = new Map<string, { readonly entry: Entry; readonly until: number }>();
  return {
    keep(id, entry, now) {
      // Deleted first, so that the oldest stands first and is what makes room.
      kept.delete(id);
      const [oldest] = kept.keys();
      if (kept.size >= MOST_KEPT && oldest !== undefined) kept.delete(oldest);
      kept.set(id, { entry, until: now + GOOD_FOR_MS });
    },
    find(id, now) {
      const found = kept.get(id);
      return found !== undefined && found.until > now ? found.entry : undefined;
    },
  };
}
