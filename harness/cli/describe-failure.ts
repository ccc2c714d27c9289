/** Why an experiment is not green, as text: the check, what it saw, and the command that repeats it. */
import type { ExperimentResult } from '../core/index.ts';

export function describeFailure(result: ExperimentResult): string {
  const subject = result.case ?? result.control;
  const lines = [`${result.verdict}${result.reason ? ` (${result.reason})` : ''}: ${result.hypothesis}`];
  if (result.repeats) {
    const { counts, attempts, outcome } = result.repeats;
    lines.push(`${outcome}: ${counts.pass} of ${attempts.length} runs were kept; this is the first that was not`);
  }
  if (!result.case) lines.push('the control run, without any fault, did not pass:');
  for (const { check, status, reason, summary, evidence } of subject.verdicts) {
    if (status === 'pass') continue;
    lines.push(`  ${check}: ${status}${reason ? ` (${reason})` : ''}: ${summary}`);
    for (const line of evidence.slice(0, 5)) lines.push(`    ${line}`);
  }
  lines.push(`repeat: ${result.repeat}`);
  return lines.join('\n');
}
