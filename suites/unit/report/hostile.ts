/** A sample run whose every text is replaced: what services could make of a report. */

import { makeSampleRun, type SampleRun } from '../../../fixtures/sample-run/run.ts';
import type { RunFile } from '../../../harness/core/index.ts';
import type { CaseHistory } from '../../../harness/report/index.ts';

/** Texts that break pages, XML files, Markdown and shells. */
export const HOSTILE_TEXTS = [
  '<script>globalThis.hacked=1</script>',
  '</script><script>globalThis.hacked=2</script>',
  '<!--<script>globalThis.hacked=3',
  '"><img src=x onerror="globalThis.hacked=4">',
  "' onmouseover='globalThis.hacked=5",
  'javascript:globalThis.hacked=6',
  ']]><evil/>&lt;&amp;&#x0;',
  '\u0000\u0001\u001b[31mred\u001b[0m\u007f\u0085\ufffe\uffff',
  '\u202egnp.exe\u2066',
  '\ud800 alone \udc00',
  '\u2028\u2029',
  '__proto__',
  'constructor',
  '```\n# heading\n| a | b |\n@everyone [x](http://x) <img>',
  '',
  '{{7*7}} ${7*7} <%= 7 %>',
  'a'.repeat(3000),
] as const;

/** Members whose words the code reads: changing them would make another run, not a hostile one. */
const FIXED = new Set([
  'schema',
  'type',
  'verdict',
  'status',
  'kind',
  'protocol',
  'outcome',
  'action',
  'event',
  'runtime',
  'counts',
  'scope',
  'at',
  'endAt',
]);

/** Every free text of the value replaced by what `next` gives; ids stay equal where they were equal. */
function replaceTexts<T>(value: T, next: (text: string) => string, member = ''): T {
  if (typeof value === 'string') return (FIXED.has(member) ? value : next(value)) as T;
  if (Array.isArray(value)) return value.map((item) => replaceTexts(item, next, member)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, replaceTexts(item, next, name)])) as T;
}

/** The sample run with all its free texts drawn from `texts`. One old text always becomes one new text. */
export function hostileRun(texts: readonly string[], sample: SampleRun = makeSampleRun({ orders: 2 })): SampleRun {
  const known = new Map<string, string>();
  const next = (text: string) => {
    const made = known.get(text) ?? texts[known.size % texts.length] ?? '';
    known.set(text, made);
    return made;
  };
  const run: RunFile = { ...replaceTexts(sample.run, next), verdict: sample.run.verdict, exitCode: 1 };
  const ids = new Map([...sample.histories.keys()].map((id) => [next(id), id]));
  const histories = new Map<string, CaseHistory>();
  for (const [made, id] of ids) {
    const history = sample.histories.get(id);
    if (history !== undefined) histories.set(made, replaceTexts(history, next));
  }
  return { run, histories };
}
