/** The certificate of a sidecar: short-lived, fetched from the authority and renewed at half of its life; or one that was given by hand. */
import { createSign, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { type Logger, reasonOf } from '../kit/log.ts';
import { request } from '../kit/node-http.ts';
import { nowMs, pause } from '../kit/time.ts';
import type { Credentials } from './trust.ts';

export interface Identity {
  /** What is shown to others now. */
  current(): Credentials;
  /** Called after every change; open connections are the listener's business. */
  onChange(listener: () => void): void;
  /** A new certificate now. */
  rotate(): Promise<void>;
  /** Stays until it is taken back, whatever is wrong with it. */
  give(credentials: Credentials): void;
  takeBack(): Promise<void>;
  close(): void;
}

export interface IdentityOptions {
  readonly identity: string;
  readonly joinToken: string;
  /** http://host:port */
  readonly authorityUrl: string;
  readonly log: Logger;
}

const AGAIN_MS = 500;

/** Resolves with the first certificate: without one a sidecar is nobody. */
export async function createIdentity(options: IdentityOptions): Promise<Identity> {
  const { log, identity } = options;
  const closing = new AbortController();
  const listeners: (() => void)[] = [];
  let own = await untilGiven(options, closing.signal);
  let given: Credentials | undefined;

  const change = () => {
    const { serialNumber } = new X509Certificate((given ?? own).certificate);
    log.info({ event: 'certificate', identity, serial: serialNumber, byHand: given !== undefined }, 'changed');
    for (const listener of listeners) listener();
  };
  const rotate = async () => {
    own = await askAuthority(options);
    if (given === undefined) change();
  };
  const renewForEver = async () => {
    while (!closing.signal.aborted) {
      await pause(Math.max(AGAIN_MS, halfLifeLeftMs(own)), closing.signal);
      if (closing.signal.aborted || halfLifeLeftMs(own) > 0) continue;
      await rotate().catch((error) => log.warn({ reason: reasonOf(error) }, 'the certificate is not renewed yet'));
    }
  };
  void renewForEver();
  return {
    current: () => given ?? own,
    onChange: (listener) => void listeners.push(listener),
    rotate,
    give(credentials) {
      given = credentials;
      change();
    },
    async takeBack() {
      if (given === undefined) return;
      own = await askAuthority(options);
      given = undefined;
      change();
    },
    close: () => closing.abort(),
  };
}

async function untilGiven(options: IdentityOptions, signal: AbortSignal): Promise<Credentials> {
  for (;;) {
    try {
      return await askAuthority(options);
    } catch (error) {
      options.log.warn({ reason: reasonOf(error) }, 'no certificate yet');
      await pause(AGAIN_MS, signal);
    }
  }
}

/** A new key, never seen by anybody else; its possession is proven by signing it with itself. */
async function askAuthority({ authorityUrl, identity, joinToken }: IdentityOptions): Promise<Credentials> {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const spki = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
  const proof = createSign('sha256').update(spki).sign(privateKey, 'base64');
  const certificate = await post(`${authorityUrl}/certificates`, joinToken, { identity, publicKey: spki, proof });
  return { certificate, key: String(privateKey.export({ type: 'pkcs8', format: 'pem' })) };
}

/** Answers the certificate. On node:http: a fetch would cost every sidecar another 10 MB. */
function post(url: string, token: string, body: object): Promise<string> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  return new Promise((resolve, reject) => {
    const call = request(url, { method: 'POST', headers, signal: AbortSignal.timeout(5_000) }, async (answer) => {
      try {
        let text = '';
        for await (const chunk of answer.setEncoding('utf8')) text += chunk;
        if (answer.statusCode !== 201) throw new Error(`the authority answered ${answer.statusCode}`);
        resolve((JSON.parse(text) as { readonly certificate: string }).certificate);
      } catch (error) {
        reject(error);
      }
    });
    call.on('error', reject);
    call.end(JSON.stringify(body));
  });
}

function halfLifeLeftMs({ certificate }: Credentials): number {
  const { validFrom, validTo } = new X509Certificate(certificate);
  return (Date.parse(validFrom) + Date.parse(validTo)) / 2 - nowMs();
}
