/** Finds sockets that go past the wire: a fault on such an edge would hit nothing, and a check would pass for no reason. */
import type { Lab, LabDescriptor } from '../core/index.ts';
import { listProcesses, readLink, treeOf } from './process-table.ts';
import { readSockets, type SocketEntry, socketInodesOf } from './sockets.ts';

/** An open connection of `service` to the real port of part `to` (or to the Toxiproxy end of an edge). */
export interface Bypass {
  readonly service: string;
  readonly to: string;
  readonly port: number;
}

/** Looks at the connections that our services have open now. Stand-ins for the outside world are not looked at. */
export async function findBypasses(lab: Pick<Lab, 'descriptor' | 'topology' | 'parts'>): Promise<Bypass[]> {
  const forbidden = forbiddenPorts(lab.descriptor);
  const table = listProcesses();
  const found: Bypass[] = [];
  const seen = new Map<string, Seen>();
  // Most often all share one namespace, whose table grows long: it is read once.
  const seenBy = (pid: number): Seen => {
    const namespace = readLink(`/proc/${pid}/ns/net`) ?? String(pid);
    const sockets = seen.get(namespace) ?? outgoing(readSockets(pid), forbidden);
    seen.set(namespace, sockets);
    return sockets;
  };
  for (const { name, pid } of await lab.parts.list()) {
    const service = lab.topology.services[name];
    if (!service || service.outside || pid === undefined) continue;
    const inodes = new Set(treeOf(pid, table).flatMap((entry) => socketInodesOf(entry.pid)));
    for (const socket of seenBy(pid)) {
      if (!inodes.has(socket.inode)) continue;
      const to = forbidden.get(socket.remotePort);
      if (to === undefined || to === name || to === service.beside) continue;
      const known = found.some((bypass) => bypass.service === name && bypass.port === socket.remotePort);
      if (!known) found.push({ service: name, to, port: socket.remotePort });
    }
  }
  return found;
}

type Seen = readonly SocketEntry[];

/** Open connections to a port that not everybody may dial, from the side that dialled. */
function outgoing(sockets: Seen, forbidden: ReadonlyMap<number, string>): Seen {
  const listening = new Set(sockets.flatMap(({ state, localPort }) => (state === 'listen' ? [localPort] : [])));
  return sockets.filter(
    ({ state, localPort, remotePort }) =>
      state === 'established' && !listening.has(localPort) && forbidden.has(remotePort),
  );
}

/** Ports that only Toxiproxy may dial, and Toxiproxy's own, which only the wire may dial. */
function forbiddenPorts({ parts, edges }: LabDescriptor): Map<number, string> {
  const ports = new Map<number, string>();
  for (const { kind, name, port } of parts) if (kind !== 'wire' && kind !== 'toxiproxy') ports.set(port, name);
  for (const { id, calleePort, toxiproxyPort, ownPort = calleePort } of edges) {
    const callee = id.slice(id.indexOf('->') + 2);
    ports.set(calleePort, callee);
    ports.set(ownPort, callee);
    ports.set(toxiproxyPort, callee);
  }
  return ports;
}
