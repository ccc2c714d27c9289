/** The small parts of the runtime, each alone: plan, ports, journal, logs, records, descriptor. */
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Topology } from '../../../harness/core/index.ts';
import { descriptorFile, readDescriptor } from '../../../harness/runtime/index.ts';
import { processLine, readJournal, writeJournal } from '../../../harness/runtime/journal.ts';
import { planLab, portsNeeded, templateContext } from '../../../harness/runtime/plan.ts';
import { blockBases, choosePorts } from '../../../harness/runtime/ports.ts';
import { isAlive, readProcess, treeOf } from '../../../harness/runtime/process-table.ts';
import { logSince, logTail } from '../../../harness/runtime/warden/log-file.ts';
import { recordBook } from '../../../harness/runtime/warden/records.ts';
import { ownFolder } from './lab-in-test.ts';

const TOPOLOGY: Topology = {
  name: 'planned',
  services: {
    order: { command: ['run'], ready: { tcp: true } },
    mail: { command: ['run'], ready: { tcp: true }, port: 9999, extraPorts: ['smtp'] },
  },
  stores: { db: { kind: 'postgres' } },
  brokers: { kafka: { kind: 'kafka', topics: [] } },
  edges: [
    { caller: 'order', callee: 'mail', protocol: 'smtp', calleePort: 'smtp' },
    { caller: 'order', callee: 'db', protocol: 'postgres' },
  ],
  idle: [],
};
const PORTS = Array.from({ length: portsNeeded(TOPOLOGY) }, (_, index) => 20_000 + index);

describe('the plan', () => {
  const plan = planLab(TOPOLOGY, PORTS);

  test('gives every listener a port of its own, fixed ones where they were declared', () => {
    const given = [
      ...plan.parts.map(({ port }) => port),
      ...plan.edges.flatMap(({ wirePort, toxiproxyPort }) => [wirePort, toxiproxyPort]),
      ...Object.values(plan.controllerPorts),
      ...Object.values(plan.extraPorts).flatMap((ports) => Object.values(ports)),
    ];
    expect(new Set(given).size).toBe(given.length);
    expect(plan.parts.find(({ name }) => name === 'mail')?.port).toBe(9999);
  });

  test('leads an edge to the extra port it names', () => {
    expect(plan.edges[0]?.calleePort).toBe(plan.extraPorts.mail?.smtp);
  });

  test('fills templates with the wire as the way to every callee', () => {
    const facts = { run: 'r', token: 't', node: '/node', root: '/root', own: { certificate: '/c', key: '/k' } };
    const words = templateContext(TOPOLOGY, plan, 'order', facts);
    expect(words.address('mail').port).toBe(plan.edges[0]?.wirePort);
    expect(words.url('mail')).toBe(`smtp://127.0.0.1:${plan.edges[0]?.wirePort}`);
    expect(words.url('db')).toMatch(
      new RegExp(`^postgres://order:[0-9a-f]{32}@127.0.0.1:${plan.edges[1]?.wirePort}/order$`),
    );
    expect(() => words.address('kafka')).toThrow('"order" has no edge to "kafka"');
  });
});

describe('ports', () => {
  test('a port that is listened on, or excepted, is not chosen', async () => {
    const [first = 0, second = 0] = await choosePorts(blockBases()[0] ?? 0, 2);
    const server = createServer().listen(first, '127.0.0.1');
    onTestFinished(() => void server.close());
    await new Promise((resolve) => server.once('listening', resolve));
    const chosen = await choosePorts(first - 1, 3, [second]);
    expect(chosen).toHaveLength(3);
    expect(chosen).not.toContain(first);
    expect(chosen).not.toContain(second);
  });

  test('blocks do not overlap and lie below the ports of outgoing connections', () => {
    const bases = blockBases().sort((a, b) => a - b);
    expect(bases.every((base, index) => index === 0 || base - (bases[index - 1] ?? 0) >= 256)).toBe(true);
    expect(Math.max(...bases)).toBeLessThan(32_768);
  });
});

describe('the process table', () => {
  test('knows this process, its parent, and that a pid with another start time is another process', () => {
    const own = readProcess(process.pid);
    expect(own?.parent).toBe(process.ppid);
    expect(isAlive(process.pid, own?.startTicks)).toBe(true);
    expect(isAlive(process.pid, 1)).toBe(false);
    expect(treeOf(process.ppid).map(({ pid }) => pid)).toContain(process.pid);
  });
});

test('a journal is read back, a line that was cut short excepted', () => {
  const file = join(ownFolder(), 'x.journal');
  const line = processLine('child', process.pid, true);
  writeJournal(file, line);
  writeJournal(file, { what: 'path', path: '/some/where' });
  appendFileSync(file, '{"what":"child","pi');
  expect(readJournal(file, 'x')?.lines).toEqual([line, { what: 'path', path: '/some/where' }]);
  expect(line).toMatchObject({ postmaster: true, startTicks: readProcess(process.pid)?.startTicks });
  expect(readJournal(join(ownFolder(), 'none'), 'x')).toBeUndefined();
});

test('logs are read from where one stopped, and from their end', () => {
  const file = join(ownFolder(), 'part.log');
  expect(logTail(file, 3)).toEqual([]);
  writeFileSync(file, 'one\ntwo\nthree\n');
  expect(logSince(file, 4)).toBe('two\nthree\n');
  expect(logTail(file, 2)).toEqual(['two', 'three']);
});

test('what services say of themselves becomes records, whole lines only', () => {
  const file = join(ownFolder(), 'payment.log');
  const records = recordBook();
  records.follow('payment', file);
  const said = {
    time: 5.5,
    event: 'breaker',
    edge: 'payment->psp',
    state: 'open',
    level: 30,
    traceparent: `00-${'ab'.repeat(16)}-${'1'.repeat(16)}-01`,
  };
  writeFileSync(file, `starting\n{"time":1,"msg":"no event"}\n${JSON.stringify(said)}\n{"time":6,"event":"bro`);
  const detail = { edge: 'payment->psp', state: 'open' };
  const record = { type: 'service-event', at: 5.5, case: 'ab'.repeat(8), service: 'payment', event: 'breaker', detail };
  expect(records.since(0)).toEqual({ records: [record], next: 1, lost: 0 });
  appendFileSync(file, 'ken","nested":{}}\n');
  expect(records.since(1).records).toEqual([
    { type: 'service-event', at: 6, service: 'payment', event: 'broken', detail: {} },
  ]);
});

test('the record book forgets the oldest, and its numbers stay right', () => {
  const records = recordBook(10);
  for (let at = 0; at < 15; at++) records.add({ type: 'process', at, part: 'x', event: 'started' });
  const { records: kept, next } = records.since(0);
  expect(next).toBe(15);
  expect(kept.at(-1)?.at).toBe(14);
  expect(records.since(14).records.map(({ at }) => at)).toEqual([14]);
  expect(records.since(Number.MAX_SAFE_INTEGER)).toEqual({ records: [], next: 15, lost: 0 });
});

describe('a lab descriptor that cannot be used is refused:', () => {
  const cases: [string, string, string, string][] = [
    ['cut', '{"schema":1,', 'bad-file', 'is no JSON'],
    ['of another version', '{"schema":2}', 'schema-version', 'has the schema version 2, this program reads 1'],
    ['edited', '{"schema":1,"run":"x"}', 'bad-file', 'lacks token, wardenUrl'],
    ['no object', '[]', 'schema-version', 'has the schema version undefined'],
  ];
  test.each(cases)('%s', async (_title, text, code, sentence) => {
    const folder = ownFolder();
    mkdirSync(folder, { recursive: true });
    writeFileSync(descriptorFile(folder), text);
    await expect(readDescriptor(descriptorFile(folder))).rejects.toMatchObject({
      code,
      message: expect.stringContaining(sentence),
    });
  });

  test('missing', async () => {
    await expect(readDescriptor('/nowhere/lab.json')).rejects.toMatchObject({
      code: 'no-lab',
      hint: 'Boot one with `faultline up`.',
    });
  });
});
