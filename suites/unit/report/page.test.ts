/** The page as a whole: its policy, its order, its size, its speed; JUnit and the summary beside it. */
import { describe, expect, test } from 'vitest';
import { makeSampleRun } from '../../../fixtures/sample-run/run.ts';
import { systemClock } from '../../../harness/core/index.ts';
import { loadPanels } from '../../../harness/report/catalogue.ts';
import { junitXml } from '../../../harness/report/junit.ts';
import { summaryMarkdown } from '../../../harness/report/summary.ts';
import { tagsOf } from './html.ts';
import { pageOf, withoutAssets } from './render.ts';
import { checkXml } from './xml.ts';

const sample = makeSampleRun({ orders: 3 });
const html = await pageOf(sample);

describe('the page', () => {
  test('forbids every request and runs no script but its own', () => {
    const policy = tagsOf(withoutAssets(html)).find(
      (tag) => tag.attributes.get('http-equiv') === 'Content-Security-Policy',
    );
    const content = policy?.attributes.get('content') ?? '';
    expect(content).toContain("default-src 'none'");
    expect(content).not.toContain('unsafe');
    expect(content).not.toContain('http');
  });

  test('has the verdict first, then the system, then the experiments', () => {
    const order = [
      'id="verdict"',
      'id="topology"',
      'id="overview"',
      'id="experiments"',
      'id="contracts"',
      'id="defects"',
      'id="rates"',
      'id="timings"',
      'id="facts"',
    ];
    const places = order.map((mark) => html.indexOf(mark));
    expect(places.every((place) => place > 0)).toBe(true);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });

  test('says what broke first with the command that repeats it', () => {
    expect(html).toContain('2 promises were broken');
    expect(html).toContain('contract payment → inventory');
    expect(html).toContain('npx faultline contracts verify');
  });

  test('says how well the checks see, with bounds and the commit', () => {
    expect(html).toContain('0 of 3,000 (at most 0.1 %)');
    expect(html).toContain('306 of 306 (at least 99');
    expect(html).toContain('Measured at commit abc1234');
  });

  test('is the same bytes for the same run', async () => {
    expect(await pageOf(sample)).toBe(html);
  });

  test('holds ten experiments of two thousand records each in under 3 MB, made in about a second', async () => {
    const big = makeSampleRun({ orders: 45, experiments: 10 });
    const records = [...big.histories.values()].map((history) => history.records.length);
    expect(Math.min(...records)).toBeGreaterThan(1_500);
    const begin = systemClock.now();
    const page = await pageOf(big);
    const tookMs = systemClock.now() - begin;
    expect(Buffer.byteLength(page)).toBeLessThan(3_000_000);
    // A second on an idle machine; the bound leaves room for a busy one.
    expect(tookMs).toBeLessThan(5_000);
  });
});

describe('a run', () => {
  const { run } = sample;

  test('without experiments, contracts and timings still makes a page', async () => {
    const { contracts: _contracts, defects: _defects, ...rest } = run;
    const bare = {
      ...rest,
      experiments: [],
      attribution: [],
      setup: [],
      boot: [],
      verdict: 'unknown' as const,
      exitCode: 2,
    };
    expect(await pageOf({ run: bare, histories: new Map() })).toContain('Nothing was judged');
  });

  test('whose harness failed or that was interrupted says so before anything else', async () => {
    const failed = await pageOf({ ...sample, run: { ...run, exitCode: 3, problems: ['the wire ended'] } });
    expect(failed).toContain('The harness itself failed');
    expect(failed).toContain('the wire ended');
    expect(await pageOf({ ...sample, run: { ...run, interrupted: true } })).toContain(
      'the run was ended before everything was done',
    );
  });

  test('that hunts defects is judged by what was found', async () => {
    const { contracts: _contracts, ...hunt } = run;
    expect(await pageOf({ ...sample, run: hunt })).toContain('1 planted defect was not found');
    expect(checkXml(junitXml(hunt)).children.map((suite) => suite.attributes.name)).toEqual(['defects']);
  });

  test('gives JUnit one suite per group, and an unknown is a failure of type unknown', () => {
    const root = checkXml(junitXml(run));
    expect(root.children.map((suite) => suite.attributes.name)).toEqual(['contracts', 'experiments', 'defects']);
    for (const suite of root.children) {
      const failed = suite.children.filter((test) => test.children.some((child) => child.name === 'failure'));
      expect(suite.attributes).toMatchObject({ tests: String(suite.children.length), failures: String(failed.length) });
    }
    const failures = root.children
      .flatMap((suite) => suite.children)
      .flatMap((test) => test.children.filter((child) => child.name === 'failure'));
    expect(failures.map((failure) => failure.attributes.type).sort()).toEqual([
      'broken-promise',
      'contract',
      'not-found',
      'unknown',
    ]);
  });

  test('is summed up worst first, each trouble with its command', () => {
    const text = summaryMarkdown(run);
    expect(text.split('\n')[0]).toContain('2 broken, 1 unknown, 9 kept');
    expect(text.indexOf('❌ every message')).toBeLessThan(text.indexOf('❔ an order that is slow'));
    expect(text).toContain('```sh\nnpx faultline replay delivered-twice');
  });
});

describe('the catalogue', () => {
  test('finds every panel by its file, in order', async () => {
    const { page, experiment } = await loadPanels();
    expect(page[0]?.name).toBe('verdict');
    expect(experiment.map((panel) => panel.name)).toContain('timeline');
  });

  test('refuses a file that is no panel', async () => {
    await expect(loadPanels(new URL('./panels-bad/', import.meta.url))).rejects.toMatchObject({ code: 'internal' });
  });
});
