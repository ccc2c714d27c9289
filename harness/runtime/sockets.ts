/** TCP sockets of this machine and whose they are, read from /proc. */
import { readdirSync, readFileSync } from 'node:fs';
import { readLink } from './process-table.ts';

export interface SocketEntry {
  readonly state: 'established' | 'listen' | 'other';
  readonly localPort: number;
  readonly remotePort: number;
  readonly inode: string;
}

const STATES: Readonly<Record<string, SocketEntry['state']>> = { '01': 'established', '0A': 'listen' };

/** Every TCP socket, IPv4 and IPv6, of the network namespace of `pid` (default: ours). */
export function readSockets(pid: number | 'self' = 'self'): SocketEntry[] {
  return ['tcp', 'tcp6'].flatMap((table) => readTable(`/proc/${pid}/net/${table}`));
}

/** Inodes of the sockets that a process has open. */
export function socketInodesOf(pid: number): string[] {
  let descriptors: string[];
  try {
    descriptors = readdirSync(`/proc/${pid}/fd`);
  } catch {
    return [];
  }
  return descriptors.flatMap((descriptor) => {
    const inode = /^socket:\[(\d+)\]$/.exec(readLink(`/proc/${pid}/fd/${descriptor}`) ?? '')?.[1];
    return inode === undefined ? [] : [inode];
  });
}

function readTable(file: string): SocketEntry[] {
  let text: string;
  try {
    text = readFileSync(file, 'latin1');
  } catch {
    return [];
  }
  return text
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [, local, remote, state, , , , , , inode] = line.trim().split(/\s+/);
      if (!local || !remote || !inode) return [];
      return [{ state: STATES[state ?? ''] ?? 'other', localPort: portOf(local), remotePort: portOf(remote), inode }];
    });
}

function portOf(address: string): number {
  return Number.parseInt(address.slice(address.lastIndexOf(':') + 1), 16);
}
