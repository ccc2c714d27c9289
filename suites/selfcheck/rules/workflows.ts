/** What a workflow may do: run npm scripts that exist, use actions we know, ask for few permissions, and never mix foreign text into a command. */
import type { ProjectFile, Violation } from '../project-files.ts';

/** Actions of the platform itself, each in the major version that was looked at. */
const KNOWN_ACTIONS: Readonly<Record<string, string>> = {
  'actions/checkout': 'v6',
  'actions/setup-node': 'v6',
  'actions/setup-java': 'v5',
  'actions/setup-go': 'v6',
  'actions/cache': 'v5',
  'actions/cache/restore': 'v5',
  'actions/cache/save': 'v5',
  'actions/upload-artifact': 'v7',
  'actions/download-artifact': 'v8',
};

/** Contexts that a stranger writes. */
const FOREIGN = /\$\{\{[^}]*\bgithub\.(event\b|head_ref)[^}]*\}\}/;

export function workflowViolations(
  { path, text }: ProjectFile,
  scripts: readonly string[],
  commands: readonly string[],
): Violation[] {
  const lines = text.split('\n');
  const found = lines.flatMap((content, index) => {
    const problem = problemOf(content, scripts, commands);
    return problem === undefined ? [] : [{ path, line: index + 1, problem }];
  });
  if (!/^permissions:\n(?: {2}\S.*\n)*/m.test(text))
    found.push({ path, line: 1, problem: 'has no permissions of its own' });
  if (!/^concurrency:/m.test(text)) found.push({ path, line: 1, problem: 'has no concurrency: runs pile up' });
  const jobs = text.match(/^ {4}runs-on:/gm)?.length ?? 0;
  if ((text.match(/^ {4}timeout-minutes:/gm)?.length ?? 0) !== jobs)
    found.push({ path, line: 1, problem: 'has a job without timeout-minutes' });
  return found;
}

function problemOf(line: string, scripts: readonly string[], commands: readonly string[]): string | undefined {
  if (/^\s*#/.test(line)) return undefined;
  const uses = /^\s*(?:- )?uses:\s*(\S+)/.exec(line)?.[1];
  if (uses !== undefined) {
    const [action = '', version] = uses.split('@');
    return KNOWN_ACTIONS[action] === version ? undefined : `uses ${uses}, which is not among the known actions`;
  }
  if (/pull_request_target/.test(line)) return 'runs on pull_request_target: code of a fork with our rights';
  if (/^\s*permissions:\s*write-all/.test(line)) return 'asks for every permission';
  const run = /^\s*(?:- )?run:\s*(.*)$/.exec(line)?.[1];
  if (run === undefined) return undefined;
  if (FOREIGN.test(run)) return 'puts a text of a stranger into a command; hand it over by env';
  const script = /^npm (?:run )?([\w:-]+)(?: --)?(?: ([a-z][\w-]*))?/.exec(run);
  if (script?.[1] === undefined) return `runs "${run}", which is no npm script: it could not be run elsewhere`;
  if (!scripts.includes(script[1])) return `runs the npm script "${script[1]}", which does not exist`;
  if (script[1] === 'faultline' && !commands.includes(script[2] ?? ''))
    return `runs "faultline ${script[2]}", which does not exist`;
  return undefined;
}
