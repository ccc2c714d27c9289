/** Judging a case: specs are checked at planning, each check is judged alone, and one that crashes is `unknown`, never green. */
import { fileURLToPath } from 'node:url';
import {
  type Catalogue,
  type CheckInput,
  type CheckSpec,
  edgeId,
  HarnessError,
  loadCatalogue,
  messageOf,
  nearestNames,
  type Topology,
  type Verdict,
} from '../core/index.ts';
import type { CheckKind } from './check.ts';

const FOLDER = fileURLToPath(new URL('./kinds/', import.meta.url));

/** Every check kind, by name. */
export function checkCatalogue(): Promise<Catalogue<CheckKind>> {
  return loadCatalogue(FOLDER, 'check', validateKind);
}

/** A check that can be judged: its kind, its options resolved. */
export interface PlannedCheck {
  readonly kind: CheckKind;
  readonly options: unknown;
}

/** Resolves the specs. An unknown check, a wrong option or an edge the topology does not have is refused with the nearest names. */
export async function planChecks(specs: readonly CheckSpec[], topology?: Topology): Promise<PlannedCheck[]> {
  const catalogue = await checkCatalogue();
  return specs.map((spec) => planCheck(spec, catalogue, topology));
}

/** Plans and judges: one verdict per spec, in their order. Throws only for specs that can't be planned. */
export async function judge(specs: readonly CheckSpec[], input: CheckInput): Promise<Verdict[]> {
  return judgePlanned(await planChecks(specs, input.topology), input);
}

export function judgePlanned(checks: readonly PlannedCheck[], input: CheckInput): Verdict[] {
  const ordered = { ...input, history: inTimeOrder(input.history) };
  const verdicts = checks.map((check) => judgeOne(check, ordered));
  return input.lostRecords ? verdicts.map((verdict) => withGap(verdict, Number(input.lostRecords))) : verdicts;
}

/** A record that has a hole proves nothing, neither that a promise was kept nor that one was broken. */
function withGap({ check, status, summary, evidence }: Verdict, lost: number): Verdict {
  return {
    check,
    status: 'unknown',
    reason: 'records-lost',
    summary: `${lost} records were lost before they could be read`,
    evidence: [`from what is left: ${status}: ${summary}`, ...evidence],
  };
}

function judgeOne({ kind, options }: PlannedCheck, input: CheckInput): Verdict {
  try {
    return { check: kind.name, ...kind.judge(input, options as never) };
  } catch (cause) {
    const where = cause instanceof Error ? (cause.stack?.split('\n').slice(1, 4) ?? []) : [];
    return {
      check: kind.name,
      status: 'unknown',
      reason: 'check-crashed',
      summary: `the check ${kind.name} crashed: ${messageOf(cause)}`,
      evidence: where.map((line) => line.trim().replace(/\(?(file:\/\/)?\/.*\/harness\//, '(harness/')),
    };
  }
}

function planCheck(spec: CheckSpec, catalogue: Catalogue<CheckKind>, topology: Topology | undefined): PlannedCheck {
  const { check, ...options } = spec;
  const kind = catalogue.get(check);
  const parsed = kind.options.safeParse(options);
  if (!parsed.success) throw badOption(kind, options, parsed.error.issues);
  if (topology !== undefined) {
    const problem = problemOnTopology(kind, parsed.data, topology);
    if (problem !== undefined) throw refused(`check ${check}: ${problem.message}`, problem.hint);
  }
  return { kind, options: parsed.data };
}

interface Issue {
  readonly code?: string;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly keys?: readonly string[];
}

function badOption(kind: CheckKind, given: Record<string, unknown>, issues: readonly Issue[]): HarnessError {
  const [issue] = issues;
  const known = knownOptions(kind);
  const [stray] = issue?.keys ?? [];
  if (issue?.code === 'unrecognized_keys' && stray !== undefined) {
    const near = nearestNames(stray, known);
    const hint = near.length > 0 ? `did you mean ${near.join(', ')}?` : `known: ${known.join(', ') || 'none'}`;
    return refused(`check ${kind.name} has no option "${stray}"`, hint);
  }
  const name = issue?.path.join('.') ?? '';
  const got = name === '' ? '' : `, got ${JSON.stringify(given[String(issue?.path[0])]) ?? 'nothing'}`;
  return refused(
    `check ${kind.name}, option ${name || '(all)'}: ${issue?.message ?? 'is wrong'}${got}`,
    `options: ${known.join(', ') || 'none'}`,
  );
}

function problemOnTopology(
  kind: CheckKind,
  options: unknown,
  topology: Topology,
): { message: string; hint?: string } | undefined {
  const edge = (options as { edge?: string }).edge;
  const edges = topology.edges.map(edgeId);
  if (edge !== undefined && !edges.includes(edge)) {
    const near = nearestNames(edge, edges);
    const hint = near.length > 0 ? `did you mean ${near.join(', ')}?` : `known: ${edges.join(', ')}`;
    return { message: `topology ${topology.name} has no edge ${edge}`, hint };
  }
  const message = kind.refuses?.(topology, options as never);
  return message === undefined ? undefined : { message };
}

function knownOptions(kind: CheckKind): string[] {
  const shape = (kind.options as { shape?: Record<string, unknown> }).shape;
  return shape === undefined ? [] : Object.keys(shape);
}

function validateKind(exported: unknown, file: string): CheckKind {
  const kind = exported as CheckKind;
  const whole =
    typeof kind?.name === 'string' &&
    typeof kind.summary === 'string' &&
    typeof kind.judge === 'function' &&
    typeof kind.options?.safeParse === 'function';
  if (!whole) throw new TypeError(`${file} exports no check kind (name, summary, options, judge)`);
  return kind;
}

function inTimeOrder(history: CheckInput['history']): CheckInput['history'] {
  const sorted = history.every((record, index) => index === 0 || (history[index - 1]?.at ?? 0) <= record.at);
  return sorted ? history : history.toSorted((a, b) => a.at - b.at);
}

function refused(message: string, hint?: string): HarnessError {
  return new HarnessError({ code: 'bad-config', message, hint });
}
