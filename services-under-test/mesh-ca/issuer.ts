/** Signs certificates of the mesh (RFC 5280): short-lived, for one SPIFFE identity each, good for both ends of a connection. */
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

export interface Issuer {
  /** A certificate (PEM) that binds the public key (SPKI, base64) to the identity. */
  issue(wish: { identity: string; publicKey: string; notBefore: Date; notAfter: Date }): Promise<string>;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';

x509.cryptoProvider.set(webcrypto as Crypto);

/** From the PEM texts of the authority's own certificate and key. */
export async function createIssuer(certificate: string, key: string): Promise<Issuer> {
  const own = new x509.X509Certificate(certificate);
  const pkcs8 = x509.PemConverter.decodeFirst(key);
  const signingKey = (await webcrypto.subtle.importKey('pkcs8', pkcs8, ALGORITHM, false, ['sign'])) as CryptoKey;
  return {
    async issue({ identity, publicKey, notBefore, notAfter }) {
      const issued = await x509.X509CertificateGenerator.create({
        ...{ serialNumber: newSerial(), subject: `CN=${nameOf(identity)}`, issuer: own.subject, notBefore, notAfter },
        ...{ publicKey: new x509.PublicKey(Buffer.from(publicKey, 'base64')), signingKey, signingAlgorithm: ALGORITHM },
        extensions: [
          new x509.BasicConstraintsExtension(false, undefined, true),
          new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
          new x509.ExtendedKeyUsageExtension([SERVER_AUTH, CLIENT_AUTH]),
          new x509.SubjectAlternativeNameExtension([{ type: 'url', value: identity }]),
          await x509.AuthorityKeyIdentifierExtension.create(own),
        ],
      });
      return issued.toString('pem');
    },
  };
}

/** `order` of `spiffe://shop/order`. */
function nameOf(identity: string): string {
  return identity.slice(identity.lastIndexOf('/') + 1);
}

/** Random, positive, 16 bytes. */
function newSerial(): string {
  return `01${Buffer.from(webcrypto.getRandomValues(new Uint8Array(15))).toString('hex')}`;
}
