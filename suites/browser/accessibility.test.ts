/**
 * The report for everybody: headings in order, everything named, contrast enough in both colours, no sideways
 * scrolling on a phone.
 */
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { makeSampleRun } from '../../fixtures/sample-run/run.ts';
import { HOSTILE_TEXTS, hostileRun } from '../unit/report/hostile.ts';
import { launchChromium } from './chromium.ts';
import {
  contrastTroubles,
  drawnContrastTroubles,
  expandAll,
  headingTroubles,
  nameTroubles,
  smallTargets,
  widthTroubles,
} from './in-page.js';
import { type Bench, openReport, reportBench } from './report-page.ts';

let browser: Browser;
let bench: Bench;
let calm: string;
let hostile: string;
beforeAll(async () => {
  browser = await launchChromium();
  bench = await reportBench();
  calm = (await bench.write('calm', makeSampleRun({ orders: 4 }))).html;
  hostile = (await bench.write('hostile', hostileRun(HOSTILE_TEXTS))).html;
});
afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
});
afterAll(async () => {
  await browser?.close();
  await bench?.remove();
});

test('headings go down one level at a time', async () => {
  const { page } = await openReport(browser, calm);
  expect(await page.evaluate(headingTroubles)).toEqual([]);
});

test('controls, drawings, tables and landmarks have names, and references lead somewhere', async () => {
  const { page } = await openReport(browser, calm);
  await page.evaluate(expandAll);
  expect(await page.evaluate(nameTroubles)).toEqual([]);
});

describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
  test('every text has contrast enough', async () => {
    const { page } = await openReport(browser, calm, { colorScheme, viewport: { width: 1400, height: 900 } });
    await page.evaluate(expandAll);
    expect(await page.evaluate(contrastTroubles)).toEqual([]);
    expect(await page.evaluate(drawnContrastTroubles)).toEqual([]);
  });
});

describe.each([360, 768])('at %i px', (width) => {
  test('the page does not scroll sideways, whatever texts it holds', async () => {
    for (const file of [calm, hostile]) {
      const { page } = await openReport(browser, file, { viewport: { width, height: 740 } });
      await page.evaluate(expandAll);
      for (const figure of await page.locator('[data-timeline]').all()) await figure.scrollIntoViewIfNeeded();
      expect(await page.evaluate(widthTroubles)).toEqual([]);
    }
  });
});

test('what is touched on a phone is large enough', async () => {
  const { page } = await openReport(browser, calm, { viewport: { width: 360, height: 740 }, hasTouch: true });
  await page.evaluate(expandAll);
  const small = await page.evaluate(smallTargets);
  expect(small).toEqual([]);
});
