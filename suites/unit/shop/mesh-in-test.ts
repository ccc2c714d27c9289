/** A mesh of two: a real authority, two sidecars on loopback, a callee behind one of them, and the wire in between. */
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool } from 'undici';
import { onTestFinished } from 'vitest';
import { type HandshakeRecord, systemClock } from '../../../harness/core/index.ts';
import { type Authority, createAuthority, type Issued } from '../../../harness/runtime/authority.ts';
import { createServer as createService, listen } from '../../../services-under-test/kit/http-server.ts';
import { createIssuer } from '../../../services-under-test/mesh-ca/issuer.ts';
import { addRoutes } from '../../../services-under-test/mesh-ca/routes.ts';
import { joinTokenOf } from '../../../services-under-test/mesh-ca/rules.ts';
import type { Permission } from '../../../services-under-test/sidecar/config.ts';
import { startSidecar } from '../../../services-under-test/sidecar/sidecar.ts';
import { startRig } from '../wire/rig.ts';
import { quietLog } from './upstream.ts';

export const CALLER = 'spiffe://shop/gateway';
export const CALLEE = 'spiffe://shop/order';
const SECRET = 'a secret of this test';

export const at = (seconds: number) => new Date(systemClock.now() + seconds * 1_000);

export interface Mesh {
  readonly authority: Authority;
  /** Asks the callee by way of both sidecars. */
  ask(path: string, method?: 'GET' | 'POST', body?: string): Promise<{ status: number; text: string }>;
  /** The operator's port of a sidecar. */
  operate(side: 'caller' | 'callee', method: 'POST' | 'PUT' | 'DELETE', path: string, given?: Issued): Promise<number>;
  /** What the wire saw, once there are so many. */
  handshakes(atLeast: number): Promise<HandshakeRecord[]>;
  /** Where the callee's sidecar is reached, past the wire. */
  readonly meshPort: number;
  closeCaller(): Promise<void>;
  /** Where the caller dials. */
  readonly callerPort: number;
}

export interface MeshOptions {
  readonly callee?: RequestListener;
  /** Instead of an HTTP callee: port of a gRPC server. */
  readonly grpcPort?: number;
  readonly routes?: Permission['routes'];
  readonly ttlMs?: number;
  readonly timeoutMs?: number;
}

export async function startMesh(options: MeshOptions): Promise<Mesh> {
  const authority = await createAuthority('test mesh', at(-3_600), at(3_600));
  const authorityUrl = await startAuthority(authority, options.ttlMs ?? 60_000);
  const common = { authorityUrl, authority: authority.certificate, log: quietLog, adminPort: 0, meshPort: 0 };
  const http = `127.0.0.1:${await startCallee(options.callee)}`;
  const grpc = options.grpcPort === undefined ? {} : { grpc: `127.0.0.1:${options.grpcPort}` };
  const callee = await startSidecar({
    ...{ ...common, name: 'order', identity: CALLEE, joinToken: joinTokenOf(CALLEE, SECRET), outbound: [] },
    inbound: { http, ...grpc, allow: [{ from: CALLER, routes: options.routes ?? ['*'] }] },
  });
  const meshPort = callee.meshPort ?? 0;
  const rig = await startRig({
    ...{ upstreamPort: meshPort, protocol: 'tcp' },
    mutualTls: { caller: CALLER, callee: CALLEE, authority: authority.certificate },
  });
  const to = [{ version: 'stable', address: `127.0.0.1:${rig.port}`, identity: CALLEE, weight: 1 }];
  const protocol = options.grpcPort === undefined ? 'http' : 'grpc';
  const caller = await startSidecar({
    ...{ ...common, name: 'gateway', identity: CALLER, joinToken: joinTokenOf(CALLER, SECRET) },
    outbound: [{ name: 'order', protocol, port: '0', timeoutMs: options.timeoutMs ?? 2_000, to }],
  });
  const callerPort = caller.outPorts.order ?? 0;
  const pool = new Pool(`http://127.0.0.1:${callerPort}`, { connections: 16 });
  onTestFinished(async () => {
    await pool.destroy();
    await Promise.all([caller.close(), callee.close()]);
    await rig[Symbol.asyncDispose]();
  });
  return {
    ...{ authority, meshPort, callerPort },
    async ask(path, method = 'GET', body) {
      const answer = await pool.request({ path, method, body: body ?? null });
      return { status: answer.statusCode, text: await answer.body.text() };
    },
    async operate(side, method, path, given) {
      const port = (side === 'caller' ? caller : callee).adminPort;
      const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
        method,
        ...(given && { body: JSON.stringify(given) }),
      });
      return answer.status;
    },
    closeCaller: () => caller.close(),
    handshakes: (atLeast) => rig.records('handshake', atLeast),
  };
}

async function startAuthority(authority: Authority, ttlMs: number): Promise<string> {
  const server = createService({ log: quietLog, ready: {} });
  const issuer = await createIssuer(authority.certificate, authority.key);
  addRoutes(server, { issuer, trustDomain: 'shop', joinSecret: SECRET, ttlMs, log: quietLog });
  await listen(server, 0);
  onTestFinished(() => server.close());
  return `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
}

async function startCallee(listener: RequestListener = (_request, response) => response.end()): Promise<number> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}
