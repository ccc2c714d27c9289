/** Certificates for the edges that want them made: one authority for the lab, one certificate for each callee, good for this lab alone. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock, type Topology } from '../core/index.ts';
import type { Authority, Issued } from './authority.ts';

/** As the value of `tls`: made as the lab boots. */
export const MADE = 'made';

export interface LabCertificates {
  /** The authority's own certificate, PEM. Its key is forgotten once it has signed. */
  readonly authority: string;
  /** The same as a file, for callers that want one. */
  readonly authorityFile: string;
  /** By callee. */
  readonly issued: Readonly<Record<string, Issued>>;
}

const HOUR_MS = 3_600_000;
/** Longer than any lab is up. */
const GOOD_MS = 7 * 24 * HOUR_MS;

/** Callees that have a certificate made. */
export function certified({ edges }: Topology): string[] {
  return [...new Set(edges.filter(({ tls }) => tls === MADE).map(({ callee }) => callee))];
}

/** Undefined where no edge wants any. The authority's certificate is written into `folder`. */
export async function makeCertificates(topology: Topology, folder: string): Promise<LabCertificates | undefined> {
  const names = certified(topology);
  if (names.length === 0) return undefined;
  // Loaded where it is needed: what makes certificates takes its time to load.
  const { createAuthority } = await import('./authority.ts');
  const now = systemClock.now();
  const from = new Date(now - HOUR_MS);
  const until = new Date(now + GOOD_MS);
  const authority = await createAuthority(`faultline lab ${topology.name}`, from, until);
  const issued = names.map(async (name): Promise<[string, Issued]> => {
    const dns = [name, 'localhost', 'wire'];
    return [name, await authority.issue({ name, dns, ip: ['127.0.0.1'], notBefore: from, notAfter: until })];
  });
  const authorityFile = join(folder, 'authority.pem');
  writeFileSync(authorityFile, `${authority.certificate}\n`);
  return { authority: authority.certificate, authorityFile, issued: Object.fromEntries(await Promise.all(issued)) };
}

/** Who signs certificates: the authority of these PEM texts, or, without any, a new one that nobody knows. */
export async function certificateSigner(known?: {
  readonly certificate: string;
  readonly key: string;
}): Promise<Authority> {
  const { authorityFrom, createAuthority } = await import('./authority.ts');
  if (known !== undefined) return authorityFrom(known);
  const now = systemClock.now();
  return createAuthority('a stranger', new Date(now - HOUR_MS), new Date(now + HOUR_MS));
}

/** Where a callee that is a child process finds its own. */
export function certificateFiles(data: string, callee: string): { readonly certificate: string; readonly key: string } {
  const place = join(data, 'certificates', callee);
  return { certificate: `${place}.pem`, key: `${place}.key.pem` };
}

/** Writes them there, for nobody else to read. */
export function writeCertificates(data: string, { issued }: LabCertificates): void {
  mkdirSync(join(data, 'certificates'), { mode: 0o700 });
  for (const [callee, { certificate, key }] of Object.entries(issued)) {
    const files = certificateFiles(data, callee);
    writeFileSync(files.certificate, `${certificate}\n`);
    writeFileSync(files.key, `${key}\n`, { mode: 0o600 });
  }
}
