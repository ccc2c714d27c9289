/** Writes all that a run has to say into its folder: `report.html`, `junit.xml` and `summary.md`. */
import { join } from 'node:path';
import { buildView } from './build-view.ts';
import { loadPanels } from './catalogue.ts';
import { junitXml } from './junit.ts';
import { loadAssets, renderPage } from './page.ts';
import { summaryMarkdown } from './summary.ts';
import type { ReportInput } from './view.ts';
import { writeWhole } from './write-whole.ts';

/** Where the files of a report are. */
export interface ReportFiles {
  readonly html: string;
  readonly junit: string;
  readonly summary: string;
}

/**
 * Makes the page and its companions. A history that cannot be read is named on the page, and the rest is shown.
 * `run.json` is not written here: see `writeRun`. Throws `bad-config` where the folder cannot be written.
 */
export async function writeReport(input: ReportInput, folder: string): Promise<ReportFiles> {
  const [panels, assets] = await Promise.all([loadPanels(), loadAssets()]);
  const page = await buildView(input, panels);
  const files = {
    html: join(folder, 'report.html'),
    junit: join(folder, 'junit.xml'),
    summary: join(folder, 'summary.md'),
  };
  await writeWhole(files.html, renderPage(page, panels.page, assets));
  await writeWhole(files.junit, junitXml(input.run));
  await writeWhole(files.summary, summaryMarkdown(input.run));
  return files;
}
