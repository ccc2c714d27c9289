/** Boots a lab, of child processes or of containers; what fails takes everything down again. */
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  edgeId,
  HarnessError,
  type Lab,
  type LabDescriptor,
  LIMITS,
  systemClock,
  type Topology,
} from '../core/index.ts';
import type { ToolPaths } from '../setup/index.ts';
import { projectRoot } from '../topology/index.ts';
import { type PartKit, startParts } from './boot-parts.ts';
import { type BootEvent, type BootSteps, bootSteps } from './boot-steps.ts';
import { type LabCertificates, makeCertificates, writeCertificates } from './certificates.ts';
import type { RuntimeChoice } from './containers/choose.ts';
import { descriptorFile, writeDescriptor } from './descriptor.ts';
import { authorityOf } from './edge-tls.ts';
import { processLine, writeJournal } from './journal.ts';
import { attachLab } from './lab.ts';
import { compileCacheFolder, dataFolder, journalFile, makeDataFolder } from './labs-folder.ts';
import type { NativeContext } from './native/context.ts';
import { copyFolder } from './native/copy.ts';
import { kafkaFolder } from './native/kafka.ts';
import { nativeKit } from './native/kit.ts';
import { postgresFolder } from './native/postgres.ts';
import { type LabPlan, planLab, portsNeeded } from './plan.ts';
import { choosePorts, requireFree } from './ports.ts';
import { sweepDeadLabs, sweepLab } from './sweep.ts';
import { type StartedWarden, startWarden } from './warden-process.ts';

export interface BootOptions {
  readonly topology: Topology;
  readonly tools: ToolPaths;
  /** Made where missing. Gets `lab.json` (gone with the lab) and `logs/` (kept). */
  readonly folder: string;
  readonly onProgress?: (event: BootEvent) => void;
  readonly signal?: AbortSignal;
  /** The lab outlives this process, once it is up. */
  readonly detached?: boolean;
  /** The wire appends its records to `wire.ndjson` in here. */
  readonly recordFolder?: string;
  /** Default: child processes. Containers need no tool but Node. */
  readonly choice?: RuntimeChoice;
}

const NOT_ASKED: RuntimeChoice = {
  runtime: 'native',
  reason: 'child processes: the containers runtime was not asked for',
};

/** Resolves when every part is ready. Throws `port-taken`, `not-ready` (with the end of that part's log), `boot-failed`; nothing is left then. */
export async function bootLab(options: BootOptions): Promise<Lab> {
  await sweepDeadLabs();
  for (const [name, { port }] of Object.entries(options.topology.services)) {
    if (port !== undefined) await requireFree(port, name);
  }
  const failing = new AbortController();
  const signal = AbortSignal.any([failing.signal, ...(options.signal ? [options.signal] : [])]);
  const steps = bootSteps(options.onProgress ?? (() => {}));
  const boot = { options, run: randomBytes(5).toString('hex'), token: randomBytes(24).toString('hex'), signal, steps };
  systemClock.delay(LIMITS.bootMs, signal).then(
    () => failing.abort(tooLate(boot)),
    () => {},
  );
  try {
    return await bootAll(boot);
  } catch (error) {
    if (options.signal?.aborted) throw interrupted(options.signal.reason);
    throw failing.signal.aborted ? failing.signal.reason : error;
  } finally {
    failing.abort();
  }
}

interface Boot {
  readonly options: BootOptions;
  readonly run: string;
  readonly token: string;
  readonly signal: AbortSignal;
  readonly steps: BootSteps;
}

interface Planned {
  readonly plan: LabPlan;
  readonly certificates: LabCertificates | undefined;
}

async function bootAll(boot: Boot): Promise<Lab> {
  const { options, run, token, signal, steps } = boot;
  const { topology, folder, choice = NOT_ASKED } = options;
  const journal = journalFile(run);
  const data = dataFolder(run);
  const logs = join(folder, 'logs');
  mkdirSync(logs, { recursive: true });
  mkdirSync(compileCacheFolder(), { recursive: true });
  if (options.recordFolder) mkdirSync(options.recordFolder, { recursive: true });
  writeJournal(journal, processLine('owner', process.pid));
  for (const path of [data, descriptorFile(folder)]) writeJournal(journal, { what: 'path', path });
  if (choice.runtime === 'containers') writeJournal(journal, { what: 'containers', engine: choice.engine });
  else makeDataFolder(data);
  const engine = choice.runtime === 'containers' ? { engine: choice.engine } : {};
  const starting = steps.step('warden', () =>
    startWarden({ run, token, journal, ...engine }, options.tools.node, logs),
  );
  const copies = choice.runtime === 'native' ? copyTemplates(boot, data) : {};
  try {
    const certificates = await makeCertificates(topology, folder);
    if (certificates && choice.runtime === 'native') writeCertificates(data, certificates);
    const warden = await starting;
    signal.throwIfAborted();
    const fixed = Object.values(topology.services).flatMap(({ port }) => port ?? []);
    const plan = planLab(topology, await choosePorts(warden.basePort, portsNeeded(topology), fixed));
    const kit =
      choice.runtime === 'native'
        ? nativeKit(contextOf(boot, { plan, data, logs, certificates }), copies, signal)
        : await kitOfContainers(boot, choice, { plan, certificates }, warden.pid);
    await startParts({ topology, kit, warden: warden.client, steps, signal });
    signal.throwIfAborted();
    const descriptor = describe(boot, { plan, certificates }, warden);
    writeDescriptor(descriptor);
    if (options.detached) await warden.client.detach();
    return attachLab(descriptor);
  } catch (error) {
    await takeDown(starting, copies, run);
    throw error;
  }
}

/** Makes the lab's network first. What dead labs left in this engine, and no journal names, goes before. */
async function kitOfContainers(
  { options, run, token, steps, signal }: Boot,
  { engine: address }: RuntimeChoice & { readonly runtime: 'containers' },
  { plan, certificates }: Planned,
  wardenPid: number,
): Promise<PartKit> {
  const { containerKit, engineAt, makeNetwork, sweepByLabel } = await import('./containers/index.ts');
  const engine = engineAt(address);
  const network = await steps.step('network', async () => {
    await sweepByLabel(engine);
    return makeNetwork(engine, run, wardenPid);
  });
  const { topology, folder, recordFolder } = options;
  const where = {
    root: projectRoot(),
    logs: join(folder, 'logs'),
    ...(recordFolder && { recordFolder }),
    ...(certificates && { certificates }),
  };
  return containerKit({ topology, plan, run, token, engine: address, network, ...where }, signal);
}

/** Begins to copy the template of every store and broker that has one. */
function copyTemplates({ options, steps, signal }: Boot, data: string): Record<string, Promise<void>> {
  const { topology, tools } = options;
  const copies: Record<string, Promise<void>> = {};
  const copy = (name: string, from: string, to: string) => {
    copies[name] = steps.step(`${name}: copy`, () => copyFolder(from, to, signal));
    // Whoever needs the copy sees the failure; until then nobody looks.
    copies[name].catch(() => {});
  };
  for (const name of Object.keys(topology.brokers)) copy(name, tools.kafka.template, kafkaFolder(data, name));
  for (const [name, { kind }] of Object.entries(topology.stores)) {
    if (kind === 'postgres') copy(name, tools.postgres.template, postgresFolder(data, name));
  }
  return copies;
}

function contextOf(
  { options, run, token }: Boot,
  planned: Planned & Pick<NativeContext, 'data' | 'logs'>,
): NativeContext {
  const { certificates, ...places } = planned;
  const { topology, tools, recordFolder } = options;
  const kept = ['PATH', 'HOME', 'TMPDIR', 'TZ', 'LANG'].flatMap((key) => {
    const value = process.env[key];
    return value === undefined ? [] : [[key, value]];
  });
  const env = { ...Object.fromEntries(kept), NODE_COMPILE_CACHE: compileCacheFolder() };
  const root = projectRoot();
  return {
    topology,
    tools,
    ...places,
    run,
    token,
    root,
    env,
    ...(recordFolder !== undefined && { recordFolder }),
    ...(certificates && { certificates }),
  };
}

function describe(
  { options, run, token, steps }: Boot,
  { plan, certificates }: Planned,
  warden: StartedWarden,
): LabDescriptor {
  const { choice = NOT_ASKED } = options;
  const urlOf = (part: string) => `http://127.0.0.1:${plan.parts.find(({ name }) => name === part)?.port}`;
  return {
    schema: 1,
    run,
    runtime: choice.runtime,
    runtimeReason: choice.reason,
    topology: options.topology,
    folder: options.folder,
    token,
    wardenUrl: warden.url,
    wireUrl: urlOf('wire'),
    toxiproxyUrl: urlOf('toxiproxy'),
    edges: plan.edges.map((address) => {
      const edge = options.topology.edges.find((one) => edgeId(one) === address.id);
      return {
        ...address,
        ...(edge && authorityOf(edge, { root: projectRoot(), ...(certificates && { certificates }) })),
      };
    }),
    parts: plan.parts,
    versions: { ...options.tools.versions, ...(choice.runtime === 'containers' && choice.versions) },
    setup: options.tools.timings,
    boot: steps.timings(),
    bootedAt: systemClock.now(),
  };
}

/** After a failure: copies first (they write into the folder that goes), then the warden's way, or where there is none the sweep. */
async function takeDown(
  starting: Promise<StartedWarden>,
  copies: Readonly<Record<string, Promise<void>>>,
  run: string,
): Promise<void> {
  await Promise.allSettled(Object.values(copies));
  const warden = await starting.catch(() => undefined);
  const ended = await warden?.client.shutdown().catch(() => undefined);
  if (!ended) await sweepLab(run);
}

function tooLate({ options, steps }: Boot): HarnessError {
  const message = `the lab "${options.topology.name}" was not up after ${LIMITS.bootMs} ms; waiting for ${steps.open().join(', ')}`;
  return new HarnessError({ code: 'boot-failed', message, hint: `See the logs in ${join(options.folder, 'logs')}.` });
}

function interrupted(reason: unknown): unknown {
  if (reason instanceof HarnessError) return reason;
  return new HarnessError({
    code: 'interrupted',
    message: 'the boot was interrupted; nothing is left running',
    cause: reason,
  });
}
