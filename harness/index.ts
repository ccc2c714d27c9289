/** The public API: what a project's suites, topologies, defects and tools import. */

export { judge } from './checks/index.ts';
export type { ContractSetup, StateContext, StateHandler, StateHandlers } from './contracts/index.ts';
export { consumerContract, mergeContracts, verifyContracts } from './contracts/index.ts';
export type {
  CheckInput,
  CheckSpec,
  ContractMatrix,
  Edge,
  ExperimentResult,
  FaultSpec,
  FinalState,
  HistoryRecord,
  Lab,
  RunFile,
  Topology,
  Trigger,
  Verdict,
} from './core/index.ts';
export { HarnessError } from './core/index.ts';
export type { Defect } from './defects/index.ts';
export type { Experiment, ExperimentOptions, Reply, WorkloadContext } from './experiment/index.ts';
export { experiment, openSession, runExperiment, runScopedCases } from './experiment/index.ts';
export type { FaultlineConfig } from './gate/index.ts';
export { judgeGate, loadGateConfig, loadRules } from './gate/index.ts';
export { readHistory } from './history/index.ts';
export type { LoadScenario } from './load/index.ts';
export { compareRuns, mergeRuns, readRun, writeReport } from './report/index.ts';
export { attachLab, bootLab, readDescriptor, takeDownLab } from './runtime/index.ts';
export { ensureTools } from './setup/index.ts';
export { defineTopology, loadTopology } from './topology/index.ts';
