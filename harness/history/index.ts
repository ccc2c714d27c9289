/** History: a case's records on disk and back, merged, redacted, and proof against cuts and edits. */
export { EMPTY_STATE, type EndLine, type HistoryHeader } from './format.ts';
export { historyJsonSchema } from './json-schema.ts';
export { mergeRecords, recordsOfCase } from './merge.ts';
export { type HistoryFile, readHistory, scanHistory } from './reader.ts';
export { redactRecord, redactState } from './redact.ts';
export { type SpanNode, type Trace, traceOfSpans } from './spans.ts';
export { type HistoryWriter, openHistory, writeHistory } from './writer.ts';
