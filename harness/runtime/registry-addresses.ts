/** What a registry's answers are rewritten to: instances register where they really listen, each caller dials its own edge to them. */
import { type Edge, edgeId } from '../core/index.ts';
import type { LabPlan } from './plan.ts';

export interface Hosts {
  /** Where a part is found by those who know its own address. */
  part(name: string): string;
  /** Where the wire is found. */
  readonly wire: string;
}

/** The member `registry` of the wire's edge; nothing where the callee is no registry. */
export function registryAnswers(edge: Edge, plan: LabPlan, hosts: Hosts) {
  if (edge.registry === undefined) return {};
  const own = plan.edges.filter(({ id }) => id.startsWith(`${edge.caller}->`) && id !== edgeId(edge));
  const dial = own.map(({ id, calleePort, wirePort, ownPort }) => {
    const callee = id.slice(edge.caller.length + '->'.length);
    // Whoever carries the calls, an instance registers its own port.
    return { callee, at: `${hosts.part(callee)}:${ownPort ?? calleePort}`, instead: `${hosts.wire}:${wirePort}` };
  });
  return {
    registry: {
      addresses: edge.registry.addresses,
      dial: Object.fromEntries(dial.map(({ at, instead }) => [at, instead])) as Record<string, string>,
      instances: Object.fromEntries(dial.map(({ at, callee }) => [at, callee])) as Record<string, string>,
    },
  };
}
