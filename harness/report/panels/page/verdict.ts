/** First of all: were the promises kept, what broke first, and the one command that repeats it. */

import type { VerdictStatus } from '../../../core/index.ts';
import { type Counts, isHunt, totalOf } from '../../digest/tally.ts';
import { duration, instant, plural } from '../../format.ts';
import type { PagePanel } from '../../panel.ts';
import { badge } from '../../parts/badge.ts';
import { type Drawn, h } from '../../parts/element.ts';
import { command } from '../../parts/text.ts';
import type { FirstTrouble, PageView } from '../../view.ts';
import { EXIT_CODES, VERDICT_WORDS } from '../../words.ts';

const BAR = 600;
const WORDS = { pass: VERDICT_WORDS.pass.word, fail: VERDICT_WORDS.fail.word, unknown: VERDICT_WORDS.unknown.word };

const panel: PagePanel = {
  name: 'verdict',
  title: 'Verdict',
  order: 10,
  place: 'page',
  bare: true,
  render: (page) => {
    const { run, tally, first } = page;
    return h(
      'div',
      { class: `verdict ${run.verdict}` },
      h(
        'p',
        { class: 'kicker' },
        `${run.name} on ${run.topology.name}, ${instant(run.startedAt)}, ${duration(run.endedAt - run.startedAt)}`,
      ),
      h(
        'h1',
        { id: 'verdict-title' },
        h('span', { class: 'stamp', 'aria-hidden': 'true' }, VERDICT_WORDS[run.verdict].sign),
        headline(page),
      ),
      h(
        'p',
        { class: 'tally' },
        sentence(tally.all, isHunt(run) ? { ...WORDS, pass: 'found', fail: 'not found' } : WORDS),
      ),
      bar(tally.all),
      h('p', { class: 'muted' }, detail(page)),
      ...run.problems.map((problem) =>
        h('p', { class: 'trouble' }, h('strong', null, 'The harness itself: '), problem),
      ),
      run.interrupted
        ? h(
            'p',
            { class: 'trouble' },
            h('strong', null, 'Interrupted: '),
            'the run was ended before everything was done. What is here is what had been done by then.',
          )
        : null,
      run.notRun === undefined
        ? null
        : h(
            'p',
            { class: 'trouble' },
            h('strong', null, 'Ended by --bail: '),
            `${plural(run.notRun.length, 'experiment')} not run after the first that was not kept.`,
          ),
      run.shard === undefined
        ? null
        : h('p', { class: 'muted' }, `This is part ${run.shard.index} of ${run.shard.of} of a run.`),
      first === undefined ? null : firstBox(first),
    );
  },
};

function headline({ run, tally }: PageView): string {
  const { fail, unknown, pass } = tally.all;
  if (run.exitCode === 3) return 'The harness itself failed';
  if (isHunt(run)) return huntHeadline(fail, pass);
  if (fail > 0) return fail === 1 ? 'A promise was broken' : `${plural(fail, 'promise')} were broken`;
  if (unknown > 0) return `Inconclusive: ${plural(unknown, 'promise is', 'promises are')} unknown`;
  if (run.interrupted) return 'Interrupted before the end';
  if (pass === 0) return 'Nothing was judged';
  if (run.verdict !== 'pass') return run.verdict === 'fail' ? 'The run failed' : 'Inconclusive';
  return pass === 1 ? 'The promise was kept' : `All ${pass} promises were kept`;
}

function sentence(counts: Counts, words: Readonly<Record<VerdictStatus, string>>): Drawn[] {
  const statuses: VerdictStatus[] = ['fail', 'unknown', 'pass'];
  return statuses.map((status) =>
    h('span', { class: `tally-${status}` }, h('b', null, counts[status]), ` ${words[status]}`),
  );
}

function huntHeadline(missed: number, found: number): string {
  if (missed > 0) return `${plural(missed, 'planted defect was', 'planted defects were')} not found`;
  return found === 0 ? 'No defect was planted' : 'Every planted defect was found';
}

/** The tally as one bar; hidden from listeners, who have just heard it. */
function bar(counts: Counts): Drawn | null {
  const total = totalOf(counts);
  if (total === 0) return null;
  let x = 0;
  const statuses: VerdictStatus[] = ['fail', 'unknown', 'pass'];
  const pieces = statuses.map((status) => {
    const width = (counts[status] / total) * BAR;
    const piece = h('rect', { x, y: 0, width: Math.max(0, width - 2), height: 8, rx: 2, class: `fill-${status}` });
    x += width;
    return width === 0 ? null : piece;
  });
  return h(
    'svg',
    {
      class: 'tally-bar',
      viewBox: `0 0 ${BAR} 8`,
      preserveAspectRatio: 'none',
      'aria-hidden': 'true',
      focusable: 'false',
    },
    pieces,
  );
}

function detail({ run, tally }: PageView): string {
  const parts = run.load === undefined ? [] : [`load ${run.load.scenario}`];
  if (run.load === undefined || run.experiments.length > 0)
    parts.push(plural(totalOf(tally.experiments), 'experiment'));
  if (run.contracts !== undefined) parts.push(`${plural(totalOf(tally.contracts), 'contract')} between two services`);
  if (tally.defects !== undefined)
    parts.push(`${tally.defects.found} of ${plural(tally.defects.all, 'planted defect')} found`);
  const meaning = EXIT_CODES[run.exitCode];
  return `${parts.join(' · ')} · exit code ${run.exitCode}${meaning === undefined ? '' : ` (${meaning})`}`;
}

function firstBox(first: FirstTrouble): Drawn {
  const title = first.status === 'fail' ? 'What broke first' : 'What is unknown first';
  return h(
    'div',
    { class: 'first' },
    h('h2', { class: 'small-title' }, title),
    h('p', { class: 'first-name' }, badge(first.status), ' ', h('a', { href: `#${first.anchor}` }, first.name)),
    h('p', null, first.what),
    h('p', { class: 'muted' }, 'To see it again:'),
    command(first.repeat),
  );
}

export default panel;
