/** Throws away every packet of a container, within its own network namespace: for root beside the engine, where iptables is (engines need it). */
import { execFile } from 'node:child_process';
import { HarnessError } from '../../core/errors.ts';
import { readLink } from '../process-table.ts';
import type { Grip } from '../warden/life.ts';

/** Its own loopback stays: the engine's names are asked there. */
const RULES = [
  ['INPUT', '!', '-i', 'lo', '-j', 'DROP'],
  ['OUTPUT', '!', '-o', 'lo', '-j', 'DROP'],
] as const;

/** The namespace belongs to this life: it goes with it, and the rules with it. */
export async function dropPackets({ pid, name }: { readonly pid: number; readonly name: string }): Promise<Grip> {
  const why = whyNot(pid);
  if (why !== undefined) throw refused(name, why);
  const put: (typeof RULES)[number][] = [];
  const relieve = async () => {
    for (const rule of put.splice(0)) await inside(pid, ['-D', ...rule]).catch((cause) => goneOr(pid, cause));
  };
  try {
    for (const rule of RULES) {
      await inside(pid, ['-I', ...rule]);
      put.push(rule);
    }
  } catch (cause) {
    await relieve();
    throw refused(name, cause instanceof Error ? cause.message : String(cause));
  }
  return {
    async felt() {
      const counts = await Promise.all(RULES.map(async ([chain]) => dropped(await inside(pid, ['-nvxL', chain]))));
      const times = counts.reduce((sum, count) => sum + count, 0);
      return { times, by: `packets of ${name} that were thrown away, by the kernel` };
    },
    relieve,
  };
}

function whyNot(pid: number): string | undefined {
  if (process.getuid?.() !== 0) return 'only root may enter the network of a container';
  const theirs = readLink(`/proc/${pid}/ns/net`);
  if (theirs === undefined || theirs === readLink('/proc/self/ns/net')) return 'the engine runs on another machine';
  return undefined;
}

/** iptables within the network namespace of the process. */
function inside(pid: number, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile('nsenter', ['-t', String(pid), '-n', 'iptables', '-w', ...args], (error, out, said) => {
      if (error) reject(new Error(said.trim() || error.message, { cause: error }));
      else resolve(out);
    });
  });
}

/** The first figure of the rule's line: packets. */
function dropped(listing: string): number {
  const line = listing.split('\n').find((text) => / DROP /.test(text));
  return Number(line?.trim().split(/\s+/)[0] ?? 0);
}

/** Where the life has ended its namespace is gone as well, and so is the rule. */
function goneOr(pid: number, cause: unknown): void {
  if (readLink(`/proc/${pid}/ns/net`) !== undefined) throw cause;
}

function refused(name: string, why: string): HarnessError {
  return new HarnessError({
    code: 'fault-refused',
    message: `the packets of part "${name}" cannot be dropped here: ${why}`,
    hint: 'Use how=disconnect, which the engine does by itself.',
  });
}
