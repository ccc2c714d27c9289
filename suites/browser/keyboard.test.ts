/**
 * The report without a mouse: everything is reached by Tab, the timeline is walked by keys, the colours are
 * switched.
 */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { makeSampleRun } from '../../fixtures/sample-run/run.ts';
import { launchChromium } from './chromium.ts';
import { type Bench, openReport, reportBench } from './report-page.ts';

let browser: Browser;
let bench: Bench;
let file: string;
beforeAll(async () => {
  browser = await launchChromium();
  bench = await reportBench();
  file = (await bench.write('calm', makeSampleRun({ orders: 4 }))).html;
});
afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
});
afterAll(async () => {
  await browser?.close();
  await bench?.remove();
});

const focused = (page: Page) =>
  page.evaluate<{ name: string; ring: string }>(`(() => {
    const at = document.activeElement;
    const name = at.id || at.dataset.chip || at.getAttribute('href') || at.textContent.trim().slice(0, 40);
    return { name, ring: getComputedStyle(at).outlineStyle };
  })()`);

test('Tab begins with the skip link, then goes through the page, and what has the focus is ringed', async () => {
  const { page } = await openReport(browser, file);
  await page.keyboard.press('Tab');
  expect((await focused(page)).name).toBe('#main');
  const names: string[] = [];
  for (let step = 0; step < 40; step++) {
    await page.keyboard.press('Tab');
    const { name, ring } = await focused(page);
    names.push(name);
    expect(ring, `no ring on ${name}`).not.toBe('none');
  }
  expect(names).toEqual(expect.arrayContaining(['theme', 'find', 'fail', 'unknown', 'pass', 'expand', 'collapse']));
});

test('an experiment is opened and closed by Enter', async () => {
  const { page } = await openReport(browser, file);
  await page.locator('#slow-psp > summary').focus();
  await page.keyboard.press('Enter');
  expect(await page.locator('#slow-psp').getAttribute('open')).not.toBeNull();
  await page.keyboard.press('Enter');
  expect(await page.locator('#slow-psp').getAttribute('open')).toBeNull();
});

test('the timeline is zoomed, moved and read by keys', async () => {
  const { page } = await openReport(browser, file, {}, '#slow-psp');
  const figure = page.locator('#slow-psp [data-timeline]');
  await figure.scrollIntoViewIfNeeded();
  const chart = figure.locator('[data-chart]');
  await chart.focus();
  const ticks = () => chart.locator('text.tick').allTextContents();
  const whole = await ticks();
  await page.keyboard.press('+');
  await page.keyboard.press('+');
  const near = await ticks();
  expect(near).not.toEqual(whole);
  await page.keyboard.press('ArrowRight');
  expect(await ticks()).not.toEqual(near);
  await page.keyboard.press('0');
  expect(await ticks()).toEqual(whole);
  const readout = figure.locator('[data-readout]');
  await page.keyboard.press('n');
  expect(await readout.textContent()).toMatch(/^[\d.]+ ms · .+ → .+ · /);
  const first = await readout.textContent();
  await page.keyboard.press('n');
  expect(await readout.textContent()).not.toBe(first);
  await page.keyboard.press('p');
  expect(await readout.textContent()).toBe(first);
  expect(await chart.locator('path.chosen').count()).toBe(1);
});

test('the timeline shows only what failed when asked, and leaves the other lanes out', async () => {
  const { page } = await openReport(browser, file, {}, '#slow-psp');
  const figure = page.locator('#slow-psp [data-timeline]');
  await figure.scrollIntoViewIfNeeded();
  await figure.locator('[data-show]').selectOption('failed');
  expect(await figure.locator('text.lane-label').count()).toBe(1);
  await figure.locator('[data-chart]').focus();
  await page.keyboard.press('n');
  expect(await figure.locator('[data-readout]').textContent()).toContain('gave up');
  await figure.locator('[data-show]').selectOption('all');
  await figure.locator('[data-find]').fill('/shipments');
  expect(await figure.locator('text.lane-label').allTextContents()).toEqual([
    expect.stringContaining('shipping → carrier'),
  ]);
});

test('the colours follow the system until the reader chooses, and the choice is kept', async () => {
  const { page } = await openReport(browser, file, { colorScheme: 'dark' });
  const paper = () => page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
  const dark = await paper();
  await page.emulateMedia({ colorScheme: 'light' });
  const light = await paper();
  expect(light).not.toBe(dark);
  await page.locator('#theme').press('Enter');
  await page.locator('#theme').press('Enter');
  expect(await page.locator('#theme').textContent()).toBe('Colours: dark');
  expect(await paper()).toBe(dark);
  // Chromium writes what a page from disk stores a moment later.
  const again = async () => {
    await page.reload();
    return paper();
  };
  await expect.poll(again, { timeout: 10_000, interval: 200 }).toBe(dark);
});
