/** The run as Markdown for a job summary: verdict first, worst first, and never larger than a job summary may be. */
import type { ContractPair, ExperimentResult, LoadResult, RunFile, VerdictStatus } from '../core/index.ts';
import { isHunt, tallyOf, totalOf } from './digest/tally.ts';
import { markdownFence, markdownText } from './escape.ts';
import { count, duration, plural, shorten } from './format.ts';
import { repeatContracts, whatHappened, whatLoadShowed } from './trouble.ts';
import { EXIT_CODES, VERDICT_WORDS } from './words.ts';

/** GitHub drops a job summary of 1 MiB or more as a whole; some room is left for what else a step writes. */
export const SUMMARY_MAX_BYTES = 900 * 1024;
const TEXT_MAX = 400;
const COMMAND_MAX = 2_000;

const WEIGHT: Readonly<Record<VerdictStatus, number>> = { fail: 0, unknown: 1, pass: 2 };
const MARKS: Readonly<Record<VerdictStatus, string>> = { pass: '✅', fail: '❌', unknown: '❔' };

export function summaryMarkdown(run: RunFile): string {
  const tally = tallyOf(run).all;
  const exit = EXIT_CODES[run.exitCode];
  const blocks = [
    isHunt(run)
      ? `## ${MARKS[run.verdict]} ${tally.pass} of ${tally.pass + tally.fail} planted defects found`
      : `## ${MARKS[run.verdict]} ${tally.fail} broken, ${tally.unknown} unknown, ${tally.pass} kept`,
    `${text(run.name)} on ${text(run.topology.name)}, seed ${run.seed}, ` +
      `${duration(run.endedAt - run.startedAt)}, exit code ${run.exitCode}${exit === undefined ? '' : ` (${exit})`}.`,
    ...(run.interrupted ? ['**Interrupted**: the run was ended before everything was done.'] : []),
    ...run.problems.map((problem) => `**The harness itself**: ${text(problem)}`),
    ...(isHunt(run) ? [] : experimentBlocks(run.experiments)),
    ...(run.load === undefined ? [] : loadBlocks(run.load)),
    ...contractBlocks(run.contracts?.pairs ?? [], run.topology.name),
    ...defectBlocks(run),
  ];
  return bounded(blocks, totalOf(tally));
}

/** Leaves out whole blocks from the end, the least bad ones, and says so. */
function bounded(blocks: readonly string[], promises: number): string {
  const room = SUMMARY_MAX_BYTES - 200;
  let size = 0;
  const kept: string[] = [];
  for (const block of blocks) {
    size += Buffer.byteLength(block) + 2;
    if (size > room) {
      kept.push(`*Cut here: the whole of ${plural(promises, 'promise')} is in report.html.*`);
      break;
    }
    kept.push(block);
  }
  return `${kept.join('\n\n')}\n`;
}

function experimentBlocks(experiments: readonly ExperimentResult[]): string[] {
  if (experiments.length === 0) return [];
  const ordered = experiments.toSorted((a, b) => WEIGHT[a.verdict] - WEIGHT[b.verdict]);
  const bad = ordered.filter((experiment) => experiment.verdict !== 'pass');
  return [
    ...bad.map(
      (result) =>
        `### ${MARKS[result.verdict]} ` +
        `${text(result.name)}\n\n${text(whatHappened(result))}\n\n` +
        markdownFence(shorten(result.repeat, COMMAND_MAX), 'sh'),
    ),
    ...tables(
      ['Experiment', 'Verdict', 'Faults', 'Hits', 'Took'],
      ordered.map((result) => [
        text(result.name),
        `${MARKS[result.verdict]} ${VERDICT_WORDS[result.verdict].word}`,
        text(
          (result.case?.faults ?? []).map((fault) => `${fault.spec.fault} on ${fault.spec.target}`).join(', ') ||
            'none',
        ),
        count((result.case?.faults ?? []).reduce((sum, fault) => sum + fault.hits, 0)),
        duration((result.case ?? result.control).endedAt - result.control.startedAt),
      ]),
    ),
  ];
}

function loadBlocks(load: LoadResult): string[] {
  const ms = (value: number | undefined) => (value === undefined ? '–' : duration(value));
  const faults = load.with === undefined ? '' : ` with the faults of ${text(load.with.name)}`;
  const kept = load.verdict === 'pass';
  return [
    `### ${MARKS[load.verdict]} Load ${text(load.scenario)}${faults}`,
    ...(kept ? [] : [`${text(whatLoadShowed(load))}\n\n${markdownFence(shorten(load.repeat, COMMAND_MAX), 'sh')}`]),
    ...tables(
      ['Phase', 'Requests', 'Errors', 'Per second', 'p50', 'p95', 'p99'],
      load.phases.map(({ phase, requests, errors, throughput, latency }) => [
        phase,
        count(requests),
        count(errors),
        count(Math.round(throughput * 10) / 10),
        ms(latency?.p50),
        ms(latency?.p95),
        ms(latency?.p99),
      ]),
    ),
    ...tables(
      ['Threshold', 'Verdict'],
      load.thresholds.map((threshold) => [
        text(threshold.text),
        `${MARKS[threshold.status]} ${VERDICT_WORDS[threshold.status].word}`,
      ]),
    ),
  ];
}

function contractBlocks(pairs: readonly ContractPair[], topology: string): string[] {
  if (pairs.length === 0) return [];
  const ordered = pairs.toSorted((a, b) => WEIGHT[a.verdict] - WEIGHT[b.verdict]);
  const rows = ordered.map((pair) => {
    const kept = pair.interactions.filter((interaction) => interaction.verdict === 'pass').length;
    const bad = pair.interactions.find((interaction) => interaction.verdict !== 'pass');
    const why = pair.problem ?? (bad === undefined ? '' : `${bad.description}: ${bad.problems[0] ?? ''}`);
    return [
      `${text(pair.consumer)} → ${text(pair.provider)}`,
      pair.kind,
      `${MARKS[pair.verdict]} ${kept}/${pair.interactions.length}`,
      text(why),
    ];
  });
  const isRed = ordered[0]?.verdict !== 'pass';
  return [
    ...tables(['Contract', 'Kind', 'Interactions', 'Why'], rows),
    ...(isRed ? [markdownFence(repeatContracts(topology), 'sh')] : []),
  ];
}

function defectBlocks({ defects }: RunFile): string[] {
  if (defects === undefined || defects.length === 0) return [];
  const missed = defects.filter((defect) => !defect.found);
  const line = `${defects.length - missed.length} of ${plural(defects.length, 'planted defect')} found.`;
  return [
    line,
    ...tables(
      ['Not found', 'Must be seen by', 'Why'],
      missed.map((defect) => [text(defect.defect), text(defect.expectedCheck), text(defect.why ?? '')]),
    ),
  ];
}

/** Tables of at most so many rows each, so that a cut does not lose everything. */
function tables(heads: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const each = 200;
  const head = `| ${heads.join(' | ')} |\n|${heads.map(() => '---').join('|')}|`;
  return Array.from({ length: Math.ceil(rows.length / each) }, (_, part) => {
    const lines = rows.slice(part * each, (part + 1) * each).map((cells) => `| ${cells.join(' | ')} |`);
    return [head, ...lines].join('\n');
  });
}

function text(raw: string): string {
  return markdownText(shorten(raw, TEXT_MAX));
}
