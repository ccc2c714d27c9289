/** Placing an order: once per key, at the catalog's prices, and not where the stock is surely short. */
import { randomUUID } from 'node:crypto';
import { bodyHash, replay } from '../kit/idempotency.ts';
import type { Logger } from '../kit/log.ts';
import type { OutboxRelay } from '../kit/outbox-relay.ts';
import { ProblemError } from '../kit/problem.ts';
import { nowMs } from '../kit/time.ts';
import { orUnavailable } from '../kit/unavailable.ts';
import type { PriceList } from './price-list.ts';
import { objectionTo } from './price-rules.ts';
import { emailOf, type OrderItem, type OrderRequest, totalOf } from './rules.ts';
import type { StockCheck } from './stock-check.ts';
import type { NewOrder, OrderStore } from './store.ts';

export interface PlacingParts {
  readonly store: OrderStore;
  readonly relay: OutboxRelay;
  readonly log: Logger;
  /** Asked before an order is accepted, where there is somebody to ask. */
  readonly stock?: StockCheck;
  readonly prices?: PriceList;
}

export interface Placed {
  /** JSON text of the answer. */
  readonly answer: string;
  /** The key was used before: this is the first answer again. */
  readonly isReplay: boolean;
}

export interface Placing {
  place(userId: string, key: string, request: OrderRequest): Promise<Placed>;
  /** The first answer to this key, where there was one. */
  answerTo(userId: string, key: string): Promise<string | undefined>;
}

export function createPlacing({ store, relay, log, stock, prices }: PlacingParts): Placing {
  const stored = <Result>(work: () => Promise<Result>) => orUnavailable('the order service', work, log);
  const objection = async (items: readonly OrderItem[]) => {
    const list = prices?.of(items.map(({ productId }) => productId));
    const [enough, known] = await Promise.all([stock?.ask(items), list]);
    return (
      (known && objectionTo(items, known.prices, known.complete)) ?? (enough === 'short' ? outOfStock() : undefined)
    );
  };
  return {
    async place(userId, key, request) {
      const order = newOrder(userId, key, request);
      const against = await objection(order.placed.items);
      // What was accepted once stays accepted, whatever has become of stock and prices.
      if (against !== undefined && !(await stored(() => store.answered(userId, key)))) throw against;
      const events = await stored(() => store.place(order));
      if (events.length > 0) {
        relay.wake(events);
        return { answer: order.answer, isReplay: false };
      }
      const before = await stored(() => store.answered(userId, key));
      if (before === undefined) throw new Error(`the key ${key} is taken, but nothing was answered`);
      return { answer: JSON.stringify(replay(before, order.bodyHash)), isReplay: true };
    },
    answerTo: async (userId, key) => (await stored(() => store.answered(userId, key)))?.answer,
  };
}

function newOrder(userId: string, key: string, request: OrderRequest): NewOrder {
  const orderId = randomUUID();
  const total = totalOf(request.items);
  return {
    orderId,
    key,
    bodyHash: bodyHash(request),
    answer: JSON.stringify({ orderId, status: 'pending', total }),
    placed: { userId, email: emailOf(userId), total, placedAt: nowMs(), ...request },
  };
}

/** Nothing was stored, so the same key may be used again once there is enough. */
function outOfStock(): ProblemError {
  return new ProblemError(409, 'Out of stock', { detail: 'there is not enough of what was ordered', field: 'items' });
}
