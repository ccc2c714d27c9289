/** The listener of one edge; taken down, callers are refused or reset, and connections cut; it can be taken up again. */
import { createServer, type Server, type Socket } from 'node:net';
import { type EdgeState, HarnessError } from '../core/index.ts';
import { type Connection, type EdgeContext, serveConnection } from './connection.ts';
import type { WireEdge } from './session.ts';

export interface EdgeListener {
  readonly edge: WireEdge;
  readonly state: EdgeState;
  /** How many are open. */
  readonly connections: number;
  up(): Promise<void>;
  down(): Promise<void>;
  /** Callers are accepted and reset at once; each is recorded. */
  resetting(): Promise<void>;
}

export function createEdgeListener(shared: EdgeContext): EdgeListener {
  const { id, listenHost, listenPort } = shared.edge;
  const connections = new Set<Connection>();
  let server: Server | undefined;
  let lastNumber = 0;
  let resets = false;

  const reset = (socket: Socket) => {
    const record = { type: 'connection', at: shared.clock.now(), edge: id, connection: ++lastNumber } as const;
    shared.record({ ...record, event: 'open' });
    shared.record({ ...record, event: 'reset', by: 'wire', bytesIn: 0, bytesOut: 0 });
    socket.resetAndDestroy();
  };
  const cutAll = () => {
    for (const connection of [...connections]) connection.cut();
  };

  return {
    edge: shared.edge,
    get state() {
      if (server === undefined) return 'down';
      return resets ? 'resetting' : 'up';
    },
    get connections() {
      return connections.size;
    },
    async up() {
      resets = false;
      if (server !== undefined) return;
      const fresh = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
        if (resets) {
          reset(socket);
          return;
        }
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
      cutAll();
      await closed;
    },
    async resetting() {
      await this.up();
      resets = true;
      cutAll();
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
