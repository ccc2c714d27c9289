/** Load: k6 on a scenario through the system's door, alone or with faults, measured per fault phase and judged by the ledger. */
export { createHistogram, LATENCY_RESOLUTION } from './histogram.ts';
export { inspectLoad } from './inspect.ts';
export { judgeLoadAgain } from './judge-made.ts';
export { mergeLoads, type SavedLoad } from './merge-loads.ts';
export type { LoadOptions, LoadProgress } from './options.ts';
export { runLoad } from './run-load.ts';
export { type FoundScenario, findScenario, type LoadScenario, listScenarios } from './scenario.ts';
export { appliesTo, parseThreshold, type Threshold } from './threshold.ts';
