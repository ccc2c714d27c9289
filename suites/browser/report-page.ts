/** Writes reports into a temporary folder, opens them from disk, and watches what the browser says and asks for. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import type { SampleRun } from '../../fixtures/sample-run/run.ts';
import { type ReportFiles, writeReport } from '../../harness/report/index.ts';

export interface Bench {
  write(name: string, run: SampleRun): Promise<ReportFiles>;
  remove(): Promise<void>;
}

export async function reportBench(): Promise<Bench> {
  const folder = await mkdtemp(join(tmpdir(), 'faultline-browser-'));
  return {
    write: (name, { run, histories }) =>
      writeReport(
        {
          run,
          histories: async (id) => {
            const history = histories.get(id);
            if (history === undefined) throw new Error(`no history of ${id}`);
            return history;
          },
        },
        join(folder, name),
      ),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

export interface OpenPage {
  readonly page: Page;
  /** Errors and warnings of the console, and uncaught errors. */
  readonly complaints: string[];
  /** Everything asked for but the file itself. */
  readonly requests: string[];
}

export async function openReport(
  browser: Browser,
  file: string,
  options: BrowserContextOptions = {},
  hash = '',
): Promise<OpenPage> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  const address = pathToFileURL(file).href;
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    const url = request.url();
    if (url.split('#')[0] !== address && !url.startsWith('data:')) requests.push(url);
  });
  await page.goto(`${address}${hash}`);
  return { page, complaints, requests };
}
