/** Two saved runs compared, as text: what got worse first. */
import type { Comparison } from '../report/index.ts';
import { bold, dim, print } from './terminal.ts';

/** True when something got worse for sure. */
export function hasGotWorse({ verdicts, figures }: Comparison): boolean {
  return verdicts.some(({ change }) => change === 'worse') || figures.some(({ change }) => change === 'slower');
}

export function printComparison(comparison: Comparison): void {
  const { base, run, verdicts, figures, method, notes } = comparison;
  print(`${bold(run.id)} compared with ${bold(base.id)}`);
  const parts: [title: string, lines: readonly { readonly subject: string; readonly what: string }[]][] = [
    ['Worse', verdicts.filter(({ change }) => change === 'worse')],
    ['Slower', figures.filter(({ change }) => change === 'slower')],
    ['Better', verdicts.filter(({ change }) => change === 'better')],
    ['Faster', figures.filter(({ change }) => change === 'faster')],
    ['Only in one of them', verdicts.filter(({ change }) => change === 'new' || change === 'gone')],
    ['Not to be told from noise', figures.filter(({ change }) => change === 'untold')],
    ['No slower, no faster', figures.filter(({ change }) => change === 'same')],
  ];
  for (const [title, lines] of parts) {
    if (lines.length === 0) continue;
    print(`\n${title}`);
    for (const { subject, what } of lines) print(`  ${subject}: ${what}`);
  }
  const same = verdicts.filter(({ change }) => change === 'same').length;
  print(`\n${same} of ${verdicts.length} verdicts as before`);
  for (const note of notes) print(dim(`note: ${note}`));
  print(dim(`durations: ${method}`));
}
