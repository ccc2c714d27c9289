/** Every way a topology can be wrong ends in one sentence that says what, where, and what to do. */
import { describe, expect, test } from 'vitest';
import type { HarnessError } from '../../../harness/core/index.ts';
import { loadTopology, validateTopology } from '../../../harness/topology/index.ts';

type Tree = Record<string, unknown>;

/** A topology that is right, with a service, a store, a broker and a ledger; `change` spoils it. */
function spoiled(change: (topology: ReturnType<typeof good>) => void): unknown {
  const topology = good();
  change(topology);
  return topology;
}

function good() {
  return {
    name: 'sample',
    services: {
      order: {
        command: ['run', '$' + '{port}'],
        env: { PSP: '$' + '{url:psp}' } as Tree,
        ready: { http: '/ready' } as Tree,
        port: 9001,
        after: [] as string[],
      },
      psp: { command: ['run'], ready: { tcp: true } as Tree, port: 9002, after: [] as string[], extraPorts: ['admin'] },
    } as Record<string, Tree>,
    stores: { postgres: { kind: 'postgres' } } as Record<string, Tree>,
    brokers: { kafka: { kind: 'kafka', topics: [{ name: 'order.events', partitions: 3 }] } } as Record<string, Tree>,
    edges: [
      { caller: 'driver', callee: 'order', protocol: 'http' },
      {
        caller: 'order',
        callee: 'psp',
        protocol: 'http',
        promises: {
          breaker: { threshold: 5, counts: 'attempts', timeoutMs: 500, openMs: 2000, probes: 1, graceMs: 50 },
        },
      },
      { caller: 'order', callee: 'postgres', protocol: 'postgres' },
      { caller: 'order', callee: 'kafka', protocol: 'kafka' },
    ] as Tree[],
    idle: [{ edge: 'order->kafka', operation: 'Fetch' }] as Tree[],
    ledger: {
      entities: { store: 'postgres', database: 'order', sql: 'select 1' } as Tree,
      entries: [{ service: 'psp', path: '/ledger' }] as Tree[],
      pending: [] as Tree[],
      terminal: { done: { counts: { charged: 1 } } },
      equations: [{ name: 'money', left: ['charged'], right: ['shipped', 'refunded'] }] as Tree[],
      once: ['charged'],
    },
  };
}

function refusal(value: unknown): HarnessError {
  try {
    validateTopology(value);
  } catch (error) {
    return error as HarnessError;
  }
  throw new Error('it was accepted');
}

const text = (template: string) => `$\{${template}}`;
const breakerOf = ({ edges }: { edges: Tree[] }): Tree =>
  (edges.find((edge) => edge.promises) as { promises: { breaker: Tree } }).promises.breaker;

const WRONG: [string, (topology: ReturnType<typeof good>) => void, string][] = [
  [
    'an edge to nowhere',
    (t) => t.edges.push({ caller: 'order', callee: 'pspp', protocol: 'http' }),
    'the edge order->pspp leads to nowhere: "pspp" is no service, store or broker',
  ],
  [
    'an edge from nowhere',
    (t) => t.edges.push({ caller: 'ghost', callee: 'psp', protocol: 'http' }),
    'the edge ghost->psp begins at "ghost", which is not a service',
  ],
  [
    'an edge declared twice',
    (t) => t.edges.push({ caller: 'driver', callee: 'order', protocol: 'http' }),
    'the edge driver->order is declared twice',
  ],
  [
    'an edge to itself',
    (t) => t.edges.push({ caller: 'psp', callee: 'psp', protocol: 'http' }),
    'the edge psp->psp leads from a service to itself',
  ],
  [
    'the wrong protocol',
    (t) => t.edges.push({ caller: 'psp', callee: 'kafka', protocol: 'http' }),
    'the edge psp->kafka speaks http, but "kafka" is kafka',
  ],
  [
    'an unknown extra port',
    (t) => t.edges.push({ caller: 'driver', callee: 'psp', protocol: 'http', calleePort: 'admn' }),
    'the edge driver->psp leads to the port "admn" of "psp", which has no such extra port',
  ],
  [
    'a service named like a store',
    (t) => Object.assign(t.services, { postgres: t.services.psp }),
    'a store and a service are both named "postgres"',
  ],
  [
    'a reserved name',
    (t) => Object.assign(t.services, { wire: { command: ['x'], ready: { tcp: true } } }),
    'a service is named "wire", which is a part of the lab itself',
  ],
  [
    'a cycle in after',
    (t) => {
      Object.assign(t.services.order ?? {}, { after: ['psp'] });
      Object.assign(t.services.psp ?? {}, { after: ['order'] });
    },
    'services wait for each other in a circle: order after psp after order',
  ],
  [
    'after an unknown service',
    (t) => Object.assign(t.services.order ?? {}, { after: ['pspx'] }),
    'service "order" is to start after "pspx", which is not a service',
  ],
  [
    'an edge through a part that is not there',
    (t) => Object.assign(t.edges[1] ?? {}, { through: { part: 'sidecar', port: 'out' } }),
    'the edge order->psp goes through "sidecar", which is not a service',
  ],
  [
    'an edge through a port that its carrier does not have',
    (t) => Object.assign(t.edges[1] ?? {}, { through: { part: 'psp', port: 'out' } }),
    'the edge order->psp goes through the port "out" of "psp", which has no such extra port',
  ],
  [
    'mutual TLS on an edge that the wire reads',
    (t) => Object.assign(t.edges[1] ?? {}, { mutualTls: { caller: 'a', callee: 'b', authority: 'c' } }),
    'the edge order->psp has mutualTls and speaks http: the wire cannot read inside it',
  ],
  [
    'a sidecar of nobody',
    (t) => Object.assign(t.services.psp ?? {}, { beside: 'orders' }),
    'service "psp" is to stand beside "orders", which is not another service',
  ],
  [
    'a template of a neighbour that is none',
    (t) => Object.assign(t.services.psp ?? {}, { env: { A: text('beside') } }),
    'services.psp.env.A uses ${beside}, which it does not stand beside',
  ],
  [
    'two services on one port',
    (t) => Object.assign(t.services.psp ?? {}, { port: 9001 }),
    'services "order" and "psp" both want the fixed port 9001',
  ],
  [
    'an unknown template',
    (t) => Object.assign(t.services.psp ?? {}, { env: { A: text('prot') } }),
    'services.psp.env.A uses ${prot}, which stands for nothing',
  ],
  [
    'an address without an edge',
    (t) => Object.assign(t.services.psp ?? {}, { command: ['x', text('addr:kafka')] }),
    'services.psp.command[1] uses ${addr:kafka}, but there is no edge psp->kafka',
  ],
  [
    'a template of an unknown extra port',
    (t) => Object.assign(t.services.order ?? {}, { env: { A: text('port.admin') } }),
    'services.order.env.A uses ${port.admin}, but it has no such extra port',
  ],
  [
    'a probe of an unknown store',
    (t) => Object.assign(t.ledger.entities, { store: 'mysql' }),
    'ledger.entities asks the store "mysql", which is not declared',
  ],
  [
    'a probe of an unknown database',
    (t) => Object.assign(t.ledger.entities, { database: 'psp' }),
    'ledger.entities asks for the database "psp" of "postgres", which nobody owns',
  ],
  [
    'a probe of an unknown service',
    (t) => Object.assign(t.ledger.entries[0] ?? {}, { service: 'spp' }),
    'ledger.entries[0] asks the service "spp", which is not declared',
  ],
  [
    'an equation over no kind',
    (t) => Object.assign(t.ledger.equations[0] ?? {}, { right: [] }),
    'the equation "money" has no kind on its right side',
  ],
  [
    'an idle operation on an unknown edge',
    (t) => Object.assign(t.idle[0] ?? {}, { edge: 'order->kafak' }),
    'the idle operation "Fetch" is on the edge "order->kafak", which is not declared',
  ],
  [
    'a breaker threshold of zero',
    (t) => Object.assign(breakerOf(t), { threshold: 0 }),
    'edges.1.promises.breaker.threshold is 0: Too small: expected number to be >=1',
  ],
  [
    'a breaker grace beyond its open time',
    (t) => Object.assign(breakerOf(t), { graceMs: 2000 }),
    'the breaker of order->psp has graceMs 2000, not below its openMs 2000',
  ],
  [
    'a member that does not exist',
    (t) => Object.assign(t.services.psp ?? {}, { comand: [] }),
    'services.psp has the unknown member "comand"',
  ],
  [
    'a readiness of no known form',
    (t) => Object.assign(t.services.psp ?? {}, { ready: { udp: true } }),
    'services.psp.ready is {"udp":true}, which is none of the forms it may have',
  ],
  [
    'a topic declared twice',
    (t) =>
      Object.assign(t.brokers.kafka ?? {}, {
        topics: [
          { name: 'a', partitions: 1 },
          { name: 'a', partitions: 2 },
        ],
      }),
    'broker "kafka" declares the topic "a" twice',
  ],
];

describe('a topology is refused, in one sentence, for', () => {
  test.each(WRONG)('%s', (_title, change, sentence) => {
    const error = refusal(spoiled(change));
    expect(error.code).toBe('bad-topology');
    expect(error.exitCode).toBe(64);
    expect(error.message).toBe(`topology "sample": ${sentence}`);
    expect(error.hint).toMatch(/^\S.*[.?)]$/);
  });

  test('not being an object at all', () => {
    expect(refusal(42).message).toBe(
      'topology without a name: the topology is 42: Invalid input: expected object, received number',
    );
  });
});

test('a topology without a fault is given back', () => {
  expect(validateTopology(good())).toEqual(good());
});

test('other problems are counted in the hint', () => {
  const error = refusal(
    spoiled((t) => {
      t.edges.push({ caller: 'order', callee: 'pspp', protocol: 'http' });
      Object.assign(t.ledger.equations[0] ?? {}, { left: [] });
    }),
  );
  expect(error.hint).toBe('Did you mean "psp"? (1 more problem after this.)');
});

test('an unknown topology name offers the nearest', async () => {
  await expect(loadTopology('tyni')).rejects.toMatchObject({
    code: 'unknown-name',
    message: 'there is no topology named "tyni"',
    hint: expect.stringContaining('tiny'),
  });
});

test('the tiny topology loads', async () => {
  const topology = await loadTopology('tiny');
  expect(Object.keys(topology.services)).toEqual(['till', 'book']);
});
