/** What the gateway needs of the user service beside passing things on: the keys by which it checks tokens. */
import { readFile } from 'node:fs/promises';
import { MatchersV3 } from '@pact-foundation/pact';
import { expect, test } from 'vitest';
import { LAB_AUDIENCE, LAB_ISSUER, labToken } from '../../../fixtures/keys/token.ts';
import { consumerContract } from '../../../harness/contracts/index.ts';
import { createAuthentication } from '../../../services-under-test/gateway/authentication.ts';
import { publishedKeys } from '../../../services-under-test/gateway/key-source.ts';
import { createHttpClient } from '../../../services-under-test/kit/http-client.ts';
import { createLog } from '../../../services-under-test/kit/log.ts';

const { eachLike, string } = MatchersV3;
/** The same key every time: contracts are compared with the committed ones. */
const LAB_KEYS = new URL('../../../fixtures/keys/lab-only.jwks.json', import.meta.url);
const user = consumerContract(import.meta.url, 'gateway', 'user');

test('the keys by which tokens are checked are published', async () => {
  const { keys: published } = JSON.parse(await readFile(LAB_KEYS, 'utf8')) as { keys: Record<string, string>[] };
  const { kid = '', x = '', ...key } = published[0] ?? {};
  const token = await labToken('user-1');

  await user
    .http('fetch the keys', 'there is a key to sign with')
    .withRequest('GET', '/.well-known/jwks.json')
    .willRespondWith(200, (reply) => reply.jsonBody({ keys: eachLike({ ...key, kid: string(kid), x: string(x) }) }))
    .executeTest(async ({ url }) => {
      const client = createHttpClient(url);
      const fetch = async () => (await client.call({ method: 'GET', path: '/.well-known/jwks.json' })).body;
      const keys = publishedKeys({ fetch, cooldownMs: 0, maxAgeMs: 60_000, log: createLog('gateway') });
      const authenticate = createAuthentication({ keys, issuer: LAB_ISSUER, audience: LAB_AUDIENCE });
      const caller = await authenticate({ authorization: `Bearer ${token}` });
      expect(caller).toMatchObject({ kind: 'customer', id: 'user-1' });
      await client.close();
    });
});
