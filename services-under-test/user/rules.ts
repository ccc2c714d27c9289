/** Rules of accounts: what one may be called, where mail goes, and what a partner may ask for. Plain functions. */
import { flag, object, oneOf, optional, type Read, text } from '../kit/shape.ts';

/** RFC 5321 lets more through; this is what mail servers of our customers really take. */
const email = text({
  max: 200,
  pattern: /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$/,
  like: 'an e-mail address',
});
const name = text({ max: 100 });
/** E.164. */
const phone = text({ pattern: /^\+[1-9]\d{6,14}$/, like: 'a phone number like +491701234567' });

export const preferencesShape = object({ email: flag, sms: flag, push: flag });
export type Preferences = Read<{ email: typeof flag; sms: typeof flag; push: typeof flag }>;

/** What a customer hears who has said nothing: mails. */
export const FIRST_PREFERENCES: Preferences = { email: true, sms: false, push: false };

/** Long rather than strange (NIST SP 800-63B); the longest is no gift to whoever wants our processor. */
export const registrationShape = object({ email, name, password: text({ min: 10, max: 128 }), phone: optional(phone) });
export const loginShape = object({ email: text(), password: text({ max: 128 }) });
export const profileShape = object({ name: optional(name), phone: optional(phone) });

export const addressShape = object({
  label: text({ max: 50 }),
  street: text(),
  city: text({ max: 100 }),
  postcode: text({ max: 20 }),
  country: text({ pattern: /^[A-Z]{2}$/, like: 'a country code of two letters' }),
});
export type Address = ReturnType<(typeof addressShape)['read']>;

export const clientCredentialsShape = object({
  grant_type: oneOf('client_credentials'),
  client_id: text(),
  client_secret: text(),
  scope: optional(text()),
});

/** One account an address, however it is written. */
export function sameAddress(address: string): string {
  return address.trim().toLowerCase();
}

/** The scopes a client gets: those it asks for, all it may have when it asks for none; undefined when it asks for more. */
export function grantedScopes(allowed: readonly string[], asked: string | undefined): readonly string[] | undefined {
  if (asked === undefined) return allowed;
  const wanted = asked.split(' ').filter((scope) => scope !== '');
  return wanted.length > 0 && wanted.every((scope) => allowed.includes(scope)) ? wanted : undefined;
}
