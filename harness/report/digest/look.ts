/** How one exchange is drawn and counted: its outcome, with error replies told from good ones. */
import { type ExchangeRecord, type IdleOperation, saysItFailed } from '../../core/index.ts';
import type { OUTCOMES } from '../words.ts';

export type Look = keyof typeof OUTCOMES;

/** The order in which looks are numbered in the page's data. */
export const LOOKS: readonly Look[] = ['answered', 'error', 'gave-up', 'reset', 'refused', 'open', 'message'];

export function lookOf(exchange: ExchangeRecord): Look {
  if (exchange.outcome !== 'answered') return exchange.outcome;
  const status = exchange.status ?? 0;
  const isError = exchange.protocol === 'kafka' ? status !== 0 : saysItFailed(exchange);
  return isError ? 'error' : 'answered';
}

/** True when a call that looks like this failed for its caller. */
export function isFailure(look: Look): boolean {
  return look === 'error' || look === 'gave-up' || look === 'reset' || look === 'refused';
}

/** Tells exchanges that go on although nobody asked for anything. */
export function idleTest(idle: readonly IdleOperation[]): (exchange: { edge: string; operation: string }) => boolean {
  const byEdge = new Map<string, string[]>();
  for (const { edge, operation } of idle) byEdge.set(edge, [...(byEdge.get(edge) ?? []), operation]);
  return ({ edge, operation }) =>
    byEdge
      .get(edge)
      ?.some((wanted) => (wanted.endsWith('*') ? operation.startsWith(wanted.slice(0, -1)) : operation === wanted)) ??
    false;
}
