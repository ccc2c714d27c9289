/** The spans that services told of (`"event":"span"` in their logs), as the tree of one trace. */
import type { HistoryRecord } from '../core/index.ts';

export interface Span {
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly service: string;
  readonly name: string;
  readonly kind: string;
  /** Epoch ms. */
  readonly startedAt: number;
  readonly tookMs: number;
  readonly failed: boolean;
}

export interface SpanNode {
  readonly span: Span;
  /** By the time they began. */
  readonly children: readonly SpanNode[];
}

export interface Trace {
  readonly traceId: string;
  /** Spans whose parent is not among the spans. One where the trace is connected: that of the request at the door. */
  readonly roots: readonly SpanNode[];
  readonly spans: number;
  readonly services: readonly string[];
}

/** The tree of the trace (32 hex digits); without roots where nobody told of it. */
export function traceOfSpans(records: Iterable<HistoryRecord>, traceId: string): Trace {
  const spans = new Map<string, Span>();
  for (const record of records) {
    const span = spanOf(record, traceId);
    if (span !== undefined) spans.set(span.spanId, span);
  }
  const inOrder = [...spans.values()].sort((a, b) => a.startedAt - b.startedAt);
  const below = Map.groupBy(inOrder, ({ parentSpanId }) => parentSpanId);
  // Ids that lead in a circle are nobody's work: what was placed is not placed again.
  const placed = new Set<string>();
  const nodeOf = (span: Span): SpanNode => {
    placed.add(span.spanId);
    const children = (below.get(span.spanId) ?? []).filter(({ spanId }) => !placed.has(spanId));
    return { span, children: children.map(nodeOf) };
  };
  const roots = inOrder.filter(({ parentSpanId }) => parentSpanId === undefined || !spans.has(parentSpanId));
  return {
    traceId,
    roots: roots.map(nodeOf),
    spans: spans.size,
    services: [...new Set(inOrder.map(({ service }) => service))],
  };
}

function spanOf(record: HistoryRecord, traceId: string): Span | undefined {
  if (record.type !== 'service-event' || record.event !== 'span' || record.detail.traceId !== traceId) return undefined;
  const { spanId, parentSpanId, span, kind, startedAt, tookMs, failed } = record.detail;
  if (typeof spanId !== 'string' || typeof startedAt !== 'number') return undefined;
  return {
    spanId,
    parentSpanId: typeof parentSpanId === 'string' ? parentSpanId : undefined,
    service: record.service,
    name: String(span),
    kind: String(kind),
    startedAt,
    tookMs: typeof tookMs === 'number' ? tookMs : 0,
    failed: failed === true,
  };
}
