/** The report in a real browser: opened from disk it works, asks for nothing, and never runs what services said. */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { makeSampleRun } from '../../fixtures/sample-run/run.ts';
import type { ReportFiles } from '../../harness/report/index.ts';
import { HOSTILE_TEXTS, hostileRun } from '../unit/report/hostile.ts';
import { launchChromium } from './chromium.ts';
import { expandAll } from './in-page.js';
import { type Bench, openReport, reportBench } from './report-page.ts';

let browser: Browser;
let bench: Bench;
let calm: ReportFiles;
let hostile: ReportFiles;
beforeAll(async () => {
  browser = await launchChromium();
  bench = await reportBench();
  calm = await bench.write('calm', makeSampleRun({ orders: 4 }));
  hostile = await bench.write('hostile', hostileRun(HOSTILE_TEXTS));
});
afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
});
afterAll(async () => {
  await browser?.close();
  await bench?.remove();
});

/** Somebody who would hear it if the page called. */
async function listener() {
  const visits: string[] = [];
  const server = createServer((request, response) => {
    visits.push(request.url ?? '');
    response.end();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    server.close();
    await once(server, 'close');
  };
  return { address: `http://127.0.0.1:${port}`, visits, close };
}

describe('opened from disk', () => {
  test('the page has no complaint and asks for nothing', async () => {
    const { page, complaints, requests } = await openReport(browser, calm.html);
    await page.evaluate(expandAll);
    for (const figure of await page.locator('[data-timeline]').all()) await figure.scrollIntoViewIfNeeded();
    await page.waitForLoadState('networkidle');
    expect(complaints).toEqual([]);
    expect(requests).toEqual([]);
    expect(await page.title()).toContain('broken');
  });

  test('its policy stops whatever would ask for something or run', async () => {
    const { address, visits, close } = await listener();
    const { page } = await openReport(browser, calm.html);
    await page.evaluate(`(() => {
      const script = document.createElement('script');
      script.textContent = 'globalThis.ran = 1';
      const button = document.createElement('button');
      button.setAttribute('onclick', 'globalThis.ran = 2');
      document.body.append(script, button);
      button.click();
    })()`);
    const fetched = page.evaluate(`fetch('${address}/data').then(() => 'answered', () => 'stopped')`);
    const drawn = page.evaluate(`new Promise((resolve) => {
      const image = new Image();
      image.onload = () => resolve('answered');
      image.onerror = () => resolve('stopped');
      image.src = '${address}/x.png';
    })`);
    expect([await fetched, await drawn]).toEqual(['stopped', 'stopped']);
    expect(await page.evaluate('globalThis.ran')).toBeUndefined();
    expect(visits).toEqual([]);
    await close();
  });

  test('it can be read without scripts: every timeline is drawn, no dead control is shown', async () => {
    const { page } = await openReport(browser, calm.html, { javaScriptEnabled: false });
    expect(await page.locator('#delivered-twice .lanes path.mark').count()).toBeGreaterThan(0);
    expect(await page.locator('.needs-script:visible').count()).toBe(0);
  });
});

describe('hostile text', () => {
  test('is shown as text and never run, in every field', async () => {
    const { page, complaints, requests } = await openReport(browser, hostile.html);
    await page.evaluate(expandAll);
    for (const figure of await page.locator('[data-timeline]').all()) {
      await figure.scrollIntoViewIfNeeded();
      await figure.locator('[data-chart]').focus();
      for (const key of ['n', 'n', 'p', '+']) await page.keyboard.press(key);
    }
    expect(await page.evaluate('globalThis.hacked')).toBeUndefined();
    expect(await page.locator('img, iframe, object, embed').count()).toBe(0);
    expect(complaints).toEqual([]);
    expect(requests).toEqual([]);
    expect(await page.locator('main').innerText()).toContain('<script>globalThis.hacked=1</script>');
  });

  test('leaves junit.xml well-formed for a real XML parser', async () => {
    const { page } = await openReport(browser, hostile.html);
    for (const { junit } of [calm, hostile]) {
      const xml = await readFile(junit, 'utf8');
      const root = await page.evaluate(
        ([text]) => {
          const { DOMParser } = globalThis as unknown as {
            DOMParser: new () => {
              parseFromString(
                text: string,
                type: string,
              ): { documentElement: { nodeName: string; textContent: string } };
            };
          };
          const { documentElement } = new DOMParser().parseFromString(text ?? '', 'application/xml');
          return documentElement.nodeName === 'testsuites' ? 'testsuites' : documentElement.textContent;
        },
        [xml],
      );
      expect(root).toBe('testsuites');
    }
  });
});

describe('links and filter', () => {
  test('a link to an experiment opens it', async () => {
    const { page } = await openReport(browser, calm.html, {}, '#slow-psp');
    expect(await page.locator('#slow-psp').getAttribute('open')).not.toBeNull();
    await page.getByRole('link', { name: 'a charge whose reply is lost is made once' }).last().click();
    expect(await page.locator('#charge-reply-lost').getAttribute('open')).not.toBeNull();
  });

  test('text and verdicts filter experiments, contracts and defects', async () => {
    const { page } = await openReport(browser, calm.html);
    await page.keyboard.press('/');
    await page.keyboard.type('carrier refuses');
    expect(await page.locator('.experiment:visible').count()).toBe(1);
    expect(await page.locator('#found').textContent()).toBe('1 shown');
    await page.keyboard.press('Escape');
    expect(await page.locator('.experiment:visible').count()).toBe(5);
    await page.locator('[data-chip="pass"]').click();
    expect(await page.locator('.experiment:visible').count()).toBe(2);
    expect(await page.locator('.pair:visible').count()).toBe(1);
    expect(await page.locator('#defects tbody tr:visible').count()).toBe(1);
  });

  test('everything can be expanded and collapsed at once, and is open on paper', async () => {
    const { page } = await openReport(browser, calm.html);
    await page.locator('#collapse').click();
    expect(await page.locator('details.card[open]').count()).toBe(0);
    await page.locator('#expand').click();
    expect(await page.locator('details.card:not([open])').count()).toBe(0);
    await page.locator('#collapse').click();
    await page.emulateMedia({ media: 'print' });
    await page.evaluate(`dispatchEvent(new Event('beforeprint'))`);
    expect(await page.locator('details.card:not([open])').count()).toBe(0);
    expect(await page.locator('#filter').isVisible()).toBe(false);
  });
});
