/** What a fault is: a kind with options, injected on a target, giving back its evidence and its undo. */
import { z } from 'zod';
import {
  edgeId,
  HarnessError,
  type HistoryRecord,
  type Lab,
  type LabDescriptor,
  type Protocol,
  type Topology,
  type Trigger,
} from '../core/index.ts';

/** `case`: acts on exchanges of one case only, many cases may run at once. `shared`: everybody on the target feels it. */
export type FaultScope = 'case' | 'shared';

/** What the parts of a lab are. */
export type Runtime = LabDescriptor['runtime'];

export interface FaultKind<Options = unknown> {
  readonly name: string;
  readonly summary: string;
  readonly target: 'edge' | 'part';
  /** What it can do; the first is the default. */
  readonly scopes: readonly [FaultScope, ...FaultScope[]];
  /** Acts on exchanges that a trigger chooses; absent: on all that passes, and a trigger is refused. */
  readonly triggered?: true;
  /** Edges it can act on; absent: any. */
  readonly protocols?: readonly Protocol[];
  /** Runtimes whose labs can have it; absent: any. */
  readonly runtimes?: readonly Runtime[];
  readonly options: z.ZodType<Options>;
  /** One line for `--help`, as typed after `faultline inject`. */
  readonly example: string;
  /** Why this part or edge of this system cannot have it with these options; asked at planning. */
  refuses?(topology: Topology, target: string, options: Options): string | undefined;
  inject(context: FaultContext<Options>): Promise<Injection>;
}

export interface FaultContext<Options> {
  readonly lab: Lab;
  /** Unique in the lab; rules and toxics carry it. */
  readonly id: string;
  readonly target: string;
  readonly options: Options;
  /** With `case` set where the fault is scoped. */
  readonly trigger: Trigger;
  /** Records of the wire since the injection. */
  seen(): Promise<readonly HistoryRecord[]>;
}

/** A fault that is on. `evidence` may be asked while it is on and after `undo`. */
export interface Injection {
  evidence(): Promise<Evidence>;
  /** Takes the fault back; may be called more than once. */
  undo(): Promise<void>;
}

/** How often a fault took effect, counted where it acts. */
export interface Evidence {
  readonly hits: number;
  /** One sentence: by whom and by what they were counted. */
  readonly countedBy: string;
  /** Epoch ms. */
  readonly firstHitAt?: number;
}

/** Keeps the options' type between schema and `inject`; the catalogue holds kinds of any options. */
export function defineFault<Options>(kind: FaultKind<Options>): FaultKind {
  return kind as FaultKind;
}

/** The edge a fault is aimed at; refused when the topology has none of that name. */
export function edgeOf(
  lab: Lab,
  target: string,
): { readonly caller: string; readonly callee: string; readonly protocol: Protocol } {
  const edge = lab.topology.edges.find((candidate) => edgeId(candidate) === target);
  if (edge) return edge;
  throw new HarnessError({
    code: 'fault-refused',
    message: `there is no edge "${target}" in topology ${lab.topology.name}`,
    hint: `edges: ${lab.topology.edges.map(edgeId).join(', ')}`,
  });
}

/** Evidence from records of the wire: those that `counts` accepts. */
export function evidenceOf(
  records: readonly HistoryRecord[],
  countedBy: string,
  counts: (record: HistoryRecord) => boolean,
): Evidence {
  const hits = records.filter(counts);
  const firstHitAt = hits.reduce<number | undefined>(
    (first, { at }) => (first === undefined || at < first ? at : first),
    undefined,
  );
  return { hits: hits.length, countedBy, firstHitAt };
}

/** Milliseconds as an option: whole or not, 0 up to 10 minutes. */
export const milliseconds = z.number().min(0).max(600_000);
