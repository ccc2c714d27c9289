/** Faults: what can be broken, planned and injected with evidence and undo. */
export { faultCatalogue, type PlannedFault, planFault } from './catalogue.ts';
export type { Evidence, FaultContext, FaultKind, FaultScope, Injection, Runtime } from './fault.ts';
