/** On which line of which file a finding belongs: where the experiment has its name, or the contract its interaction. */
import { readFile } from 'node:fs/promises';
import { isAbsolute, join, normalize } from 'node:path';
import type { GateFinding, GateResult } from '../core/index.ts';

/**
 * Fills in `file` (relative to the project) and `line`. Files are looked for below `root` as they are named, then in `folders`; a file
 * that is in none of them is left out, since no platform could show it.
 */
export async function locateFindings(
  result: GateResult,
  root: string,
  folders: readonly string[],
): Promise<GateResult> {
  const texts = new Map<string, Promise<string | undefined>>();
  const read = (path: string) => {
    const known = texts.get(path) ?? readFile(join(root, path), 'utf8').catch(() => undefined);
    texts.set(path, known);
    return known;
  };
  const place = async ({ file, ...finding }: GateFinding): Promise<GateFinding> => {
    if (file === undefined) return finding;
    for (const candidate of [file, ...folders.map((folder) => join(folder, file))]) {
      const path = normalize(candidate);
      if (isAbsolute(path) || path.startsWith('..')) continue;
      const text = await read(path);
      if (text === undefined) continue;
      return { ...finding, file: path.replaceAll('\\', '/'), line: lineOf(text, finding.named ?? '') ?? 1 };
    }
    return finding;
  };
  const rules = await Promise.all(
    result.rules.map(async (rule) => ({ ...rule, findings: await Promise.all(rule.findings.map(place)) })),
  );
  return { ...result, rules };
}

/** The first line, from 1, on which the text stands, as it is or as it is written within quotes. */
export function lineOf(text: string, named: string): number | undefined {
  if (named === '') return undefined;
  const written = [named, named.replaceAll("'", "\\'"), JSON.stringify(named).slice(1, -1)];
  const at = text.split('\n').findIndex((line) => written.some((form) => line.includes(form)));
  return at < 0 ? undefined : at + 1;
}
