/** `faultline gate`: judges a saved run by the rules of the project; boots nothing. */
import { dirname, join, relative } from 'node:path';
import { type GateFinding, type GateResult, type GateRuleResult, systemClock } from '../../core/index.ts';
import { judgeGate, loadGateConfig, loadRules, locateFindings, writeGate, writeGithub } from '../../gate/index.ts';
import { writeRun } from '../../report/index.ts';
import type { CliCommand } from '../command.ts';
import { PLACES } from '../project.ts';
import { findSavedRun, writeSavedRun } from '../saved-run.ts';
import { bold, dim, print, printJson, say, verdictWord } from '../terminal.ts';

/** Findings of one rule on the terminal. */
const SHOWN = 12;

interface GateFlags {
  readonly baseline?: string;
  readonly config?: string;
  readonly github?: string;
  readonly keep?: string;
  readonly json?: boolean;
}

const EXAMPLES = `
Rules, their levels and bounds stand in faultline.config.ts, what is known to fail in faultline.quarantine.json.
Exit codes: 0 the gate is open · 1 a rule is broken · 2 inconclusive · 3 the run is not whole · 64 bad arguments or configuration

Examples:
  faultline gate                                  the latest run
  faultline gate --baseline reports/runs/…-base   compared with a saved run
  faultline gate --github gate                    annotations, comment and job summary as files in gate/
`;

const command: CliCommand = {
  name: 'gate',
  order: 65,
  build(program) {
    program
      .command('gate')
      .description('judge a saved run by the rules of the project')
      .argument('[run]', 'name or folder of a run, or its run.json', 'latest')
      .option('--baseline <run>', 'compare with this saved run')
      .option('--config <file>', 'configuration (default: faultline.config.ts of the project)')
      .option('--github <folder>', 'write what a pull request is told into this folder, and say the annotations')
      .option('--keep <folder>', 'where the gate is open, keep run.json in this folder as the next baseline')
      .option('--json', 'print the result as JSON')
      .addHelpText('after', EXAMPLES)
      .action(async (run: string, flags: GateFlags) => {
        process.exitCode = await gate(run, flags);
      });
  },
};
export default command;

async function gate(named: string, flags: GateFlags): Promise<number> {
  const config = await loadGateConfig(await loadRules(), PLACES.root, flags.config);
  const saved = await findSavedRun(named);
  const baseline = flags.baseline === undefined ? undefined : (await findSavedRun(flags.baseline)).run;
  const nowMs = systemClock.now();
  const judged = judgeGate({ run: saved.run, config, nowMs, ...(baseline ? { baseline } : {}) });
  const result = await locateFindings(judged, PLACES.root, [relative(PLACES.root, dirname(PLACES.contracts))]);
  await writeGate(result, join(saved.folder, 'gate.json'));
  await writeSavedRun(saved, result);
  if (flags.json) printJson(result);
  else printGate(result);
  if (flags.github !== undefined) await tellGithub(result, saved.run, flags.github, flags.json === true);
  if (flags.keep !== undefined && result.verdict === 'pass') await writeRun(saved.run, join(flags.keep, 'run.json'));
  return result.exitCode;
}

async function tellGithub(
  result: GateResult,
  run: Parameters<typeof writeGithub>[1],
  folder: string,
  json: boolean,
): Promise<void> {
  const { GITHUB_STEP_SUMMARY: stepSummary, GITHUB_ACTIONS: actions } = process.env;
  const runUrl = workflowRunUrl();
  const { annotations } = await writeGithub(result, run, folder, {
    ...(stepSummary ? { stepSummary } : {}),
    ...(runUrl ? { runUrl } : {}),
  });
  // The runner reads both streams; stdout may be somebody's JSON.
  for (const line of actions === 'true' ? annotations : []) (json ? say : print)(line);
  say(dim(`written to ${folder}: gate.json, comment.md, summary.md, annotations.txt`));
}

function workflowRunUrl(): string | undefined {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: id } = process.env;
  return server && repository && id ? `${server}/${repository}/actions/runs/${id}` : undefined;
}

/** Every rule with its result, passed ones too; what they found below them. */
function printGate({ run, baseline, rules, verdict, exitCode }: GateResult): void {
  const at = (commit?: string) => (commit ? ` at ${commit.slice(0, 12)}` : '');
  const since = baseline ? `, compared with ${baseline.id}${at(baseline.commit)}` : '';
  print(`${run.id}${dim(` ${run.topology}${at(run.commit)}${since}`)}\n`);
  for (const rule of rules) printRule(rule);
  print(`\n${bold('gate')} ${verdictWord(verdict)}   ${dim(`exit code ${exitCode}`)}`);
}

function printRule({ rule, level, status, summary, findings }: GateRuleResult): void {
  const mark = status === 'off' ? dim('– off') : verdictWord(status);
  print(
    `${mark.padEnd(mark.length + Math.max(0, 10 - plainLength(mark)))} ${rule.padEnd(11)} ${dim(level.padEnd(5))} ${summary}`,
  );
  for (const finding of findings.slice(0, SHOWN)) printFinding(finding, status === 'off' || status === 'pass');
  if (findings.length > SHOWN) print(dim(`    and ${findings.length - SHOWN} more in gate.json`));
}

function printFinding({ subject, what, file, line, repeat, status, ticket }: GateFinding, quiet: boolean): void {
  const text = `    ${ticket ? `[${ticket}] ` : ''}${subject}: ${what}`;
  if (quiet || status === 'pass') {
    print(dim(text));
    return;
  }
  const place = file === undefined ? '' : `${file}${line === undefined ? '' : `:${line}`}`;
  print(text);
  if (place || repeat) print(dim(`        ${[place, repeat].filter(Boolean).join('   ')}`));
}

/** Length without colour. */
function plainLength(text: string): number {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colour begins with the escape character
  return text.replaceAll(/\u001b\[\d+m/g, '').length;
}
