/** Where ids are learnt is checked like everything else in a topology. */
import { expect, test } from 'vitest';
import type { CorrelateRule, Topology } from '../../../harness/core/index.ts';
import { validateTopology } from '../../../harness/topology/index.ts';

function sample(correlate: readonly unknown[]): unknown {
  return {
    name: 'sample',
    services: { order: { command: ['run'], ready: { tcp: true } } },
    stores: { postgres: { kind: 'postgres' } },
    brokers: { kafka: { kind: 'kafka', topics: [] } },
    edges: [
      { caller: 'driver', callee: 'order', protocol: 'http' },
      { caller: 'order', callee: 'postgres', protocol: 'postgres' },
      { caller: 'order', callee: 'kafka', protocol: 'kafka' },
    ],
    idle: [],
    correlate,
  };
}

test('places that their protocols have are taken', () => {
  const correlate: CorrelateRule[] = [
    { edge: '*->kafka', topic: 'order.events', id: 'key' },
    { edge: 'order->postgres', operation: 'order-*', id: 'value.5' },
    { edge: 'driver->order', operation: 'POST /orders', id: 'reply.orderId' },
    { edge: 'driver->*', id: 'key' },
  ];
  expect((validateTopology(sample(correlate)) as Topology).correlate).toEqual(correlate);
});

test.each([
  [{ edge: '*->redis', id: 'key' }, 'correlate names the edge "*->redis", which is not declared'],
  [{ edge: 'order->postgres', id: 'key' }, 'correlate looks for "key" on order->postgres, which speaks postgres'],
  [{ edge: '*', id: 'value.1' }, 'correlate looks for "value.1" on driver->order, which speaks http'],
  [
    { edge: 'driver->order', topic: 'x', id: 'key' },
    'correlate names the topic "x" on driver->order, which is no Kafka edge',
  ],
  [{ edge: '*->kafka', id: 'value.0' }, 'must be key, value.<number> or reply.<member>'],
  [{ edge: '*->kafka', id: 'reply.a.b' }, 'must be key, value.<number> or reply.<member>'],
  [{ edge: '*->kafka', id: 'key', case: 'x' }, 'has the unknown member "case"'],
])('%j is refused', (rule, sentence) => {
  expect(() => validateTopology(sample([rule]))).toThrow(sentence);
});
