/** A load on the page, in JUnit and in the summary. */
import { expect, test } from 'vitest';
import { makeSampleLoad } from '../../../fixtures/sample-run/load.ts';
import { makeSampleRun } from '../../../fixtures/sample-run/run.ts';
import type { RunFile } from '../../../harness/core/index.ts';
import { junitXml } from '../../../harness/report/junit.ts';
import { runSchema } from '../../../harness/report/run-schema.ts';
import { summaryMarkdown } from '../../../harness/report/summary.ts';
import { tagsOf } from './html.ts';
import { pageOf, withoutAssets } from './render.ts';
import { checkXml } from './xml.ts';

const { contracts: _contracts, defects: _defects, ...sample } = makeSampleRun({ orders: 1 }).run;
const load = makeSampleLoad();
const run: RunFile = { ...sample, experiments: [], load, verdict: load.verdict, exitCode: 0 };
const html = await pageOf({ run, histories: new Map() });

test('the page shows phases, thresholds, amplification and the band of the faults', () => {
  tagsOf(withoutAssets(html));
  expect(html).toContain('id="load"');
  for (const words of [
    'before the faults',
    'faults on',
    'after the heal',
    'during:p95&lt;2000',
    'latency on payment',
  ]) {
    expect(html).toContain(words);
  }
  expect(html).toContain('class="fault-zone"');
  expect(html).toContain('npx faultline load flash-sale');
  expect(html).toContain('The promise was kept');
  expect(html).not.toContain('No experiment ran');
});

test('the drawing has one point of each line per step, and no number that is none', () => {
  const paths = tagsOf(withoutAssets(html)).filter((tag) => tag.attributes.get('class')?.startsWith('load-line'));
  expect(paths).toHaveLength(2);
  for (const path of paths) {
    const points = path.attributes.get('d')?.match(/[ML]/g) ?? [];
    expect(points).toHaveLength(load.series.steps.length);
  }
  expect(withoutAssets(html).match(/NaN|Infinity/g)).toBeNull();
});

test('a load that is not kept is what broke first, with the command that repeats it', async () => {
  const verdicts = [{ check: 'thresholds', status: 'fail' as const, summary: '1 of 2 were crossed', evidence: ['x'] }];
  const broken = {
    ...run,
    load: { ...load, verdicts, verdict: 'fail' as const },
    verdict: 'fail' as const,
    exitCode: 1,
  };
  const page = await pageOf({ run: broken, histories: new Map() });
  expect(page).toContain('What broke first');
  expect(page).toContain('thresholds: 1 of 2 were crossed');
});

test('run.json with a load keeps to its schema', () => {
  expect(runSchema.safeParse(JSON.parse(JSON.stringify(run))).error).toBeUndefined();
});

test('JUnit has one test per verdict, the summary one row per phase', () => {
  const xml = junitXml(run);
  checkXml(xml);
  expect(xml).toContain('testsuite name="load"');
  expect(xml.match(/<testcase name="flash-sale: /g)).toHaveLength(load.verdicts.length);
  const summary = summaryMarkdown(run);
  expect(summary).toContain('Load flash');
  expect(summary).toContain('| during |');
});
