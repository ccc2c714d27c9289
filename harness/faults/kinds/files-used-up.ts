/** Files used up: a process may open no further file or socket, as when its descriptors leaked; the undo gives it its limit back. */
import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { promisify } from 'node:util';
import { z } from 'zod';
import { edgeId, HarnessError, type HistoryRecord, type Lab, messageOf, systemClock } from '../../core/index.ts';
import { defineFault } from '../fault.ts';

const run = promisify(execFile);
const LOG_LINES = 500;
const TOLD = /EMFILE|too many open files/i;

const options = z.strictObject({
  /** So many more than it has open now. */
  spare: z.int().min(0).max(100_000).default(0),
});

export default defineFault<z.output<typeof options>>({
  name: 'files-used-up',
  summary: 'lets a process open no further file or socket',
  target: 'part',
  scopes: ['shared'],
  runtimes: ['native'],
  options: options as z.ZodType<z.output<typeof options>>,
  example: 'files-used-up payment --option spare=2',
  refuses: () =>
    process.platform === 'linux' ? undefined : 'the limit of a running process can be changed on Linux only',
  async inject({ lab, target, options: { spare }, seen }) {
    const pid = await pidOf(lab, target);
    if (pid === undefined) throw failed(target, 'it has no process');
    const before = await limit(pid, target);
    const told = await complaints(lab, target);
    await setLimit(pid, await leavingFree(pid, spare), target);
    const firstHitAt = systemClock.now();
    let back = false;
    return {
      async evidence() {
        const cut = (await seen()).filter((record) => isTurnedAway(record, lab, target)).length;
        const hits = cut + Math.max(0, (await complaints(lab, target)) - told);
        const countedBy = `connections to ${target} that it closed unheard, at the wire, and its own complaints of too many open files`;
        return { hits, countedBy, ...(hits > 0 && { firstHitAt }) };
      },
      async undo() {
        if (back) return;
        // A process that ended of it takes its limit along.
        if ((await pidOf(lab, target)) === pid) await setLimit(pid, before, target);
        else if ((await stateOf(lab, target)) === 'exited') await lab.parts.start(target);
        back = true;
      },
    };
  },
});

async function statusOf(lab: Lab, part: string) {
  return (await lab.parts.list()).find(({ name }) => name === part);
}

async function pidOf(lab: Lab, part: string): Promise<number | undefined> {
  return (await statusOf(lab, part))?.pid;
}

async function stateOf(lab: Lab, part: string): Promise<string | undefined> {
  return (await statusOf(lab, part))?.state;
}

async function complaints(lab: Lab, part: string): Promise<number> {
  return (await lab.parts.logTail(part, LOG_LINES)).filter((line) => TOLD.test(line)).length;
}

/** Without descriptors a process can only accept a connection and close it again. */
function isTurnedAway(record: HistoryRecord, { topology }: Lab, part: string): boolean {
  if (record.type !== 'connection' || record.event === 'open' || record.by !== 'callee' || record.bytesOut !== 0)
    return false;
  return topology.edges.some((edge) => edge.callee === part && edgeId(edge) === record.edge);
}

/** The limit is one on numbers, and a new file gets the lowest that is free: so many free ones may lie below it. */
async function leavingFree(pid: number, spare: number): Promise<number> {
  const used = new Set((await readdir(`/proc/${pid}/fd`)).map(Number));
  let number = 0;
  for (let free = 0; used.has(number) || free++ < spare; ) number++;
  return number;
}

/** The soft limit; the hard one stays. */
async function limit(pid: number, part: string): Promise<number> {
  const { stdout } = await prlimit(part, ['--pid', String(pid), '--nofile', '--raw', '--noheadings', '-o', 'SOFT']);
  return Number(stdout.trim());
}

async function setLimit(pid: number, most: number, part: string): Promise<void> {
  await prlimit(part, ['--pid', String(pid), `--nofile=${most}:`]);
}

function prlimit(part: string, args: readonly string[]) {
  return run('prlimit', [...args]).catch((cause) => {
    throw failed(part, messageOf(cause), cause);
  });
}

function failed(part: string, why: string, cause?: unknown): HarnessError {
  const message = `the limit of open files of ${part} could not be changed: ${why}`;
  return new HarnessError({ code: 'fault-failed', message, hint: 'it needs prlimit (util-linux)', cause });
}
