/** Which runtime a lab gets, and why: containers where an engine answers and has every image, child processes elsewhere. */
import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { HarnessError, type Topology } from '../../core/index.ts';
import { projectRoot } from '../../topology/index.ts';
import { type Engine, engineAddress, engineAt, troubleWith } from './engine.ts';
import { BUILD_COMMAND, imagesFor, SERVICES_SOURCE, STAND_IN_LABEL } from './images.ts';

export type RuntimeWish = 'native' | 'containers' | 'auto';
export const RUNTIME_WISHES: readonly RuntimeWish[] = ['auto', 'containers', 'native'];

export type RuntimeChoice =
  | { readonly runtime: 'native'; readonly reason: string }
  | {
      readonly runtime: 'containers';
      readonly reason: string;
      /** Address of the engine. */
      readonly engine: string;
      /** Images by name, each with what it is. */
      readonly versions: Readonly<Record<string, string>>;
    };

interface Inspected {
  readonly Config?: { readonly Labels?: Readonly<Record<string, string>> | null };
}

/**
 * Asks nothing where native is wanted. Throws `tool-missing` where containers were asked for and cannot be had; where the choice is ours
 * (`auto`) the reason says what is missing.
 */
export async function chooseRuntime(wish: RuntimeWish, topology: Topology): Promise<RuntimeChoice> {
  if (wish === 'native') return { runtime: 'native', reason: 'as asked for' };
  const address = engineAddress();
  if (address === undefined) return without(wish, 'no container engine is on this machine', 'Start one (Docker).');
  const foreign = outsideTheImage(topology);
  if (foreign !== undefined) return without(wish, foreign, 'Boot it with --runtime native.');
  const engine = engineAt(address);
  const trouble = await troubleWith(engine);
  if (trouble !== undefined) return without(wish, trouble, 'Start it, or point DOCKER_HOST at another.');
  const elsewhere = await outOfReach(engine);
  if (elsewhere !== undefined) return without(wish, elsewhere, 'Run the harness beside the engine.');
  const found = await lookFor(engine, imagesFor(topology, projectRoot()), wish === 'containers');
  const missing = found.filter(({ is }) => is === undefined).map(({ image }) => image);
  if (missing.length > 0) {
    const list = missing.join(', ');
    return without(wish, `the engine lacks ${list} (\`${BUILD_COMMAND}\` builds what is missing)`, BUILD_HINT);
  }
  const standIns = found.some(({ is }) => is === 'stand-in');
  const how = wish === 'auto' ? 'an engine answers and has every image' : 'as asked for';
  return {
    runtime: 'containers',
    reason: standIns ? `${how}; stand-ins for stock images` : how,
    engine: address,
    versions: Object.fromEntries(found.map(({ image, is }) => versionOf(image, is))),
  };
}

/** Ports are published on the loopback of the engine's machine: it must be ours. */
async function outOfReach(engine: Engine): Promise<string | undefined> {
  const host = /^(?:tcp|http):\/\/(?:\[(.+?)\]|([^:/]+))/.exec(engine.address)?.slice(1).find(Boolean);
  if (host !== undefined && !['127.0.0.1', 'localhost', '::1'].includes(host)) return `the engine is on ${host}`;
  if (!CONTAINER_MARKS.some((mark) => existsSync(mark))) return undefined;
  // In a container ourselves: an engine that runs in here bears our name, one whose socket was lent to us another.
  const { Name: name } = await engine.call<{ readonly Name?: string }>('GET', '/info');
  return name === hostname() ? undefined : `the harness is in a container, and its engine outside (${name})`;
}

const CONTAINER_MARKS = ['/.dockerenv', '/run/.containerenv'];

/** The first thing a service is started with that the image of the services does not hold. */
export function outsideTheImage({ services }: Topology): string | undefined {
  for (const [name, { command, env = {} }] of Object.entries(services)) {
    if (command[0] !== `\${node}`)
      return `service "${name}" is started by ${command[0]}, and the image of the services has Node alone`;
    for (const text of [...command, ...Object.values(env)]) {
      const path = /^\$\{root\}\/(.+)$/.exec(text)?.[1];
      const isInside = SERVICES_SOURCE.some((inside) => path === inside || path?.startsWith(`${inside}/`));
      if (path !== undefined && !isInside)
        return `service "${name}" needs ${path}, which is not in the image of the services`;
    }
  }
  return undefined;
}

/** No containers: told where they were asked for, lived with where they were not. */
function without(wish: RuntimeWish, why: string, hint: string): RuntimeChoice {
  if (wish === 'auto') return { runtime: 'native', reason: `child processes: ${why}` };
  throw new HarnessError({ code: 'tool-missing', message: `containers were asked for, but ${why}`, hint });
}

/** What each image is; undefined where it is not there. One that was asked for is pulled where a registry has it. */
function lookFor(engine: Engine, images: readonly string[], pull: boolean) {
  const look = async (image: string) => {
    const found = await engine.call<Inspected | undefined>('GET', `/images/${image}/json`).catch(() => undefined);
    if (!found) return undefined;
    // Ours stands in for nothing, whatever its base does.
    if (image.startsWith(OWN)) return 'stock' as const;
    return found.Config?.Labels?.[STAND_IN_LABEL] ? ('stand-in' as const) : ('stock' as const);
  };
  return Promise.all(
    images.map(async (image) => {
      let is = await look(image);
      if (is === undefined && pull && !image.startsWith(OWN)) {
        const [name = '', tag = 'latest'] = image.split(/:(?=[^/]*$)/);
        const asked = `/images/create?fromImage=${encodeURIComponent(name)}&tag=${encodeURIComponent(tag)}`;
        await engine.call<string>('POST', asked, { timeoutMs: PULL_MS }).catch(() => undefined);
        is = await look(image);
      }
      return { image, is };
    }),
  );
}

const BUILD_HINT = 'Without a registry stand-ins are built for stock images; what is there already is left alone.';
const OWN = 'faultline/';
/** Without any answer for so long there is no registry. */
const PULL_MS = 20_000;

function versionOf(image: string, is: 'stand-in' | 'stock' | undefined): [string, string] {
  const [name = image, tag = ''] = image.split(/:(?=[^/]*$)/);
  return [name, is === 'stand-in' ? `${tag} (stand-in)` : tag];
}
