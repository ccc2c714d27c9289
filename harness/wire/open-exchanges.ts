/** Exchanges that have begun and not ended, on every edge: quiescence looks at them. */
import type { ExchangeFacts } from './session.ts';

export interface OpenExchange {
  readonly edge: string;
  readonly operation: string;
  readonly sinceMs: number;
  readonly case?: string;
}

export interface OpenExchanges {
  /** Counts the exchange as open until the returned function is called. */
  opened(edge: string, facts: ExchangeFacts): () => void;
  list(): readonly OpenExchange[];
}

export function createOpenExchanges(now: () => number): OpenExchanges {
  const open = new Set<{ edge: string; facts: ExchangeFacts; at: number }>();
  return {
    opened(edge, facts) {
      const entry = { edge, facts, at: now() };
      open.add(entry);
      return () => open.delete(entry);
    },
    list() {
      const nowMs = now();
      return [...open].map(({ edge, facts, at }) => ({
        edge,
        operation: facts.operation,
        sinceMs: nowMs - at,
        case: facts.case,
      }));
    },
  };
}
