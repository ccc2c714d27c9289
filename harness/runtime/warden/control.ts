/** The warden's control API: JSON over HTTP on loopback, every request with the lab's token. */
import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { HarnessError, messageOf } from '../../core/errors.ts';
import type { Pressure } from '../../core/lab.ts';
import { writeJournal } from '../journal.ts';
import type { Records } from './records.ts';
import type { PartSpec, WardenConfig, WardenFailure } from './spec.ts';
import { PART_ACTIONS, type Supervisor } from './supervisor.ts';

export interface ControlDeps {
  readonly config: WardenConfig;
  readonly supervisor: Supervisor;
  readonly records: Records;
  /** Ends everything; resolves when all is gone. */
  shutdown(): Promise<void>;
  /** From now on the lab outlives the harness that booted it. */
  detach(): void;
  /** Called once the answer to a shutdown has been sent. */
  leave(): void;
}

const MOST_BODY_BYTES = 4 * 1024 * 1024;

/**
 * `GET /parts` · `POST /parts` (a PartSpec) · `POST /parts/:name/:action` · `GET /parts/:name/log` · `POST /parts/:name/press` (a Pressure) ·
 * `POST /parts/:name/relieve` · `GET /parts/:name/felt` · `GET /unready` · `GET /usage` · `GET /records` · `POST /paths` · `POST /detach` · `POST /shutdown`.
 */
export function controlApi(deps: ControlDeps): RequestListener {
  let lost: HarnessError | undefined;
  void deps.supervisor.lost.then((error) => {
    lost = error;
  });
  return (request, response) => {
    if (!hasToken(request, deps.config.token)) {
      const message = 'this control API needs the token of its lab, as Authorization: Bearer';
      return send(response, 401, { code: 'bad-argument', message } satisfies WardenFailure);
    }
    // What is left to be done then is to take down what there is.
    const possible = lost && request.url !== '/shutdown' ? Promise.reject(lost) : answer(deps, request);
    possible.then(
      (value) => {
        if (request.url === '/shutdown') response.once('finish', () => deps.leave());
        send(response, 200, value);
      },
      (error) => send(response, statusOf(error), failureOf(error)),
    );
  };
}

async function answer(deps: ControlDeps, request: IncomingMessage): Promise<unknown> {
  const url = new URL(request.url ?? '/', 'http://warden');
  const [root, name, action] = url.pathname.split('/').slice(1).map(decodeURIComponent);
  const { supervisor } = deps;
  if (request.method === 'GET') {
    if (root === 'parts' && name === undefined) return supervisor.list();
    if (root === 'parts' && action === 'log') return supervisor.tail(name ?? '', numberOf(url, 'lines', 30));
    if (root === 'parts' && action === 'felt')
      return supervisor.felt(name ?? '', pressureOf(url.searchParams.get('on')));
    if (root === 'unready') return supervisor.unready();
    if (root === 'usage') return supervisor.usage();
    if (root === 'records') return deps.records.since(numberOf(url, 'from', 0));
  }
  if (request.method === 'POST') {
    const body = await readBody(request);
    if (root === 'parts' && name === undefined) return supervisor.add(body as PartSpec);
    const known = PART_ACTIONS.find((candidate) => candidate === action);
    if (root === 'parts' && name !== undefined && known)
      return supervisor.act(name, known, (body as { env?: Record<string, string> }).env);
    if (root === 'parts' && action === 'press') return supervisor.press(name ?? '', body as Pressure);
    if (root === 'parts' && action === 'relieve')
      return supervisor.relieve(name ?? '', pressureOf((body as { on?: string }).on));
    if (root === 'paths') {
      writeJournal(deps.config.journal, { what: 'path', path: (body as { path: string }).path });
      return {};
    }
    if (root === 'detach') return deps.detach() ?? {};
    if (root === 'shutdown') {
      await deps.shutdown();
      return { pid: process.pid };
    }
  }
  throw new HarnessError({ code: 'bad-argument', message: `the warden knows no ${request.method} ${url.pathname}` });
}

function pressureOf(text: string | null | undefined): Pressure['on'] {
  if (text === 'network' || text === 'cpu' || text === 'memory') return text;
  throw new HarnessError({ code: 'bad-argument', message: `there is no pressure on ${text}` });
}

function hasToken(request: IncomingMessage, token: string): boolean {
  const given = Buffer.from(request.headers.authorization ?? '');
  const wanted = Buffer.from(`Bearer ${token}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    if (bytes > MOST_BODY_BYTES)
      throw new HarnessError({ code: 'bad-argument', message: `a body over ${MOST_BODY_BYTES} bytes` });
    chunks.push(chunk as Buffer);
  }
  if (bytes === 0) return {};
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch (cause) {
    throw new HarnessError({ code: 'bad-argument', message: `the body is no JSON: ${messageOf(cause)}`, cause });
  }
}

function numberOf(url: URL, name: string, otherwise: number): number {
  const value = Number(url.searchParams.get(name) ?? otherwise);
  return Number.isFinite(value) ? value : otherwise;
}

function failureOf(error: unknown): WardenFailure {
  if (!(error instanceof HarnessError)) return { code: 'internal', message: messageOf(error) };
  return { code: error.code, message: error.message, ...(error.hint !== undefined && { hint: error.hint }) };
}

function statusOf(error: unknown): number {
  if (!(error instanceof HarnessError)) return 500;
  if (error.code === 'unknown-name') return 404;
  return error.code === 'bad-argument' ? 400 : 409;
}

function send(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}
