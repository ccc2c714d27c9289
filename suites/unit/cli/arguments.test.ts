/** Wrong arguments: one sentence that says what and where, a next step, exit code 64, nothing on stdout, nothing on disk. */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { faultline, runsFolder } from './faultline.ts';

vi.setConfig({ testTimeout: 60_000 });
const { folder, remove } = runsFolder();
afterAll(remove);

const TOPOLOGY = `export default {
  name: 'wrong', stores: {}, brokers: {}, idle: [],
  edges: [{ caller: 'driver', callee: 'CALLEE', protocol: 'http' }],
  services: {
    a: { command: ['a'], port: 45001, ready: { tcp: true }, after: AFTER },
    b: { command: ['b'], port: PORT, ready: { tcp: true }, after: ['a'] },
  },
};`;

function topology(name: string, callee: string, port: number, after: readonly string[]): string {
  const file = join(folder, `${name}.ts`);
  const text = TOPOLOGY.replace('CALLEE', callee).replace('PORT', String(port)).replace('AFTER', JSON.stringify(after));
  writeFileSync(file, text);
  return file;
}

const WRONG: readonly (readonly [args: readonly string[], message: string, hint: string])[] = [
  [['runn'], "unknown command 'runn'", 'did you mean "faultline run"?'],
  [['contracts', 'verfy'], "unknown command 'verfy'", 'did you mean "faultline contracts verify"?'],
  [['run', '--topologie', 'x'], "unknown option '--topologie'", 'did you mean --topology?'],
  [['run', 'slowpsp', '--dry-run'], 'no experiment matches "slowpsp"', 'did you mean slow-psp?'],
  [['run', '--topology', 'shopsmall'], 'there is no topology named "shopsmall"', 'Did you mean shop-small'],
  [['run', 'psp-down', '--topology', 'tiny'], 'psp-down is not for topology tiny', '--topology shop'],
  [['run', '--seed', 'x'], '--seed: "x" is not a whole number', 'faultline run --help'],
  [['run', '--seed', '4294967296'], '--seed: 4294967296 is out of range', 'faultline run --help'],
  [['run', '--seed'], '--seed needs a value', 'faultline run --help'],
  [['replay', 'no-such'], 'is called "no-such"', 'known: '],
  [['replay', '0123456789abcdef'], 'is called "0123456789abcdef"', 'known: '],
  [['replay', 'psp-down', '--times', '0'], '--times: 0 is out of range', 'faultline replay --help'],
  [['inject', 'latencyy', 'a->b'], 'there is no fault named "latencyy"', 'did you mean latency'],
  [['inject', 'latency'], 'fault latency needs a target', "example: faultline inject latency 'payment->psp'"],
  [['inject', 'latency', 'a->b', '--for', '10'], '--for: "10" is not a duration', 'faultline inject --help'],
  [['inject', 'latency', 'a->b', '--option', 'x'], '--option: "x" is not name=value', 'faultline inject --help'],
  [['inject', 'latency', 'a->b'], 'no lab is up', 'npx faultline up'],
  [['down'], 'no lab is up', 'npx faultline up'],
  [['contracts', 'verify', '--topology', 'tiny'], 'no contracts for topology tiny', 'fixtures/contracts/setup.ts'],
  [['defects', 'nothing-such'], 'there is no defect named "nothing-such"', 'known: '],
  [['load', 'flash-sal'], 'there is no load scenario named "flash-sal"', 'did you mean flash-sale?'],
  [['load', 'smoke', '--threshold', 'p97<5'], '"p97<5" is on the metric p97, which no load has', 'did you mean p90?'],
  [['load', 'smoke', '--threshold', 'during:p95<5'], 'is about faults, but none are injected', 'add --with'],
  [['load', 'smoke', '--with', 'no such'], 'no experiment matches "no such"', 'known: '],
  [['load', 'smoke', '--with', 'slow'], '--with "slow" means more than one experiment', 'write order-slow or '],
  [['report', 'open', 'nowhere'], 'there is no run at', 'npx faultline run'],
];

describe.concurrent('a wrong argument', () => {
  test.each(WRONG)('%j', async (args, message, hint) => {
    const { code, stdout, stderr } = await faultline(args, folder);
    expect(stderr.split('\n')[0]).toContain(`error `);
    expect(stderr.split('\n')[0]).toContain(message);
    expect(stderr.split('\n')[1]).toContain(hint);
    expect(stderr.trimEnd().split('\n')).toHaveLength(2);
    expect({ code, stdout }).toEqual({ code: 64, stdout: '' });
  });
});

describe.concurrent('a wrong topology', () => {
  const wrong = [
    [topology('nowhere', 'c', 45_002, []), 'the edge driver->c leads to nowhere'],
    [topology('cycle', 'a', 45_002, ['b']), 'in a circle: a after b after a'],
    [topology('clash', 'a', 45_001, []), 'services "a" and "b" both want the fixed port 45001'],
  ] as const;
  test.each(wrong)('%s', async (file, message) => {
    const { code, stderr } = await faultline(['up', '--topology', file], folder);
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(code).toBe(64);
  });
});

test('nothing was made by all of these', () => {
  expect(readdirSync(folder).filter((name) => !name.endsWith('.ts'))).toEqual([]);
});

test('help names examples and exit codes; without a command it goes to standard error', async () => {
  const [asked, bare, pipe] = await Promise.all([
    faultline(['--help'], folder),
    faultline([], folder),
    faultline(['run', '--dry-run', '--json'], folder),
  ]);
  expect(asked).toMatchObject({ code: 0, stderr: '' });
  expect(asked.stdout).toMatch(/Exit codes: 0 .*Examples:/s);
  expect(bare).toMatchObject({ code: 64, stdout: '' });
  expect(bare.stderr).toContain('Usage: faultline');
  expect(JSON.parse(pipe.stdout)).toMatchObject({ topology: 'shop', contracts: true });
});

test.each(['run', 'up', 'down', 'inject', 'replay', 'defects', 'doctor', 'contracts', 'report open', 'report write'])(
  'the help of %s has examples',
  async (command) => {
    const { stdout } = await faultline([...command.split(' '), '--help'], folder);
    expect(stdout).toMatch(/Examples?:\n {2}faultline /);
  },
);
