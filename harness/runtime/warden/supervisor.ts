/** The parts of one lab and what can be done to each; every action resolves when its effect is seen. */
import { systemClock, waitFor } from '../../core/clock.ts';
import { HarnessError, nearestNames } from '../../core/errors.ts';
import type { ProcessRecord } from '../../core/history.ts';
import type { Felt, PartState, PartStatus, Pressure, Usage } from '../../core/lab.ts';
import { LIMITS } from '../../core/limits.ts';
import { RUN_MARK } from '../clean-up.ts';
import { processLine, writeJournal } from '../journal.ts';
import { usageMeter } from '../usage.ts';
import { beginLife, type Life } from './life.ts';
import { logTail } from './log-file.ts';
import { type Pressures, pressuresOf } from './pressures.ts';
import { describeProbe, look } from './readiness.ts';
import type { Records } from './records.ts';
import type { PartSpec, WardenConfig } from './spec.ts';

export interface Supervisor {
  /** Takes the part on, starts it, resolves when it is ready. */
  add(spec: PartSpec): Promise<PartStatus>;
  act(name: string, action: PartAction, env?: Readonly<Record<string, string>>): Promise<PartStatus>;
  press(name: string, pressure: Pressure): Promise<PartStatus>;
  relieve(name: string, on: Pressure['on']): Promise<PartStatus>;
  felt(name: string, on: Pressure['on']): Promise<Felt>;
  list(): PartStatus[];
  /** Parts that run and whose probe is not answered now. */
  unready(): Promise<{ readonly part: string; readonly saw: string }[]>;
  /** What each part that has a process holds now. */
  usage(): Promise<Usage[]>;
  tail(name: string, lines: number): string[];
  /** Parts that have a process now, with what asks it to end. */
  alive(): { readonly spec: PartSpec; readonly life: Life }[];
  /** What the parts ran in is gone: nothing can be done to them any more. */
  readonly lost: Promise<HarnessError>;
  /** From now on nothing is started any more. */
  close(): void;
}

export const PART_ACTIONS = ['start', 'stop', 'kill', 'pause', 'resume', 'restart'] as const;
export type PartAction = (typeof PART_ACTIONS)[number];

interface Part {
  readonly spec: PartSpec;
  state: PartState;
  life: Life | undefined;
  restarts: number;
  /** Added to the environment of this and later lives, until another is given. */
  env: Readonly<Record<string, string>>;
  /** What is being done to it, so that its end is not taken for one of its own. */
  ending: 'killed' | 'stopped' | undefined;
  readonly pressures: Pressures;
}

const READY_LOOK_EVERY_MS = 12;

export function supervise(config: WardenConfig, records: Records): Supervisor {
  const parts = new Map<string, Part>();
  let closed = false;
  const lost = Promise.withResolvers<HarnessError>();

  const actions: Record<PartAction, (part: Part) => Promise<void>> = {
    start,
    stop: (part) => end(part, 'stopped'),
    kill: (part) => end(part, 'killed'),
    pause: (part) => freeze(part, 'paused'),
    resume: (part) => freeze(part, 'resumed'),
    async restart(part) {
      if (part.life) await end(part, 'killed');
      await start(part);
      part.restarts++;
    },
  };

  async function start(part: Part): Promise<void> {
    const { spec } = part;
    if (closed) throw refusal(spec.name, 'be started: the lab is being taken down');
    if (part.life) throw refusal(spec.name, `be started: it is ${part.state}`);
    // Nobody would see it become ready.
    if (part.pressures.names().includes('network')) throw refusal(spec.name, 'be started: it is cut off the network');
    part.ending = undefined;
    part.state = 'starting';
    const life = await begin(spec, { ...part.env, [RUN_MARK]: config.run });
    part.life = life;
    part.pressures.renew(life);
    note(part, 'started', life);
    void life.lost?.then(lost.resolve);
    void life.ended.then(() => {
      part.life = undefined;
      part.state = part.ending ?? 'exited';
      note(part, part.ending ?? 'exited', life);
    });
    if (spec.kind === 'service') records.follow(spec.name, spec.logFile);
    await ready(part, life);
    if (part.state === 'starting') part.state = 'running';
    note(part, 'ready', life);
  }

  async function begin(spec: PartSpec, env: Readonly<Record<string, string>>): Promise<Life> {
    // Loaded only where there are containers: the library behind it would cost every other start.
    if (spec.container) return (await import('../containers/life.ts')).beginContainerLife(spec, env, config.run);
    const life = await beginLife(spec, env);
    writeJournal(config.journal, processLine('child', life.pid, spec.kind === 'postgres'));
    return life;
  }

  function note(part: Part, event: ProcessRecord['event'], life: Life): void {
    records.add({ type: 'process', at: systemClock.now(), part: part.spec.name, event, pid: life.pid });
  }

  async function freeze(part: Part, event: 'paused' | 'resumed'): Promise<void> {
    const { life, spec, state } = part;
    if (!life || (event === 'paused') === (state === 'paused')) throw refusal(spec.name, `be ${event}: it is ${state}`);
    await (event === 'paused' ? life.pause() : life.resume());
    if (part.life !== life) throw refusal(spec.name, `be ${event}: it has ended`);
    part.state = event === 'paused' ? 'paused' : 'running';
    note(part, event, life);
  }

  return {
    async add(spec) {
      if (parts.has(spec.name)) throw refusal(spec.name, 'be added: there is one of that name');
      const part: Part = {
        spec,
        state: 'starting',
        life: undefined,
        restarts: 0,
        env: {},
        ending: undefined,
        pressures: pressuresOf(spec.name),
      };
      parts.set(spec.name, part);
      await start(part);
      return statusOf(part);
    },
    async act(name, action, env) {
      const part = find(parts, name);
      // It may be another container that is started then, and that would be under no pressure.
      if (env && part.pressures.names().length > 0)
        throw refusal(name, 'be given another environment: it is under pressure');
      if (env) part.env = env;
      await actions[action](part);
      return statusOf(part);
    },
    async press(name, pressure) {
      const part = find(parts, name);
      if (!part.life) throw refusal(name, `be pressed: it is ${part.state}`);
      await part.pressures.put(pressure, part.life);
      return statusOf(part);
    },
    async relieve(name, on) {
      const part = find(parts, name);
      await part.pressures.take(on);
      return statusOf(part);
    },
    felt: (name, on) => find(parts, name).pressures.felt(on),
    list: () => [...parts.values()].map(statusOf),
    async unready() {
      const all = [...parts.values()].map(async ({ spec, life, state }) => {
        const saw = life && state === 'running' ? await look(spec.ready, spec, life.logFrom) : undefined;
        return saw === undefined ? [] : [{ part: spec.name, saw }];
      });
      return (await Promise.all(all)).flat();
    },
    async usage() {
      const meter = usageMeter();
      const all = [...parts.values()].map(async ({ spec, life }) => {
        const held = await life?.usage(meter).catch(() => undefined);
        return held ? [{ part: spec.name, ...held }] : [];
      });
      return (await Promise.all(all)).flat();
    },
    tail: (name, lines) => logTail(find(parts, name).spec.logFile, lines),
    alive: () => [...parts.values()].flatMap(({ spec, life }) => (life ? [{ spec, life }] : [])),
    lost: lost.promise,
    close() {
      closed = true;
    },
  };
}

async function end(part: Part, how: 'killed' | 'stopped'): Promise<void> {
  const { life, spec } = part;
  if (!life) throw refusal(spec.name, `be ${how}: it is ${part.state}`);
  part.ending = how;
  await (how === 'killed' ? life.kill() : life.stop(spec.stopSignal, spec.stopGraceMs));
}

/** Looks until the part is ready; throws when it ends first, or when its time is over. */
async function ready(part: Part, life: Life): Promise<void> {
  const { spec } = part;
  let saw: string | undefined;
  const outcome = await waitFor(
    async () => {
      if (life.ending !== undefined) return `ended ${life.ending} before it was ready`;
      saw = await look(spec.ready, spec, life.logFrom);
      return saw === undefined && life.ending === undefined ? 'ready' : undefined;
    },
    { what: spec.name, deadlineMs: spec.readyTimeoutMs, everyMs: READY_LOOK_EVERY_MS },
  ).catch(
    () => `was not ready after ${spec.readyTimeoutMs} ms: ${describeProbe(spec.ready)} (${saw ?? 'nothing seen'})`,
  );
  if (outcome === 'ready') return;
  const tail = logTail(spec.logFile, LIMITS.logTailLines).map((line) => `  ${line}`);
  throw new HarnessError({
    code: 'not-ready',
    message: `${spec.kind} "${spec.name}" ${outcome}`,
    hint: tail.length > 0 ? `The last lines of its log:\n${tail.join('\n')}` : 'It wrote nothing to its log.',
  });
}

function find(parts: ReadonlyMap<string, Part>, name: string): Part {
  const part = parts.get(name);
  if (part) return part;
  const nearest = nearestNames(name, [...parts.keys()]);
  throw new HarnessError({
    code: 'unknown-name',
    message: `there is no part named "${name}"`,
    hint: nearest.length > 0 ? `Did you mean ${nearest.join(', ')}?` : `Parts: ${[...parts.keys()].join(', ')}.`,
  });
}

function refusal(name: string, what: string): HarnessError {
  return new HarnessError({
    code: 'part-failed',
    message: `part "${name}" cannot ${what}`,
    hint: 'Look at the states of the parts first.',
  });
}

function statusOf({ spec, state, life, restarts, pressures }: Part): PartStatus {
  const under = pressures.names();
  return { name: spec.name, state, ...(life && { pid: life.pid }), restarts, ...(under.length > 0 && { under }) };
}
