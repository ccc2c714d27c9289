/** The certificates of encrypted edges, read or made, where the wire and the driver need them. */
import { readFileSync } from 'node:fs';
import { type Edge, edgeId, HarnessError, messageOf } from '../core/index.ts';
import type { WireEdge } from '../wire/index.ts';
import { type LabCertificates, MADE } from './certificates.ts';

export interface TlsPlace {
  /** Folder of the project. */
  readonly root: string;
  /** Where some edge wants them made. */
  readonly certificates?: LabCertificates;
}

/** What the wire is told of it; nothing for an edge that is not encrypted. Throws `bad-topology` where a file cannot be read. */
export function edgeTls(edge: Edge, { root, certificates }: TlsPlace): Pick<WireEdge, 'tls' | 'mutualTls'> {
  const { tls, mutualTls, callee } = edge;
  const read = (path: string) => {
    try {
      return readFileSync(inProject(path, root), 'utf8');
    } catch (cause) {
      const message = `the edge ${edgeId(edge)} is encrypted, but ${path} cannot be read: ${messageOf(cause)}`;
      throw new HarnessError({ code: 'bad-topology', message, hint: 'Name PEM files that are there.', cause });
    }
  };
  if (mutualTls !== undefined) return { mutualTls: { ...mutualTls, authority: read(mutualTls.authority) } };
  if (tls === undefined) return {};
  if (tls === MADE) {
    const own = certificates?.issued[callee];
    if (!certificates || !own) throw notMade(edge);
    return { tls: { ...own, authority: certificates.authority } };
  }
  const { certificate, key, authority } = tls;
  return { tls: { certificate: read(certificate), key: read(key), authority: read(authority) } };
}

/** Whom callers of an encrypted edge have to trust, as an absolute path. */
export function authorityOf(edge: Edge, { root, certificates }: TlsPlace): { readonly authorityFile?: string } {
  if (edge.tls === undefined) return {};
  if (edge.tls !== MADE) return { authorityFile: inProject(edge.tls.authority, root) };
  if (!certificates) throw notMade(edge);
  return { authorityFile: certificates.authorityFile };
}

function notMade(edge: Edge): HarnessError {
  return new HarnessError({ code: 'internal', message: `no certificate was made for the edge ${edgeId(edge)}` });
}

function inProject(path: string, root: string): string {
  return path.replaceAll('$'.concat('{root}'), root);
}
