/** Every fault of gRPC calls, as a fault of a lab: injected, hit, healed and interrupted on real connections. */
import { Client, credentials, Metadata, status } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FaultSpec, newTraceparent, seededRandom, systemClock } from '../../../harness/core/index.ts';
import { APP, CASE, type LabInTest, labInTest } from './lab-in-test.ts';

const EDGE = 'app->callee';
const PATH = '/test.Callee/Ask';
const raw = (bytes: Buffer) => bytes;
const random = seededRandom(5);
let rig: LabInTest;
let client: Client;

beforeAll(async () => {
  rig = await labInTest({
    name: 'rpc-alone',
    services: {
      app: APP,
      callee: {
        command: ['$' + '{node}', '$' + '{root}/suites/unit/faults/grpc-callee.ts'],
        env: { PORT: '$' + '{port}' },
        ready: { tcp: true },
      },
    },
    stores: {},
    brokers: {},
    edges: [{ caller: 'app', callee: 'callee', protocol: 'grpc' }],
    idle: [],
  });
  const { host, port } = rig.lab.address('app', 'callee');
  client = new Client(`${host}:${port}`, credentials.createInsecure(), {
    'grpc.enable_retries': 0,
    'grpc.initial_reconnect_backoff_ms': 20,
    'grpc.max_reconnect_backoff_ms': 50,
  });
}, 60_000);

afterAll(async () => {
  client?.close();
  await rig?.close();
});

interface Answer {
  readonly code: status;
  readonly text: string;
  /** Number of the call at the callee; undefined where the caller heard of none. */
  readonly number: number | undefined;
  readonly tookMs: number;
}

function ask(text = 'hello', { caseId = CASE, patienceMs = 2_000 } = {}): Promise<Answer> {
  const metadata = new Metadata();
  metadata.set('traceparent', newTraceparent(caseId, random));
  metadata.set('x-key', 'k-1');
  const from = systemClock.now();
  return new Promise((resolve) => {
    const options = { deadline: from + patienceMs };
    client.makeUnaryRequest(PATH, raw, raw, Buffer.from(text), metadata, options, (error, reply) => {
      const said = reply?.toString() ?? '';
      const number = said === '' ? undefined : Number(said.split(' ')[0]);
      resolve({ code: error?.code ?? status.OK, text: said, number, tookMs: systemClock.now() - from });
    });
  });
}

/** How many calls the callee answered from the one before `work` to the one after it. */
async function callsMade(work: () => Promise<void>): Promise<number> {
  const before = await ask('before', { caseId: 'f'.repeat(16) });
  await work();
  const after = await ask('after', { caseId: 'f'.repeat(16) });
  return (after.number ?? 0) - (before.number ?? 0) - 1;
}

interface Shown {
  readonly spec: Omit<FaultSpec, 'target'>;
  readonly code: status;
  /** The callee did the work so often. Absent: call and cancellation reach it one after the other, and it may have begun. */
  readonly calls?: number;
  readonly says?: RegExp;
  readonly atLeastMs?: number;
  readonly patienceMs?: number;
}

const SHOWN: readonly Shown[] = [
  { spec: { fault: 'grpc-status', options: { code: 'UNAVAILABLE' } }, code: status.UNAVAILABLE, calls: 0 },
  { spec: { fault: 'grpc-status', options: { code: 'ABORTED', at: 'after' } }, code: status.ABORTED, calls: 1 },
  { spec: { fault: 'delay', options: { delayMs: 150 } }, code: status.OK, calls: 1, atLeastMs: 145 },
  { spec: { fault: 'delay', options: { delayMs: 900 } }, code: status.DEADLINE_EXCEEDED, patienceMs: 200 },
  { spec: { fault: 'refused' }, code: status.UNAVAILABLE, calls: 0 },
  { spec: { fault: 'reset' }, code: status.INTERNAL, calls: 0 },
  { spec: { fault: 'reset', options: { at: 'after' } }, code: status.INTERNAL, calls: 1 },
  { spec: { fault: 'lost-reply' }, code: status.INTERNAL, calls: 1 },
  {
    spec: { fault: 'lost-reply', options: { silent: true } },
    ...{ code: status.DEADLINE_EXCEEDED, calls: 1, patienceMs: 250 },
  },
  { spec: { fault: 'body-cut', options: { afterBytes: 4 } }, code: status.INTERNAL, calls: 1 },
  { spec: { fault: 'body-corrupted', options: { offset: 5, bytes: 1 } }, code: status.OK, calls: 1, says: /^\D/ },
  { spec: { fault: 'header-dropped', options: { header: 'x-key' } }, code: status.OK, calls: 1, says: /key none/ },
  { spec: { fault: 'request-twice' }, code: status.OK, calls: 2 },
  { spec: { fault: 'deadline-ignored' }, code: status.OK, calls: 1, says: /at leisure/ },
  { spec: { fault: 'go-away' }, code: status.OK, calls: 1 },
];

const named = ({ fault, options }: Omit<FaultSpec, 'target'>) => `${fault} ${JSON.stringify(options ?? {})}`;

describe('each strikes this case once, and no other', () => {
  test.each(SHOWN.map((shown) => ({ name: named(shown.spec), shown })))('$name', async ({ shown }) => {
    const { spec, code, calls, says = /in a hurry key k-1|^$/, atLeastMs = 0, patienceMs = 2_000 } = shown;
    let answer: Answer | undefined;
    let hits = 0;
    const made = await callsMade(async () => {
      const fault = { scope: 'case', ...spec, target: EDGE, trigger: { operation: PATH, times: 1 } } as const;
      hits = await rig.withFault(fault, async () => {
        expect((await ask('other', { caseId: 'b'.repeat(16) })).code).toBe(status.OK);
        answer = await ask('mine', { patienceMs });
        // A second request, or one that was held up, is answered after its caller has heard.
        await expect.poll(() => rig.lab.wire.open()).toEqual([]);
      });
    });
    expect(answer).toMatchObject({ code });
    expect(answer?.text).toMatch(says);
    expect(answer?.tookMs).toBeGreaterThanOrEqual(atLeastMs);
    expect(hits).toBe(1);
    // One of them was the other case's.
    if (calls !== undefined) expect(made - 1).toBe(calls);
    expect((await ask('healed')).code).toBe(status.OK);
  });
});

test('a call that is held goes on with the heal, and others overtake it', async () => {
  let held: Promise<Answer> | undefined;
  const hits = await rig.withFault({ fault: 'hold', target: EDGE, trigger: { times: 1 } }, async () => {
    held = ask('held', { patienceMs: 10_000 });
    await expect.poll(async () => (await rig.lab.wire.held()).length).toBe(1);
    expect((await ask('overtakes')).code).toBe(status.OK);
  });
  expect((await held)?.code).toBe(status.OK);
  expect(hits).toBe(1);
});

test.each([...SHOWN.map(({ spec }) => spec), { fault: 'hold' }].map((spec) => ({ name: named(spec), spec })))(
  'interrupted at once, $name leaves nothing',
  async ({ spec }) => {
    await rig.interrupt({ ...spec, target: EDGE });
    expect((await ask('after')).code).toBe(status.OK);
  },
);

test.each(['status', 'rate-limited', 'body-replaced', 'body-trickled', 'stale-reply', 'commit-lost', 'ack-lost'])(
  '%s is refused on a gRPC edge, with what it acts on',
  async (fault) => {
    const options = { status: { status: 500 } }[fault] ?? {};
    await expect(rig.interrupt({ fault, target: EDGE, options })).rejects.toMatchObject({
      code: 'fault-refused',
      message: expect.stringContaining('the edge speaks grpc'),
    });
  },
);
