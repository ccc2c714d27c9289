/** What a run has to say to people and to machines. */
export { type Comparison, compareRuns } from './compare/compare.ts';
export type { CompareOptions, FigureChange } from './compare/figures.ts';
export { median, recoverySample } from './compare/samples.ts';
export { tallyOf } from './digest/tally.ts';
export { markdownFence, markdownText } from './escape.ts';
export { plural, shorten } from './format.ts';
export { type MergeOptions, mergeRuns } from './merge.ts';
export { readRun, writeRun } from './run-file.ts';
export { readRates, runJsonSchema } from './run-schema.ts';
export { SUMMARY_MAX_BYTES, summaryMarkdown } from './summary.ts';
export { traceMaker } from './trace/trace-events.ts';
export { whatHappened as explainVerdict } from './trouble.ts';
export type { CaseHistory, ReportInput } from './view.ts';
export { EXIT_CODES, REASONS, VERDICT_WORDS } from './words.ts';
export { type ReportFiles, writeReport } from './write-report.ts';
export { writeWhole } from './write-whole.ts';
