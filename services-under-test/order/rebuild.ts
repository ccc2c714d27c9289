/** Works the state of orders out again from nothing but their facts, and compares it with the view that is kept of them. */
import { isDeepStrictEqual } from 'node:util';
import type { Database, Statement } from '../kit/database.ts';
import { type OrderView, rebuild, type StoredFact } from './order-events.ts';

const ALL_FACTS = `coalesce((select jsonb_agg(to_jsonb(fact) - 'order_id' order by version)
    from order_events as fact where fact.order_id = orders.order_id), '[]')`;

/** The youngest orders since a moment, with every fact from the first on: snapshots are left out, they are to be proven as well. */
const KEPT: Statement = {
  name: 'order-kept',
  text: `select order_id::text as "orderId", status, reason, finished_at as "finishedAt", placed_at as "placedAt", orders.version,
      order_snapshots.view as snapshot, order_snapshots.version as "snapshotVersion", ${ALL_FACTS} as facts
    from orders left join order_snapshots using (order_id) where placed_at >= $1::bigint order by placed_at desc limit 2000`,
};

const REPAIR: Statement = {
  name: 'order-repair',
  text: `update orders set status = $3, reason = $4, finished_at = $5::bigint, version = $2
    where order_id = $1::uuid and (status, reason, finished_at, version) is distinct from ($3, $4, $5::bigint, $2)
    returning order_id`,
};

/** An order as it is kept, and what it follows from. */
export interface Kept {
  readonly orderId: string;
  readonly status: string;
  readonly reason: string | null;
  readonly finishedAt: number | null;
  readonly placedAt: number;
  readonly version: number;
  readonly snapshot: OrderView | null;
  readonly snapshotVersion: number | null;
  readonly facts: readonly StoredFact[];
}

/** A row for whoever checks: one for each order. */
export interface Comparison {
  readonly entity: string;
  readonly kind: 'rebuilt_alike' | 'rebuilt_otherwise';
  /** What differs. */
  readonly key: string;
  readonly amount: number;
  readonly at: number;
}

/** Compares what is kept of an order, its snapshot included, with what follows from its facts. */
export function compare(kept: Kept): Comparison {
  const { orderId, placedAt, snapshot, snapshotVersion, facts } = kept;
  const rebuilt = facts.length === 0 ? undefined : rebuild(undefined, facts);
  const differences = (['status', 'reason', 'finishedAt', 'version'] as const).filter(
    (name) => rebuilt?.[name] !== kept[name],
  );
  const later = facts.filter(({ version }) => version > (snapshotVersion ?? 0));
  const shorter = snapshot === null ? rebuilt : rebuild(snapshot, later);
  const alike = differences.length === 0 && isDeepStrictEqual(shorter, rebuilt);
  const key = alike ? 'order' : differences.join(' ') || 'snapshot';
  return { entity: orderId, kind: alike ? 'rebuilt_alike' : 'rebuilt_otherwise', key, amount: 1, at: placedAt };
}

export interface Rebuilder {
  /** Each of the youngest orders placed since then (epoch ms), worked out again and compared. Nothing is changed. */
  comparisons(sinceMs: number): Promise<Comparison[]>;
  /** Writes the view anew from the facts; answers how many orders were looked at and how many were put right. */
  repair(): Promise<{ readonly orders: number; readonly repaired: number }>;
}

export function createRebuilder(database: Database): Rebuilder {
  const kept = (sinceMs: number) => database.run<Kept>(KEPT, [sinceMs]);
  return {
    comparisons: async (sinceMs) => (await kept(sinceMs)).map(compare),
    async repair() {
      let repaired = 0;
      const orders = await kept(0);
      for (const { orderId, facts } of orders) {
        if (facts.length === 0) continue;
        const { version, status, reason, finishedAt } = rebuild(undefined, facts);
        repaired += (await database.run(REPAIR, [orderId, version, status, reason, finishedAt])).length;
      }
      return { orders: orders.length, repaired };
    },
  };
}
