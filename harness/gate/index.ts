/** The gate: rules over a saved run, its baseline and its quarantine; and what a pull request is told. */
export { loadRules } from './catalogue.ts';
export { type FaultlineConfig, type GateConfig, loadGateConfig, resolveGateConfig } from './config.ts';
export { findGate, readGate, writeGate } from './gate-file.ts';
export { commentMarkdown } from './github/markdown.ts';
export { type PullRequest, postComment } from './github/post-comment.ts';
export { type GithubFiles, writeGithub } from './github/write.ts';
export { type JudgeGate, judgeGate } from './judge.ts';
export { locateFindings } from './locate.ts';
export type { GateInput, Rule, RuleOutcome } from './rule.ts';
