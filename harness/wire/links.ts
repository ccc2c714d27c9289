/**
 * Which case an id belongs to: learnt where the topology says that an id stands beside a trace, and used on protocols that carry no trace.
 * An id that was seen with two cases names none: nothing is guessed.
 */
import type { CorrelateRule } from '../core/index.ts';
import { matchesOperation } from './trigger.ts';

/** Facts of an exchange that is told its case. */
export interface Linked {
  readonly operation: string;
  case?: string | undefined;
  key?: string | undefined;
}

/** The links as one edge sees them. */
export interface Links {
  /** Lengths of the ids known now: a value of another length is none. */
  readonly lengths: ReadonlySet<number>;
  /** Where ids stand in this operation (on this topic) here: `key`, `value.3`, `reply.orderId`. */
  places(operation: string, topic?: string): readonly string[];
  learn(id: string, caseId: string): void;
  caseOf(id: string): string | undefined;
  /** Gives the exchange the case (and the id as its key, where it has none) of the ids it carries; those of two cases name none. */
  find(exchange: Linked, ids: readonly string[]): void;
}

const MOST_IDS = 200_000;
const MOST_ID = 200;
const TWO_CASES = '';
const NO_PLACES: readonly string[] = [];

/** One for the whole wire; undefined for a topology that declares no links. */
export function createLinks(rules: readonly CorrelateRule[] = []): ((edge: string) => Links) | undefined {
  if (rules.length === 0) return undefined;
  const cases = new Map<string, string>();
  const lengths = new Set<number>();

  const learn = (id: string, caseId: string) => {
    if (id === '' || id.length > MOST_ID) return;
    const known = cases.get(id);
    if (known === caseId || known === TWO_CASES) return;
    cases.set(id, known === undefined ? caseId : TWO_CASES);
    if (known !== undefined) return;
    lengths.add(id.length);
    if (cases.size > MOST_IDS) cases.delete(cases.keys().next().value as string);
  };
  const caseOf = (id: string) => cases.get(id) || undefined;
  const find = (exchange: Linked, ids: readonly string[]) => {
    if (exchange.case !== undefined) return;
    let found: string | undefined;
    for (const id of ids) {
      if (!lengths.has(id.length)) continue;
      const caseId = caseOf(id);
      if (caseId === undefined) continue;
      if (found !== undefined && caseId !== found) {
        exchange.case = undefined;
        return;
      }
      found = caseId;
      exchange.case = caseId;
      exchange.key ??= id;
    }
  };
  return (edge) => {
    const mine = rules.filter((rule) => matchesEdge(rule.edge, edge));
    const known = new Map<string, readonly string[]>();
    return {
      lengths,
      learn,
      caseOf,
      find,
      places(operation, topic) {
        if (mine.length === 0) return NO_PLACES;
        const name = topic === undefined ? operation : `${operation} ${topic}`;
        let places = known.get(name);
        if (places !== undefined) return places;
        const fits = (rule: CorrelateRule) =>
          matchesOperation(rule.operation ?? '*', operation) && (rule.topic === undefined || rule.topic === topic);
        places = mine.filter(fits).map(({ id }) => id);
        if (known.size > 1_000) known.clear();
        known.set(name, places);
        return places;
      },
    };
  };
}

/** An edge, or a pattern with `*` at its beginning or end. */
function matchesEdge(pattern: string, edge: string): boolean {
  if (pattern.startsWith('*')) return edge.endsWith(pattern.slice(1));
  return matchesOperation(pattern, edge);
}
