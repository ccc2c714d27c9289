/** A real HTTP server on loopback that answers a script: what tests of callers are run against. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemClock } from '../../../harness/core/index.ts';
import { createLog } from '../../../services-under-test/kit/log.ts';

/** What happens to one request: an answer, a reset connection, or silence. */
export type Answer =
  | { readonly status: number; readonly body: unknown; readonly afterMs?: number }
  | 'reset'
  | 'silent';

export interface Upstream {
  readonly url: string;
  readonly requests: readonly { readonly path: string; readonly key: string | undefined; readonly at: number }[];
  close(): Promise<void>;
}

export const quietLog = createLog('test');
quietLog.level = 'silent';

/** Answers one after the other; the last one is given again and again. */
export async function startUpstream(answers: readonly Answer[]): Promise<Upstream> {
  const requests: { path: string; key: string | undefined; at: number }[] = [];
  const server = createServer((request, response) => {
    const answer = answers[Math.min(requests.length, answers.length - 1)] ?? 'silent';
    const key = request.headers['idempotency-key'];
    requests.push({ path: request.url ?? '', key: Array.isArray(key) ? key[0] : key, at: performance.now() });
    if (answer === 'reset') request.socket.destroy();
    else if (answer !== 'silent') {
      const send = () =>
        response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
      if (answer.afterMs === undefined) send();
      else void systemClock.delay(answer.afterMs).then(send);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
