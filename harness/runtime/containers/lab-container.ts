/** A testcontainers container as a lab needs it: named in the lab's network, published on loopback only, removed by us and not by a reaper. */
import {
  GenericContainer,
  getContainerRuntimeClient,
  PullPolicy,
  type StartedTestContainer,
  type WaitStrategy,
} from 'testcontainers';
import type { ContainerSpec, PartSpec } from '../warden/spec.ts';
import { ownerMark } from './clean-up.ts';
import { OWNER_LABEL, RUN_LABEL } from './engine.ts';

const GIB = 1024 ** 3;
const READABLE = 0o444;

// Once, before many containers are started together: each would look for the engine by itself.
await getContainerRuntimeClient();

/** What the library has no words for stands in its two option objects. */
class LabContainer extends GenericContainer {
  shape({ name, kind, stopSignal }: PartSpec, { network, publish, standsInFor = [] }: ContainerSpec): this {
    this.createOpts.NetworkingConfig = { EndpointsConfig: { [network]: { Aliases: [name, ...standsInFor] } } };
    this.createOpts.StopSignal = stopSignal;
    // The check in the image asks a service.
    if (kind === 'wire') this.createOpts.Healthcheck = { Test: ['NONE'] };
    this.createOpts.ExposedPorts = Object.fromEntries(publish.map((port) => [`${port}/tcp`, {}]));
    this.hostConfig.PortBindings = Object.fromEntries(
      publish.map((port) => [`${port}/tcp`, [{ HostIp: '127.0.0.1', HostPort: String(port) }]]),
    );
    // The names of a lab are the engine's own. One it does not know belongs to a part that is down: nobody else is to be asked, nor waited for.
    this.hostConfig.Dns = ['127.0.0.1'];
    this.hostConfig.DnsOptions = ['timeout:1', 'attempts:1'];
    return this;
  }
}

/** Readiness is looked at by the warden, with the same probes as for a child process. */
const AT_ONCE: WaitStrategy = {
  waitUntilReady: async () => {},
  withStartupTimeout: () => AT_ONCE,
  isStartupTimeoutSet: () => true,
  getStartupTimeout: () => 0,
};

/** Creates and starts it. An image that is not here is pulled, where there is a registry. */
export function startLabContainer(
  part: PartSpec & { readonly container: ContainerSpec },
  env: Readonly<Record<string, string>>,
  run: string,
): Promise<StartedTestContainer> {
  const { container: spec, name, command } = part;
  const { mount } = spec;
  const container = new LabContainer(spec.image)
    .shape(part, spec)
    .withName(`faultline-${run}-${name}`)
    .withNetworkMode(spec.network)
    .withCommand([...command])
    .withEnvironment({ ...part.env, ...env })
    .withLabels({ [RUN_LABEL]: run, [OWNER_LABEL]: ownerMark(process.pid) })
    .withCopyContentToContainer(spec.files.map(({ path, content }) => ({ target: path, content, mode: READABLE })))
    .withResourcesQuota({ memory: spec.memoryBytes / GIB, cpu: spec.cpus })
    .withPullPolicy(PullPolicy.defaultPolicy())
    .withDefaultLogDriver()
    .withAutoCleanup(false)
    .withWaitStrategy(AT_ONCE);
  if (mount) container.withBindMounts([{ source: mount.from, target: mount.to, mode: 'rw' }]).withUser(mount.user);
  return container.start();
}
