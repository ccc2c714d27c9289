/** All parts of a sidecar, put together: its certificate, the way in, the ways out, the operator's port. */
import type { Logger } from '../kit/log.ts';
import { createMetrics } from '../kit/metrics.ts';
import { serveAdmin } from './admin.ts';
import { createWay } from './ask.ts';
import type { MeshConfig } from './config.ts';
import { createIdentity } from './identity.ts';
import { serveInbound } from './inbound.ts';
import { serveOutbound } from './outbound.ts';
import { createSessions } from './sessions.ts';

export interface SidecarOptions extends MeshConfig {
  readonly name: string;
  /** Port of the operator, and port for other sidecars. */
  readonly adminPort: number;
  readonly meshPort: number;
  /** Where certificates come from, and the PEM text of who signs them. */
  readonly authorityUrl: string;
  readonly authority: string;
  readonly log: Logger;
}

export interface Sidecar {
  readonly adminPort: number;
  /** Absent where nothing comes in. */
  readonly meshPort: number | undefined;
  /** Where its service dials each callee. */
  readonly outPorts: Readonly<Record<string, number>>;
  /** Resolves when what is under way has ended. */
  close(): Promise<void>;
}

/** Resolves once it has a certificate and listens. */
export async function startSidecar(options: SidecarOptions): Promise<Sidecar> {
  const { name, identity, joinToken, inbound, outbound, adminPort, meshPort, authorityUrl, authority, log } = options;
  const metrics = createMetrics(name);
  const own = await createIdentity({ identity, joinToken, authorityUrl, log });
  const sessions = createSessions(own, authority, log);
  const into = inbound && (await serveInbound({ inbound, identity, own, authority, port: meshPort, log }));
  const out = await Promise.all(outbound.map((one) => serveOutbound(one, createWay(one, sessions, metrics, log), log)));
  const admin = await serveAdmin(adminPort, own, metrics);
  return {
    adminPort: admin.port,
    meshPort: into?.port,
    outPorts: Object.fromEntries(outbound.map(({ name: callee }, index) => [callee, out[index]?.port ?? 0])),
    async close() {
      own.close();
      await Promise.all(out.map((listener) => listener.close()));
      sessions.close();
      await Promise.all([into?.close(), admin.close()]);
    },
  };
}
