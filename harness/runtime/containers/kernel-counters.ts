/** What the kernel of this machine counts about a process of a container; 0 where it cannot be read (an engine in a virtual machine). */
import { readFileSync } from 'node:fs';

/** Packets that its network namespace had no route for. */
export function sendsWithoutRoute(pid: number): number {
  const lines = readText(`/proc/${pid}/net/snmp`).split('\n');
  const [names = [], values = []] = lines.filter((line) => line.startsWith('Ip: ')).map((line) => line.split(' '));
  return Number(values[names.indexOf('OutNoRoutes')] ?? 0);
}

/** How often its control group met its limit of memory (version 2; of version 1 the engine itself tells). */
export function memoryLimitHits(pid: number): number {
  const group = /^0::(.+)$/m.exec(readText(`/proc/${pid}/cgroup`))?.[1];
  if (group === undefined) return 0;
  const events = readText(`/sys/fs/cgroup${group}/memory.events`);
  return ['max', 'oom_kill'].reduce(
    (sum, name) => sum + Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(events)?.[1] ?? 0),
    0,
  );
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
