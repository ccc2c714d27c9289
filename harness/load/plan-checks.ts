/** Which checks a load is judged by: those of any healthy system and those of the experiment, each as it says that it is meant under load. */
import { type PlannedCheck, planChecks } from '../checks/index.ts';
import type { CheckSpec, LoadNotJudged, Topology } from '../core/index.ts';

export interface LoadCheck extends PlannedCheck {
  /** Edges whose exchanges it reads; none: it reads the ledger and what was accepted. */
  readonly edges: readonly string[];
  /** It reads the requests at the door. */
  readonly requests: boolean;
}

export interface LoadChecks {
  readonly checks: readonly LoadCheck[];
  readonly notJudged: readonly LoadNotJudged[];
}

/** Each once, however often it was asked for. Throws for specs that cannot be planned on this topology. */
export async function planLoadChecks(specs: readonly CheckSpec[], topology: Topology): Promise<LoadChecks> {
  const checks = new Map<string, LoadCheck>();
  const notJudged = new Map<string, LoadNotJudged>();
  for (const { kind, options } of await planChecks(specs, topology)) {
    const under = kind.underLoad?.(options as never, topology) ?? { not: 'it does not say what it means under load' };
    if ('not' in under) notJudged.set(`${kind.name} ${under.not}`, { check: kind.name, why: under.not });
    else {
      const { edges = [], requests = false } = under;
      checks.set(`${kind.name} ${JSON.stringify(under.options)}`, { kind, options: under.options, edges, requests });
    }
  }
  return { checks: [...checks.values()], notJudged: [...notJudged.values()] };
}
