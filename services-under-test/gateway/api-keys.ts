/** API keys of partners: a file holds their hashes, never the keys themselves, with what each may do and how often. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Client } from './authentication.ts';

export interface PartnerKeys {
  find(key: string): Client | undefined;
}

interface PartnerEntry {
  readonly name: string;
  /** SHA-256 of the key, hexadecimal. A key is random and long: it needs no salt and no slow hash. */
  readonly sha256: string;
  readonly scopes: readonly string[];
  readonly limit?: Client['limit'];
}

export async function readPartnerKeys(file: string): Promise<PartnerKeys> {
  return partnerKeys(JSON.parse(await readFile(file, 'utf8')) as readonly PartnerEntry[]);
}

export function partnerKeys(entries: readonly PartnerEntry[]): PartnerKeys {
  // Looked up by hash: how long that takes tells nothing about the key.
  const byHash = new Map(
    entries.map(({ name, sha256, scopes, limit }): [string, Client] => [
      sha256,
      { kind: 'partner', id: name, scopes, ...(limit && { limit }) },
    ]),
  );
  return { find: (key) => byHash.get(createHash('sha256').update(key).digest('hex')) };
}
