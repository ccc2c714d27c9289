/** The answers at the door could have come from one object that does one thing at a time, each call somewhere between its request and its answer. */
import { z } from 'zod';
import type { CheckInput, OperationRecord } from '../../core/index.ts';
import { groupBy, operationsOf } from '../case-view.ts';
import { defineCheck } from '../check.ts';
import { counted, fail, momentOf, noData, pass, unknown } from '../judgement.ts';
import type { Call, Model } from '../linearizability/model.ts';
import { IDEMPOTENCY_KEY, type KeyOp, REGISTER, type RegisterOp } from '../linearizability/models.ts';
import { linearize, type Search } from '../linearizability/search.ts';

/** Calls of an order that are shown. */
const SHOWN = 8;

export default defineCheck({
  name: 'linearizability',
  summary:
    'idempotency keys (or registers) answer as if calls were done one after the other, judged per key with its witness',
  options: z.strictObject({
    /**
     * `idempotency-key`: calls with a key; the first makes an entity, each later one names the same.
     * `register`: calls whose `detail` has `register` (which one) and `wrote` or `read` (the value; null: nothing was there).
     */
    model: z.enum(['idempotency-key', 'register']).default('idempotency-key'),
    /** By name, or a prefix that ends in `*`. */
    operations: z.string().default('*'),
    /** How many keys must have been used twice or more. */
    atLeast: z.int().min(1).default(1),
    /** Steps of the search per key before it is given up. */
    mostSteps: z.int().min(1_000).default(5_000_000),
  }),
  underLoad: () => ({ not: 'in a load every key is used once' }),
  judge(input, { model, operations, atLeast, mostSteps }) {
    const records = operationsOf(input.history, input.caseId, operations);
    const found =
      model === 'register'
        ? searchAll(records.filter(namesRegister), registerOf, registerCall, REGISTER, mostSteps)
        : searchAll(records.filter(hasKey), ({ key }) => String(key), keyCall, IDEMPOTENCY_KEY, mostSteps);
    return verdictOf(input, found, atLeast);
  },
});

interface Found {
  readonly key: string;
  readonly records: readonly OperationRecord[];
  readonly search: Search<string>;
}

function searchAll<Op>(
  records: readonly OperationRecord[],
  keyOf: (record: OperationRecord) => string,
  callOf: (record: OperationRecord) => Call<Op> | undefined,
  model: Model<string, Op>,
  mostSteps: number,
): Found[] {
  const told = records.filter((record) => callOf(record) !== undefined);
  return [...groupBy(told, keyOf)].map(([key, ofKey]) => {
    const calls = ofKey.flatMap((record) => callOf(record) ?? []);
    return { key, records: ofKey, search: linearize(calls, model, mostSteps) };
  });
}

function verdictOf(input: CheckInput, found: readonly Found[], atLeast: number) {
  const shared = found.filter(({ records }) => records.length > 1);
  const broken = found.filter(({ search }) => search.linearizable === false);
  const givenUp = found.filter(({ search }) => search.linearizable === undefined);
  const calls = found.reduce((sum, { records }) => sum + records.length, 0);
  const figures = {
    calls,
    keys: found.length,
    sharedKeys: shared.length,
    broken: broken.length,
    steps: found.reduce((sum, { search }) => sum + search.steps, 0),
  };
  const what = `${counted(calls, 'call')} under ${counted(found.length, 'key')}`;
  if (broken.length > 0) {
    const evidence = broken.flatMap((one) => witnessAgainst(input, one));
    return fail(
      `${broken.length} of ${counted(found.length, 'key')}: no order of the calls gives their answers`,
      evidence,
      figures,
    );
  }
  if (givenUp.length > 0) {
    const named = givenUp.map(({ key, search }) => `${key}: given up after ${search.steps} steps`);
    return unknown(
      'timed-out',
      `the search for an order was given up for ${counted(givenUp.length, 'key')}`,
      named,
      figures,
    );
  }
  if (shared.length < atLeast)
    return noData(`${what}; ${shared.length} used more than once, wanted ${atLeast}`, [], figures);
  const busiest = shared.toSorted((a, b) => b.records.length - a.records.length).slice(0, 3);
  return pass(
    `${what} have an order that gives their answers`,
    busiest.map((one) => witnessFor(input, one)),
    figures,
  );
}

/** The order that was found. */
function witnessFor(input: CheckInput, { key, records, search }: Found): string {
  const order = search.order.slice(0, SHOWN).map((index) => textOf(input, records[index]));
  const more = search.order.length > SHOWN ? ` … ${search.order.length - SHOWN} more` : '';
  return `${key}: ${order.join(' → ')}${more}`;
}

/** The longest order that could be found, and the call that cannot follow it. */
function witnessAgainst(input: CheckInput, { key, records, search }: Found): string[] {
  const end = search.order.slice(-SHOWN).map((index) => textOf(input, records[index]));
  const before = search.order.length > SHOWN ? `… ${search.order.length - SHOWN} before → ` : '';
  const stuck = search.stuckAt === undefined ? undefined : records[search.stuckAt];
  return [
    `${key}: after ${end.length === 0 ? 'nothing' : `${before}${end.join(' → ')}`}, which leaves "${search.state.slice(1)}"`,
    ...(stuck ? [`${key}: it had ended by then and cannot come next: ${textOf(input, stuck)}`] : []),
  ];
}

function textOf(input: CheckInput, record: OperationRecord | undefined): string {
  if (record === undefined) return '?';
  const { name, at, endAt, entity, detail, outcome } = record;
  const value = detail?.wrote ?? detail?.read;
  const said = entity ?? (value === undefined ? (outcome === 'ok' ? 'ok' : 'no answer') : String(value));
  const verb = detail?.wrote === undefined ? '' : 'wrote ';
  return `${name} [${momentOf(input, at)} … ${momentOf(input, endAt)}] ${verb}${said}`;
}

function hasKey({ key }: OperationRecord): boolean {
  return key !== undefined;
}

/** An answer of 4xx did nothing; no answer, or a 5xx, may have. */
function keyCall({ at, endAt, outcome, status, entity }: OperationRecord): Call<KeyOp> | undefined {
  if (outcome === 'ok') return entity === undefined ? undefined : { op: { made: entity }, at, endAt };
  return isRefusal(status) ? undefined : { op: {}, at, endAt: Number.POSITIVE_INFINITY };
}

function namesRegister({ detail }: OperationRecord): boolean {
  return detail?.register !== undefined;
}

function registerOf({ detail }: OperationRecord): string {
  return String(detail?.register);
}

function registerCall({ at, endAt, outcome, status, detail }: OperationRecord): Call<RegisterOp> | undefined {
  if (outcome !== 'ok' && isRefusal(status)) return undefined;
  const wrote = scalarOf(detail?.wrote);
  if (wrote !== undefined && wrote !== null)
    return { op: { wrote }, at, endAt: outcome === 'ok' ? endAt : Number.POSITIVE_INFINITY };
  const read = scalarOf(detail?.read);
  return outcome === 'ok' && read !== undefined ? { op: { read }, at, endAt } : undefined;
}

function scalarOf(value: unknown): string | number | null | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'number') return value;
  return typeof value === 'boolean' ? String(value) : undefined;
}

function isRefusal(status: number | undefined): boolean {
  return status !== undefined && status >= 400 && status < 500 && status !== 408;
}
