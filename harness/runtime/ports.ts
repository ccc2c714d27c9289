/** Ports of a lab: a block below the range from which the system takes the local ports of connections, so that a restarted part finds its own free. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { HarnessError } from '../core/errors.ts';
import { freshSeed, seededRandom } from '../core/random.ts';
import { commandOf, listPids } from './process-table.ts';
import { readSockets, socketInodesOf } from './sockets.ts';

const HOST = '127.0.0.1';
const FIRST_PORT = 12_000;
const BLOCK_SIZE = 512;

/** First ports of all blocks, in random order. Who listens on the first port owns the block. */
export function blockBases(): number[] {
  const random = seededRandom(freshSeed());
  const count = Math.max(0, Math.floor((ephemeralFrom() - FIRST_PORT) / BLOCK_SIZE));
  const bases = Array.from({ length: count }, (_, index) => FIRST_PORT + index * BLOCK_SIZE);
  return bases
    .map((base) => ({ base, at: random.next() }))
    .sort((a, b) => a.at - b.at)
    .map(({ base }) => base);
}

/** `count` free ports of the block that begins with `base`, then of the system's own choice; none of `except`. */
export async function choosePorts(base: number, count: number, except: readonly number[] = []): Promise<number[]> {
  const chosen: number[] = [];
  for (let port = base + 1; port < base + BLOCK_SIZE && chosen.length < count; port++) {
    if (!except.includes(port) && (await isFree(port))) chosen.push(port);
  }
  while (chosen.length < count) {
    const port = await listenOnce(0);
    if (port !== undefined && !chosen.includes(port) && !except.includes(port)) chosen.push(port);
  }
  return chosen;
}

/** Throws `port-taken`, saying who has it, unless the fixed port can be listened on. */
export async function requireFree(port: number, service: string): Promise<void> {
  if (await isFree(port)) return;
  const holder = holderOf(port);
  throw new HarnessError({
    code: 'port-taken',
    message: `service "${service}" wants the fixed port ${port}, which is taken${holder ? ` by process ${holder}` : ''}`,
    hint: 'End that process, or give the service another port (or none: a free one is then chosen) in the topology.',
    facts: { port, service },
  });
}

async function isFree(port: number): Promise<boolean> {
  return (await listenOnce(port)) !== undefined;
}

/** Listens and stops at once; the port, or undefined where it is taken. */
function listenOnce(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen({ port, host: HOST, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' ? address?.port : undefined));
    });
  });
}

/** Where the system's own choice of local ports begins (Linux; elsewhere the value of IANA). */
function ephemeralFrom(): number {
  try {
    return Number(readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').split(/\s+/)[0]);
  } catch {
    return 49_152;
  }
}

/** `pid (command)` of who listens on the port. */
function holderOf(port: number): string | undefined {
  const inodes = readSockets().flatMap((socket) =>
    socket.state === 'listen' && socket.localPort === port ? [socket.inode] : [],
  );
  for (const pid of listPids()) {
    if (socketInodesOf(pid).some((inode) => inodes.includes(inode)))
      return `${pid} (${commandOf(pid).replaceAll(/\s+/g, ' ').slice(0, 80)})`;
  }
  return undefined;
}
