/** What the topology's probes answer: entities, ledger entries, pending work; one look serves everybody who asked meanwhile. */
import {
  caseOfTrace,
  type EntityRow,
  type FinalState,
  HarnessError,
  type Lab,
  type LedgerRow,
  type PendingRow,
  type Probe,
} from '../core/index.ts';
import { sharedReading } from './shared-reading.ts';

export interface StateReader {
  /** A state read after the call; looks that are asked for at the same time share one reading. */
  read(): Promise<FinalState>;
  /** What is not done now is given up, after a case that left it so for ever: nobody waits for it from here on. */
  giveUp(): Promise<void>;
  /** This entity is waited for no more. */
  giveUpOn(entity: string): void;
  /** What is older than `ms` (epoch) is left out from here on: it is at rest, or what was known of it is gone. */
  beginAt(ms: number): void;
  /** Was this entity, or work for none in particular, given up? */
  isGivenUp(row: { readonly entity: string | null; readonly what?: string }): boolean;
}

/** In the path of a service's probe: the moment from which rows are wanted. */
const SINCE = /\$\{since\}/;

/** Many cases look without pause: the databases they look at also have orders to store. */
const REST = 2;

/** Rows older than `sinceMs` (epoch) are left out. */
export function stateReader(lab: Lab, sinceMs: number): StateReader {
  let horizonMs = sinceMs;
  const givenUp = new Set<string>();
  const read = sharedReading(() => readState(lab, horizonMs), { rest: REST });
  const terminal = lab.topology.ledger?.terminal ?? {};
  const nameOf = ({ entity, what }: { readonly entity: string | null; readonly what?: string }) => entity ?? what ?? '';
  return {
    read,
    async giveUp() {
      const { entities, pending } = await read();
      const open = entities.filter(({ state }) => !Object.hasOwn(terminal, state));
      for (const row of [...open, ...pending]) givenUp.add(nameOf(row));
    },
    giveUpOn: (entity) => void givenUp.add(entity),
    beginAt(ms) {
      horizonMs = Math.max(horizonMs, ms);
    },
    isGivenUp: (row) => givenUp.has(nameOf(row)),
  };
}

/** All probes at once. A topology without a ledger has an empty state. */
export async function readState(lab: Lab, sinceMs: number): Promise<FinalState> {
  const { ledger } = lab.topology;
  if (!ledger) return { entities: [], entries: [], pending: [] };
  const ask = async (probe: Probe) =>
    (await lab.probe<Record<string, unknown>>(bounded(probe, sinceMs))).filter((row) => Number(row.at) >= sinceMs);
  const [entities, entries, pending] = await Promise.all([
    ask(ledger.entities),
    Promise.all(ledger.entries.map(ask)),
    Promise.all(ledger.pending.map((probe) => lab.probe<Record<string, unknown>>(probe))),
  ]);
  return {
    entities: entities.map(entityRow),
    entries: entries.flat().map(ledgerRow),
    pending: pending.flat().map(pendingRow),
  };
}

/**
 * The part of a state that belongs to one case: by the entities' trace ids. With `orphansSince` (epoch ms, for a case that
 * runs alone) also the entries since then whose entity is nowhere: an effect for something that does not exist.
 */
export function stateOfCase(state: FinalState, caseId: string, orphansSince = Number.POSITIVE_INFINITY): FinalState {
  const { cases, orphans } = indexOf(state);
  const mine = cases.get(caseId) ?? { entities: [], entries: [], pending: [] };
  const strays = orphans.filter(({ at }) => at >= orphansSince);
  return { ...mine, entries: [...mine.entries, ...strays] };
}

interface CaseRows {
  readonly entities: EntityRow[];
  readonly entries: LedgerRow[];
  readonly pending: PendingRow[];
}

interface StateIndex {
  readonly cases: ReadonlyMap<string, CaseRows>;
  readonly orphans: readonly LedgerRow[];
}

const indexes = new WeakMap<FinalState, StateIndex>();

/** Rows by case; made once per reading, however many cases look at it. */
function indexOf(state: FinalState): StateIndex {
  const known = indexes.get(state);
  if (known) return known;
  const cases = new Map<string, CaseRows>();
  const caseOf = new Map<string, CaseRows | undefined>();
  for (const row of state.entities) {
    const id = row.trace === null ? undefined : caseOfTrace(row.trace);
    const rows = id === undefined ? undefined : (cases.get(id) ?? { entities: [], entries: [], pending: [] });
    if (id !== undefined && rows) cases.set(id, rows);
    rows?.entities.push(row);
    caseOf.set(row.entity, rows);
  }
  for (const row of state.entries) caseOf.get(row.entity)?.entries.push(row);
  for (const row of state.pending) if (row.entity !== null) caseOf.get(row.entity)?.pending.push(row);
  const index = { cases, orphans: state.entries.filter(({ entity }) => !caseOf.has(entity)) };
  indexes.set(state, index);
  return index;
}

function bounded(probe: Probe, sinceMs: number): Probe {
  if ('service' in probe) return { ...probe, path: probe.path.replace(SINCE, String(Math.floor(sinceMs))) };
  return {
    ...probe,
    sql: `select * from (${probe.sql.replace(/;\s*$/, '')}) as probed where at >= ${Math.floor(sinceMs)}`,
  };
}

function entityRow(row: Record<string, unknown>): EntityRow {
  return {
    entity: text(row, 'entity'),
    trace: row.trace === null ? null : text(row, 'trace'),
    state: text(row, 'state'),
    at: number(row, 'at'),
  };
}

function ledgerRow(row: Record<string, unknown>): LedgerRow {
  return {
    entity: text(row, 'entity'),
    kind: text(row, 'kind'),
    key: text(row, 'key'),
    amount: number(row, 'amount'),
    at: number(row, 'at'),
  };
}

function pendingRow(row: Record<string, unknown>): PendingRow {
  return {
    entity: row.entity === null ? null : text(row, 'entity'),
    what: text(row, 'what'),
    at: number(row, 'at'),
  };
}

function text(row: Record<string, unknown>, column: string): string {
  const value = row[column];
  if (typeof value === 'string') return value;
  throw badRow(row, column, 'a text');
}

function number(row: Record<string, unknown>, column: string): number {
  const value = Number(row[column]);
  if (row[column] !== null && row[column] !== undefined && Number.isFinite(value)) return value;
  throw badRow(row, column, 'a number');
}

function badRow(row: Record<string, unknown>, column: string, wanted: string): HarnessError {
  return new HarnessError({
    code: 'bad-topology',
    message: `a ledger probe answered a row whose "${column}" is not ${wanted}: ${JSON.stringify(row).slice(0, 200)}`,
    hint: 'see `Ledger` in harness/core/topology.ts for the columns each probe must give',
  });
}
