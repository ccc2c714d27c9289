/** `faultline list`: what stands in the catalogues, with every option told. */
import { afterAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { optionLine, optionRows } from '../../../harness/cli/describe-options.ts';
import { faultCatalogue } from '../../../harness/faults/index.ts';
import { faultline, runsFolder } from './faultline.ts';

const runs = runsFolder();
afterAll(runs.remove);

describe('an option is told by its schema', () => {
  const line = (schema: z.ZodType) => optionRows(z.strictObject({ delayMs: schema })).map(optionLine)[0];
  test.each([
    [z.number().min(0).max(10), 'delayMs (ms; a number, 0 to 10; needed)'],
    [z.int().min(1).default(3), 'delayMs (ms; a whole number, 1 or more; default 3)'],
    [z.number().positive().optional(), 'delayMs (ms; a number above 0)'],
    [z.enum(['a', 'b']).default('a'), 'delayMs (ms; a, b; default "a")'],
    [z.union([z.literal(1), z.array(z.string())]), 'delayMs (ms; 1, or a list of: a text; needed)'],
    [z.record(z.string(), z.string()).optional(), 'delayMs (ms; names with values)'],
  ])('%#', (schema, told) => expect(line(schema)).toBe(told));
});

test('every option of every fault is told', async () => {
  for (const { name, options } of (await faultCatalogue()).entries.values()) {
    const known = options instanceof z.ZodObject ? Object.keys(options.shape) : [];
    const rows = optionRows(options);
    expect([name, rows.map((row) => row.name)]).toEqual([name, known]);
    for (const row of rows) expect(row.values).not.toBe('');
  }
});

test('faults of a protocol, as JSON and as text', async () => {
  const { stdout, code } = await faultline(['list', 'faults', '--protocol', 'grpc', '--json'], runs.folder);
  expect(code).toBe(0);
  const kinds = JSON.parse(stdout) as { name: string; protocols?: string[]; options: unknown[]; example: string }[];
  expect(kinds.map(({ name }) => name)).toEqual(expect.arrayContaining(['grpc-status', 'latency', 'go-away']));
  expect(kinds.some(({ name }) => name === 'ack-lost' || name === 'kill')).toBe(false);
  const text = await faultline(['list', 'faults'], runs.folder);
  expect(text.stdout).toContain('go-away');
  expect(text.stdout).toContain('latencyMs (ms; a number, 0 to 600000; needed)');
});

test('what cannot be listed is refused with the nearest', async () => {
  expect(await faultline(['list', 'chekcs'], runs.folder)).toMatchObject({
    code: 64,
    stderr: expect.stringContaining('did you mean checks?'),
  });
  const unknown = await faultline(['list', 'faults', '--protocol', 'ftp'], runs.folder);
  expect(unknown).toMatchObject({ code: 64, stderr: expect.stringContaining('no fault acts on the protocol "ftp"') });
});
