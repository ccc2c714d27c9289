/** Puts the faults of a case on and takes them off, in reverse order, and keeps the evidence. */
import {
  type FaultEvidence,
  type FaultSpec,
  type HistoryRecord,
  type Lab,
  messageOf,
  systemClock,
  type Topology,
} from '../core/index.ts';
import { type Injection, type PlannedFault, planFault, type Runtime } from '../faults/index.ts';
import type { RecordFeed } from './feed.ts';

export interface FaultSet {
  /** True when every fault acts on this case only. */
  readonly scoped: boolean;
  readonly planned: readonly PlannedFault[];
}

export interface PlanWishes {
  /** Where a spec says none. */
  readonly scope?: FaultSpec['scope'];
  /** Of the lab, where there is one already or its kind is known. */
  readonly runtime?: Runtime;
}

/** What a fault can't do is refused. */
export async function planFaults(
  specs: readonly FaultSpec[],
  topology: Topology,
  { scope, runtime }: PlanWishes = {},
): Promise<FaultSet> {
  const scoped = specs.map((spec) => (scope ? { scope, ...spec } : spec));
  const planned = await Promise.all(scoped.map((spec) => planFault(spec, topology, runtime)));
  return { planned, scoped: planned.every(({ scope }) => scope === 'case') };
}

export interface ActiveFaults {
  /** Injects in order, once. When one fails, those that are on already are taken back before the error goes on. */
  inject(): Promise<void>;
  /** Takes every fault back, last first. May be called more than once. Throws when a fault stays on. */
  heal(): Promise<void>;
  evidence(): Promise<readonly FaultEvidence[]>;
  /** Epoch ms of the last heal. */
  healedAt(): number | undefined;
}

interface Active {
  readonly id: string;
  readonly planned: PlannedFault;
  readonly injection: Injection;
  readonly injectedAt: number;
  healedAt?: number;
}

/** The faults of one case, not on yet. */
export function faultsOf(lab: Lab, feed: RecordFeed, caseId: string, set: FaultSet): ActiveFaults {
  const active: Active[] = [];
  let injected = false;
  const healAll = async () => {
    const failures: unknown[] = [];
    for (const one of [...active].reverse()) {
      if (one.healedAt !== undefined) continue;
      await one.injection.undo().then(
        () => {
          one.healedAt = systemClock.now();
          feed.add(faultRecord(one, caseId, 'healed', one.healedAt));
        },
        (cause) => failures.push(cause),
      );
    }
    if (failures.length > 0) throw failures[0];
  };
  const inject = async () => {
    if (injected) return;
    injected = true;
    for (const [index, planned] of set.planned.entries()) await injectOne(index, planned);
  };
  const injectOne = async (index: number, planned: PlannedFault) => {
    const injectedAt = systemClock.now();
    const id = `${caseId}-${index + 1}-${planned.spec.fault}`;
    try {
      const injection = await planned.kind.inject({
        lab,
        id,
        target: planned.spec.target,
        options: planned.options,
        trigger: { ...planned.spec.trigger, ...(planned.scope === 'case' ? { case: caseId } : {}) },
        seen: () => seenSince(feed, injectedAt),
      });
      const one = { id, planned, injection, injectedAt };
      active.push(one);
      feed.add(faultRecord(one, caseId, 'injected', injectedAt));
    } catch (cause) {
      await healAll().catch(() => undefined);
      throw cause;
    }
  };
  return {
    inject,
    heal: healAll,
    evidence: async () =>
      injected ? Promise.all(active.map(evidenceOf)) : set.planned.map((planned) => neverOn(caseId, planned)),
    healedAt: () =>
      active.reduce<number | undefined>(
        (last, { healedAt }) => (healedAt === undefined ? last : Math.max(last ?? 0, healedAt)),
        undefined,
      ),
  };
}

function neverOn(caseId: string, { spec, scope }: PlannedFault): FaultEvidence {
  const countedBy = 'never injected: the workload did not call for it';
  return { id: `${caseId}-${spec.fault}`, spec: { ...spec, scope }, hits: 0, countedBy, injectedAt: 0 };
}

async function seenSince(feed: RecordFeed, fromMs: number): Promise<readonly HistoryRecord[]> {
  await feed.sync();
  return feed.since(fromMs);
}

async function evidenceOf({ id, planned, injection, injectedAt, healedAt }: Active): Promise<FaultEvidence> {
  const found = await injection
    .evidence()
    .catch((cause) => ({ hits: 0, countedBy: `not counted: ${messageOf(cause)}`, firstHitAt: undefined }));
  const optional = {
    ...(healedAt === undefined ? {} : { healedAt }),
    ...(found.firstHitAt === undefined ? {} : { firstHitAt: found.firstHitAt }),
  };
  return {
    id,
    spec: { ...planned.spec, scope: planned.scope },
    hits: found.hits,
    countedBy: found.countedBy,
    injectedAt,
    ...optional,
  };
}

function faultRecord({ id, planned }: Active, caseId: string, event: 'injected' | 'healed', at: number) {
  return {
    type: 'fault',
    at,
    case: caseId,
    id,
    fault: planned.spec.fault,
    event,
    target: planned.spec.target,
  } as const;
}
