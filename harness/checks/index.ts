/** Checks: pure functions over a recorded case that say pass, fail or unknown, with evidence. */
export { unbalanced } from './balance.ts';
export { type CheckKind, defineCheck, type Judgement, type UnderLoad } from './check.ts';
export { checkCatalogue, judge, judgePlanned, type PlannedCheck, planChecks } from './judge.ts';
