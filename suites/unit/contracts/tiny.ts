/** Tiny parts for the tests of the contracts module: a temporary folder, a real HTTP provider on loopback, a lab that holds only it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Lab } from '../../../harness/core/index.ts';

export async function temporaryFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'faultline-contracts-test-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

export type Route = (request: IncomingMessage, response: ServerResponse) => void;

/** A provider that answers 200 to GET /health and everything else by `route`. */
export async function tinyProvider(route: Route): Promise<AsyncDisposable & { readonly port: number }> {
  const server = createServer((request, response) => {
    if (request.url === '/health') response.end('ok');
    else route(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** Only what verification reads of a lab; `grpcPort`: where `stock` listens for gRPC. */
export function tinyLab(ports: Readonly<Record<string, number>>, grpcPort?: number): Lab {
  const names = Object.keys(ports);
  const ready = { http: '/health' };
  const toStock = { caller: 'till', callee: 'stock', protocol: 'grpc', calleePort: 'grpc' };
  return {
    descriptor: {
      run: 'tiny',
      parts: names.map((name) => ({ name, kind: 'service', host: '127.0.0.1', port: ports[name] })),
      edges: grpcPort === undefined ? [] : [{ id: 'till->stock', calleePort: grpcPort }],
    },
    topology: {
      name: 'tiny',
      services: Object.fromEntries(names.map((name) => [name, { command: [], ready }])),
      stores: {},
      brokers: {},
      edges: grpcPort === undefined ? [] : [toStock],
      idle: [],
    },
  } as unknown as Lab;
}
