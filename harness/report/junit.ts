/**
 * The run as JUnit XML that GitHub and GitLab read: one suite each for contracts, experiments and defects. Unknown
 * is a failure.
 */
import type { ContractPair, DefectResult, ExperimentResult, LoadResult, RunFile, Verdict } from '../core/index.ts';
import { isHunt } from './digest/tally.ts';
import { xmlAttribute, xmlText } from './escape.ts';
import { isoInstant } from './format.ts';
import { whatHappened } from './trouble.ts';

interface TestCase {
  readonly name: string;
  readonly group: string;
  readonly seconds: number;
  readonly file?: string;
  readonly failure?: { readonly type: string; readonly message: string; readonly text: string };
  /** Shown with a test that passed as well. */
  readonly output?: string;
}

export function junitXml(run: RunFile): string {
  const suites = [
    ...(run.contracts === undefined
      ? []
      : [suite('contracts', run, run.contracts.pairs.flatMap(pairCases), run.contracts.tookMs / 1000)]),
    ...(isHunt(run) ? [] : [suite('experiments', run, run.experiments.map(experimentCase))]),
    ...(run.load === undefined ? [] : [suite('load', run, loadCases(run.load))]),
    ...(run.defects === undefined ? [] : [suite('defects', run, run.defects.map(defectCase))]),
    ...(run.problems.length === 0 ? [] : [suite('harness', run, run.problems.map(problemCase))]),
  ];
  const tests = suites.reduce((sum, { tests }) => sum + tests, 0);
  const failures = suites.reduce((sum, { failures }) => sum + failures, 0);
  const seconds = ((run.endedAt - run.startedAt) / 1000).toFixed(3);
  const name = xmlAttribute(`faultline ${run.name}`);
  const head = `name="${name}" tests="${tests}" failures="${failures}" errors="0" time="${seconds}"`;
  const body = suites.map(({ xml }) => xml).join('');
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites ${head}>\n${body}</testsuites>\n`;
}

function suite(name: string, run: RunFile, cases: readonly TestCase[], seconds?: number) {
  const failures = cases.filter((test) => test.failure !== undefined).length;
  const time = seconds ?? cases.reduce((sum, test) => sum + test.seconds, 0);
  const body = cases.map(caseXml).join('');
  const head =
    `name="${name}" tests="${cases.length}" failures="${failures}" errors="0" skipped="0" ` +
    `time="${time.toFixed(3)}" timestamp="${isoInstant(run.startedAt)}"`;
  return { tests: cases.length, failures, xml: `  <testsuite ${head}>\n${body}  </testsuite>\n` };
}

function caseXml({ name, group, seconds, file, failure, output }: TestCase): string {
  const head =
    `name="${xmlAttribute(name)}" classname="${xmlAttribute(group)}" ` +
    `time="${seconds.toFixed(3)}"${file === undefined ? '' : ` file="${xmlAttribute(file)}"`}`;
  if (failure === undefined && output === undefined) return `    <testcase ${head}/>\n`;
  const fault =
    failure === undefined
      ? ''
      : `      <failure type="${xmlAttribute(failure.type)}" ` +
        `message="${xmlAttribute(failure.message)}">${xmlText(failure.text)}</failure>\n`;
  const said = output === undefined ? '' : `      <system-out>${xmlText(output)}</system-out>\n`;
  return `    <testcase ${head}>\n${fault}${said}    </testcase>\n`;
}

function experimentCase(result: ExperimentResult): TestCase {
  const verdicts = result.case?.verdicts ?? result.control.verdicts;
  const ended = result.case?.endedAt ?? result.control.endedAt;
  const base = {
    name: result.name,
    group: `experiments.${result.topology}`,
    seconds: (ended - result.control.startedAt) / 1000,
    file: result.file,
  };
  const checks = verdicts.map(verdictText).join('\n');
  if (result.verdict === 'pass') return { ...base, output: checks };
  const message = whatHappened(result);
  const text = `${message}\n\nHypothesis: ${result.hypothesis}\n${checks}\n\nTo see it again: ${result.repeat}`;
  return {
    ...base,
    failure: { type: result.verdict === 'unknown' ? 'unknown' : (result.reason ?? 'broken-promise'), message, text },
  };
}

/** Each verdict on a load is a test of its own: thresholds, quiescence, every check of the ledger. */
function loadCases(load: LoadResult): TestCase[] {
  return load.verdicts.map((verdict, index) => {
    const { check, status, reason, summary } = verdict;
    const base = {
      name: `${load.scenario}: ${check}`,
      group: `load.${load.scenario}`,
      seconds: index === 0 ? (load.endedAt - load.startedAt) / 1000 : 0,
      file: load.file,
    };
    const text = verdictText(verdict);
    if (status === 'pass') return { ...base, output: text };
    const type = status === 'unknown' ? 'unknown' : (reason ?? 'broken-promise');
    return { ...base, failure: { type, message: summary, text: `${text}\n\nTo see it again: ${load.repeat}` } };
  });
}

function verdictText({ check, status, summary, evidence }: Verdict): string {
  const proof = status === 'pass' ? [] : evidence.slice(0, 10).map((line) => `    ${line}`);
  return [`${status}: ${check}: ${summary}`, ...proof].join('\n');
}

/** A pair that is broken as a whole (provider dead, file cut) is a test of its own. */
function pairCases(pair: ContractPair): TestCase[] {
  const group = `contracts.${pair.consumer}.${pair.provider}`;
  const typeOf = (verdict: string) => (verdict === 'unknown' ? 'unknown' : 'contract');
  const cases = pair.interactions.map(({ description, states, verdict, problems }): TestCase => {
    const name = states.length === 0 ? description : `${description} given ${states.join(', ')}`;
    const base = { name: `${name} (${pair.kind})`, group, seconds: 0, file: pair.file };
    if (verdict === 'pass') return base;
    const message = problems[0] ?? `${verdict}, no reason given`;
    return { ...base, failure: { type: typeOf(verdict), message, text: problems.join('\n') } };
  });
  const isWorseThanItsParts =
    pair.verdict !== 'pass' && pair.interactions.every((interaction) => interaction.verdict === 'pass');
  if (pair.problem === undefined && !isWorseThanItsParts) return cases;
  const problem = pair.problem ?? `the contract is ${pair.verdict} although no interaction says why`;
  const failure =
    pair.verdict === 'pass' ? {} : { failure: { type: typeOf(pair.verdict), message: problem, text: problem } };
  return [...cases, { name: `the contract as a whole (${pair.kind})`, group, seconds: 0, file: pair.file, ...failure }];
}

function defectCase(defect: DefectResult): TestCase {
  const base = {
    name: `${defect.defect} is found by ${defect.expectedCheck}`,
    group: `defects.${defect.service}`,
    seconds: defect.tookMs / 1000,
  };
  if (defect.found) return base;
  const message = defect.why ?? 'the check did not turn red';
  const text =
    `${defect.description}\nExperiment: ${defect.experiment}\nTurned red: ` +
    `${defect.foundBy.join(', ') || 'nothing'}\n${message}`;
  return { ...base, failure: { type: 'not-found', message, text } };
}

function problemCase(problem: string, index: number): TestCase {
  return {
    name: `problem ${index + 1}`,
    group: 'harness',
    seconds: 0,
    failure: { type: 'harness', message: problem, text: problem },
  };
}
