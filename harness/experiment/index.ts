/** Experiments: declared, selected, run in a lab, judged. */
export { measureAttribution } from './attribution.ts';
export { type Experiment, type ExperimentOptions, STEADY_CHECKS } from './define.ts';
export { openFeed } from './feed.ts';
export { findUnhealed } from './heal.ts';
export { faultsOf, planFaults } from './inject.ts';
export { type ManyOptions, type ManyResult, runScopedCases } from './many.ts';
export { experiment, loadExperiments, registerAsTests, selectExperiments } from './registry.ts';
export { foldRepeats } from './repeat.ts';
export { type RunOptions, runExperiment } from './run-experiment.ts';
export { openSession, type Session } from './session.ts';
export type { CallSpec, Reply, WorkloadContext } from './workload.ts';
