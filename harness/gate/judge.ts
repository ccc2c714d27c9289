/** Judges a saved run by the rules: every one is asked and shown; the worst of level `error` is the verdict. */
import {
  GATE_SCHEMA,
  type GateResult,
  type GateRuleResult,
  type GateRun,
  type RunFile,
  type VerdictStatus,
  worstOf,
} from '../core/index.ts';
import { type CompareOptions, compareRuns, tallyOf } from '../report/index.ts';
import type { GateConfig, RuleSetting } from './config.ts';
import { openQuarantine } from './quarantine.ts';
import type { GateInput, Rule, RuleOutcome } from './rule.ts';

export interface JudgeGate {
  readonly run: RunFile;
  readonly baseline?: RunFile;
  readonly config: GateConfig;
  /** Epoch ms: entries of the quarantine expire by it. */
  readonly nowMs: number;
}

/** Pure. Throws `bad-argument` when the baseline cannot be compared with. */
export function judgeGate({ run, baseline, config, nowMs }: JudgeGate): GateResult {
  const compare = config.rules.find(({ rule }) => rule.name === 'baseline')?.options ?? {};
  const quarantine = openQuarantine(config.quarantine, run.experiments, nowMs);
  const input: GateInput = {
    run,
    quarantine,
    ...(baseline ? { comparison: compareRuns(baseline, run, compare as Partial<CompareOptions>) } : {}),
  };
  const rules = config.rules.map((setting) => resultOf(setting, input));
  const verdict = verdictOf(rules);
  return {
    schema: GATE_SCHEMA,
    run: summaryOf(run),
    ...(baseline ? { baseline: summaryOf(baseline) } : {}),
    judgedAt: nowMs,
    verdict,
    exitCode: exitCodeOf(config.rules, rules, verdict),
    rules,
    quarantine: quarantine.states,
  };
}

function resultOf({ rule, level, options }: RuleSetting, input: GateInput): GateRuleResult {
  const base = { rule: rule.name, asks: rule.asks, level };
  return { ...base, ...answerOf(rule, level, options, input) };
}

function answerOf(
  rule: Rule,
  level: RuleSetting['level'],
  options: RuleSetting['options'],
  input: GateInput,
): RuleOutcome {
  const off = (summary: string): RuleOutcome => ({ status: 'off', summary, findings: [] });
  if (level === 'off') return off('switched off in the configuration');
  if (input.run.defects !== undefined && input.run.contracts === undefined && !rule.hunts)
    return off('this run hunts planted defects: broken promises are what is wanted');
  return rule.judge(input, options as never);
}

/** Where no rule at all had anything to judge, nothing can be said. */
function verdictOf(rules: readonly GateRuleResult[]): VerdictStatus {
  const judged = rules.filter(({ status }) => status !== 'off');
  if (judged.length === 0) return 'unknown';
  return worstOf([
    'pass',
    ...judged.flatMap(({ level, status }) => (level === 'error' && status !== 'off' ? [status] : [])),
  ]);
}

/** Trouble of the harness goes before a broken promise, that before what is unknown. */
function exitCodeOf(
  settings: readonly RuleSetting[],
  rules: readonly GateRuleResult[],
  verdict: VerdictStatus,
): number {
  const isTrouble = rules.some(
    ({ level, status }, index) => level === 'error' && status === 'fail' && settings[index]?.rule.exitCode === 3,
  );
  if (isTrouble) return 3;
  return verdict === 'pass' ? 0 : verdict === 'fail' ? 1 : 2;
}

function summaryOf(run: RunFile): GateRun {
  const { id, name, topology, startedAt, commit } = run;
  return {
    id,
    name,
    topology: topology.name,
    startedAt,
    ...(commit === undefined ? {} : { commit }),
    promises: tallyOf(run).all,
  };
}
