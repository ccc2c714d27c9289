/** The operator's port of a sidecar: health, metrics, a certificate now, or another one by hand. */
import { createServer, type IncomingMessage } from 'node:http';
import { reasonOf } from '../kit/log.ts';
import type { Metrics } from '../kit/metrics.ts';
import type { Identity } from './identity.ts';
import { type Listener, listening } from './listener.ts';
import type { Credentials } from './trust.ts';

type Answer = string | Promise<string>;

export function serveAdmin(port: number, identity: Identity, metrics: Metrics): Promise<Listener> {
  const done = '{"status":"done"}';
  const routes: Record<string, (request: IncomingMessage) => Answer> = {
    'GET /health/live': () => '{"status":"live"}',
    'GET /health/ready': () => '{"status":"ready"}',
    'GET /metrics': () => metrics.text(),
    'POST /rotations': () => identity.rotate().then(() => done),
    'PUT /certificate': (request) => credentialsOf(request).then((given) => (identity.give(given), done)),
    'DELETE /certificate': () => identity.takeBack().then(() => done),
  };
  const server = createServer(async (request, response) => {
    const route = routes[`${request.method} ${request.url}`];
    if (route === undefined) return response.writeHead(404).end();
    try {
      response.end(await route(request));
    } catch (error) {
      const problem = { title: 'It could not be done', status: 503, detail: reasonOf(error) };
      response.writeHead(503, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem));
    }
  });
  return listening(server, port, () => server.closeIdleConnections());
}

async function credentialsOf(request: IncomingMessage): Promise<Credentials> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk;
  const { certificate, key } = JSON.parse(text) as Partial<Credentials>;
  if (typeof certificate !== 'string' || typeof key !== 'string') throw new Error('certificate and key are wanted');
  return { certificate, key };
}
