/** What several checks look at: the case's own operations, entities with their ledger, exchanges of an edge, windows of faults. */
import {
  type CheckInput,
  caseOfTrace,
  type Edge,
  type EntityRow,
  type ExchangeRecord,
  edgeId,
  type HistoryRecord,
  type LedgerRow,
  type OperationRecord,
  saysItFailed,
  type Topology,
} from '../core/index.ts';

export interface EntityView {
  readonly row: EntityRow;
  readonly entries: readonly LedgerRow[];
  /** Its state is one of the topology's terminal states. */
  readonly terminal: boolean;
}

/** Operations of the case at the system's door; `pattern` is a name or a prefix that ends in `*`. */
export function operationsOf(history: readonly HistoryRecord[], caseId?: string, pattern = '*'): OperationRecord[] {
  return history.filter(
    (record): record is OperationRecord =>
      record.type === 'operation' && isOurs(record, caseId) && matches(pattern, record.name),
  );
}

/** Entities of the case with their ledger entries. A row without a trace can't be told apart and counts as the case's. */
export function entitiesOf({ state, caseId, topology }: CheckInput): EntityView[] {
  const entries = groupBy(state.entries, ({ entity }) => entity);
  const terminal = topology.ledger?.terminal ?? {};
  return state.entities
    .filter(({ trace }) => trace === null || caseOfTrace(trace) === caseId)
    .map((row) => ({ row, entries: entries.get(row.entity) ?? [], terminal: Object.hasOwn(terminal, row.state) }));
}

/** Ledger entries within the time of the case whose entity is in no entity row: effects that belong to nothing. */
export function orphansOf({ state, history }: CheckInput): LedgerRow[] {
  const known = new Set(state.entities.map(({ entity }) => entity));
  const startMs = history[0]?.at ?? Number.POSITIVE_INFINITY;
  return state.entries.filter(({ entity, at }) => !known.has(entity) && at >= startMs);
}

/** Exchanges of an edge, whoever they belong to (a breaker is shared), idle operations left out. */
export function exchangesOn({ history, topology }: CheckInput, edge: string): ExchangeRecord[] {
  const idle = topology.idle.filter((entry) => matches(entry.edge, edge)).map(({ operation }) => operation);
  return history.filter(
    (record): record is ExchangeRecord =>
      record.type === 'exchange' && record.edge === edge && !idle.some((pattern) => matches(pattern, record.operation)),
  );
}

/** A failure of the callee as its caller sees it. A 4xx is an answer: the callee is well. */
export function isFailure(exchange: ExchangeRecord): boolean {
  const { outcome } = exchange;
  if (outcome === 'answered') return saysItFailed(exchange);
  return outcome === 'gave-up' || outcome === 'reset' || outcome === 'refused';
}

export function findEdge(topology: Topology, id: string): Edge | undefined {
  return topology.edges.find((edge) => edgeId(edge) === id);
}

/** From the first injection to the last heal (or without end), or undefined where nothing was injected. */
export function faultWindow({ faults }: CheckInput): { readonly fromMs: number; readonly toMs: number } | undefined {
  if (faults.length === 0) return undefined;
  return {
    fromMs: Math.min(...faults.map(({ injectedAt }) => injectedAt)),
    toMs: Math.max(...faults.map(({ healedAt }) => healedAt ?? Number.POSITIVE_INFINITY)),
  };
}

/** Exact text, or a prefix that ends in `*`, or an ending that begins with `*`. */
export function matches(pattern: string, text: string): boolean {
  if (pattern.endsWith('*')) return text.startsWith(pattern.slice(0, -1));
  return pattern.startsWith('*') ? text.endsWith(pattern.slice(1)) : pattern === text;
}

export function isOurs(record: HistoryRecord, caseId: string | undefined): boolean {
  return caseId === undefined || record.case === undefined || record.case === caseId;
}

export function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

/** The value below which `share` (0 to 1) of the numbers lie (nearest rank); 0 for none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? 0;
}
