/**
 * Sagas in the order database. The next state of the saga, the facts of the order and the next command (in the outbox)
 * are written by one statement, so a crash at any step finds the saga before it or after it. The statement applies only
 * where saga and order are still at the versions that were loaded; a reply is taken only to the request it waits for.
 */
import type { Database, Statement } from '../kit/database.ts';
import { type OutboxRow, originValues } from '../kit/outbox.ts';
import { nowMs } from '../kit/time.ts';
import {
  APPENDED,
  appendValues,
  endingRow,
  type Outgoing,
  PLACED,
  placeValues,
  queuedRows,
  rowsValue,
  STREAM,
  type StreamRow,
  viewOf,
} from './event-store.ts';
import { ORDER_TOPIC } from './events.ts';
import { createLastStored } from './last-stored.ts';
import { type OrderView, viewOfPlaced } from './order-events.ts';
import { begin, patienceMs, type Saga, type Turn } from './saga.ts';
import { commandAbout } from './saga-commands.ts';
import type { NewOrder } from './store.ts';

const PLACE: Statement = {
  name: 'order-place-saga',
  text: `${PLACED}, saga as (
    insert into sagas (order_id, version, state, request_id, due_at, traceparent, correlation_id)
    select order_id, 1, $14::jsonb, $15::uuid, $16::bigint, $18, $19 from placed
  ), ${queuedRows('placed', '$17', '$18', '$19')}
  select * from queued`,
};

const LOAD: Statement = {
  name: 'saga-load',
  text: `select version, state, request_id as "requestId", due_at as "dueAt", traceparent, correlation_id as "correlationId", ${STREAM}
    from sagas where order_id = $1::uuid`,
};

/** Saga, facts, view, command and event in one. No row comes back when somebody else was faster. */
const TAKE_TURN: Statement = {
  name: 'saga-take-turn',
  text: `with held as (
    select orders.order_id from orders join sagas using (order_id)
    where orders.order_id = $1::uuid and orders.version = $2 and sagas.version = $9
    for update
  ), moved as (
    update sagas set version = version + 1, state = $10::jsonb, request_id = $11::uuid, due_at = $12::bigint
    where order_id in (select order_id from held)
  ), ${APPENDED}, ${queuedRows('held', '$13', '$14', '$15')}
  select queued.* from held left join queued on true`,
};

const DUE: Statement = {
  name: 'saga-due',
  text: 'select order_id::text as "orderId" from sagas where due_at <= $1::bigint order by due_at limit 200',
};

/** A saga with all that a turn of it needs. */
export interface LoadedSaga {
  readonly orderId: string;
  readonly version: number;
  readonly state: Saga;
  /** The request whose reply it waits for. */
  readonly requestId: string | null;
  readonly dueAt: number | null;
  readonly traceparent: string;
  readonly correlationId: string;
  readonly order: OrderView;
}

export interface SagaStore {
  /** Stores order, key, `order.placed`, the saga and its first command; answers no row when the key was used before. */
  place(order: NewOrder): Promise<OutboxRow[]>;
  /** As it was stored last by this process, else from the database. Whoever stores a turn of it and fails loads it again. */
  load(orderId: string): Promise<LoadedSaga | undefined>;
  /** Stores a turn; undefined when the saga has moved on since it was loaded. */
  take(saga: LoadedSaga, turn: Turn): Promise<OutboxRow[] | undefined>;
  /** Orders whose saga has waited long enough. */
  due(): Promise<string[]>;
}

export interface SagaStoreOptions {
  readonly snapshotEvery: number;
  readonly newId: () => string;
}

export function createSagaStore(database: Database, { snapshotEvery, newId }: SagaStoreOptions): SagaStore {
  const lastStored = createLastStored<LoadedSaga>();
  return {
    async place(order) {
      const turn = begin();
      const { orderId } = order;
      const view = viewOfPlaced(order.placed);
      const placed: Outgoing = { eventId: newId(), topic: ORDER_TOPIC, type: 'order.placed', data: order.placed };
      const command = commandRow(turn, view, newId());
      const rows = [placed, ...command];
      const due = dueAt(turn.saga);
      const requestId = command[0]?.eventId ?? null;
      const origin = originValues();
      const saga = [JSON.stringify(turn.saga), requestId, due, rowsValue(rows)];
      const queued = await database.run<OutboxRow>(PLACE, [...placeValues(order), ...saga, ...origin]);
      const [traceparent, correlationId] = origin;
      const stored = { orderId, version: 1, state: turn.saga, requestId, dueAt: due, traceparent, correlationId };
      if (queued.length > 0) lastStored.keep(orderId, { ...stored, order: view });
      return queued;
    },
    async load(orderId) {
      const known = lastStored.take(orderId);
      if (known !== undefined) return known;
      const [row] = await database.run<Omit<LoadedSaga, 'orderId' | 'order'> & StreamRow>(LOAD, [orderId]);
      const order = viewOf(row);
      if (row === undefined || order === undefined) return undefined;
      const { version, state, requestId, dueAt: due, traceparent, correlationId } = row;
      return { orderId, version, state, requestId, dueAt: due, traceparent, correlationId, order };
    },
    async take(loaded, turn) {
      const { orderId, version, order } = loaded;
      const { next, values } = appendValues(order, turn.facts, snapshotEvery);
      const command = commandRow(turn, next, turn.again ? (loaded.requestId ?? newId()) : newId());
      const rows = [...command, ...endingRows(turn, next, newId)];
      const { requestId, due } = waitsFor(loaded, turn, command[0]);
      const saga = [version, JSON.stringify(turn.saga), requestId, due, rowsValue(rows)];
      const queued = await database.run<OutboxRow | { id: null }>(TAKE_TURN, [
        ...[orderId, order.version, ...values, ...saga],
        ...originValues(),
      ]);
      if (queued.length === 0) return undefined;
      const stored = { ...loaded, version: version + 1, state: turn.saga, requestId, dueAt: due, order: next };
      if (turn.saga.step !== 'ended') lastStored.keep(orderId, stored);
      return queued.filter((row): row is OutboxRow => row.id !== null);
    },
    due: async () => (await database.run<{ orderId: string }>(DUE, [nowMs()])).map(({ orderId }) => orderId),
  };
}

/** The request whose reply is waited for after a turn, and until when. Without a command that is what it was. */
function waitsFor({ requestId, dueAt: due }: LoadedSaga, { saga, command }: Turn, sent: Outgoing | undefined) {
  if (saga.step === 'ended') return { requestId: null, due: null };
  if (command === undefined) return { requestId, due };
  return { requestId: sent?.eventId ?? null, due: dueAt(saga) };
}

function dueAt(saga: Saga): number | null {
  return saga.step === 'ended' ? null : nowMs() + patienceMs(saga.step, saga.tries);
}

function commandRow({ saga, command }: Turn, order: OrderView, requestId: string): Outgoing[] {
  if (command === undefined) return [];
  return [{ eventId: requestId, ...commandAbout(command, order, 'failure' in saga ? saga.failure : undefined) }];
}

function endingRows({ saga }: Turn, order: OrderView, newId: () => string): Outgoing[] {
  if (saga.step !== 'ended') return [];
  return [endingRow(order, saga.ending.state, saga.ending.reason, newId())];
}
