/**
 * Rules of the keys that sign tokens. A key signs for its time and is published until the last token it signed has
 * expired, so that a rotation logs nobody out. Times in epoch ms.
 */

export interface KeyTimes {
  readonly kid: string;
  readonly createdAt: number;
  readonly signsUntil: number;
}

export interface KeyRules {
  /** How long a key signs. */
  readonly signsForMs: number;
  /** How long a token is good. */
  readonly tokenMs: number;
  /** Clocks of those who check tokens may be behind by this much. */
  readonly skewMs: number;
}

/** The newest key that still signs; undefined when one has to be made. */
export function signingKey<Key extends KeyTimes>(keys: readonly Key[], now: number): Key | undefined {
  return keys
    .filter(({ signsUntil }) => signsUntil > now)
    .sort((a, b) => b.createdAt - a.createdAt)
    .at(0);
}

/** All keys by which a token that is still good may have been signed, newest first. */
export function publishedKeys<Key extends KeyTimes>(keys: readonly Key[], now: number, rules: KeyRules): Key[] {
  return keys
    .filter(({ signsUntil }) => signsUntil + rules.tokenMs + rules.skewMs > now)
    .sort((a, b) => b.createdAt - a.createdAt);
}

/** The next key is made a little before the last one ends, and by then everybody who looks has seen it. */
export function isRotationDue(keys: readonly KeyTimes[], now: number, { signsForMs }: KeyRules): boolean {
  const last = Math.max(0, ...keys.map(({ signsUntil }) => signsUntil));
  return last - now < signsForMs / 10;
}
