/**
 * The container engine's own API, as far as a lab needs it: HTTP on its socket, no library, no version (engines have dropped old ones; what is
 * asked here has been the same in all of them). Creating containers is left to testcontainers.
 */
import { existsSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { HarnessError, messageOf } from '../../core/errors.ts';

/** On every container and network of a lab: its run. */
export const RUN_LABEL = 'faultline.run';
/** Beside it: the warden that owns the lab, as `host:boot:pid:start ticks`; where that is gone, what carries the label is swept. */
export const OWNER_LABEL = 'faultline.owner';

const QUICK_MS = 3_000;

export interface Engine {
  /** `unix:///path` or `tcp://host:port`. */
  readonly address: string;
  /** The answer as JSON (undefined where it has no body). Throws on any status but 2xx, 304 and those `alsoFine`. */
  call<T>(method: 'GET' | 'POST' | 'DELETE', path: string, options?: CallOptions): Promise<T>;
  /** The answer's body as it comes. */
  stream(path: string): Promise<IncomingMessage>;
}

export interface CallOptions {
  readonly body?: unknown;
  readonly alsoFine?: readonly number[];
  /** Default: none. */
  readonly timeoutMs?: number;
}

/** Where an engine would be: DOCKER_HOST, else the first usual socket that exists. Undefined where there is no sign of one. */
export function engineAddress(env: NodeJS.ProcessEnv = process.env): string | undefined {
  if (env.DOCKER_HOST) return env.DOCKER_HOST;
  const sockets = [
    '/var/run/docker.sock',
    ...(env.XDG_RUNTIME_DIR ? [join(env.XDG_RUNTIME_DIR, 'docker.sock')] : []),
    join(homedir(), '.docker/run/docker.sock'),
  ];
  const found = sockets.find((path) => existsSync(path));
  return found === undefined ? undefined : `unix://${found}`;
}

export function engineAt(address: string): Engine {
  const open = (method: string, path: string, body?: unknown, timeoutMs?: number) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const where = placeOf(address);
      const text = body === undefined ? undefined : JSON.stringify(body);
      const headers = text === undefined ? {} : { 'content-type': 'application/json' };
      const timeout = timeoutMs === undefined ? {} : { timeout: timeoutMs };
      const asked = request({ ...where, ...timeout, method, path, headers, agent: false }, resolve);
      asked.on('timeout', () => asked.destroy(new Error(`no answer within ${timeoutMs} ms`)));
      asked.on('error', (cause) => reject(lost(address, cause)));
      asked.end(text);
    });
  return {
    address,
    async call<T>(method: string, path: string, { body, alsoFine = [], timeoutMs }: CallOptions = {}) {
      const reply = await open(method, path, body, timeoutMs);
      const text = await textOf(reply).catch((cause) => {
        throw lost(address, cause);
      });
      const status = reply.statusCode ?? 0;
      if ((status < 200 || status > 299) && ![304, ...alsoFine].includes(status))
        throw refused(method, path, status, text);
      return (text === '' ? undefined : JSON.parse(text)) as T;
    },
    async stream(path) {
      const reply = await open('GET', path);
      const status = reply.statusCode ?? 0;
      if (status === 200) return reply;
      throw refused('GET', path, status, await textOf(reply));
    },
  };
}

/** Undefined where the engine answers, else why it does not. */
export async function troubleWith(engine: Engine): Promise<string | undefined> {
  return engine.call<unknown>('GET', '/version', { timeoutMs: QUICK_MS }).then(
    () => undefined,
    (error) => messageOf(error),
  );
}

function placeOf(address: string): { readonly socketPath: string } | { readonly host: string; readonly port: number } {
  if (address.startsWith('unix://')) return { socketPath: address.slice('unix://'.length) };
  const url = /^(?:tcp|http):\/\//.test(address) ? new URL(address.replace(/^tcp:/, 'http:')) : undefined;
  if (url) return { host: url.hostname, port: Number(url.port || 2375) };
  throw new HarnessError({
    code: 'bad-config',
    message: `DOCKER_HOST is ${address}, and only unix:// and tcp:// without TLS are spoken here`,
    hint: 'Point it at the socket of the engine, or choose --runtime native.',
  });
}

async function textOf(reply: IncomingMessage): Promise<string> {
  reply.setEncoding('utf8');
  let text = '';
  for await (const piece of reply) text += piece;
  return text;
}

function refused(method: string, path: string, status: number, text: string): HarnessError {
  const said = /"message":"(.*?)"\s*}/.exec(text)?.[1] ?? text.slice(0, 300);
  return new HarnessError({
    code: 'part-failed',
    message: `the container engine answered ${status} to ${method} ${path}: ${said}`,
    facts: { status },
  });
}

function lost(address: string, cause: Error): HarnessError {
  return new HarnessError({
    code: 'lab-lost',
    message: `the container engine at ${address} does not answer: ${messageOf(cause) || 'connection failed'}`,
    hint: 'Start the engine; what a lab left in it is swept by the next start.',
    cause,
  });
}
