/** What a run has to say to people and to machines. */
export { readRun, writeRun } from './run-file.ts';
export { runJsonSchema } from './run-schema.ts';
export type { CaseHistory, ReportInput } from './view.ts';
export { EXIT_CODES, REASONS, VERDICT_WORDS } from './words.ts';
export { type ReportFiles, writeReport } from './write-report.ts';
