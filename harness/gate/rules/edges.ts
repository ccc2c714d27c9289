/** How much of the topology was really broken: edges on which a fault has proven to act. */
import { z } from 'zod';
import { edgeId, type GateFinding, type RunFile } from '../../core/index.ts';
import { defineRule, notAsked, outcome } from '../rule.ts';

export default defineRule({
  name: 'edges',
  order: 60,
  asks: 'enough of the edges had a fault that took effect',
  level: 'warn',
  options: z.strictObject({
    /** Share of the edges between parts, 0 to 1. */
    atLeast: z.number().min(0).max(1).default(0.5),
    /** Edges that need no fault. */
    except: z.array(z.string()).default([]),
  }),
  judge({ run }, { atLeast, except }) {
    if (run.load !== undefined && run.experiments.length === 0)
      return notAsked('no experiment in this run, only a load');
    // What the driver does at the door is the workload; it is not one of the system's own edges.
    const wanted = run.topology.edges.filter((edge) => edge.caller !== 'driver' && !except.includes(edgeId(edge)));
    if (wanted.length === 0) return notAsked('the topology has no edge that needs a fault');
    const hit = edgesHit(run);
    const bare = wanted.map(edgeId).filter((edge) => !hit.has(edge));
    const share = (wanted.length - bare.length) / wanted.length;
    const status = share < atLeast ? 'fail' : 'pass';
    const findings = bare.map(
      (edge): GateFinding => ({ status, subject: edge, what: 'had no fault that took effect' }),
    );
    const strangers = except.filter((edge) => !run.topology.edges.some((one) => edgeId(one) === edge));
    const notes = strangers.map(
      (edge): GateFinding => ({ status: 'pass', subject: edge, what: 'is excepted, and is no edge' }),
    );
    const counts = `${wanted.length - bare.length} of ${wanted.length} edges (${Math.round(100 * share)} %)`;
    return outcome(`a fault took effect on ${counts}, wanted are ${Math.round(100 * atLeast)} %`, [
      ...findings,
      ...notes,
    ]);
  },
});

/** A fault on a part counts for the edges that lead to it: their callers see it go. */
function edgesHit({ experiments, load, topology }: RunFile): ReadonlySet<string> {
  const all = [...experiments.flatMap((result) => result.case?.faults ?? []), ...(load?.faults ?? [])];
  const faults = all.filter(({ hits }) => hits > 0);
  const targets = new Set(faults.map(({ spec }) => spec.target));
  return new Set(topology.edges.filter((edge) => targets.has(edgeId(edge)) || targets.has(edge.callee)).map(edgeId));
}
