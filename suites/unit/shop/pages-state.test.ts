/** The state "there are pages": there once a page has come, and never where none comes. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { pagesOf } from '../../../fixtures/contracts/pages.ts';
import type { StateContext } from '../../../harness/contracts/index.ts';

/** A door that answers with one status after the other, the last one for ever. */
async function door(statuses: readonly number[]) {
  let asked = 0;
  const server = createServer((_, response) => {
    response.writeHead(statuses[Math.min(asked++, statuses.length - 1)] ?? 500).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close().closeAllConnections());
  const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const bring = (signal = new AbortController().signal) =>
    pagesOf('bff-web')['there are pages']?.({ url, signal } as unknown as StateContext);
  return { bring, asked: () => asked };
}

test('a door that has no page at first is asked until it has one', async () => {
  const { bring, asked } = await door([503, 503, 200]);
  expect(await bring()).toEqual({});
  expect(asked()).toBe(3);
});

test('where no page comes the state is not there', async () => {
  const { bring } = await door([503]);
  await expect(bring()).rejects.toThrow('a page of bff-web');
}, 10_000);
