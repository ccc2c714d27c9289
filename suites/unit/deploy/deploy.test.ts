/** Deployment files are those of the topology: made anew they are the same, everything has probes and limits, and nobody is sent where nobody listens. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { deployFiles } from '../../../fixtures/deploy/files.ts';
import { kubernetesObjects, LEAVING_SECONDS } from '../../../fixtures/deploy/kubernetes.ts';
import { bytesOf } from '../../../fixtures/deploy/limits.ts';
import { serviceOf } from '../../../fixtures/deploy/plan.ts';
import { yaml } from '../../../fixtures/deploy/yaml.ts';
import shop from '../../../fixtures/topologies/shop.ts';
import { defineTopology } from '../../../harness/topology/index.ts';
import { DRAIN_MS } from '../../../services-under-test/kit/shutdown.ts';

interface Probe {
  readonly httpGet: { readonly path: string };
}

interface Container {
  readonly command: readonly string[];
  readonly env: readonly { readonly name: string; readonly value?: string }[];
  readonly resources: Record<'requests' | 'limits', { readonly cpu: string; readonly memory: string }>;
  readonly livenessProbe: Probe;
  readonly readinessProbe: Probe;
}

interface Found {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly replicas: number;
    readonly ports: readonly { readonly port: number }[];
    readonly strategy: { readonly rollingUpdate: object };
    readonly template: {
      readonly spec: { readonly terminationGracePeriodSeconds: number; readonly containers: readonly Container[] };
    };
  };
}

const objects = kubernetesObjects(shop) as Found[];
const of = (kind: string) => objects.filter((one) => one.kind === kind);

test('the files in the folder are those that the topology makes', () => {
  for (const [name, text] of Object.entries(deployFiles(shop))) {
    const kept = readFileSync(new URL(`../../../fixtures/deploy/${name}`, import.meta.url), 'utf8');
    expect(kept, `${name}: run node fixtures/deploy/write.ts`).toBe(text);
  }
});

test('every service of the topology is deployed, with as many instances as it has there', () => {
  const instances = Map.groupBy(Object.keys(shop.services), (name) => serviceOf(name, shop));
  const deployed = of('Deployment').map(({ metadata: { name }, spec }) => [name, spec.replicas]);
  expect(deployed).toEqual([...instances].map(([name, all]) => [name, all.length]));
  expect(Object.fromEntries(deployed)).toMatchObject({ 'bff-web': 2, order: 1 });
});

test('each is asked whether it lives and whether it is ready, and has limits', () => {
  for (const {
    metadata: { name },
    spec,
  } of of('Deployment')) {
    for (const { livenessProbe, readinessProbe, resources } of spec.template.spec.containers) {
      expect(livenessProbe.httpGet.path, name).toBe('/health/live');
      expect(readinessProbe.httpGet.path, name).toBe(readyPathOf(name));
      expect(bytesOf(resources.limits.memory), name).toBeGreaterThanOrEqual(bytesOf(resources.requests.memory));
      expect(resources.limits.cpu, name).toMatch(/^\d+m?$/);
    }
  }
});

function readyPathOf(name: string): string | undefined {
  const ready = shop.services[name]?.ready;
  return ready && 'http' in ready ? ready.http : undefined;
}

test('a rolling update never has fewer than asked for, and waits longer than a drain takes', () => {
  for (const {
    metadata: { name },
    spec,
  } of of('Deployment')) {
    expect(spec.strategy.rollingUpdate, name).toEqual({ maxUnavailable: 0, maxSurge: 1 });
    const graceMs = spec.template.spec.terminationGracePeriodSeconds * 1_000;
    expect(graceMs, name).toBeGreaterThan(LEAVING_SECONDS * 1_000 + DRAIN_MS);
  }
});

test('every address that is given to somebody is one at which somebody listens', () => {
  const listening = of('Service').flatMap(({ metadata: { name }, spec }) =>
    spec.ports.map(({ port }) => `${name}:${port}`),
  );
  const given = of('Deployment').flatMap(({ spec }) =>
    spec.template.spec.containers.flatMap(({ env }) => env.flatMap(({ value = '' }) => addressesIn(value))),
  );
  expect(given.length).toBeGreaterThan(30);
  expect(given.filter((address) => !listening.includes(address))).toEqual([]);
});

/** `http://order:8080/path`, `postgres://order:word@postgres:5432/order`, `kafka:9092`; not what an instance says of itself. */
function addressesIn(value: string): string[] {
  const host = value.replace(/^\w+:\/\//, '').replace(/^[^/]*@/, '');
  const found = /^([a-z][a-z0-9-]*:\d+)(\/|$)/.exec(host)?.[1];
  return found === undefined ? [] : [found];
}

test('no password and no unfilled place stands in a file', () => {
  for (const [name, text] of Object.entries(deployFiles(shop))) {
    expect(text, name).not.toMatch(/\$\{(url|addr|host|port|root|node|name|self)\b/);
    expect(text.match(/:\/\/[a-z-]*:[^@$\s]+@/g), name).toBeNull();
  }
});

test('an instance that is started otherwise is a service of its own', () => {
  const ready = { tcp: true } as const;
  const topology = defineTopology({
    ...{ name: 'two', stores: {}, brokers: {}, edges: [], idle: [] },
    services: {
      web: { command: ['a'], ready },
      'web-2': { command: ['b'], ready },
      'web-3': { command: ['a'], ready },
    },
  });
  expect(['web', 'web-2', 'web-3'].map((name) => serviceOf(name, topology))).toEqual(['web', 'web-2', 'web']);
});

test('texts that YAML would read as something else are quoted', () => {
  const data = { on: 'on', number: '8080', text: 'order', list: [{ a: 1, b: ['x: y'] }, []], none: null, empty: {} };
  expect(yaml(data)).toBe(
    [
      '"on": "on"',
      'number: "8080"',
      'text: order',
      'list:',
      '  - a: 1',
      '    b:',
      '      - "x: y"',
      '  - []',
      'none: null',
      'empty: {}',
    ].join('\n'),
  );
});
