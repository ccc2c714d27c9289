/** One life of a container: created, or started again with its disk as it was left; its output goes to the part's log file. */
import { createWriteStream, statSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { systemClock } from '../../core/clock.ts';
import { HarnessError, messageOf } from '../../core/errors.ts';
import type { Life } from '../warden/life.ts';
import type { ContainerSpec, PartSpec } from '../warden/spec.ts';
import { type Engine, engineAt } from './engine.ts';
import { heldBy } from './held.ts';
import { demux } from './log-frames.ts';
import { type Pressed, pressContainer } from './pressure.ts';

interface Made {
  readonly id: string;
  /** Of what it was created with: another environment needs another container. */
  readonly env: string;
}

interface Inspected {
  readonly Id: string;
  readonly State: { readonly Pid: number };
}

/** Containers of this warden's lab, by part. */
const made = new Map<string, Made>();

/** Starts that the engine is busy with. */
const starts = new Set<Promise<string>>();
const STARTS_WITHIN_MS = 20_000;

/** Waits for them: a container that is removed while it starts leaves its network with an end that nobody can remove. */
export async function settleStarts(): Promise<void> {
  const patience = new AbortController();
  const tooLong = systemClock.delay(STARTS_WITHIN_MS, patience.signal).catch(() => {});
  await Promise.race([Promise.allSettled([...starts]), tooLong]);
  patience.abort();
}

/** How long the last lines of a container may take to come after its end. */
const LAST_LINES_MS = 500;

export async function beginContainerLife(
  spec: PartSpec,
  env: Readonly<Record<string, string>>,
  run: string,
): Promise<Life> {
  const { container, name } = spec;
  if (!container) throw new RangeError(`part "${name}" is no container`);
  const engine = engineAt(container.engine);
  const logFrom = sizeOf(spec.logFile);
  const fromMs = systemClock.now();
  const starting = startOne({ ...spec, container }, inContainer(env, container), run, engine);
  starts.add(starting);
  const id = await starting.finally(() => starts.delete(starting));
  const { State } = await engine.call<Inspected>('GET', `/containers/${id}/json`);
  const over = engine.call<{ readonly StatusCode: number }>('POST', `/containers/${id}/wait`);
  const logged = follow(engine, id, fromMs, spec.logFile);
  const ended = over.then(
    async ({ StatusCode: code }) => {
      await Promise.race([logged, systemClock.delay(LAST_LINES_MS)]);
      return code === 137 ? 'by SIGKILL' : `with code ${code}`;
    },
    (error) => `with its engine: ${messageOf(error)}`,
  );
  const life = lifeOf(
    { engine, id, name, spec: container },
    { pid: State.Pid, startTicks: 0, logFrom, ended, ending: undefined, lost: lostIn(over) },
  );
  void ended.then((ending) => {
    life.ending = ending;
  });
  return life;
}

/** Resolves when the engine goes while it is being waited for; a container that somebody removed is no such case. */
function lostIn(over: Promise<unknown>): Promise<HarnessError> {
  return new Promise((resolve) => {
    over.catch((error) => error instanceof HarnessError && error.code === 'lab-lost' && resolve(error));
  });
}

type LifeFacts = Pick<Life, 'pid' | 'startTicks' | 'logFrom' | 'ended' | 'ending' | 'lost'>;

function lifeOf(container: Omit<Pressed, 'pid'>, facts: LifeFacts): Life {
  const { engine, id } = container;
  const act = (action: string) => engine.call<void>('POST', `/containers/${id}/${action}`);
  return {
    ...facts,
    async kill() {
      await act('kill?signal=KILL');
      await facts.ended;
    },
    async stop(_by, graceMs) {
      // The signal is part of the container.
      await act(`stop?t=${Math.ceil(graceMs / 1_000)}`);
      await facts.ended;
    },
    pause: () => act('pause'),
    resume: () => act('unpause'),
    usage: (meter) => heldBy(container, facts.pid, meter),
    press: (pressure) => pressContainer({ ...container, pid: facts.pid }, pressure),
  };
}

/** The library looks for its engine as it is loaded. */
export function containerStarter(engine: string): Promise<typeof import('./lab-container.ts')> {
  process.env.TESTCONTAINERS_RYUK_DISABLED = 'true';
  process.env.DOCKER_HOST = engine;
  return import('./lab-container.ts');
}

/** The id of a running container: the one there was, unless its environment is to be another. */
async function startOne(
  spec: PartSpec & { readonly container: ContainerSpec },
  env: Readonly<Record<string, string>>,
  run: string,
  engine: Engine,
): Promise<string> {
  const before = made.get(spec.name);
  const wanted = JSON.stringify(env);
  if (before?.env === wanted) {
    await engine.call('POST', `/containers/${before.id}/start`);
    return before.id;
  }
  if (before) await engine.call('DELETE', `/containers/${before.id}?force=1&v=1`, { alsoFine: [404] });
  made.delete(spec.name);
  const { startLabContainer } = await containerStarter(spec.container.engine);
  try {
    const id = (await startLabContainer(spec, env, run)).getId();
    made.set(spec.name, { id, env: wanted });
    return id;
  } catch (cause) {
    const message = `${spec.kind} "${spec.name}" could not be started as a container of ${spec.container.image}: ${messageOf(cause)}`;
    throw new HarnessError({
      code: 'boot-failed',
      message,
      hint: 'See `docker ps -a` and the log of the engine.',
      cause,
    });
  }
}

/** Appends what the container writes from now on to the log file, as a child process would. Resolves at its end. */
async function follow(engine: Engine, id: string, fromMs: number, logFile: string): Promise<void> {
  const since = (fromMs / 1_000).toFixed(3);
  try {
    const stream: IncomingMessage = await engine.stream(
      `/containers/${id}/logs?follow=1&stdout=1&stderr=1&since=${since}`,
    );
    const file = createWriteStream(logFile, { flags: 'a', mode: 0o600 });
    await demux(stream, (bytes) => void file.write(bytes));
    await new Promise<void>((resolve) => file.end(resolve));
  } catch {
    // The container, or its engine, is gone: whoever looks after it says so.
  }
}

/** Environment that speaks of paths of this machine, for the container. */
function inContainer(env: Readonly<Record<string, string>>, { paths }: ContainerSpec): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).map(([name, value]) => [name, value.replaceAll(`${paths.from}/`, `${paths.to}/`)]),
  );
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
