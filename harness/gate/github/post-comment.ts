/**
 * Keeps one comment on a pull request up to date. It is the second half of a fork's run: the first may not write, so this one runs from
 * the default branch, on data that the first has left.
 */
import { HarnessError, messageOf } from '../../core/index.ts';
import { COMMENT_MARK } from './markdown.ts';

export interface Platform {
  /** Where its interface answers (`GITHUB_API_URL`). */
  readonly apiUrl: string;
  readonly token: string;
  /** `owner/name` (`GITHUB_REPOSITORY`). */
  readonly repository: string;
}

/** Told by the platform, not by the pull request: the branch it comes from and the commit that was judged. */
export interface PullRequest {
  /** `owner:branch`. */
  readonly head: string;
  readonly sha: string;
}

export type Posted = { readonly done: 'made' | 'updated'; readonly pull: number } | { readonly done: 'none' };

interface Pull {
  readonly number: number;
  readonly head: { readonly sha: string };
}
interface Comment {
  readonly id: number;
  readonly body?: string | null;
  readonly user?: { readonly type?: string } | null;
}

const PER_PAGE = 100;
const MOST_PAGES = 30;
const TIMEOUT_MS = 30_000;

/** Makes the comment, or changes the one that is there. `none` when no open pull request has that commit any more. */
export async function postComment(platform: Platform, { head, sha }: PullRequest, body: string): Promise<Posted> {
  const repo = `/repos/${platform.repository}`;
  const pulls = await call<Pull[]>(
    platform,
    'GET',
    `${repo}/pulls?state=open&head=${encodeURIComponent(head)}&per_page=${PER_PAGE}`,
  );
  const pull = pulls.find((one) => one.head.sha === sha)?.number;
  if (pull === undefined) return { done: 'none' };
  const old = await findComment(platform, `${repo}/issues/${pull}/comments`);
  if (old === undefined) await call(platform, 'POST', `${repo}/issues/${pull}/comments`, { body });
  else await call(platform, 'PATCH', `${repo}/issues/comments/${old}`, { body });
  return { done: old === undefined ? 'made' : 'updated', pull };
}

/** Ours by its mark, and by a bot: a comment in which a person wrote the mark stays theirs. */
async function findComment(platform: Platform, path: string): Promise<number | undefined> {
  for (let page = 1; page <= MOST_PAGES; page++) {
    const comments = await call<Comment[]>(platform, 'GET', `${path}?per_page=${PER_PAGE}&page=${page}`);
    const ours = comments.find(({ body, user }) => user?.type === 'Bot' && body?.startsWith(COMMENT_MARK));
    if (ours) return ours.id;
    if (comments.length < PER_PAGE) return undefined;
  }
  return undefined;
}

async function call<Answer>({ apiUrl, token }: Platform, method: string, path: string, body?: object): Promise<Answer> {
  const failed = (what: string, cause?: unknown) =>
    new HarnessError({
      code: 'platform-failed',
      message: `${method} ${path.split('?')[0]} ${what}`,
      hint: 'may the job write to pull requests (permissions: pull-requests: write)?',
      cause,
    });
  const reply = await fetch(`${apiUrl}${path}`, {
    method,
    headers: {
      accept: 'application/vnd.github+json',
      authorization: `Bearer ${token}`,
      'user-agent': 'faultline',
      ...(body ? { 'content-type': 'application/json' } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch((cause) => {
    throw failed(`was not answered: ${messageOf(cause)}`, cause);
  });
  const text = await reply.text();
  if (!reply.ok) throw failed(`was refused with ${reply.status}: ${text.slice(0, 200)}`);
  return JSON.parse(text) as Answer;
}
