/** Experiments: declared, selected, run in a lab, judged. */
export { measureAttribution } from './attribution.ts';
export { type Experiment, type ExperimentOptions, STEADY_CHECKS } from './define.ts';
export { dispatcherFor } from './door.ts';
export { type FeedOptions, openFeed } from './feed.ts';
export { findUnhealed, rebuild, startAnew } from './heal.ts';
export { faultsOf, planFaults } from './inject.ts';
export { judgeCaseAgain, type ReadCase } from './judge-again.ts';
export { makeWhole } from './make-whole.ts';
export { type ManyOptions, type ManyResult, runScopedCases } from './many.ts';
export { isIdle, untilQuiet } from './quiescence.ts';
export { experiment, loadExperiments, registerAsTests, selectExperiments } from './registry.ts';
export { foldRepeats } from './repeat.ts';
export { newCaseId } from './run-case.ts';
export { type RunOptions, runExperiment } from './run-experiment.ts';
export { openSession, type Session } from './session.ts';
export {
  type CallSpec,
  type Detail,
  type Reply,
  type StepSpec,
  type WorkloadContext,
  workloadContext,
} from './workload.ts';
