/**
 * Spans: what a service did for a trace, from when to when, and in which other span. Switched on by SPANS=log (each span is
 * a line of the log, with `"event":"span"`) or by OTLP_URL (sent to a collector as OTLP/JSON, see `otlp.ts`), or both.
 */
import { spanIdOf, traceIdOf } from './context.ts';
import type { Logger } from './log.ts';
import { optionalSetting } from './settings.ts';

export type SpanKind = 'server' | 'client' | 'producer' | 'consumer';

export interface Span {
  /** W3C `traceparent` of the span itself. */
  readonly traceparent: string;
  /** That of the span it belongs to, where there is one: the caller's. */
  readonly parent: string | undefined;
  readonly name: string;
  readonly kind: SpanKind;
  /** Epoch ms. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly failed?: boolean;
  /** By the names of OpenTelemetry's semantic conventions where there is one. */
  readonly attributes: Readonly<Record<string, string | number>>;
}

/** Where spans go. */
export type SpanSink = (span: Span) => void;

const sinks: SpanSink[] = [];
const closers: (() => Promise<void>)[] = [];

/** True when somebody wants spans: whoever has to do something for them asks first. */
export function isTracing(): boolean {
  return sinks.length > 0;
}

export function record(span: Span): void {
  for (const sink of sinks) sink(span);
}

/** What is to be called at the end of a span that begins now. */
export type EndSpan = (end: Pick<Span, 'failed' | 'attributes'>) => void;

const NOBODY_LOOKS: EndSpan = () => undefined;

/** Begins a span; answers what ends it. */
export function beginSpan(span: Pick<Span, 'traceparent' | 'parent' | 'name' | 'kind'>): EndSpan {
  if (!isTracing()) return NOBODY_LOOKS;
  const now = () => performance.timeOrigin + performance.now();
  const startedAt = now();
  return (end) => record({ ...span, startedAt, endedAt: now(), ...end });
}

export function addSink(sink: SpanSink): void {
  sinks.push(sink);
}

/** Opens the sinks that the settings name. */
export function startTracing(service: string, log: Logger): void {
  if (optionalSetting('SPANS') === 'log') addSink((span) => log.info(lineOf(span), span.name));
  const url = optionalSetting('OTLP_URL');
  if (url === undefined) return;
  const exporter = import('./otlp.ts').then(({ createExporter }) => createExporter({ url, service, log }));
  addSink((span) => void exporter.then(({ add }) => add(span)));
  closers.push(async () => (await exporter).close());
}

/** Sends what was not sent yet. */
export async function stopTracing(): Promise<void> {
  await Promise.all(closers.map((close) => close()));
}

function lineOf({ traceparent, parent, name, kind, startedAt, endedAt, failed, attributes }: Span) {
  return {
    event: 'span',
    traceparent,
    traceId: traceIdOf(traceparent),
    spanId: spanIdOf(traceparent),
    parentSpanId: parent === undefined ? null : (spanIdOf(parent) ?? null),
    span: name,
    kind,
    startedAt,
    tookMs: Math.round((endedAt - startedAt) * 100) / 100,
    failed: failed === true,
    ...attributes,
  };
}
