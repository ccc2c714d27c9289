/** States in which a sidecar asks the authority of the mesh. Used by contract verification only. */
import { createSign, generateKeyPairSync } from 'node:crypto';
import { joinTokenOf } from '../../fixtures/topologies/mesh/identities.ts';
import type { StateHandlers } from '../../harness/contracts/index.ts';

const states: StateHandlers = {
  'a service may join': ({ params }) => {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const spki = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
    const proof = createSign('sha256').update(spki).sign(privateKey, 'base64');
    return { joinToken: joinTokenOf(String(params.service)), publicKey: spki, proof };
  },
};

export default states;
