/** Passwords are kept as scrypt hashes, each with its own salt and its own costs; how long a check takes tells nothing. */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

export interface Costs {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/** With 8 MiB; OWASP's lower bound for that is 10 rounds. */
export function costsOf(rounds: number): Costs {
  return { N: 2 ** 13, r: 8, p: rounds };
}
const KEY_BYTES = 32;

/** `scrypt$N$r$p$salt$key`: a hash says itself how it was made, so that costs can rise later. */
export async function hashPassword(password: string, costs: Costs): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, salt, costs);
  const { N, r, p } = costs;
  return ['scrypt', N, r, p, salt.toString('base64url'), key.toString('base64url')].join('$');
}

/** Whether the hash is that of the password. Without a hash the same work is done, and the answer is no. */
export async function isPassword(password: string, hash: string | undefined, usual: Costs): Promise<boolean> {
  const [scheme, N, r, p, salt = '', key = ''] = (hash ?? nobody(usual)).split('$');
  if (scheme !== 'scrypt') return false;
  const expected = Buffer.from(key, 'base64url');
  const costs = { N: Number(N), r: Number(r), p: Number(p) };
  const given = await derive(password, Buffer.from(salt, 'base64url'), costs);
  const same = given.length === expected.length && timingSafeEqual(given, expected);
  return same && hash !== undefined;
}

/** What is checked where there is no account: it takes as long. */
function nobody({ N, r, p }: Costs): string {
  return ['scrypt', N, r, p, 'AAAAAAAAAAAAAAAAAAAAAA', 'A'.repeat(43)].join('$');
}

function derive(password: string, salt: Buffer, { N, r, p }: Costs): Promise<Buffer> {
  // The same character can be written in several ways; NFKC makes them one.
  const text = password.normalize('NFKC');
  return new Promise((resolve, reject) => {
    scrypt(text, salt, KEY_BYTES, { N, r, p, maxmem: 256 * N * r }, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}
