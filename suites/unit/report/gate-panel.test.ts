/** The page shows the gate where the run was judged, and every run of an experiment that ran several times; all of it as text. */
import { describe, expect, test } from 'vitest';
import type { GateResult } from '../../../harness/core/index.ts';
import { buildView } from '../../../harness/report/build-view.ts';
import { loadPanels } from '../../../harness/report/catalogue.ts';
import { junitXml } from '../../../harness/report/junit.ts';
import { loadAssets, renderPage } from '../../../harness/report/page.ts';
import { summaryMarkdown } from '../../../harness/report/summary.ts';
import { judge } from '../gate/judge-with.ts';
import { experimentOf, runOf } from '../gate/runs.ts';
import { withoutAssets } from './render.ts';

const [panels, assets] = [await loadPanels(), await loadAssets()];
const histories = async () => ({ records: [], state: { entities: [], entries: [], pending: [] } });

async function page(run: ReturnType<typeof runOf>, gate?: GateResult): Promise<string> {
  return withoutAssets(
    renderPage(await buildView({ run, histories, ...(gate ? { gate } : {}) }, panels), panels.page, assets),
  );
}

const flaky = () => runOf([experimentOf('a', {}, { verdict: 'fail' }, {}), experimentOf('b')]);

describe('the gate on the page', () => {
  test('is there only where the run was judged', async () => {
    expect(await page(flaky())).not.toContain('id="gate"');
    expect(await page(flaky(), judge(flaky()))).toContain('id="gate"');
  });

  test('shows every rule, and what is quarantined', async () => {
    const entry = { experiment: 'a', reason: 'known', ticket: 'SHOP-9', expires: '2026-01-31' };
    const gate = judge(flaky(), { quarantine: [entry, { experiment: 'gone' }] });
    const html = await page(flaky(), gate);
    for (const { rule } of gate.rules) expect(html).toContain(`<b>${rule}</b>`);
    expect(html).toContain('SHOP-9');
    expect(html).toContain('malformed');
  });

  test('shows any text as text', async () => {
    const hostile = '<script>alert(1)</script>';
    const gate = judge(flaky(), {
      quarantine: [{ experiment: hostile, reason: 'r', ticket: hostile, expires: '2026-01-31' }],
    });
    const html = await page(flaky(), {
      ...gate,
      baseline: { ...gate.run, id: hostile },
      rules: gate.rules.map((rule) => ({ ...rule, summary: hostile })),
    });
    expect(html).not.toContain(hostile);
    expect(html).toContain('&lt;script');
  });
});

describe('runs of one experiment', () => {
  test('are told apart as flaky, with the counts, on the page, in JUnit and in the summary', async () => {
    const html = await page(flaky());
    expect(html).toContain('2 of 3 runs kept, 1 broken, 0 unknown.');
    expect(html).toContain('flaky');
    for (const text of [junitXml(flaky()), summaryMarkdown(flaky())])
      expect(text).toContain('flaky, kept in 2 of 3 runs');
  });

  test('are not spoken of where each ran once', async () => {
    expect(await page(runOf([experimentOf('a')]))).not.toContain('Runs kept');
  });
});

test('a part, a run of parts and one that bailed out say so', async () => {
  const info = { index: 2, of: 3, planned: ['a'], mine: [] };
  expect(await page(runOf([], { shard: info }))).toContain('part 2 of 3');
  expect(await page(runOf([], { merged: { of: 3, parts: [], missing: [1, 2] } }))).toContain(
    '0 of 3 parts; missing: 1, 2',
  );
  expect(await page(runOf([experimentOf('a', { verdict: 'fail' })], { notRun: ['b'] }))).toContain(
    '1 experiment not run',
  );
});
