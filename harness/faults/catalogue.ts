/** The catalogue of faults, and planning: options and target are checked before anything is broken. */
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import {
  type Catalogue,
  edgeId,
  type FaultSpec,
  HarnessError,
  loadCatalogue,
  nearestNames,
  type Topology,
} from '../core/index.ts';
import type { FaultKind, FaultScope, Runtime } from './fault.ts';

const FOLDER = fileURLToPath(new URL('./kinds/', import.meta.url));

/** Every fault kind, by name. */
export function faultCatalogue(): Promise<Catalogue<FaultKind>> {
  return loadCatalogue(FOLDER, 'fault', (exported, file) => {
    const kind = exported as FaultKind;
    if (typeof kind?.name !== 'string' || typeof kind.inject !== 'function')
      throw new TypeError(`${file} exports no fault kind`);
    return kind;
  });
}

/** A fault that can be injected: its kind, its options resolved, its scope chosen. */
export interface PlannedFault {
  readonly spec: FaultSpec;
  readonly kind: FaultKind;
  readonly options: unknown;
  readonly scope: FaultScope;
}

/**
 * Checks one fault against the topology, and against the runtime where that is known; a fault that its target, protocol or runtime can't do
 * is refused with the reason.
 */
export async function planFault(spec: FaultSpec, topology: Topology, runtime?: Runtime): Promise<PlannedFault> {
  const catalogue = await faultCatalogue();
  const kind = catalogue.get(spec.fault);
  const refuse = (why: string, hint?: string) =>
    new HarnessError({ code: 'fault-refused', message: `fault ${spec.fault} on ${spec.target}: ${why}`, hint });
  checkTarget(kind, spec, topology, { refuse, all: [...catalogue.entries.values()] });
  checkTrigger(kind, spec, refuse);
  checkRuntime(kind, runtime, refuse);
  const parsed = kind.options.safeParse(spec.options ?? {});
  if (!parsed.success) throw refuse(optionTrouble(kind, parsed.error), `example: faultline inject ${kind.example}`);
  const why = kind.refuses?.(topology, spec.target, parsed.data);
  if (why !== undefined) throw refuse(why, `example: faultline inject ${kind.example}`);
  const scope = spec.scope ?? kind.scopes[0];
  if (!kind.scopes.includes(scope))
    throw refuse(`it cannot be scoped to a ${scope}; it can be: ${kind.scopes.join(', ')}`);
  return { spec, kind, options: parsed.data, scope };
}

/** An unknown name goes first: it is why another is missing. */
function optionTrouble({ options }: FaultKind, { issues }: z.ZodError): string {
  const known = options instanceof z.ZodObject ? Object.keys(options.shape) : [];
  const takes = known.length > 0 ? `it takes ${known.join(', ')}` : 'it takes none';
  for (const issue of issues) {
    if (issue.code === 'unrecognized_keys') return `there is no option ${issue.keys.join(', ')}; ${takes}`;
  }
  const [issue] = issues;
  const name = issue?.path.join('.') || '(all)';
  if (issue?.code === 'invalid_type' && issue.input === undefined && /received undefined/.test(issue.message))
    return `the option ${name} is missing`;
  return `option ${name}: ${issue?.message.replace('Invalid input: ', '') ?? 'is wrong'}`;
}

type Refuse = (why: string, hint?: string) => HarnessError;

/** A condition that would be ignored is refused: the fault would act on more than was asked for. */
function checkTrigger({ triggered, target }: FaultKind, { trigger = {} }: FaultSpec, refuse: Refuse): void {
  const [condition] = Object.keys(trigger);
  if (triggered || condition === undefined) return;
  throw refuse(`it acts on the whole ${target}, so it cannot take "${condition}"`, 'leave the condition out');
}

function checkRuntime({ runtimes }: FaultKind, runtime: Runtime | undefined, refuse: Refuse): void {
  if (!runtimes || runtime === undefined || runtimes.includes(runtime)) return;
  const why = `it needs a lab of ${runtimes.join(' or ')}, and this one is ${runtime}`;
  throw refuse(why, `boot the lab with --runtime ${runtimes[0]}`);
}

function checkTarget(
  kind: FaultKind,
  spec: FaultSpec,
  topology: Topology,
  { refuse, all }: { readonly refuse: Refuse; readonly all: readonly FaultKind[] },
): void {
  if (kind.target === 'edge') {
    const edge = topology.edges.find((candidate) => edgeId(candidate) === spec.target);
    const names = topology.edges.map(edgeId);
    if (!edge) throw refuse(`topology ${topology.name} has no such edge`, near(spec.target, names));
    if (kind.protocols && !kind.protocols.includes(edge.protocol)) {
      const able = all.filter(
        ({ target, protocols }) => target === 'edge' && (protocols?.includes(edge.protocol) ?? true),
      );
      const hint = `what ${edge.protocol} edges can have: ${able.map(({ name }) => name).join(', ')}`;
      throw refuse(`the edge speaks ${edge.protocol}; this fault acts on ${kind.protocols.join(', ')}`, hint);
    }
    return;
  }
  const parts = [...Object.keys(topology.services), ...Object.keys(topology.stores), ...Object.keys(topology.brokers)];
  if (!parts.includes(spec.target))
    throw refuse(`topology ${topology.name} has no such part`, near(spec.target, parts));
}

function near(wanted: string, names: readonly string[]): string {
  const found = nearestNames(wanted, names);
  return found.length > 0 ? `did you mean ${found.join(', ')}?` : `known: ${names.join(', ')}`;
}
