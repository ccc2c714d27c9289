/** What the control API can be asked: one row per question. */
import type { ServerResponse } from 'node:http';
import { type EdgeState, HarnessError, keptBytes, type WireControl, type WireRule } from '../core/index.ts';
import type { Holds } from './holds.ts';
import type { LagTracker } from './lag.ts';
import type { OpenExchanges } from './open-exchanges.ts';
import { sendRecords, streamRecords } from './record-stream.ts';
import type { Recorder } from './recorder.ts';
import type { Rules } from './rule-book.ts';
import { checkRule } from './rule-check.ts';
import type { WireEdge } from './session.ts';
import type { Shapes } from './shape-of.ts';

/** What the API acts on. */
export interface ControlParts {
  readonly rules: Rules;
  readonly holds: Holds;
  readonly recorder: Recorder;
  readonly open: OpenExchanges;
  readonly lag: LagTracker;
  readonly shapes: Shapes;
  /** Throws `unknown-name`. */
  edgeOf(id: string): WireEdge;
  setEdge(id: string, state: EdgeState): Promise<void>;
  edges(): Awaited<ReturnType<WireControl['edges']>>;
}

export interface ControlRequest {
  /** What stood at the `:` places of the path. */
  readonly values: readonly string[];
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly response: ServerResponse;
  /** Aborts when the asker is gone or the wire ends. */
  readonly signal: AbortSignal;
}

interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** `:` stands for one value. */
  readonly path: string;
  /** The answer as JSON; nothing: 204. */
  run(parts: ControlParts, request: ControlRequest): unknown;
}

const EDGE_STATES: readonly EdgeState[] = ['up', 'down', 'resetting'];

export const ROUTES: readonly Route[] = [
  {
    method: 'POST',
    path: 'rules',
    run({ rules, edgeOf }, { body }) {
      const rule = body as WireRule;
      checkRule(rule, edgeOf);
      rules.arm(rule);
    },
  },
  { method: 'GET', path: 'rules', run: ({ rules }) => rules.list() },
  { method: 'GET', path: 'rules/:/hits', run: ({ rules }, { values }) => rules.hits(first(values)) },
  {
    method: 'DELETE',
    path: 'rules/:',
    run({ rules, holds }, { values }) {
      const hits = rules.disarm(first(values));
      holds.healed(first(values));
      return hits;
    },
  },
  {
    method: 'GET',
    path: 'rules/:/held',
    run({ rules, holds }, { values, query, signal }) {
      rules.hits(first(values));
      return holds.next(first(values), numberOf(query, 'deadlineMs', 30_000), signal);
    },
  },
  {
    method: 'POST',
    path: 'held/:',
    run({ holds }, { values, body }) {
      const { how, leaveGroup } = body as { how?: unknown; leaveGroup?: unknown };
      if (how !== 'forward' && how !== 'drop') throw badArgument('how', how, '"forward" or "drop"');
      holds.release(first(values), { how, leaveGroup: leaveGroup === true });
    },
  },
  { method: 'GET', path: 'held', run: ({ holds }) => holds.list() },
  { method: 'GET', path: 'edges', run: ({ edges }) => edges() },
  {
    method: 'PUT',
    path: 'edges/:',
    run({ setEdge }, { values, body }) {
      const { state } = body as { state?: unknown };
      if (!EDGE_STATES.includes(state as EdgeState)) throw badArgument('state', state, EDGE_STATES.join(', '));
      return setEdge(first(values), state as EdgeState);
    },
  },
  {
    method: 'PUT',
    path: 'shapes',
    run({ shapes }, { body }) {
      const { on } = body as { on?: unknown };
      if (typeof on !== 'boolean') throw badArgument('on', on, 'true or false');
      shapes.want(on);
    },
  },
  {
    method: 'GET',
    path: 'records',
    run: ({ recorder }, { query, response }) => sendRecords(recorder, numberOf(query, 'from', 0), response),
  },
  {
    method: 'GET',
    path: 'records/stream',
    run({ recorder }, { query, response, signal }) {
      const edge = query.get('edge') ?? undefined;
      const wanted = { from: numberOf(query, 'from', 0), ...(edge !== undefined && { edge }) };
      return streamRecords(recorder, wanted, response, signal);
    },
  },
  { method: 'GET', path: 'kept', run: ({ recorder }) => ({ bytes: keptBytes(), recordBytes: recorder.bytes }) },
  { method: 'GET', path: 'offsets', run: ({ lag }) => lag.list() },
  { method: 'GET', path: 'open', run: ({ open }) => open.list() },
];

function first(values: readonly string[]): string {
  return values[0] ?? '';
}

function numberOf(query: URLSearchParams, name: string, otherwise: number): number {
  const text = query.get(name);
  if (text === null) return otherwise;
  const value = Number(text);
  if (!Number.isFinite(value) || value < 0) throw badArgument(name, text, 'a number from 0 on');
  return value;
}

function badArgument(name: string, got: unknown, expected: string): HarnessError {
  return new HarnessError({ code: 'bad-argument', message: `${name} must be ${expected}, got ${JSON.stringify(got)}` });
}
