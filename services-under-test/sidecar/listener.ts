/** A server of the sidecar, once it listens. */
import type { Server } from 'node:net';
import { HOST } from './config.ts';

export interface Listener {
  readonly port: number;
  close(): void;
}

/** Resolves when the port is open; 0 takes a free one. */
export function listening(server: Server, port: number, close: () => void): Promise<Listener> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, HOST, () => {
      const address = server.address();
      resolve({ port: typeof address === 'object' && address !== null ? address.port : port, close });
    });
  });
}
