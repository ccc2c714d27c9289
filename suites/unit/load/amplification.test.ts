/** Calls behind the door for each call at it. */
import { expect, test } from 'vitest';
import topology from '../../../fixtures/topologies/shop-small.ts';
import type { ExchangeRecord, MessageRecord } from '../../../harness/core/index.ts';
import { amplificationCounter } from '../../../harness/load/amplification.ts';

const exchange = (edge: string, at: number, operation = 'POST /x'): ExchangeRecord => ({
  type: 'exchange',
  edge,
  at,
  endAt: at + 1,
  protocol: 'http',
  operation,
  outcome: 'answered',
  requestBytes: 1,
  responseBytes: 1,
  forwarded: true,
  connection: 1,
});
const produced = (at: number): MessageRecord => ({
  type: 'message',
  edge: 'order->kafka',
  at,
  action: 'produced',
  topic: 'order.events',
  partition: 0,
});

test('calls are counted per edge and phase, retries show while faults are on, and idle work does not count', () => {
  const counter = amplificationCounter(topology, 'gateway', () => ({ injectedAt: 1_000, healedAt: 2_000 }), true);
  for (const at of [100, 200, 1_100, 1_200, 2_100]) {
    counter.add(exchange('driver->gateway', at));
    counter.add(exchange('gateway->order', at));
    if (at > 1_000 && at < 2_000) counter.add(exchange('gateway->order', at + 5));
    counter.add(exchange('gateway->order', at, 'GET /health/ready'));
    counter.add(produced(at));
    counter.add({ ...produced(at), action: 'delivered' });
  }
  const result = counter.result();
  const of = (edge: string, phase: string) => result.find((row) => row.edge === edge && row.phase === phase);
  expect(of('gateway->order', 'all')).toMatchObject({ calls: 7, perCall: 1.4 });
  expect(of('gateway->order', 'before')).toMatchObject({ calls: 2, perCall: 1 });
  expect(of('gateway->order', 'during')).toMatchObject({ calls: 4, perCall: 2 });
  expect(of('order->kafka', 'all')).toMatchObject({ calls: 5, perCall: 1 });
  expect(of('driver->gateway', 'all')).toBeUndefined();
});

test('alone there is the whole load only, and without a call at the door there is nothing to say', () => {
  const counter = amplificationCounter(
    topology,
    'gateway',
    () => ({ injectedAt: undefined, healedAt: undefined }),
    false,
  );
  counter.add(produced(1));
  expect(counter.result()).toEqual([]);
  counter.add(exchange('driver->gateway', 2));
  expect(counter.result()).toEqual([{ edge: 'order->kafka', phase: 'all', calls: 1, atDoor: 1, perCall: 1 }]);
});
