/** The listener of one edge; taken down, callers are refused and connections reset; it can be taken up again. */
import { createServer, type Server } from 'node:net';
import { HarnessError } from '../core/index.ts';
import { type Connection, type EdgeContext, serveConnection } from './connection.ts';
import type { WireEdge } from './session.ts';

export interface EdgeListener {
  readonly edge: WireEdge;
  up(): Promise<void>;
  down(): Promise<void>;
}

export function createEdgeListener(shared: EdgeContext): EdgeListener {
  const { id, listenHost, listenPort } = shared.edge;
  const connections = new Set<Connection>();
  let server: Server | undefined;
  let lastNumber = 0;

  return {
    edge: shared.edge,
    async up() {
      if (server !== undefined) return;
      const fresh = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
        const connection = serveConnection(shared, socket, ++lastNumber, () => connections.delete(connection));
        connections.add(connection);
      });
      server = fresh;
      await listen(fresh, id, listenHost, listenPort).catch((thrown) => {
        server = undefined;
        throw thrown;
      });
    },
    async down() {
      const old = server;
      server = undefined;
      const closed = old && new Promise<void>((resolve) => old.close(() => resolve()));
      for (const connection of [...connections]) connection.cut();
      await closed;
    },
  };
}

function listen(server: Server, edge: string, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const taken = cause.code === 'EADDRINUSE';
      const what = taken ? `port ${port} is taken by another process` : cause.message;
      reject(
        new HarnessError({
          code: taken ? 'port-taken' : 'wire-failed',
          message: `the wire cannot listen on ${host}:${port} for the edge ${edge}: ${what}`,
          cause,
        }),
      );
    });
    server.listen({ host, port, backlog: 1024 }, () => {
      server.removeAllListeners('error');
      server.on('error', (error) => process.stderr.write(`wire: ${edge}: ${error.message}\n`));
      resolve();
    });
  });
}
