/** Judges a recorded run by the default rules, or by a configuration. */
import type { GateResult, GateRuleResult, RunFile } from '../../../harness/core/index.ts';
import { judgeGate, loadRules, resolveGateConfig } from '../../../harness/gate/index.ts';

export const rules = await loadRules();

export const TODAY = Date.UTC(2026, 0, 16, 12);

export interface Judging {
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly quarantine?: readonly unknown[];
  readonly baseline?: RunFile;
  readonly nowMs?: number;
}

export function judge(
  run: RunFile,
  { settings = {}, quarantine = [], baseline, nowMs = TODAY }: Judging = {},
): GateResult {
  const config = resolveGateConfig(rules, { gate: { rules: settings } }, 'faultline.config.ts', quarantine);
  return judgeGate({ run, config, nowMs, ...(baseline ? { baseline } : {}) });
}

export function ruleOf(result: GateResult, name: string): GateRuleResult {
  const rule = result.rules.find((one) => one.rule === name);
  if (!rule) throw new Error(`there is no rule ${name}`);
  return rule;
}
