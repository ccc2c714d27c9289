/** One comment on a pull request is made once and then updated; a stranger's comment is left alone. The platform is a loopback server. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { COMMENT_MARK } from '../../../harness/gate/github/markdown.ts';
import { postComment } from '../../../harness/gate/index.ts';

interface Comment {
  id: number;
  body: string;
  user: { type: string };
}

const HEAD = { head: 'somebody:topic/one', sha: 'abc' };
let server: Server | undefined;
afterEach(() => new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve())));

/** A platform with one pull request (number 7) of that branch, and these comments on it. */
async function platform(comments: Comment[], refuse?: number) {
  const calls: string[] = [];
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = chunks.length > 0 ? (JSON.parse(Buffer.concat(chunks).toString()) as { body: string }) : undefined;
    const url = new URL(request.url ?? '', 'http://platform');
    calls.push(`${request.method} ${url.pathname}`);
    const answer = (value: unknown, status = 200) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    if (refuse || request.headers.authorization !== 'Bearer secret')
      return answer({ message: 'Resource not accessible' }, refuse ?? 401);
    if (url.pathname.endsWith('/pulls'))
      return answer(url.searchParams.get('head') === HEAD.head ? [{ number: 7, head: { sha: 'abc' } }] : []);
    if (request.method === 'POST')
      comments.push({ id: 100 + comments.length, body: body?.body ?? '', user: { type: 'Bot' } });
    const changed = comments.find(({ id }) => url.pathname.endsWith(`/comments/${id}`));
    if (request.method === 'PATCH' && changed) changed.body = body?.body ?? '';
    const page = Number(url.searchParams.get('page') ?? 1);
    return answer(request.method === 'GET' ? comments.slice((page - 1) * 100, page * 100) : {});
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { to: { apiUrl, token: 'secret', repository: 'owner/shop' }, calls };
}

describe('the comment', () => {
  test('is made the first time, and the same one is updated afterwards', async () => {
    const comments: Comment[] = [];
    const { to } = await platform(comments);
    expect(await postComment(to, HEAD, `${COMMENT_MARK}\nred`)).toEqual({ done: 'made', pull: 7 });
    expect(await postComment(to, HEAD, `${COMMENT_MARK}\ngreen`)).toEqual({ done: 'updated', pull: 7 });
    expect(comments.map(({ body }) => body)).toEqual([`${COMMENT_MARK}\ngreen`]);
  });

  test('is found behind hundreds of others, and what a person wrote with the mark in it stays', async () => {
    const comments: Comment[] = Array.from({ length: 250 }, (_, id) => ({ id, body: 'hello', user: { type: 'User' } }));
    comments.push({ id: 300, body: `${COMMENT_MARK} mine`, user: { type: 'User' } });
    comments.push({ id: 301, body: `${COMMENT_MARK} ours`, user: { type: 'Bot' } });
    const { to } = await platform(comments);
    expect(await postComment(to, HEAD, `${COMMENT_MARK} new`)).toEqual({ done: 'updated', pull: 7 });
    expect(comments.slice(-2).map(({ body }) => body)).toEqual([`${COMMENT_MARK} mine`, `${COMMENT_MARK} new`]);
  });

  test('is not made where the branch has moved on or is closed', async () => {
    const { to, calls } = await platform([]);
    expect(await postComment(to, { ...HEAD, sha: 'older' }, 'x')).toEqual({ done: 'none' });
    expect(await postComment(to, { ...HEAD, head: 'nobody:main' }, 'x')).toEqual({ done: 'none' });
    expect(calls.every((call) => call === 'GET /repos/owner/shop/pulls')).toBe(true);
  });

  test('that is refused is one sentence with the status and what to look at', async () => {
    const { to } = await platform([], 403);
    await expect(postComment(to, HEAD, 'x')).rejects.toMatchObject({
      code: 'platform-failed',
      message: expect.stringContaining('was refused with 403'),
      hint: expect.stringContaining('pull-requests: write'),
    });
  });

  test('to a platform that is not there is one sentence', async () => {
    const to = { apiUrl: 'http://127.0.0.1:9', token: 't', repository: 'owner/shop' };
    await expect(postComment(to, HEAD, 'x')).rejects.toMatchObject({
      code: 'platform-failed',
      message: expect.stringContaining('was not answered'),
    });
  });
});
