/** Contracts between services: recorded by consumer tests, merged, verified against the running providers of a lab. */
export {
  type ConsumerContract,
  consumerContract,
  type ExampleRecord,
  type ExpectedCall,
  type ExpectedRecord,
  partName,
  partsFolder,
} from './consumer.ts';
export { type MergeOptions, type MergeResult, mergeContracts } from './merge.ts';
export { planVerification } from './plan.ts';
export type { ContractSetup, ProviderSetup, StateContext, StateHandler, StateHandlers, StateValues } from './setup.ts';
export { type VerifyOptions, type VerifyProgress, verifyContracts } from './verify.ts';
