/** Failures of the harness itself: one error class, one table of codes. A failure of the system under test is data. */

/** Every code the harness can throw, with the exit code it leads to (64 bad input, 3 the harness failed). */
export const ERROR_CODES = {
  'bad-argument': 64,
  'bad-config': 64,
  'bad-topology': 64,
  'unknown-name': 64,
  'bad-file': 64,
  'schema-version': 64,
  'port-taken': 3,
  'tool-missing': 3,
  'tool-broken': 3,
  'cache-unwritable': 3,
  'boot-failed': 3,
  'not-ready': 3,
  'no-lab': 64,
  'lab-lost': 3,
  'wire-failed': 3,
  'part-failed': 3,
  'not-steady': 3,
  'fault-refused': 64,
  'fault-failed': 3,
  'plant-failed': 3,
  'timed-out': 3,
  'contract-failed': 3,
  'platform-failed': 3,
  interrupted: 130,
  internal: 3,
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

/** Small JSON-able facts that belong to an error: what was expected, what was got, after how long. */
export type Facts = Readonly<Record<string, string | number | boolean | undefined>>;

export interface HarnessErrorInit {
  readonly code: ErrorCode;
  /** One sentence: what was expected and what was got, where. */
  readonly message: string;
  /** One sentence: what to do next. */
  readonly hint?: string;
  readonly facts?: Facts;
  readonly cause?: unknown;
}

/** The only error the harness throws on purpose. `message` and `hint` together are what a user reads. */
export class HarnessError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly facts: Facts;

  constructor(init: HarnessErrorInit) {
    super(init.message, init.cause === undefined ? undefined : { cause: init.cause });
    this.name = 'HarnessError';
    this.code = init.code;
    this.hint = init.hint;
    this.facts = init.facts ?? {};
  }

  get exitCode(): number {
    return ERROR_CODES[this.code];
  }
}

/** The text of anything that was thrown, without its stack. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message || thrown.name : String(thrown);
}

/** Up to `most` of `names` that look like `wanted`, nearest first (Levenshtein distance). */
export function nearestNames(wanted: string, names: readonly string[], most = 3): string[] {
  return names
    .map((name) => ({ name, distance: editDistance(wanted.toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, distance }) => distance <= Math.max(3, name.length / 2) || name.includes(wanted))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, most)
    .map(({ name }) => name);
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const substitution = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min((previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, substitution));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
