/** Credentials and card numbers in a text: what they look like, and the text without them. */

const JWT = /\beyJ[\w-]{5,}\.[\w-]+\.[\w-]*/g;
/** A credential has digits, signs or both cases, or is long: `bearer token` is a word about one. */
const SCHEME =
  /\b([Bb]earer|BEARER|[Bb]asic|BASIC|[Dd]igest|DIGEST)\s+(?=[\w.~+/=-]*(?:[\d.~+/=]|[a-z][A-Z])|[\w.~+/=-]{16})[\w.~+/=-]{4,}/g;
const URL_PASSWORD = /(:\/\/[^\s/:@]*):[^\s/@]+@/g;
const ASSIGNED =
  /\b(password|passwd|secret|client_secret|access_token|refresh_token|api_key)(["']?\s*[=:]\s*["']?)[^\s"'&,;}]+/gi;
/**
 * 13 to 19 digits that start like a card number, in groups or not, and are not a part of a longer word (ids stay whole). One span id in
 * about 20,000 looks like one: 16 hexadecimal digits without a letter.
 */
const CARD = /(?<![\w-]|[sS]pan_?[iI]d\\?["']?\s*[=:]\s*\\?["']?)[2-6]\d{3}(?:[ -]?\d){9,15}(?![\w-])/g;
/** Members of a span's record that hold such ids. */
export const SPAN_IDS: readonly string[] = ['spanId', 'parentSpanId'];
/** Cheap test: no text without one of these needs a closer look. */
const SUSPECT = /eyJ|bearer|basic|digest|:\/\/|pass|secret|token|api_key|\d{4}[ -]?\d{4}/i;

/** The text without credentials and card numbers. The same text always gives the same result, so that redacted keys still compare. */
export function redactText(text: string): string {
  return isSuspect(text) ? withoutCards(withoutTokens(text).replace(ASSIGNED, '$1$2[redacted]')) : text;
}

/** The same for a text of names and types (`{"password":"string"}`): what stands there where a value would is a type. */
export function redactNames(text: string): string {
  return isSuspect(text) ? withoutCards(withoutTokens(text)) : text;
}

function isSuspect(text: string): boolean {
  return text.length >= 8 && SUSPECT.test(text);
}

function withoutTokens(text: string): string {
  return text.replace(SCHEME, '$1 [redacted]').replace(JWT, '[jwt]').replace(URL_PASSWORD, '$1:[redacted]@');
}

function withoutCards(text: string): string {
  return text.replace(CARD, (found) => {
    const digits = found.replace(/\D/g, '');
    return digits.length <= 19 && passesLuhn(digits) ? `[card ending ${digits.slice(-4)}]` : found;
  });
}

/** ISO/IEC 7812-1, annex B. */
function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    const digit = Number(digits[digits.length - 1 - index]);
    const doubled = index % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
