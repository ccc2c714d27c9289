/** What is wrong with what one end of a handshake showed, held against who should stand there. */
import type { X509Certificate } from 'node:crypto';
import type { CertificateFlaw } from '../../core/index.ts';
import type { TlsReader } from './reader.ts';

/** Undefined where nothing is wrong. The gravest comes first: who signed it, when, for whom. */
export function flawOf(
  { certificate, notTls }: Pick<TlsReader, 'certificate' | 'notTls'>,
  expected: string,
  authority: X509Certificate,
  nowMs: number,
): CertificateFlaw | undefined {
  if (notTls) return 'not-tls';
  if (certificate === undefined) return 'none-shown';
  if (!certificate.checkIssued(authority) || !certificate.verify(authority.publicKey)) return 'unknown-authority';
  if (nowMs < Date.parse(certificate.validFrom) || nowMs > Date.parse(certificate.validTo)) return 'expired';
  return identityOf(certificate) === expected ? undefined : 'other-identity';
}

/** The URI a certificate names (its subject alternative name), where there is exactly one. */
export function identityOf({ subjectAltName = '' }: X509Certificate): string | undefined {
  const uris = subjectAltName.split(', ').flatMap((name) => (name.startsWith('URI:') ? [name.slice(4)] : []));
  return uris.length === 1 ? uris[0] : undefined;
}
