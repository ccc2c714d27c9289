/** Rules of the mesh as plain functions: who may call what, how calls are shared, who gets a certificate. */
import { createSign, generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { isIdentity, joinTokenOf, mayJoin, provesPossession } from '../../../services-under-test/mesh-ca/rules.ts';
import { mayCall } from '../../../services-under-test/sidecar/permissions.ts';
import { createSplit } from '../../../services-under-test/sidecar/split.ts';
import { expecting, identityOf, sameTrustDomain } from '../../../services-under-test/sidecar/trust.ts';

const ALLOW = [
  { from: 'spiffe://shop/gateway', routes: ['*'] },
  { from: 'spiffe://shop/bff-web', routes: ['GET /orders/*', '* /carts', 'POST /shop.inventory.v1.*'] },
];

test.each([
  ['gateway', 'DELETE', '/anything', true],
  ['bff-web', 'GET', '/orders/7?full=1', true],
  ['bff-web', 'POST', '/orders/7', false],
  ['bff-web', 'PUT', '/carts', true],
  ['bff-web', 'GET', '/carts/me', false],
  ['bff-web', 'POST', '/shop.inventory.v1.Inventory/WatchStock', true],
  ['payment', 'GET', '/orders/7', false],
])('%s asking %s %s: %s', (caller, method, path, may) => {
  expect(mayCall(ALLOW, `spiffe://shop/${caller}`, method, path)).toBe(may);
});

const version = (name: string, weight: number) => ({ version: name, address: name, identity: name, weight });

test('calls are shared by weight, evenly spread', () => {
  const split = createSplit([version('stable', 4), version('canary', 1)], { failures: 3, outMs: 1_000, now: () => 0 });
  const got = Array.from({ length: 10 }, () => split.choose().version);
  expect(got.filter((name) => name === 'canary')).toHaveLength(2);
  expect(got.indexOf('canary')).toBeLessThan(5);
});

test('a version that fails three times in a row is out for a while; the last one never is', () => {
  let nowMs = 0;
  const [stable, canary] = [version('stable', 1), version('canary', 1)];
  const split = createSplit([stable, canary], { failures: 3, outMs: 1_000, now: () => nowMs });
  expect([split.ended(canary, false), split.ended(canary, true), split.ended(canary, false)]).toEqual([
    false,
    false,
    false,
  ]);
  expect([split.ended(canary, false), split.ended(canary, false)]).toEqual([false, true]);
  const next = () => Array.from({ length: 6 }, () => split.choose().version);
  expect(next()).not.toContain('canary');
  nowMs = 1_000;
  expect(next()).toContain('canary');
  const alone = createSplit([stable], { failures: 1, outMs: 1_000, now: () => nowMs });
  expect(alone.ended(stable, false)).toBe(false);
  expect(alone.choose()).toBe(stable);
});

test('an identity is the one URI of a certificate', () => {
  expect(identityOf({ subjectaltname: 'DNS:order, URI:spiffe://shop/order' })).toBe('spiffe://shop/order');
  expect(identityOf({ subjectaltname: 'URI:spiffe://shop/order, URI:spiffe://shop/payment' })).toBeUndefined();
  expect(identityOf({})).toBeUndefined();
  expect(sameTrustDomain('spiffe://shop/order', 'spiffe://shop/payment')).toBe(true);
  expect(sameTrustDomain('spiffe://shopping/order', 'spiffe://shop/payment')).toBe(false);
  expect(sameTrustDomain(undefined, 'spiffe://shop/payment')).toBe(false);
  const shown = { subjectaltname: 'URI:spiffe://shop/payment' } as Parameters<ReturnType<typeof expecting>>[1];
  expect(expecting('spiffe://shop/order')('', shown)?.message).toContain('spiffe://shop/payment');
  expect(expecting('spiffe://shop/payment')('', shown)).toBeUndefined();
});

test('a certificate is for who has the token of that identity and the key', () => {
  const identity = 'spiffe://shop/order';
  const bearer = (token: string) => `Bearer ${token}`;
  expect(mayJoin(identity, bearer(joinTokenOf(identity, 's')), 's')).toBe(true);
  expect(mayJoin(identity, bearer(joinTokenOf('spiffe://shop/payment', 's')), 's')).toBe(false);
  expect(mayJoin(identity, undefined, 's')).toBe(false);
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const spki = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
  const proof = createSign('sha256').update(spki).sign(privateKey, 'base64');
  expect(provesPossession(spki, proof)).toBe(true);
  expect(provesPossession(spki, proof.replace(/^../, 'AA'))).toBe(false);
  expect(provesPossession('nonsense', proof)).toBe(false);
  expect(
    ['spiffe://shop/order', 'spiffe://other/order', 'spiffe://shop/a/b'].map((id) => isIdentity(id, 'shop')),
  ).toEqual([...[true, false, false]]);
});
