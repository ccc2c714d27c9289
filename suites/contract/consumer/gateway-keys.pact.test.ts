/** What the gateway needs of the user service beside passing things on: the keys by which it checks tokens. */
import { MatchersV3 } from '@pact-foundation/pact';
import { generateKeyPair, SignJWT } from 'jose';
import { expect, test } from 'vitest';
import { consumerContract } from '../../../harness/contracts/index.ts';
import { createAuthentication } from '../../../services-under-test/gateway/authentication.ts';
import { publishedKeys } from '../../../services-under-test/gateway/key-source.ts';
import { createHttpClient } from '../../../services-under-test/kit/http-client.ts';
import { createLog } from '../../../services-under-test/kit/log.ts';

const { eachLike, string } = MatchersV3;
const user = consumerContract(import.meta.url, 'gateway', 'user');

test('the keys by which tokens are checked are published', async () => {
  const { publicKey, privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const { x = '' } = await crypto.subtle.exportKey('jwk', publicKey);
  const token = await new SignJWT({})
    .setProtectedHeader({ alg: 'EdDSA', kid: 'key-1' })
    .setSubject('user-1')
    .setIssuer('issuer')
    .setAudience('shop')
    .setExpirationTime('1m')
    .sign(privateKey);
  const key = { kty: 'OKP', crv: 'Ed25519', alg: 'EdDSA', use: 'sig' };

  await user
    .http('fetch the keys', 'there is a key to sign with')
    .withRequest('GET', '/.well-known/jwks.json')
    .willRespondWith(200, (reply) => reply.jsonBody({ keys: eachLike({ ...key, kid: string('key-1'), x: string(x) }) }))
    .executeTest(async ({ url }) => {
      const client = createHttpClient(url);
      const fetch = async () => (await client.call({ method: 'GET', path: '/.well-known/jwks.json' })).body;
      const keys = publishedKeys({ fetch, cooldownMs: 0, maxAgeMs: 60_000, log: createLog('gateway') });
      const authenticate = createAuthentication({ keys, issuer: 'issuer', audience: 'shop' });
      const caller = await authenticate({ authorization: `Bearer ${token}` });
      expect(caller).toMatchObject({ kind: 'customer', id: 'user-1' });
      await client.close();
    });
});
