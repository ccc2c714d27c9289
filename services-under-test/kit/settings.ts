/** Settings from the environment: each is read once at start, and a missing one stops the service with its name. */

/** The value of an environment variable; throws when it is missing and there is no default. */
export function setting(name: string, fallback?: string): string {
  const value = process.env[name] ?? fallback;
  if (value === undefined || value === '') throw new Error(`the environment variable ${name} is missing`);
  return value;
}

/** A whole number from the environment. */
export function numberSetting(name: string, fallback?: number): number {
  const text = setting(name, fallback === undefined ? undefined : String(fallback));
  const value = Number(text);
  if (!Number.isSafeInteger(value))
    throw new Error(`the environment variable ${name} must be a whole number, got "${text}"`);
  return value;
}

/** The value of an environment variable that may be missing. */
export function optionalSetting(name: string): string | undefined {
  return process.env[name] || undefined;
}
