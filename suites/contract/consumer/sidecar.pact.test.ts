/** What a sidecar needs of the authority of the mesh: a certificate for who has the join token and the key. */
import { readFile } from 'node:fs/promises';
import { MatchersV3 } from '@pact-foundation/pact';
import { expect, test } from 'vitest';
import { identityOf } from '../../../fixtures/topologies/mesh/identities.ts';
import { consumerContract } from '../../../harness/contracts/index.ts';
import { createLog } from '../../../services-under-test/kit/log.ts';
import { createIdentity } from '../../../services-under-test/sidecar/identity.ts';
import { fromState } from './expected.ts';

const { string } = MatchersV3;

/** Any certificate will do, but the same every time: contracts are compared with the committed ones. */
const CERTIFICATE = new URL('../../../fixtures/keys/lab-only.mesh-ca.pem', import.meta.url);
const authority = consumerContract(import.meta.url, 'sidecar', 'mesh-ca');
const log = createLog('sidecar');

test('a sidecar gets a certificate for its identity and its key', async () => {
  const certificate = await readFile(CERTIFICATE, 'utf8');
  const identity = identityOf('order');

  await authority
    .http('get a certificate', { name: 'a service may join', params: { service: 'order' } })
    .withRequest('POST', '/certificates', (request) =>
      request.headers({ authorization: fromState(`Bearer $\{joinToken}`, 'Bearer some-token') }).jsonBody({
        identity,
        publicKey: fromState(`$\{publicKey}`, 'a key'),
        proof: fromState(`$\{proof}`, 'signed'),
      }),
    )
    .willRespondWith(201, (reply) => reply.jsonBody({ certificate: string(certificate) }))
    .executeTest(async ({ url }) => {
      const own = await createIdentity({ identity, joinToken: 'some-token', authorityUrl: url, log });
      own.close();
      expect(own.current().certificate).toBe(certificate);
    });
});
