/**
 * Places orders at the shop's door and hears of their end from the wire's record, so that waiting costs the machine nothing.
 * An order ends when the broker's answer to its last event passed the wire, by the wire's clock: that the driver hears of it some
 * milliseconds later is no time of the shop's.
 */
import { readFileSync } from 'node:fs';
import { Pool } from 'undici';
import { labToken } from '../../fixtures/keys/token.ts';
import {
  type HistoryRecord,
  type Lab,
  newTraceparent,
  type Random,
  seededRandom,
  systemClock,
} from '../../harness/core/index.ts';

export interface OrderDriver extends AsyncDisposable {
  /**
   * One order; resolves with the milliseconds from POST until `order.completed` was acknowledged by the broker.
   * A 503 (a busy machine makes the gateway give up) is asked again soon; the time goes on.
   */
  order(): Promise<number>;
  /** `count` orders with `inFlight` of them at any time; resolves with how long each took. */
  orders(count: number, inFlight: number): Promise<number[]>;
  /** `count` orders, each once the one before has left nothing to do: mail, counts, commits of offsets, rows of the outbox. */
  alone(count: number): Promise<number[]>;
  /** How long each order since the beginning waited for its 201, in ms. */
  accepted(): readonly number[];
  /** Answers 503 since the beginning. */
  refused(): number;
  /** Records heard of since the beginning. */
  heard(): number;
}

/** After so many what an order needs has been compiled: V8 looks at a function of ours 400 times before it does, and twenty seconds later all of it is. */
export const WARM_UP_ORDERS = 1_000;
const ORDER_MS = 20_000;
const REFUSED_PAUSE_MS = 50;
/** What an order leaves to do is gathered for a quarter of a second at most. */
const ALONE_AFTER_MS = 400;

export async function orderDriver(lab: Lab): Promise<OrderDriver> {
  const { host, port, authorityFile } = lab.address('driver', 'gateway');
  const protocol = authorityFile === undefined ? 'http' : 'https';
  const trust = authorityFile === undefined ? {} : { connect: { ca: readFileSync(authorityFile, 'utf8') } };
  const door = new Pool(`${protocol}://${host}:${port}`, { connections: 64, pipelining: 1, ...trust });
  const random = seededRandom(1).fork('bench');
  const authorization = `Bearer ${await labToken('user-1')}`;
  const ends = await endings(lab);

  let refused = 0;
  const accepted: number[] = [];
  const post = async (body: string) => {
    const headers = {
      'content-type': 'application/json',
      authorization,
      traceparent: newTraceparent(random.hex(16), random),
    };
    const answer = await door.request({ method: 'POST', path: '/api/v1/orders', headers, body });
    const text = await answer.body.text();
    if (answer.statusCode === 201) return (JSON.parse(text) as { orderId: string }).orderId;
    if (answer.statusCode === 503) return undefined;
    throw new Error(`an order was answered ${answer.statusCode}: ${text.slice(0, 200)}`);
  };
  const order = async () => {
    const from = systemClock.now();
    const body = JSON.stringify(wish(random));
    let orderId = await post(body);
    while (orderId === undefined && systemClock.now() - from < ORDER_MS) {
      refused++;
      await systemClock.delay(REFUSED_PAUSE_MS);
      orderId = await post(body);
    }
    if (orderId === undefined) throw new Error(`an order was answered 503 for ${ORDER_MS} ms`);
    accepted.push(systemClock.now() - from);
    const { type, at } = await ends.of(orderId);
    if (type !== 'order.completed') throw new Error(`the order ${orderId} ended with ${type}`);
    return at - from;
  };
  return {
    order,
    async orders(count, inFlight) {
      const took: number[] = [];
      let left = count;
      const lane = async () => {
        while (left-- > 0) took.push(await order());
      };
      await Promise.all(Array.from({ length: inFlight }, lane));
      return took;
    },
    async alone(count) {
      const took: number[] = [];
      while (took.length < count) {
        await systemClock.delay(ALONE_AFTER_MS);
        took.push(await order());
      }
      return took;
    },
    accepted: () => accepted,
    refused: () => refused,
    heard: ends.heard,
    async [Symbol.asyncDispose]() {
      await ends.stop();
      await door.close();
    },
  };
}

function wish(random: Random) {
  return {
    items: [{ productId: `product-${random.integer(1, 10)}`, quantity: 1, price: 1_999 }],
    shippingAddressId: 'address-1',
    paymentMethod: 'card',
    idempotencyKey: random.hex(24),
  };
}

/** The event that ended an order, and when it was acknowledged, epoch ms. */
interface Ending {
  readonly type: string;
  readonly at: number;
}

interface Endings {
  of(orderId: string): Promise<Ending>;
  heard(): number;
  stop(): Promise<void>;
}

const TERMINAL = new Set(['order.completed', 'order.rejected', 'order.payment_failed', 'order.cancelled']);

async function endings(lab: Lab): Promise<Endings> {
  const known = new Map<string, Ending>();
  const waiting = new Map<string, (ending: Ending) => void>();
  const stop = new AbortController();
  let heard = 0;
  /** An exchange is recorded right before its messages. */
  let acknowledgedAt = Number.NaN;
  const onRecord = (record: HistoryRecord) => {
    if (record.type === 'exchange') acknowledgedAt = record.endAt;
    if (record.type !== 'message' || record.action !== 'produced') return;
    const type = record.headers?.type ?? '';
    if (record.key === undefined || !TERMINAL.has(type)) return;
    const ending = { type, at: acknowledgedAt };
    const tell = waiting.get(record.key);
    if (tell) tell(ending);
    else known.set(record.key, ending);
  };
  const from = (await lab.wire.records(Number.MAX_SAFE_INTEGER)).next;
  const onRecords = (records: readonly HistoryRecord[], next: number) => {
    heard = next - from;
    for (const record of records) onRecord(record);
  };
  const streaming = lab.wire.stream(from, onRecords, stop.signal, 'order->kafka');
  // A stream that breaks is told by the order that then never ends.
  streaming.catch(() => undefined);
  return {
    of(orderId) {
      const ending = known.get(orderId);
      if (ending !== undefined) {
        known.delete(orderId);
        return Promise.resolve(ending);
      }
      return new Promise((resolve, reject) => {
        const tooLate = AbortSignal.timeout(ORDER_MS);
        const onLate = () => {
          waiting.delete(orderId);
          reject(new Error(`the order ${orderId} had not ended after ${ORDER_MS} ms`));
        };
        tooLate.addEventListener('abort', onLate, { once: true });
        waiting.set(orderId, (ending) => {
          waiting.delete(orderId);
          tooLate.removeEventListener('abort', onLate);
          resolve(ending);
        });
      });
    },
    heard: () => heard,
    async stop() {
      stop.abort();
      await streaming.catch(() => undefined);
    },
  };
}
