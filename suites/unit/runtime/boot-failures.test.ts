/** A boot that cannot succeed says why in one sentence and leaves nothing running. */

import { readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { HarnessError, Service, Topology } from '../../../harness/core/index.ts';
import { systemClock } from '../../../harness/core/index.ts';
import { bootLab } from '../../../harness/runtime/index.ts';
import { labsFolder, readJournals } from '../../../harness/runtime/labs-folder.ts';
import { childrenOf, ownFolder, tinyWith, tools } from './lab-in-test.ts';

/** Node as a service: runs the program in `source`. */
const program = (source: string, more: Partial<Service> = {}): Service => ({
  command: ['$' + '{node}', '-e', source],
  ready: { http: '/', timeoutMs: 1_500 },
  ...more,
});

/** Boots what cannot be booted; answers the refusal, having seen that no lab of this process is left. */
async function refusal(topology: Topology, signal?: AbortSignal): Promise<HarnessError> {
  const own = () =>
    readJournals().filter(({ lines }) => lines.some((line) => line.what === 'owner' && line.pid === process.pid));
  const before = own().map(({ run }) => run);
  const seen = new Set<string>();
  const error = await bootLab({
    topology,
    tools: await tools(),
    folder: ownFolder(),
    onProgress: () => own().forEach(({ run }) => void seen.add(run)),
    ...(signal && { signal }),
  }).then(
    () => undefined,
    (thrown) => thrown as HarnessError,
  );
  if (!error) throw new Error('it booted');
  for (const run of seen) {
    if (before.includes(run)) continue;
    expect(childrenOf(run)).toEqual([]);
    expect([...readdirSync(labsFolder()), ...readdirSync('/dev/shm')].filter((name) => name.includes(run))).toEqual([]);
  }
  return error;
}

test('a service that never gets ready shows the end of its log', async () => {
  const broken = program(`console.log('cannot find my settings'); setInterval(() => {}, 1000)`);
  const error = await refusal(await tinyWith({ services: { till: broken, book: broken } }));
  expect(error.code).toBe('not-ready');
  expect(error.message).toMatch(
    /^service "(till|book)" was not ready after 1500 ms: GET \/ on port \d+ \(.*ECONNREFUSED.*\)$/,
  );
  expect(error.hint).toBe('The last lines of its log:\n  cannot find my settings');
});

test('a service that answers its readiness probe with an error says which', async () => {
  const source = `require('node:http').createServer((_, reply) => reply.writeHead(503).end()).listen(process.env.PORT)`;
  const sick = program(source, { env: { PORT: '$' + '{port}' } });
  const error = await refusal(await tinyWith({ services: { till: sick, book: sick } }));
  expect(error.message).toMatch(/\(it answered 503\)$/);
});

test('a service that ends at once is not waited for', async () => {
  const broken = program(`console.error('no database'); process.exit(7)`, { ready: { tcp: true, timeoutMs: 20_000 } });
  const error = await refusal(await tinyWith({ services: { till: broken, book: broken } }));
  expect(error.message).toMatch(/^service "(till|book)" ended with code 7 before it was ready$/);
  expect(error.hint).toContain('no database');
});

test('a program that does not exist is named', async () => {
  const missing: Service = { command: ['/no/such/program'], ready: { tcp: true } };
  const error = await refusal(await tinyWith({ services: { till: missing, book: missing } }));
  expect(error).toMatchObject({ code: 'boot-failed' });
  expect(error.message).toMatch(
    /^service "(till|book)" could not be started as `\/no\/such\/program`: spawn .* ENOENT$/,
  );
});

test('a fixed port that is taken is named, with who has it', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  const tiny = await tinyWith({});
  const services = { ...tiny.services, book: { ...(tiny.services.book as Service), port } };
  const error = await refusal({ ...tiny, services });
  expect(error.code).toBe('port-taken');
  expect(error.message).toContain(
    `service "book" wants the fixed port ${port}, which is taken by process ${process.pid} (`,
  );
});

test('a boot that is interrupted ends what it began', async () => {
  const slow = program('setInterval(() => {}, 1000)', { ready: { tcp: true, timeoutMs: 20_000 } });
  const interrupt = new AbortController();
  const refused = refusal(await tinyWith({ services: { till: slow, book: slow } }), interrupt.signal);
  await systemClock.delay(700);
  interrupt.abort();
  expect(await refused).toMatchObject({ code: 'interrupted', exitCode: 130 });
});
