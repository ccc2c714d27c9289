/** Whom a sidecar believes: certificates of the mesh's authority, in time, that name an identity (SPIFFE: one URI). */
import type { PeerCertificate, SecureContextOptions } from 'node:tls';

export interface Credentials {
  /** PEM. */
  readonly certificate: string;
  readonly key: string;
}

/**
 * TLS 1.2 on purpose: certificates pass in the clear, so whoever watches the wire can see who proved to be whom without being a party.
 * Nothing is resumed: a resumed session would outlive the certificate it began with.
 */
export function tlsOptions({ certificate, key }: Credentials, authority: string): SecureContextOptions {
  const versions = { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' } as const;
  return { ...versions, cert: certificate, key, ca: authority, secureOptions: NO_TICKETS };
}

/**
 * Payload of the PING by which a sidecar tells those that are connected that its certificate is another one now: their next call is to begin
 * over a new connection. GOAWAY would end calls that are on their way to it.
 */
export const RENEW: Buffer = Buffer.from('renew it');

/** `SSL_OP_NO_TICKET` of OpenSSL. */
const NO_TICKETS = 0x4000;

/** The URI that a certificate names; undefined where there is none, or more than one. */
export function identityOf({ subjectaltname = '' }: Pick<PeerCertificate, 'subjectaltname'>): string | undefined {
  const uris = subjectaltname.split(', ').flatMap((name) => (name.startsWith('URI:') ? [name.slice(4)] : []));
  return uris.length === 1 ? uris[0] : undefined;
}

/** Names the callee's certificate must bear; what is answered is why it is not believed. */
export function expecting(identity: string) {
  return (_host: string, shown: PeerCertificate): Error | undefined => {
    const found = identityOf(shown);
    return found === identity ? undefined : new Error(`the callee is ${found ?? 'nobody'}, not ${identity}`);
  };
}

/** `spiffe://shop/order` belongs to `spiffe://shop/`. */
export function sameTrustDomain(one: string | undefined, other: string): boolean {
  return one !== undefined && domainOf(one) !== undefined && domainOf(one) === domainOf(other);
}

function domainOf(identity: string): string | undefined {
  return /^spiffe:\/\/[^/]+\//.exec(identity)?.[0];
}
