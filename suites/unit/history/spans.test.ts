/** Spans of services as the tree of one trace: connected, in pieces, or from nobody. */
import { expect, test } from 'vitest';
import type { HistoryRecord } from '../../../harness/core/index.ts';
import { traceOfSpans } from '../../../harness/history/index.ts';

const TRACE = '0123456789abcdef0123456789abcdef';

function told(
  service: string,
  spanId: string,
  parentSpanId: string | null,
  startedAt: number,
  traceId = TRACE,
): HistoryRecord {
  const detail = {
    traceId,
    spanId,
    parentSpanId,
    span: `of ${service}`,
    kind: 'server',
    startedAt,
    tookMs: 2,
    failed: false,
  };
  return { type: 'service-event', at: startedAt + 2, service, event: 'span', detail };
}

test('spans hang together by their parents, in the order in which they began', () => {
  const trace = traceOfSpans(
    [told('payment', 'c', 'a', 30), told('gateway', 'a', 'outside', 10), told('order', 'b', 'a', 20)],
    TRACE,
  );
  expect(trace).toMatchObject({ spans: 3, services: ['gateway', 'order', 'payment'] });
  expect(trace.roots).toHaveLength(1);
  expect(trace.roots[0]?.children.map(({ span }) => span.service)).toEqual(['order', 'payment']);
});

test('a trace that begins anew somewhere has two roots, and other traces are not looked at', () => {
  const records = [
    told('gateway', 'a', null, 10),
    told('order', 'b', 'lost', 20),
    told('user', 'c', 'a', 5, 'f'.repeat(32)),
  ];
  const { roots, services } = traceOfSpans(records, TRACE);
  expect(roots.map(({ span }) => span.service)).toEqual(['gateway', 'order']);
  expect(services).not.toContain('user');
});

test('what is damaged makes no tree without end', () => {
  const circle = [told('gateway', 'a', 'b', 10), told('order', 'b', 'a', 20), told('user', 'c', 'c', 30)];
  expect(traceOfSpans(circle, TRACE)).toMatchObject({ spans: 3, roots: [] });
  expect(traceOfSpans([], TRACE)).toMatchObject({ spans: 0, roots: [], services: [] });
});
