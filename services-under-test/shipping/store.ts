/** The shipping service's database: every statement here is one transaction. */
import type { Database, Statement } from '../kit/database.ts';
import type { Event } from '../kit/event.ts';
import { FIRST_TIME } from '../kit/inbox.ts';
import { type OutboxRow, originValues, queued } from '../kit/outbox.ts';
import { nowMs } from '../kit/time.ts';
import { SHIPPING_TOPIC, type ShipmentCreated, type ShipmentRefused } from './events.ts';
import type { Verdict } from './rules.ts';

/** Inbox, shipment and event in one. */
const DECIDE: Statement = {
  name: 'shipment-decide',
  text: `with ${FIRST_TIME}, decided as (
    insert into shipments (order_id, state, shipment_id, tracking, reason, decided_at)
    select $2::uuid, $3, $4, $5, $6, $7::bigint from first_time
    returning order_id, state
  ), ${queued(`select '${SHIPPING_TOPIC}', order_id::text, 'shipment.' || state, $8, $9, $10 from decided`)}
  select * from queued`,
};

const FIND: Statement = {
  name: 'shipment-find',
  text: 'select state, shipment_id as "shipmentId", tracking, reason from shipments where order_id = $1::uuid',
};

export interface Shipment {
  readonly state: 'created' | 'refused';
  readonly shipmentId: string | null;
  readonly tracking: string | null;
  readonly reason: string | null;
}

export interface ShipmentStore {
  /** Keeps what the carrier decided; answers the event that tells of it, none when that was done before. */
  decide(event: Event, verdict: Verdict): Promise<OutboxRow[]>;
  find(orderId: string): Promise<Shipment | undefined>;
}

export function createShipmentStore(database: Database): ShipmentStore {
  return {
    decide({ eventId, orderId }, verdict) {
      const created = verdict.is === 'created' ? verdict : undefined;
      const reason = verdict.is === 'refused' ? verdict.reason : null;
      return database.run<OutboxRow>(DECIDE, [
        ...[eventId, orderId, verdict.is, created?.shipmentId ?? null, created?.tracking ?? null, reason, nowMs()],
        ...[JSON.stringify(dataOf(verdict)), ...originValues()],
      ]);
    },
    find: async (orderId) => (await database.run<Shipment>(FIND, [orderId]))[0],
  };
}

function dataOf(verdict: Verdict): ShipmentCreated | ShipmentRefused {
  return verdict.is === 'created'
    ? { shipmentId: verdict.shipmentId, tracking: verdict.tracking }
    : { reason: verdict.reason };
}
