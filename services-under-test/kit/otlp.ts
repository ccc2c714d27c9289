/** Sends spans to a collector as OTLP/JSON over HTTP (`POST /v1/traces`), a few at a time. While it is away spans are dropped: they must never hold up work. */
import { openConnections } from './connections.ts';
import { spanIdOf, traceIdOf } from './context.ts';
import { type Logger, reasonOf } from './log.ts';
import type { Span, SpanKind } from './tracing.ts';

export interface ExporterOptions {
  /** `http://host:port` of the collector. */
  readonly url: string;
  readonly service: string;
  readonly log: Logger;
}

export interface Exporter {
  add(span: Span): void;
  /** Sends what is left. */
  close(): Promise<void>;
}

const BATCH = 200;
const EVERY_MS = 500;
const WITHIN_MS = 2_000;
const MOST_WAITING = 5_000;
/** `SpanKind` of the protocol. */
const KINDS: Readonly<Record<SpanKind, number>> = { server: 2, client: 3, producer: 4, consumer: 5 };
const STATUS_ERROR = 2;

export function createExporter({ url, service, log }: ExporterOptions): Exporter {
  const connections = openConnections(url, 1);
  let waiting: Span[] = [];
  let dropped = 0;

  const flush = async () => {
    const batch = waiting.splice(0, BATCH);
    if (batch.length === 0) return;
    try {
      const answer = await connections.ask({
        method: 'POST',
        path: '/v1/traces',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(tracesOf(service, batch)),
        signal: AbortSignal.timeout(WITHIN_MS),
      });
      if (answer.status >= 300) throw new Error(`the collector answered ${answer.status}`);
    } catch (error) {
      dropped += batch.length;
      log.debug({ dropped, reason: reasonOf(error) }, 'spans were dropped');
    }
  };
  const timer = setInterval(() => void flush(), EVERY_MS).unref();
  return {
    add(span) {
      if (waiting.length >= MOST_WAITING) dropped++;
      else waiting.push(span);
      if (waiting.length === BATCH) void flush();
    },
    async close() {
      clearInterval(timer);
      while (waiting.length > 0) await flush();
      waiting = [];
      await connections.close();
    },
  };
}

/** The body of an export request: `ExportTraceServiceRequest` in its JSON form. */
export function tracesOf(service: string, spans: readonly Span[]): unknown {
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: service } }] };
  return { resourceSpans: [{ resource, scopeSpans: [{ scope: { name: 'shop' }, spans: spans.map(spanOf) }] }] };
}

function spanOf({ traceparent, parent, name, kind, startedAt, endedAt, failed, attributes }: Span) {
  return {
    traceId: traceIdOf(traceparent),
    spanId: spanIdOf(traceparent),
    ...(parent !== undefined && { parentSpanId: spanIdOf(parent) }),
    name,
    kind: KINDS[kind],
    startTimeUnixNano: nanos(startedAt),
    endTimeUnixNano: nanos(endedAt),
    attributes: Object.entries(attributes).map(([key, value]) => ({
      key,
      value: typeof value === 'number' ? { doubleValue: value } : { stringValue: value },
    })),
    status: failed ? { code: STATUS_ERROR } : {},
  };
}

/** 64-bit integers are texts in the JSON form. */
function nanos(epochMs: number): string {
  return String(BigInt(Math.round(epochMs * 1_000)) * 1_000n);
}
