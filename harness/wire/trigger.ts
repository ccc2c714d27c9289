/** Does a trigger match an exchange? Counting (n-th, times) is the rule book's work. */
import type { Trigger } from '../core/index.ts';
import type { ExchangeFacts } from './session.ts';

/** True when every condition of the trigger holds, apart from `nth`, `times` and `status`. */
export function matches(trigger: Trigger, facts: ExchangeFacts): boolean {
  if (trigger.case !== undefined && trigger.case !== facts.case) return false;
  if (trigger.operation !== undefined && !matchesOperation(trigger.operation, facts.operation)) return false;
  if (trigger.key !== undefined && trigger.key !== facts.key) return false;
  if (trigger.topic !== undefined && trigger.topic !== facts.topic) return false;
  if (trigger.group !== undefined && trigger.group !== facts.group) return false;
  if (trigger.header === undefined) return true;
  const value = facts.header(trigger.header.name);
  return trigger.header.value === undefined ? value !== undefined : value === trigger.header.value;
}

/** Exact, or a prefix that ends in `*`. */
export function matchesOperation(pattern: string, operation: string): boolean {
  return pattern.endsWith('*') ? operation.startsWith(pattern.slice(0, -1)) : operation === pattern;
}
