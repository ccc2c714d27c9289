/** The wire's control API as its users see it: `WireControl` over HTTP. */
import { Agent, type Dispatcher, request } from 'undici';
import {
  ERROR_CODES,
  type ErrorCode,
  HarnessError,
  type HistoryRecord,
  messageOf,
  type WireControl,
} from '../core/index.ts';

/** Longest a question that is answered at once may take, in ms. */
const ANSWER_MS = 10_000;

/** A client of the wire at `baseUrl` (http://127.0.0.1:port). Its errors come back as the same `HarnessError`. */
export function wireClient(baseUrl: string, token: string): WireControl {
  const dispatcher = new Agent({ headersTimeout: 0, bodyTimeout: 0, connections: 64 });
  const call = async (method: Dispatcher.HttpMethod, path: string, options: CallOptions = {}) => {
    const { body, signal = AbortSignal.timeout(ANSWER_MS) } = options;
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const sent = body === undefined ? undefined : JSON.stringify(body);
    try {
      const answer = await request(`${baseUrl}/${path}`, { method, headers, body: sent, signal, dispatcher });
      if (answer.statusCode < 400) return answer;
      throw await refusal(answer);
    } catch (thrown) {
      if (thrown instanceof HarnessError || options.signal?.aborted) throw thrown;
      throw lost(baseUrl, path, thrown);
    }
  };
  const ask = async <T>(method: Dispatcher.HttpMethod, path: string, options?: CallOptions): Promise<T> => {
    const answer = await call(method, path, options);
    const text = await answer.body.text();
    return (text === '' ? undefined : JSON.parse(text)) as T;
  };

  return {
    arm: (rule) => ask('POST', 'rules', { body: rule }),
    disarm: (ruleId) => ask('DELETE', `rules/${encodeURIComponent(ruleId)}`),
    hits: (ruleId) => ask('GET', `rules/${encodeURIComponent(ruleId)}/hits`),
    rules: () => ask('GET', 'rules'),
    async nextHeld(ruleId, deadlineMs, signal) {
      const patience = AbortSignal.timeout(deadlineMs + ANSWER_MS);
      const path = `rules/${encodeURIComponent(ruleId)}/held?deadlineMs=${Math.max(0, Math.round(deadlineMs))}`;
      const held = await ask<Awaited<ReturnType<WireControl['nextHeld']>> | undefined>('GET', path, {
        signal: signal === undefined ? patience : AbortSignal.any([patience, signal]),
      });
      if (held !== undefined) return held;
      throw new HarnessError({
        code: 'timed-out',
        message: `waited ${deadlineMs} ms for an exchange held by the rule "${ruleId}"; none came`,
        facts: { deadlineMs },
      });
    },
    release: (token, how, options) => ask('POST', `held/${encodeURIComponent(token)}`, { body: { how, ...options } }),
    setEdge: (edge, state) => ask('PUT', `edges/${encodeURIComponent(edge)}`, { body: { state } }),
    keepShapes: (on) => ask('PUT', 'shapes', { body: { on } }),
    edges: () => ask('GET', 'edges'),
    held: () => ask('GET', 'held'),
    async stream(from, onRecords, signal, edge) {
      try {
        const only = edge === undefined ? '' : `&edge=${encodeURIComponent(edge)}`;
        const answer = await call('GET', `records/stream?from=${from}${only}`, { signal });
        let wanted = from;
        for await (const line of linesOf(answer.body)) {
          const batch = JSON.parse(line) as { from: number; next: number; records: HistoryRecord[] };
          if (batch.records.length > 0) onRecords(batch.records, batch.next, Math.max(0, batch.from - wanted));
          wanted = batch.next;
        }
      } catch (thrown) {
        if (signal.aborted) return;
        throw thrown instanceof HarnessError ? thrown : lost(baseUrl, 'records/stream', thrown);
      }
      if (!signal.aborted) throw lost(baseUrl, 'records/stream', new Error('the stream ended'));
    },
    async records(from = 0) {
      const answer = await call('GET', `records?from=${from}`, { signal: AbortSignal.timeout(ANSWER_MS * 6) });
      const records: HistoryRecord[] = [];
      for await (const line of linesOf(answer.body)) records.push(JSON.parse(line) as HistoryRecord);
      return { records, next: Number(answer.headers['x-next']) };
    },
    offsets: () => ask('GET', 'offsets'),
    kept: () => ask('GET', 'kept'),
    open: () => ask('GET', 'open'),
  };
}

interface CallOptions {
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

async function* linesOf(body: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const piece of body) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') yield line;
  }
}

async function refusal(answer: Dispatcher.ResponseData): Promise<HarnessError> {
  const text = await answer.body.text();
  try {
    const { code, message, hint } = JSON.parse(text) as { code: string; message: string; hint?: string };
    if (code in ERROR_CODES) return new HarnessError({ code: code as ErrorCode, message, hint });
  } catch {
    // Not the wire's own answer: told as it is below.
  }
  return new HarnessError({
    code: 'wire-failed',
    message: `the wire answered ${answer.statusCode}: ${text.slice(0, 200)}`,
  });
}

function lost(baseUrl: string, path: string, cause: unknown): HarnessError {
  return new HarnessError({
    code: 'wire-failed',
    message: `the wire at ${baseUrl} did not answer "${path}": ${messageOf(cause)}`,
    hint: 'Is the lab still up? See its wire log.',
    cause,
  });
}
