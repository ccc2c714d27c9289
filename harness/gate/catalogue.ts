/** The rules of the gate: every file of `rules/`, in order. There is no list to edit. */
import { fileURLToPath } from 'node:url';
import { loadCatalogue } from '../core/index.ts';
import type { Rule } from './rule.ts';

const FOLDER = fileURLToPath(new URL('./rules/', import.meta.url));

export async function loadRules(): Promise<readonly Rule[]> {
  const catalogue = await loadCatalogue<Rule>(FOLDER, 'gate rule', (exported, file) => {
    const rule = exported as Partial<Rule>;
    if (typeof rule.judge === 'function' && typeof rule.name === 'string' && typeof rule.order === 'number')
      return rule as Rule;
    throw new TypeError(`${file} exports no rule`);
  });
  return [...catalogue.entries.values()].sort((a, b) => a.order - b.order);
}
