/** What says no says it in one shape: a problem document (RFC 9457) with its correlation id, and nothing of how the system is made. */
import { z } from 'zod';
import type { OperationRecord } from '../../core/index.ts';
import { operationsOf } from '../case-view.ts';
import { defineCheck } from '../check.ts';
import { counted, fail, noData, pass } from '../judgement.ts';

const PROBLEM_TYPE = 'application/problem+json';
/** What nobody outside may see, and what it is called. */
const INTERNALS: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['a stack trace', /\bat [\w.<>]+ \(|\n\s+at |node:internal|node_modules/],
  ['a source file', /\w\.(ts|js|mjs|sql|py|java):\d+/],
  ['an address', /\b(127\.0\.0\.1|localhost|10\.\d+\.\d+\.\d+)(:\d+)?\b/],
  ['a system error', /\bE(CONNREFUSED|CONNRESET|TIMEDOUT|NOTFOUND|PIPE|AI_AGAIN)\b|UND_ERR_/],
  [
    'an SQL text',
    /\b(select|insert into|update|delete from)\b[^"]{0,80}\b(from|values|set|where)\b|SQLSTATE|relation "/i,
  ],
];

export default defineCheck({
  name: 'error-shape',
  summary: 'every refusal at the door is a problem document with its correlation id, and tells nothing of the inside',
  options: z.strictObject({
    /** By name, or a prefix that ends in `*`. */
    operations: z.string().default('*'),
    /** The document must name the correlation id of the answer's header. */
    correlation: z.boolean().default(true),
    /** How many refusals there must be. */
    atLeast: z.int().min(1).default(1),
  }),
  underLoad: () => ({ not: 'of the answers of a load no bodies and headers are kept' }),
  judge(input, { operations, correlation, atLeast }) {
    const refused = operationsOf(input.history, input.caseId, operations).filter(({ status = 0 }) => status >= 400);
    const problems = refused.flatMap((operation) =>
      problemsOf(operation, correlation).map((problem) => `${operation.name} (${operation.status}) ${problem}`),
    );
    const figures = { refusals: refused.length, broken: problems.length };
    if (problems.length > 0)
      return fail(`${counted(problems.length, 'fault')} in the shape of refusals`, problems, figures);
    if (refused.length < atLeast)
      return noData(`${counted(refused.length, 'refusal')} at the door, wanted ${atLeast}`, [], figures);
    return pass(`${counted(refused.length, 'refusal')}, each a problem document`, [], figures);
  },
});

function problemsOf({ status, detail = {} }: OperationRecord, correlation: boolean): string[] {
  const body = String(detail.body ?? '');
  const told = INTERNALS.filter(([, pattern]) => pattern.test(body)).map(
    ([name]) => `tells ${name}: ${body.slice(0, 200)}`,
  );
  const contentType = String(detail.contentType ?? '');
  if (!contentType.startsWith(PROBLEM_TYPE))
    return [`is ${contentType || 'of no type'} instead of ${PROBLEM_TYPE}`, ...told];
  const document = parsed(body);
  if (document === undefined) return ['is no JSON object', ...told];
  const missing = typeof document.title === 'string' && document.title !== '' ? [] : ['has no title'];
  const lying =
    document.status === undefined || document.status === status ? [] : [`says its status is ${document.status}`];
  return [...missing, ...lying, ...(correlation ? correlationProblem(document, detail.correlation) : []), ...told];
}

function correlationProblem({ correlationId }: Record<string, unknown>, header: unknown): string[] {
  if (typeof correlationId !== 'string' || correlationId === '') return ['names no correlation id'];
  return header === undefined || header === correlationId ? [] : [`names ${correlationId}, its header ${header}`];
}

function parsed(body: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
