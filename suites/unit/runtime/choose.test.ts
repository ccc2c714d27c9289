/** Which runtime a lab gets: what an engine says decides, and what is missing is named. */
import { createServer, type Server } from 'node:http';
import { hostname } from 'node:os';
import { afterEach, expect, onTestFinished, test } from 'vitest';
import shop from '../../../fixtures/topologies/shop-small.ts';
import tiny from '../../../fixtures/topologies/tiny.ts';
import { imagesFor } from '../../../harness/runtime/containers/images.ts';
import { chooseRuntime } from '../../../harness/runtime/index.ts';
import { projectRoot } from '../../../harness/topology/index.ts';

const before = process.env.DOCKER_HOST;
afterEach(() => {
  if (before === undefined) delete process.env.DOCKER_HOST;
  else process.env.DOCKER_HOST = before;
});

/** An engine with these images, each with its labels; DOCKER_HOST leads to it. */
async function engineWith(images: Readonly<Record<string, Record<string, string>>>): Promise<void> {
  const server: Server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '');
    const image = /^\/images\/(.+)\/json$/.exec(path)?.[1];
    const labels = image === undefined ? undefined : images[image];
    if (path === '/version') return response.end('{"Version":"1"}');
    if (path === '/info') return response.end(JSON.stringify({ Name: hostname() }));
    if (labels) return response.end(JSON.stringify({ Config: { Labels: labels } }));
    response.writeHead(404).end('{"message":"no such image"}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  process.env.DOCKER_HOST = `tcp://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
}

const all = imagesFor(shop, projectRoot());

test('child processes are chosen without a question where they are asked for', async () => {
  process.env.DOCKER_HOST = 'tcp://127.0.0.1:1';
  expect(await chooseRuntime('native', shop)).toMatchObject({ runtime: 'native' });
});

test('an engine with every image is taken, and stand-ins are told apart', async () => {
  const [first = '', ...rest] = all;
  const standIn = Object.fromEntries(rest.map((image) => [image, { 'faultline.stand-in': 'true' }]));
  await engineWith({ [first]: {}, ...standIn });
  const choice = await chooseRuntime('containers', shop);
  expect(choice).toMatchObject({ runtime: 'containers', versions: { postgres: '18.4 (stand-in)' } });
  expect(choice.reason).toContain('stand-ins');
});

test('missing images are named in one sentence where containers were asked for, and lived with where they were not', async () => {
  await engineWith({});
  await expect(chooseRuntime('containers', shop)).rejects.toMatchObject({
    code: 'tool-missing',
    message: `containers were asked for, but the engine lacks ${all.join(', ')} (\`npm run images\` builds what is missing)`,
  });
  expect(await chooseRuntime('auto', shop)).toMatchObject({ runtime: 'native' });
});

test('an engine that does not answer is named', async () => {
  process.env.DOCKER_HOST = 'unix:///nowhere/docker.sock';
  await expect(chooseRuntime('containers', shop)).rejects.toMatchObject({ code: 'tool-missing' });
  process.env.DOCKER_HOST = 'ssh://elsewhere';
  await expect(chooseRuntime('containers', shop)).rejects.toThrow('ssh://elsewhere');
});

test('a service that needs more than the image holds is named', async () => {
  await engineWith({});
  await expect(chooseRuntime('containers', tiny)).rejects.toThrow('fixtures/tiny/till.mjs');
});
