/** The shipping service's database: every statement here is one transaction. */
import type { Database, Statement } from '../kit/database.ts';
import type { Event } from '../kit/event.ts';
import { FIRST_TIME } from '../kit/inbox.ts';
import { type OutboxRow, originValues, queued } from '../kit/outbox.ts';
import { answer, type Command, replied } from '../kit/request-reply.ts';
import { nowMs } from '../kit/time.ts';
import { SHIPPING_TOPIC, type ShipmentCreated, type ShipmentRefused } from './events.ts';
import type { Verdict } from './rules.ts';

/** Inbox, shipment and event in one. */
const DECIDED = `with ${FIRST_TIME}, decided as (
    insert into shipments (order_id, state, shipment_id, tracking, reason, decided_at)
    select $2::uuid, $3, $4, $5, $6, $7::bigint from first_time
    returning order_id, state
  )`;

const DECIDE: Statement = {
  name: 'shipment-decide',
  text: `${DECIDED}, ${queued(`select '${SHIPPING_TOPIC}', order_id::text, 'shipment.' || state, $8, $9, $10 from decided`)}
  select * from queued`,
};

/** The same on a command: the event, and the reply beside it. */
const DECIDE_COMMANDED: Statement = {
  name: 'shipment-decide-commanded',
  text: `${DECIDED}, ${replied(
    `select '${SHIPPING_TOPIC}', order_id::text, 'shipment.' || state, $8 from decided`,
    `select order_id::text, 'shipment.' || state, $8 from decided`,
    { requestId: '$1', replyTo: '$11', traceparent: '$9', correlationId: '$10' },
  )}`,
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
  /** The same on a command: with a reply, also when the command comes again. */
  decideCommanded(command: Event<Command>, verdict: Verdict): Promise<OutboxRow[]>;
  find(orderId: string): Promise<Shipment | undefined>;
  /** What the carrier decided about the order, if that is known. */
  decided(orderId: string): Promise<Verdict | undefined>;
}

export function createShipmentStore(database: Database): ShipmentStore {
  return {
    decide: (event, verdict) => database.run<OutboxRow>(DECIDE, valuesOf(event, verdict)),
    decideCommanded: (command, verdict) =>
      answer(database, command, () =>
        database.run<OutboxRow>(DECIDE_COMMANDED, [...valuesOf(command, verdict), command.data.replyTo]),
      ),
    find: async (orderId) => (await database.run<Shipment>(FIND, [orderId]))[0],
    async decided(orderId) {
      const [shipment] = await database.run<Shipment>(FIND, [orderId]);
      return shipment && verdictOf(shipment);
    },
  };
}

function verdictOf({ state, shipmentId, tracking, reason }: Shipment): Verdict {
  return state === 'created'
    ? { is: 'created', shipmentId: shipmentId ?? '', tracking: tracking ?? '' }
    : { is: 'refused', reason: reason ?? '' };
}

function valuesOf({ eventId, orderId }: Event, verdict: Verdict): unknown[] {
  const created = verdict.is === 'created' ? verdict : undefined;
  const reason = verdict.is === 'refused' ? verdict.reason : null;
  return [
    ...[eventId, orderId, verdict.is, created?.shipmentId ?? null, created?.tracking ?? null, reason, nowMs()],
    ...[JSON.stringify(dataOf(verdict)), ...originValues()],
  ];
}

function dataOf(verdict: Verdict): ShipmentCreated | ShipmentRefused {
  return verdict.is === 'created'
    ? { shipmentId: verdict.shipmentId, tracking: verdict.tracking }
    : { reason: verdict.reason };
}
