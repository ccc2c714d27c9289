/** The comment on a pull request, made by the workflow of the default branch from the gate.json that the run has left. */
import { HarnessError } from '../core/index.ts';
import { commentMarkdown, postComment, readGate } from '../gate/index.ts';
import { say } from './terminal.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What the platform says stands in the environment: `GITHUB_API_URL`, `GITHUB_REPOSITORY`, `GITHUB_TOKEN`, and by the workflow
 * `PULL_HEAD` (`owner:branch`), `PULL_SHA` and `RUN_URL`. The text is made here, from checked data, whoever wrote the file.
 */
export async function commentOnPull(file: string, env: Environment): Promise<void> {
  const wanted = (name: string): string => {
    const value = env[name];
    if (value) return value;
    const hint = 'this command belongs into .github/workflows/chaos-comment.yml';
    throw new HarnessError({ code: 'bad-argument', message: `${name} is not set`, hint });
  };
  const platform = {
    apiUrl: wanted('GITHUB_API_URL'),
    token: wanted('GITHUB_TOKEN'),
    repository: wanted('GITHUB_REPOSITORY'),
  };
  const pull = { head: wanted('PULL_HEAD'), sha: wanted('PULL_SHA') };
  const posted = await postComment(platform, pull, commentMarkdown(await readGate(file), env.RUN_URL));
  say(
    posted.done === 'none'
      ? `no open pull request has the commit ${pull.sha}: nothing was written`
      : `the comment on pull request ${posted.pull} was ${posted.done}`,
  );
}
