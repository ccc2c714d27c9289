import { expect, test } from 'vitest';
import shape from '../../../fixtures/topologies/tiny.ts';
import { isIdle } from '../../../harness/experiment/quiescence.ts';

const topology = {
  ...shape,
  idle: [
    { edge: '*->kafka', operation: 'Fetch' },
    { edge: 'till->book', operation: 'GET /health*' },
  ],
};

test('an idle operation is matched exactly, by prefix, and by the end of the edge', () => {
  expect(isIdle(topology, 'order->kafka', 'Fetch')).toBe(true);
  expect(isIdle(topology, 'order->kafka', 'Produce')).toBe(false);
  expect(isIdle(topology, 'till->book', 'GET /health/live')).toBe(true);
  expect(isIdle(topology, 'driver->till', 'GET /health')).toBe(false);
});
