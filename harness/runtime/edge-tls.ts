/** The certificates of encrypted edges, read where the wire and the driver need them. */
import { readFileSync } from 'node:fs';
import { type Edge, edgeId, HarnessError, messageOf } from '../core/index.ts';
import type { WireEdge } from '../wire/index.ts';

/** What the wire is told of it; nothing for an edge that is not encrypted. Throws `bad-topology` where a file cannot be read. */
export function edgeTls(edge: Edge, root: string): Pick<WireEdge, 'tls'> {
  const { tls } = edge;
  if (tls === undefined) return {};
  const read = (path: string) => {
    try {
      return readFileSync(inProject(path, root), 'utf8');
    } catch (cause) {
      const message = `the edge ${edgeId(edge)} is encrypted, but ${path} cannot be read: ${messageOf(cause)}`;
      throw new HarnessError({ code: 'bad-topology', message, hint: 'Name three PEM files.', cause });
    }
  };
  const { certificate, key, authority } = tls;
  return { tls: { certificate: read(certificate), key: read(key), authority: read(authority) } };
}

/** Whom callers of an encrypted edge have to trust, as an absolute path. */
export function authorityOf({ tls }: Edge, root: string): { readonly authorityFile?: string } {
  return tls === undefined ? {} : { authorityFile: inProject(tls.authority, root) };
}

function inProject(path: string, root: string): string {
  return path.replaceAll('$'.concat('{root}'), root);
}
