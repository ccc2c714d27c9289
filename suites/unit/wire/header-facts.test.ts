/** What the headers of a request say of its user and its deadline. */
import { expect, test } from 'vitest';
import { grantedMs, userOf } from '../../../harness/wire/header-facts.ts';

const of = (headers: Record<string, string>) => (name: string) => headers[name];
const token = `e30.${Buffer.from('{"sub":"user-7"}').toString('base64url')}.c2ln`;

test.each([
  [{ 'grpc-timeout': '250m' }, 250],
  [{ 'grpc-timeout': '2S' }, 2_000],
  [{ 'grpc-timeout': '500000u' }, 500],
  [{ 'x-deadline': '1790000000740' }, 740],
  [{ 'grpc-timeout': '10m', 'x-deadline': '1790000000740' }, 10],
  [{ 'x-deadline': 'soon' }, undefined],
  [{ 'grpc-timeout': '5 s' }, undefined],
  [{}, undefined],
] as const)('%j grants %s ms', (headers, ms) => {
  expect(grantedMs(of(headers as unknown as Record<string, string>), 1_790_000_000_000)).toBe(ms);
});

test('the user is the one named in the header, else the subject of the token', () => {
  expect(userOf(of({ 'x-user-id': 'user-1', authorization: `Bearer ${token}` }))).toBe('user-1');
  expect(userOf(of({ authorization: `Bearer ${token}` }))).toBe('user-7');
  expect(userOf(of({ authorization: 'Bearer a.!!!.b' }))).toBeUndefined();
  expect(userOf(of({ authorization: 'Bearer YQ.YQ.YQ' }))).toBeUndefined();
  expect(userOf(of({}))).toBeUndefined();
});
