/** Rules of accounts, passwords and the keys that sign tokens. */
import { expect, test } from 'vitest';
import { readShape } from '../../../services-under-test/kit/shape.ts';
import { isRotationDue, publishedKeys, signingKey } from '../../../services-under-test/user/key-ring.ts';
import { hashPassword, isPassword } from '../../../services-under-test/user/passwords.ts';
import {
  addressShape,
  clientCredentialsShape,
  grantedScopes,
  registrationShape,
  sameAddress,
} from '../../../services-under-test/user/rules.ts';

const ACCOUNT = { email: 'Ann.Smith+shop@mail.example', name: 'Ann Smith', password: 'long enough' };
const ADDRESS = { label: 'home', street: 'Main Street 1', city: 'Berlin', postcode: '10115', country: 'DE' };
/** Quick, for tests. */
const COSTS = { N: 16, r: 1, p: 1 };

test('a good account is taken', () => {
  expect(readShape(registrationShape, ACCOUNT)).toEqual(ACCOUNT);
  expect(readShape(registrationShape, { ...ACCOUNT, phone: '+4915112345678' }).phone).toBe('+4915112345678');
});

test.each([
  ['an address without a host', { ...ACCOUNT, email: 'ann@' }, 'email'],
  ['an address with a line break', { ...ACCOUNT, email: 'ann@mail.example\nbcc: x@y.example' }, 'email'],
  ['two addresses', { ...ACCOUNT, email: 'ann@mail.example, bob@mail.example' }, 'email'],
  ['a short password', { ...ACCOUNT, password: 'short' }, 'password'],
  ['a password without end', { ...ACCOUNT, password: 'x'.repeat(129) }, 'password'],
  ['a phone number that is none', { ...ACCOUNT, phone: '0151 12345' }, 'phone'],
  ['a role of its own', { ...ACCOUNT, role: 'admin' }, 'role'],
])('an account with %s is refused', (_what, body, field) => {
  expect(() => readShape(registrationShape, body)).toThrow(expect.objectContaining({ status: 400, field }));
});

test('an address needs a country by its code', () => {
  expect(readShape(addressShape, ADDRESS)).toEqual(ADDRESS);
  expect(() => readShape(addressShape, { ...ADDRESS, country: 'Germany' })).toThrow(
    expect.objectContaining({ field: 'country' }),
  );
});

test('one mail address is one account, however it is written', () => {
  expect(sameAddress(' Ann@Mail.Example ')).toBe(sameAddress('ann@mail.example'));
});

test('a partner gets the scopes it asks for, and never more than it has', () => {
  const allowed = ['stock:read', 'catalog:read'];
  expect(grantedScopes(allowed, undefined)).toEqual(allowed);
  expect(grantedScopes(allowed, 'stock:read')).toEqual(['stock:read']);
  expect(grantedScopes(allowed, 'stock:read orders:write')).toBeUndefined();
  expect(grantedScopes(allowed, ' ')).toBeUndefined();
  expect(() => readShape(clientCredentialsShape, { grant_type: 'password' })).toThrow(
    expect.objectContaining({ field: 'grant_type' }),
  );
});

test('a password is known again by its hash, and no two hashes are the same', async () => {
  const [one, two] = await Promise.all([hashPassword('correct horse', COSTS), hashPassword('correct horse', COSTS)]);
  expect(one).not.toBe(two);
  expect(one).toMatch(/^scrypt\$16\$1\$1\$/);
  expect(await isPassword('correct horse', one, COSTS)).toBe(true);
  expect(await isPassword('correct horsf', one, COSTS)).toBe(false);
  expect(await isPassword('correct horse', undefined, COSTS)).toBe(false);
  expect(await isPassword('', 'plain$text', COSTS)).toBe(false);
});

test('the same text in another writing is the same password', async () => {
  expect(await isPassword('\u0041\u030angstro\u0308m', await hashPassword('\u00c5ngstr\u00f6m', COSTS), COSTS)).toBe(
    true,
  );
});

const RULES = { signsForMs: 1_000, tokenMs: 300, skewMs: 50 };
const key = (kid: string, createdAt: number, signsUntil = createdAt + 1_000) => ({ kid, createdAt, signsUntil });

test('the newest key signs, and none when all have had their time', () => {
  const keys = [key('old', 0), key('new', 900)];
  expect(signingKey(keys, 950)?.kid).toBe('new');
  expect(signingKey(keys, 1_899)?.kid).toBe('new');
  expect(signingKey(keys, 1_900)).toBeUndefined();
});

test('a key that signs no more is published until its last token has expired, by the slowest clock', () => {
  const keys = [key('old', 0), key('new', 900)];
  const at = (now: number) => publishedKeys(keys, now, RULES).map(({ kid }) => kid);
  expect(at(1_000)).toEqual(['new', 'old']);
  expect(at(1_349)).toEqual(['new', 'old']);
  expect(at(1_350)).toEqual(['new']);
});

test('the next key is made before the last one ends', () => {
  expect(isRotationDue([], 0, RULES)).toBe(true);
  expect(isRotationDue([key('one', 0)], 800, RULES)).toBe(false);
  expect(isRotationDue([key('one', 0)], 901, RULES)).toBe(true);
});
