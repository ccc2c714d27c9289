/** The data model and the small tools that every module may use. */
export * from './catalogue.ts';
export * from './check.ts';
export * from './clock.ts';
export * from './contract.ts';
export * from './errors.ts';
export * from './fault.ts';
export * from './figures.ts';
export * from './gate.ts';
export * from './history.ts';
export * from './lab.ts';
export * from './limits.ts';
export * from './load.ts';
export * from './random.ts';
export * from './run.ts';
export * from './topology.ts';
export * from './trace.ts';
export * from './verdict.ts';
