/** A token whose signature was good is believed again, and nothing else is. */
import { expect, test } from 'vitest';
import { LAB_AUDIENCE, LAB_ISSUER, labToken } from '../../../fixtures/keys/token.ts';
import { systemClock } from '../../../harness/core/index.ts';
import { keysFromFile } from '../../../services-under-test/gateway/key-source.ts';
import { createTokenVerifier } from '../../../services-under-test/gateway/verified-tokens.ts';

const RULES = { issuer: LAB_ISSUER, audience: LAB_AUDIENCE, requiredClaims: ['exp', 'sub'] };

async function verifier(most?: number) {
  const published = await keysFromFile(new URL('../../../fixtures/keys/lab-only.jwks.json', import.meta.url).pathname);
  const source = { withdrawn: false, asked: 0 };
  const find: typeof published.find = (header, token) => {
    source.asked++;
    return source.withdrawn ? Promise.reject(new Error('no such key')) : published.find(header, token);
  };
  return { source, verify: createTokenVerifier({ find }, RULES, most) };
}

test('a good token is good again, as long as its key is published', async () => {
  const { source, verify } = await verifier();
  const token = await labToken('user-1');
  const claims = await verify(token);
  expect(claims).toMatchObject({ sub: 'user-1' });
  // The same claims, not others that are equal: nothing was worked out again.
  expect(await verify(token)).toBe(claims);
  expect(source.asked).toBe(2);
  source.withdrawn = true;
  await expect(verify(token)).rejects.toThrow('no such key');
});

test('a token that differs in its last bits is not the one that was good', async () => {
  const { verify } = await verifier();
  const token = await labToken('user-1');
  await verify(token);
  const [head, claims, signature = ''] = token.split('.');
  const turned = `${head}.${claims}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
  await expect(verify(turned)).rejects.toMatchObject({ code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED' });
  const forged = Buffer.from(JSON.stringify({ sub: 'user-2', iss: LAB_ISSUER, aud: LAB_AUDIENCE, exp: 2e9 }));
  await expect(verify(`${head}.${forged.toString('base64url')}.${signature}`)).rejects.toThrow('signature');
});

test('a token that was good expires', async () => {
  const { verify } = await verifier();
  const token = await labToken('user-1', { expiresInSeconds: 2 });
  const { exp = 0 } = await verify(token);
  await systemClock.delay(Math.max(0, exp * 1_000 - systemClock.now()) + 20);
  await expect(verify(token)).rejects.toMatchObject({ code: 'ERR_JWT_EXPIRED' });
});

test('only so many are remembered', async () => {
  const { verify } = await verifier(1);
  const [first, second] = [await labToken('user-1'), await labToken('user-2')];
  const claims = await verify(first);
  await verify(second);
  const again = await verify(first);
  expect(again).not.toBe(claims);
  expect(again).toEqual(claims);
});
