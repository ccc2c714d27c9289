/** One life of a part: what can be done to it; and the life of a child process, with the signals that act on it and all its descendants. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, fstatSync, openSync } from 'node:fs';
import { systemClock, waitFor } from '../../core/clock.ts';
import { HarnessError, messageOf } from '../../core/errors.ts';
import type { Felt, Pressure } from '../../core/lab.ts';
import { RUN_MARK } from '../clean-up.ts';
import { canLimitCpu, limitCpuOf } from '../cpu-group.ts';
import { isAlive, type ProcessEntry, readProcess, signal, treeOf } from '../process-table.ts';
import type { Held, UsageMeter } from '../usage.ts';
import type { PartSpec } from './spec.ts';

export interface Life {
  readonly pid: number;
  readonly startTicks: number;
  /** Where in the log file this life begins. */
  readonly logFrom: number;
  /** How it ended, as in "with code 1"; pending while it lives. */
  readonly ended: Promise<string>;
  /** The same, once it is known. */
  ending: string | undefined;
  /** What it ran in is gone, and with it the whole lab. */
  readonly lost?: Promise<HarnessError>;
  /** Ends it at once; resolves when nothing of it is left. */
  kill(): Promise<void>;
  /** Asks it to end; what is left after `graceMs` is killed. */
  stop(by: NodeJS.Signals, graceMs: number): Promise<void>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Puts it under pressure. Throws `fault-refused` where that cannot be done here. */
  press(pressure: Pressure): Promise<Grip>;
  /** What it holds now, descendants included; undefined where nobody can tell. */
  usage(meter: UsageMeter): Promise<Held | undefined>;
}

/** A pressure that is on. */
export interface Grip {
  felt(): Promise<Felt>;
  /** The part has begun another life, which is to be under it as well. Absent: it stays on by itself. */
  renew?(pid: number): void;
  /** Also where the life that it was put on has ended. */
  relieve(): Promise<void>;
}

/** How long a signal may take to show its effect. */
const EFFECT_MS = 5_000;
const LOOK_EVERY_MS = 3;

/** Starts the process in a group of its own; its output goes straight to its log file. */
export async function beginLife(spec: PartSpec, env: Readonly<Record<string, string>>): Promise<Life> {
  const log = openSync(spec.logFile, 'a', 0o600);
  const logFrom = fstatSync(log).size;
  const [program = '', ...rest] = spec.command;
  let child: ChildProcess;
  try {
    child = spawn(program, rest, {
      cwd: spec.cwd,
      env: { ...spec.env, ...env },
      detached: true,
      stdio: [spec.stdin === undefined ? 'ignore' : 'pipe', log, log],
      ...(spec.uid !== undefined && { uid: spec.uid }),
      ...(spec.gid !== undefined && { gid: spec.gid }),
    });
  } finally {
    closeSync(log);
  }
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, by) => resolve(by ? `by ${by}` : `with code ${code}`));
  });
  await spawned(child, spec);
  child.stdin?.on('error', () => {});
  child.stdin?.write(spec.stdin ?? '');
  const pid = child.pid ?? 0;
  const life: Life = {
    ...{ pid, startTicks: readProcess(pid)?.startTicks ?? 0, logFrom, ended, ending: undefined },
    kill: () => killTree(life),
    stop: (by, graceMs) => stopTree(life, by, graceMs),
    pause: () => pauseTree(life),
    resume: () => resumeTree(life),
    usage: async (meter) => meter(pid),
    press: async (pressure) => {
      const { name: part } = spec;
      if (pressure.on !== 'cpu' || !canLimitCpu()) throw needsContainers(part, pressure.on);
      const pids = treeOf(pid).map((entry) => entry.pid);
      return limitCpuOf(pids, pressure.cpus, { run: env[RUN_MARK] ?? '', part });
    },
  };
  void ended.then((ending) => {
    life.ending = ending;
  });
  return life;
}

function needsContainers(part: string, on: Pressure['on']): HarnessError {
  return new HarnessError({
    code: 'fault-refused',
    message: `the ${on} of part "${part}" cannot be pressed: it is a child process, and that is done by the container engine`,
    hint: 'Boot the lab with --runtime containers.',
  });
}

function spawned(child: ChildProcess, spec: PartSpec): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (cause) => {
      const message = `${spec.kind} "${spec.name}" could not be started as \`${spec.command.join(' ')}\`: ${messageOf(cause)}`;
      const hint = 'Check that the program exists and may be executed.';
      reject(new HarnessError({ code: 'boot-failed', message, hint, cause }));
    });
  });
}

/** SIGKILL to the process and all its descendants; resolves when all are gone from the process table. */
async function killTree(life: Life): Promise<void> {
  const tree = treeOf(life.pid);
  for (const { pid } of tree) signal(pid, 'SIGKILL');
  await gone(life, tree);
}

/** Asks the process to end; what is left of it and its descendants after `graceMs` is killed. */
async function stopTree(life: Life, by: NodeJS.Signals, graceMs: number): Promise<void> {
  const tree = treeOf(life.pid);
  signal(life.pid, by);
  for (const { pid } of tree) signal(pid, 'SIGCONT');
  await Promise.race([life.ended, systemClock.delay(graceMs)]);
  for (const { pid, startTicks } of tree) if (isAlive(pid, startTicks)) signal(pid, 'SIGKILL');
  await gone(life, tree);
}

/** SIGSTOP; resolves when every thread group of the tree is seen stopped. */
async function pauseTree(life: Life): Promise<void> {
  await eventually(life, 'stop', () => {
    const running = treeOf(life.pid).filter(({ state }) => !'TtZX'.includes(state));
    for (const { pid } of running) signal(pid, 'SIGSTOP');
    return running.length === 0;
  });
}

/** SIGCONT; resolves when none of the tree is stopped any more. */
async function resumeTree(life: Life): Promise<void> {
  await eventually(life, 'go on', () => {
    const stopped = treeOf(life.pid).filter(({ state }) => state === 'T');
    for (const { pid } of stopped) signal(pid, 'SIGCONT');
    return stopped.length === 0;
  });
}

async function gone(life: Life, tree: readonly ProcessEntry[]): Promise<void> {
  await eventually(life, 'end', () => tree.every(({ pid, startTicks }) => !isAlive(pid, startTicks)));
  await life.ended;
}

async function eventually(life: Life, what: string, seen: () => boolean): Promise<void> {
  await waitFor(() => (seen() ? true : undefined), {
    what: `process ${life.pid} to ${what}`,
    deadlineMs: EFFECT_MS,
    everyMs: LOOK_EVERY_MS,
  });
}
