/** What a pull request is told, as files: annotations, a comment, a job summary, and the gate itself. */
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type GateResult, HarnessError, messageOf, type RunFile } from '../../core/index.ts';
import { summaryMarkdown, writeWhole } from '../../report/index.ts';
import { writeGate } from '../gate-file.ts';
import { annotationsOf } from './annotations.ts';
import { commentMarkdown, jobSummaryMarkdown } from './markdown.ts';

export interface GithubFiles {
  readonly folder: string;
  /** The lines of `annotations.txt`: said on stdout, they become annotations. */
  readonly annotations: readonly string[];
}

export interface GithubOptions {
  /** File that GitHub shows as the job's summary (`GITHUB_STEP_SUMMARY`); it is added to. */
  readonly stepSummary?: string;
  /** Leads to the run of the workflow. */
  readonly runUrl?: string;
}

export async function writeGithub(
  gate: GateResult,
  run: RunFile,
  folder: string,
  { stepSummary, runUrl }: GithubOptions = {},
): Promise<GithubFiles> {
  const annotations = annotationsOf(gate);
  const summary = jobSummaryMarkdown(gate, summaryMarkdown(run));
  await writeGate(gate, join(folder, 'gate.json'));
  await writeWhole(join(folder, 'annotations.txt'), annotations.map((line) => `${line}\n`).join(''));
  await writeWhole(join(folder, 'comment.md'), commentMarkdown(gate, runUrl));
  await writeWhole(join(folder, 'summary.md'), summary);
  if (stepSummary) {
    await appendFile(stepSummary, summary).catch((cause) => {
      const message = `the job summary ${stepSummary} cannot be written: ${messageOf(cause)}`;
      throw new HarnessError({ code: 'bad-file', message, hint: 'is GITHUB_STEP_SUMMARY right?', cause });
    });
  }
  return { folder, annotations };
}
