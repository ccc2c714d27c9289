/** Writes all that a run has to say into its folder: `run.json`, `report.html`, `junit.xml` and `summary.md`. */
import { join } from 'node:path';
import { buildView } from './build-view.ts';
import { loadPanels } from './catalogue.ts';
import { junitXml } from './junit.ts';
import { loadAssets, renderPage } from './page.ts';
import { writeRun } from './run-file.ts';
import { summaryMarkdown } from './summary.ts';
import type { ReportInput } from './view.ts';
import { writeWhole } from './write-whole.ts';

/** Where the files of a report are. */
export interface ReportFiles {
  readonly run: string;
  readonly html: string;
  readonly junit: string;
  readonly summary: string;
}

/**
 * `run.json` comes first, so that the run is kept whatever happens to its page. A history that cannot be read
 * is named on the page, and the
 * rest is shown. Throws `bad-file` where the folder cannot be written.
 */
export async function writeReport(input: ReportInput, folder: string): Promise<ReportFiles> {
  const files = {
    run: join(folder, 'run.json'),
    html: join(folder, 'report.html'),
    junit: join(folder, 'junit.xml'),
    summary: join(folder, 'summary.md'),
  };
  await writeRun(input.run, files.run);
  const [panels, assets] = await Promise.all([loadPanels(), loadAssets()]);
  const page = await buildView(input, panels);
  await writeWhole(files.html, renderPage(page, panels.page, assets));
  await writeWhole(files.junit, junitXml(input.run));
  await writeWhole(files.summary, summaryMarkdown(input.run));
  return files;
}
