/** Checks that a value is a topology that can be booted and judged; the first trouble is one sentence. */
import { HarnessError, type Topology } from '../core/index.ts';
import { edgeProblems } from './rules-edges.ts';
import { ledgerProblems } from './rules-ledger.ts';
import { partProblems } from './rules-parts.ts';
import { topologySchema } from './schema.ts';

/** One thing that is wrong: what and where (a clause), and what to do about it (a sentence). */
export interface Problem {
  readonly message: string;
  readonly hint: string;
}

/** Answers the value as a topology, or throws `bad-topology` with the first problem; the hint counts the others. */
export function validateTopology(value: unknown): Topology {
  const parsed = topologySchema.safeParse(value);
  const called = nameOf(value);
  if (!parsed.success)
    return refuse(
      called,
      parsed.error.issues.map((issue) => shapeProblem(issue, value)),
    );
  const topology = parsed.data;
  const problems = [...partProblems(topology), ...edgeProblems(topology), ...ledgerProblems(topology)];
  return problems.length === 0 ? topology : refuse(called, problems);
}

function refuse(called: string, problems: readonly Problem[]): never {
  const [first, ...others] = problems;
  const more =
    others.length > 0 ? ` (${others.length} more ${others.length === 1 ? 'problem' : 'problems'} after this.)` : '';
  throw new HarnessError({
    code: 'bad-topology',
    message: `topology ${called}: ${first?.message ?? 'not understood'}`,
    hint: `${first?.hint ?? 'Compare it with fixtures/topologies.'}${more}`,
    facts: { problems: problems.length },
  });
}

function nameOf(value: unknown): string {
  const name = typeof value === 'object' && value !== null && 'name' in value ? value.name : undefined;
  return typeof name === 'string' ? `"${name}"` : 'without a name';
}

interface Issue {
  readonly code: string;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly errors?: readonly (readonly Issue[])[];
  readonly keys?: readonly string[];
  readonly issues?: readonly Issue[];
}

/** zod's issue as a clause: the place, what stands there, and what is expected. */
function shapeProblem(issue: Issue, value: unknown): Problem {
  const where = issue.path.map(String).join('.') || 'the topology';
  const quoted = quote(issue.path.reduce(memberOf, value));
  if (issue.code === 'unrecognized_keys') {
    return {
      message: `${where} has the unknown member ${issue.keys?.map((key) => `"${key}"`).join(', ')}`,
      hint: 'Remove it or correct its spelling.',
    };
  }
  if (issue.code === 'invalid_key') {
    return { message: `the name at ${where} ${issue.issues?.[0]?.message ?? 'is not allowed'}`, hint: 'Rename it.' };
  }
  if (issue.code === 'invalid_union') {
    return { message: `${where} is ${quoted}, which is none of the forms it may have`, hint: unionHint(where) };
  }
  return { message: `${where} is ${quoted}: ${issue.message}`, hint: `Correct ${where}.` };
}

function unionHint(where: string): string {
  return where.endsWith('ready')
    ? "Write { http: '/path' } or { tcp: true }, with timeoutMs if it needs longer."
    : 'Write { store, database, sql } or { service, path }.';
}

function memberOf(value: unknown, key: PropertyKey): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined;
}

function quote(value: unknown): string {
  if (value === undefined) return 'missing';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
