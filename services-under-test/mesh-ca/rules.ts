/** Who gets a certificate: who bears the join token of that identity, and proves to have the private key. */
import { createHmac, createPublicKey, createVerify, timingSafeEqual } from 'node:crypto';

/** The token of an identity: whoever starts a sidecar gives it to it. */
export function joinTokenOf(identity: string, secret: string): string {
  return createHmac('sha256', secret).update(identity).digest('hex');
}

export function mayJoin(identity: string, authorization: string | undefined, secret: string): boolean {
  const wanted = Buffer.from(`Bearer ${joinTokenOf(identity, secret)}`);
  const given = Buffer.from(authorization ?? '');
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

/** The public key (SPKI, base64), signed with its private one. */
export function provesPossession(publicKey: string, proof: string): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' });
    return createVerify('sha256').update(publicKey).verify(key, proof, 'base64');
  } catch {
    return false;
  }
}

export const isIdentity = (text: string, trustDomain: string): boolean =>
  text.startsWith(`spiffe://${trustDomain}/`) && /^[a-z0-9-]+$/.test(text.slice(`spiffe://${trustDomain}/`.length));
