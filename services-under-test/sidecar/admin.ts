/** The operator's port of a sidecar: health, metrics, a certificate now, or another one by hand. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { reasonOf } from '../kit/log.ts';
import type { Metrics } from '../kit/metrics.ts';
import { createServer } from '../kit/node-http.ts';
import type { Identity } from './identity.ts';
import { type Listener, listening } from './listener.ts';
import type { Credentials } from './trust.ts';

type Answer = string | Promise<string>;

/** What was sent is of no use. */
class BadRequest extends Error {}

const MOST_CHARACTERS = 64 * 1024;

export function serveAdmin(port: number, identity: Identity, metrics: Metrics): Promise<Listener> {
  const done = '{"status":"done"}';
  const routes: Record<string, (request: IncomingMessage) => Answer> = {
    'GET /health/live': () => '{"status":"live"}',
    'GET /health/ready': () => '{"status":"ready"}',
    'GET /metrics': () => metrics.text(),
    'POST /rotations': () => identity.rotate().then(() => done),
    async 'PUT /certificate'(request) {
      identity.give(await credentialsOf(request));
      return done;
    },
    'DELETE /certificate': () => identity.takeBack().then(() => done),
  };
  const server = createServer(async (request, response) => {
    const route = routes[`${request.method} ${request.url}`];
    if (route === undefined) return response.writeHead(404).end();
    try {
      response.end(await route(request));
    } catch (error) {
      const status = error instanceof BadRequest ? 400 : 503;
      const problem = { type: 'about:blank', title: 'It could not be done', status, detail: reasonOf(error) };
      response.writeHead(status, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem));
    }
  });
  return listening(server, port, () => server.closeIdleConnections());
}

/** A certificate and its key; whether anybody will believe it is not asked. */
async function credentialsOf(request: IncomingMessage): Promise<Credentials> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) {
    text += chunk;
    if (text.length > MOST_CHARACTERS) throw new BadRequest('this is too long');
  }
  try {
    const { certificate = '', key = '' } = JSON.parse(text) as Partial<Credentials>;
    if (new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key))) return { certificate, key };
  } catch (cause) {
    throw new BadRequest('a certificate and its key are wanted, as PEM', { cause });
  }
  throw new BadRequest('the key is not the one of the certificate');
}
