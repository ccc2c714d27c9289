/** The gate as Markdown: a comment that is kept up to date, and the head of a job summary. Every foreign text is escaped. */
import type { GateFinding, GateResult, GateRuleResult, GateStatus } from '../../core/index.ts';
import { markdownFence, markdownText, plural, SUMMARY_MAX_BYTES, shorten } from '../../report/index.ts';

/** By this the comment is found again: it is hidden, and comes first. */
export const COMMENT_MARK = '<!-- faultline-gate -->';
/** GitHub refuses a comment of more than 65,536 characters. */
export const COMMENT_MAX_BYTES = 60_000;

const MARKS: Readonly<Record<GateStatus, string>> = { pass: '✅', fail: '❌', unknown: '❔', off: '➖' };
const SHOWN_SUBJECTS = 12;
const SHOWN_OF_ONE = 3;
const SHOWN_NOTES = 20;

/** The comment on a pull request, under 64 KB. `runUrl` leads to the run of the workflow. */
export function commentMarkdown(gate: GateResult, runUrl?: string): string {
  const link =
    runUrl !== undefined && /^https?:\/\/[\w.:/-]+$/.test(runUrl)
      ? [`[The run, its page and its files](${runUrl})`]
      : [];
  return bounded([COMMENT_MARK, ...gateBlocks(gate), ...link], COMMENT_MAX_BYTES);
}

/** The job summary: the gate first, then `rest`; whole blocks are left out from the end where it would be too large. */
export function jobSummaryMarkdown(gate: GateResult, rest: string): string {
  return bounded([...gateBlocks(gate), rest], SUMMARY_MAX_BYTES);
}

function gateBlocks(gate: GateResult): string[] {
  const { promises, commit, topology } = gate.run;
  const counts = `${promises.fail} broken, ${promises.unknown} unknown, ${promises.pass} kept`;
  const at = commit === undefined ? '' : ` at ${commit.slice(0, 12)}`;
  const since =
    gate.baseline === undefined
      ? ''
      : `, compared with ${gate.baseline.id}${gate.baseline.commit ? ` at ${gate.baseline.commit.slice(0, 12)}` : ''}`;
  const red = gate.rules.filter(
    ({ level, status }) => level === 'error' && (status === 'fail' || status === 'unknown'),
  );
  return [
    `## ${MARKS[gate.verdict]} faultline: ${headline(gate, red)}`,
    `${text(topology)}${text(at)}: ${counts}${text(since)}.`,
    ...findingBlocks(red),
    ruleTable(gate.rules),
    ...folded(gate),
  ];
}

function headline({ verdict, exitCode }: GateResult, red: readonly GateRuleResult[]): string {
  if (verdict === 'pass') return 'the gate is open';
  const names = red.map(({ rule }) => rule).join(', ');
  if (exitCode === 3) return `the run is not whole (${text(names)})`;
  return verdict === 'fail' ? `red by ${text(names)}` : `inconclusive by ${text(names)}`;
}

/** What is red, worst first, each with the command that repeats it; a subject that several rules name stands once. */
function findingBlocks(red: readonly GateRuleResult[]): string[] {
  const counted = red.flatMap(({ findings }) => findings.filter(({ status }) => status !== 'pass'));
  const subjects = [...Map.groupBy(counted, ({ subject }) => subject)];
  const blocks = subjects.slice(0, SHOWN_SUBJECTS).map(([subject, findings]) => {
    const [first] = findings as [GateFinding];
    const place = first.file === undefined ? '' : ` (${first.file}${first.line === undefined ? '' : `:${first.line}`})`;
    const lines = findings.slice(0, SHOWN_OF_ONE).map(({ status, what }) => `${MARKS[status]} ${text(what)}`);
    const repeat = first.repeat === undefined ? [] : [markdownFence(shorten(first.repeat, 500), 'sh')];
    return [`**${text(subject)}**${text(place)}`, ...lines, ...repeat].join('\n\n');
  });
  const bare = red.filter(({ findings }) => findings.every(({ status }) => status === 'pass'));
  blocks.push(...bare.map(({ rule, status, summary }) => `**${text(rule)}**\n\n${MARKS[status]} ${text(summary)}`));
  const left = Math.max(0, subjects.length - SHOWN_SUBJECTS);
  return left > 0 ? [...blocks, `*and ${left} more, in report.html*`] : blocks;
}

function ruleTable(rules: readonly GateRuleResult[]): string {
  const rows = rules.map(
    ({ rule, level, status, summary }) => `| ${MARKS[status]} | ${text(rule)} | ${level} | ${text(summary)} |`,
  );
  return ['| | Rule | Level | What it saw |', '|---|---|---|---|', ...rows].join('\n');
}

/** What does not count, folded away: warnings, quarantined failures, what the comparison noted. */
function folded({ rules, quarantine }: GateResult): string[] {
  const warnings = rules
    .filter(({ level, status }) => level === 'warn' && status !== 'off')
    .flatMap(({ findings }) => findings);
  const gating = rules
    .filter(({ level, status }) => level === 'error' && status !== 'off')
    .flatMap(({ findings }) => findings);
  const parts: [title: string, lines: readonly string[]][] = [
    [
      plural(quarantine.length, 'quarantine entry', 'quarantine entries'),
      quarantine.map(({ state, experiment, what }) => `${state}: ${experiment}: ${what}`),
    ],
    ['Warnings', warnings.filter(({ status }) => status !== 'pass').map(lineOf)],
    ['Noted, not counted', gating.filter(({ status }) => status === 'pass').map(lineOf)],
  ];
  return parts
    .filter(([, lines]) => lines.length > 0)
    .map(([title, lines]) => {
      const items = lines.slice(0, SHOWN_NOTES).map((line) => `- ${text(line)}`);
      const more = lines.length > items.length ? [`- and ${lines.length - items.length} more`] : [];
      return `<details><summary>${title}</summary>\n\n${[...items, ...more].join('\n')}\n\n</details>`;
    });
}

function lineOf({ subject, what }: GateFinding): string {
  return `${subject}: ${what}`;
}

function bounded(blocks: readonly string[], most: number): string {
  const room = most - 200;
  const kept: string[] = [];
  let size = 0;
  for (const block of blocks) {
    size += Buffer.byteLength(block) + 2;
    if (size > room) {
      kept.push('*Cut here: the whole is in report.html.*');
      break;
    }
    kept.push(block);
  }
  return `${kept.join('\n\n')}\n`;
}

function text(raw: string): string {
  return markdownText(shorten(raw, 400));
}
