/** Structured logs: one JSON object a line on stdout, each with the trace and correlation id of the work it is about. */
import { type Logger, pino } from 'pino';
import { currentContext, traceIdOf } from './context.ts';
import { gatheredLines } from './log-lines.ts';
import { startTracing } from './tracing.ts';

export type { Logger };

/** The logger of a service. `log.info({ event: … })` makes an event that observers may collect. Tracing begins with it, where it is wanted. */
export function createLog(service: string): Logger {
  const options = {
    level: process.env.LOG_LEVEL ?? 'info',
    base: { service },
    timestamp: () => `,"time":${Math.round(performance.timeOrigin + performance.now())}`,
    mixin() {
      const context = currentContext();
      if (context === undefined) return {};
      return { traceId: traceIdOf(context.traceparent), correlationId: context.correlationId };
    },
  };
  const log = pino(options, gatheredLines());
  startTracing(service, log);
  return log;
}

/** The text of anything that was thrown. */
export function reasonOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const code = (thrown as { code?: unknown }).code;
  const text = thrown.message || thrown.name;
  return typeof code === 'string' && !text.includes(code) ? `${code} ${text}` : text;
}
