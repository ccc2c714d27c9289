/** The user service on a real Postgres: one account an address, events with every change, and keys that rotate without logging anybody out. */
import { createLocalJWKSet, jwtVerify } from 'jose';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { inContext, receivedContext } from '../../../services-under-test/kit/context.ts';
import type { Database } from '../../../services-under-test/kit/database.ts';
import { createKeyStore } from '../../../services-under-test/user/key-store.ts';
import { createUserStore, type UserStore } from '../../../services-under-test/user/store.ts';
import { createIssuer } from '../../../services-under-test/user/tokens.ts';
import { bootDatabases, type Databases } from './databases.ts';

vi.setConfig({ testTimeout: 30_000, hookTimeout: 60_000 });

let databases: Databases;
let database: Database;
let store: UserStore;

beforeAll(async () => {
  databases = await bootDatabases();
  database = await databases.open('user');
  store = createUserStore(database);
  await store.seed(new URL('../../../fixtures/accounts.json', import.meta.url).pathname);
});
afterAll(() => databases.close());

const inRequest = <Result>(work: () => Promise<Result>) => inContext(receivedContext(undefined, undefined), work);
const register = (userId: string, email: string) =>
  inRequest(() => store.create({ userId, email, name: 'Ann', passwordHash: 'scrypt$hash' }));

test('an account is made with its event; the same address again, however written, makes nothing', async () => {
  const [event] = await register('ann', 'Ann@Mail.example');
  expect(event).toMatchObject({ topic: 'user.events', key: 'ann', type: 'user.created' });
  expect(JSON.parse(event?.data ?? '')).toMatchObject({ userId: 'ann', email: 'Ann@Mail.example' });
  expect(await register('another', 'ann@mail.EXAMPLE')).toEqual([]);
  expect(await store.find('another')).toBeUndefined();
  expect(await store.login('ANN@mail.example')).toEqual({ userId: 'ann', passwordHash: 'scrypt$hash' });
});

test('twins who register at once are one account', async () => {
  const made = await Promise.all(Array.from({ length: 6 }, (_, i) => register(`twin-${i}`, 'twins@mail.example')));
  expect(made.flat()).toHaveLength(1);
});

test('a change of preferences leaves the rest as it is, and tells of the whole', async () => {
  await register('bob', 'bob@mail.example');
  const preferences = { email: false, sms: true, push: false };
  const [event] = await inRequest(() => store.change('bob', { preferences, phone: '+4915112345678' }));
  const bob = { userId: 'bob', email: 'bob@mail.example', name: 'Ann', phone: '+4915112345678', preferences };
  expect(JSON.parse(event?.data ?? '')).toEqual(bob);
  expect(await store.find('bob')).toEqual(bob);
  expect(await inRequest(() => store.change('nobody', { name: 'X' }))).toEqual([]);
});

test('addresses belong to their customer, and there is an end to them', async () => {
  await register('cat', 'cat@mail.example');
  const address = { label: 'home', street: 'Main 1', city: 'Berlin', postcode: '10115', country: 'DE' };
  for (let i = 0; i < 20; i++) expect(await store.putAddress('cat', `a-${i}`, address)).toBe(true);
  expect(await store.putAddress('cat', 'one-more', address)).toBe(false);
  expect(await store.putAddress('cat', 'a-3', { ...address, city: 'Bonn' })).toBe(true);
  expect((await store.addresses('cat')).filter(({ city }) => city === 'Bonn')).toHaveLength(1);
  expect(await store.removeAddress('ann', 'a-3')).toBe(false);
  expect(await store.removeAddress('cat', 'a-3')).toBe(true);
  expect(await store.putAddress('nobody', 'a-1', address)).toBe(false);
});

test('the lab has its customers and a partner', async () => {
  expect(await store.find('user-7')).toMatchObject({ preferences: { email: true } });
  expect(await store.find('user-sms')).toMatchObject({ phone: '+4915112345601', preferences: { sms: true } });
  expect(await store.partner('partner-lab')).toMatchObject({ scopes: ['stock:read', 'catalog:read'] });
});

test('after a rotation the new key signs, and tokens of the old one are good as before', async () => {
  const keys = createKeyStore(database, { signsForMs: 60_000, tokenMs: 10_000, skewMs: 1_000 });
  const issue = createIssuer(keys, { issuer: 'issuer', audience: 'shop', lifetimeSeconds: 10 });
  const subject = { id: 'ann', scopes: ['shop'], isClient: false };
  const before = await issue(subject);
  const kid = await keys.rotate();
  const after = await issue({ ...subject, id: 'partner', isClient: true });
  const published = await keys.published();
  const verify = (token: string) =>
    jwtVerify(token, createLocalJWKSet(published as never), { issuer: 'issuer', audience: 'shop' });
  expect((await verify(before.access_token)).payload).toMatchObject({ sub: 'ann', scope: 'shop' });
  const { payload, protectedHeader } = await verify(after.access_token);
  expect([protectedHeader.kid, payload.client_id]).toEqual([kid, 'partner']);
  expect(JSON.stringify(published)).not.toContain('"d":');
});
