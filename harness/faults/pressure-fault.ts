/** Faults that put a part under pressure while it goes on; the runtime puts it on and counts how it is felt. */
import type { z } from 'zod';
import { edgeId, type HistoryRecord, type Lab, type Pressure, systemClock } from '../core/index.ts';
import { defineFault, type FaultKind } from './fault.ts';

export interface PressureFault<Options> {
  readonly name: string;
  readonly summary: string;
  readonly options: z.ZodType<Options>;
  readonly example: string;
  readonly pressure: (options: Options) => Pressure;
  /** Records on the part's own edges that show it as well; what they are, in words. */
  readonly alsoSeen?: { readonly as: string; readonly landed: (record: HistoryRecord) => boolean };
  /** Whether child processes can have it as well. */
  readonly natively?: boolean;
  /** The part may end of it: the heal then starts it again. */
  readonly mayEnd?: true;
}

/** The engine of a lab of containers does it; what this machine can do to child processes is said by the fault. */
export function pressureFault<Options>(fault: PressureFault<Options>): FaultKind {
  const { name, summary, options: schema, example, pressure, alsoSeen, natively, mayEnd } = fault;
  return defineFault<Options>({
    ...{ name, summary, example, target: 'part', scopes: ['shared'], options: schema },
    ...(!natively && { runtimes: ['containers'] }),
    async inject({ lab, target, options, seen }) {
      const wanted = pressure(options);
      await lab.parts.press(target, wanted);
      const fromMs = systemClock.now();
      let off = false;
      return {
        async evidence() {
          const { times, by } = await lab.parts.felt(target, wanted.on);
          const own = alsoSeen
            ? (await seen()).filter((record) => isAt(target, record, lab) && alsoSeen.landed(record))
            : [];
          const hits = times + own.length;
          const firstHitAt = own.reduce(
            (first, { at }) => Math.min(first, at),
            times > 0 ? fromMs : Number.POSITIVE_INFINITY,
          );
          const countedBy = alsoSeen ? `${by}; and ${alsoSeen.as}` : by;
          return { hits, countedBy, ...(hits > 0 && { firstHitAt }) };
        },
        async undo() {
          if (off) return;
          await lab.parts.relieve(target, wanted.on);
          if (mayEnd && (await hasEnded(lab, target))) await lab.parts.start(target);
          off = true;
        },
      };
    },
  });
}

async function hasEnded(lab: Lab, part: string): Promise<boolean> {
  return (await lab.parts.list()).find(({ name }) => name === part)?.state === 'exited';
}

/** On an edge from or to the part. */
function isAt(part: string, record: HistoryRecord, { topology }: Lab): boolean {
  if (!('edge' in record)) return false;
  const edge = topology.edges.find((candidate) => edgeId(candidate) === record.edge);
  return edge?.caller === part || edge?.callee === part;
}
