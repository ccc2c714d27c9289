/** Reads what Pact's verifier says (JSON inside a text, or an error text) into problems per interaction. */
import { stripVTControlCharacters } from 'node:util';
import { compareText } from './pact-file.ts';

/** Problems per interaction, by its label. An interaction that is not in it was not verified. */
export interface VerifierOutcome {
  readonly problems: ReadonlyMap<string, readonly string[]>;
  /** What the verifier said instead of a result. */
  readonly failure?: string;
}

interface RawResult {
  readonly description?: string;
  readonly result?: string;
  readonly mismatch?: RawMismatch;
}

interface RawMismatch {
  readonly type?: string;
  readonly message?: string;
  readonly mismatches?: readonly {
    readonly type?: string;
    readonly path?: string;
    readonly key?: string;
    readonly mismatch?: string;
  }[];
}

export function readOutcome(text: string): VerifierOutcome {
  let raw: { interactionResults?: readonly RawResult[] };
  try {
    raw = JSON.parse(text);
  } catch {
    return { problems: new Map(), failure: plainText(text) };
  }
  if (!Array.isArray(raw?.interactionResults)) return { problems: new Map(), failure: plainText(text) };
  const problems = new Map<string, readonly string[]>();
  for (const result of raw.interactionResults) {
    problems.set(result.description ?? '', result.result === 'OK' ? [] : problemsOf(result.mismatch));
  }
  return { problems };
}

function problemsOf(mismatch: RawMismatch | undefined): string[] {
  const listed = (mismatch?.mismatches ?? []).map(({ type, path, key, mismatch: said }) => {
    const where = path ?? key;
    const what = (type ?? 'Mismatch').replace(/Mismatch$/, '').toLowerCase();
    return plainText(`${what}${where === undefined ? '' : ` ${where}`}: ${said ?? 'differs'}`);
  });
  if (listed.length > 0) return listed.sort(compareText);
  return [plainText(mismatch?.message ?? 'Pact found a mismatch and did not say which')];
}

/** Without terminal colours, on one line, bounded. */
export function plainText(text: string): string {
  const plain = stripVTControlCharacters(text).replace(/\s+/g, ' ').trim();
  return plain.length > 600 ? `${plain.slice(0, 600)}…` : plain;
}
