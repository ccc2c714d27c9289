/** A service that dials another's real port goes past the wire: faults would hit nothing, so it is found. */
import { expect, test } from 'vitest';
import { type Topology, waitFor } from '../../../harness/core/index.ts';
import { findBypasses } from '../../../harness/runtime/index.ts';
import { choosePorts } from '../../../harness/runtime/ports.ts';
import { bootForTest, tinyWith } from './lab-in-test.ts';

/** Answers its readiness probe, and keeps one connection open to where it is told. */
const DIALLER = `
  const [host, port] = process.env.TARGET.split(':');
  require('node:net').connect({ host, port }).on('error', () => {});
  require('node:http').createServer((_, reply) => reply.end('[]')).listen(process.env.PORT, '127.0.0.1');
  setInterval(() => {}, 1000);
`;

async function diallerTo(
  target: string,
  fixed: { readonly book?: number; readonly outside?: boolean } = {},
): Promise<Topology> {
  const tiny = await tinyWith({ ledger: undefined });
  const { book } = tiny.services;
  if (!book) throw new Error('the tiny topology has no book');
  return {
    ...tiny,
    services: {
      till: {
        command: ['$' + '{node}', '-e', DIALLER],
        env: { PORT: '$' + '{port}', TARGET: target },
        ready: { http: '/' },
        after: ['book'],
        ...(fixed.outside && { outside: true }),
      },
      book: { ...book, ...(fixed.book !== undefined && { port: fixed.book }) },
    },
  };
}

/** Below the blocks of labs: none that boots meanwhile may take it. */
const [bookPort = 0] = await choosePorts(11_000, 1);

test('a connection to the real port of another service is a bypass', async () => {
  const lab = await bootForTest(await diallerTo(`127.0.0.1:${bookPort}`, { book: bookPort }));
  const found = await waitFor(
    async () => {
      const bypasses = await findBypasses(lab);
      return bypasses.length > 0 ? bypasses : undefined;
    },
    { what: 'the bypass', deadlineMs: 15_000 },
  );
  expect(found).toEqual([{ service: 'till', to: 'book', port: bookPort }]);
});

test('a connection through the wire is none, and the outside world is not looked at', async () => {
  const honest = await bootForTest(await diallerTo('$' + '{addr:book}'));
  const outside = await bootForTest(await diallerTo(`127.0.0.1:${bookPort}`, { book: bookPort, outside: true }));
  await waitFor(
    async () => ((await honest.wire.records()).records.some(({ type }) => type === 'connection') ? true : undefined),
    {
      what: 'the connection through the wire',
      deadlineMs: 15_000,
    },
  );
  expect(await findBypasses(honest)).toEqual([]);
  expect(await findBypasses(outside)).toEqual([]);
});
