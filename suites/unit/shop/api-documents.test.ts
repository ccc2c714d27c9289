/** Documents of the interfaces tell what is so: OpenAPI of the gateway by its routes, .proto files by what is served, events by their readers. */
import { readdirSync, readFileSync } from 'node:fs';
import { loadSync } from '@grpc/proto-loader';
import { afterAll, expect, test } from 'vitest';
import { addRoutes } from '../../../services-under-test/gateway/routes.ts';
import { TABLE } from '../../../services-under-test/gateway/table.ts';
import { createServer } from '../../../services-under-test/kit/http-server.ts';
import { quietLog } from './upstream.ts';

const SERVICES = new URL('../../../services-under-test/', import.meta.url).pathname;
const DOCUMENT = new URL('../../../fixtures/documents/gateway.openapi.json', import.meta.url);
const PROTOS = new URL('../../../fixtures/protos/', import.meta.url).pathname;

const server = createServer({ log: quietLog, ready: {} });
const upstream = { ask: async () => ({ status: 200, headers: {}, body: {} }), close: async () => undefined };
const upstreams = Object.fromEntries(TABLE.map((row) => [row.upstream, upstream]));
const registered: string[] = [];
server.addHook('onRoute', ({ method, url }) => {
  if (url.startsWith('/api/') || url.startsWith('/oauth') || url.startsWith('/.well-known'))
    for (const one of [method].flat()) if (one !== 'HEAD') registered.push(`${one} ${url}`);
});
addRoutes(server, { authenticate: async () => undefined, upstreams });
afterAll(() => server.close());

test('the document with every body is served where it is given', async () => {
  const whole = createServer({ log: quietLog, ready: {} });
  const document = async () => readFileSync(DOCUMENT, 'utf8');
  addRoutes(whole, { authenticate: async () => undefined, upstreams, document });
  try {
    const answer = await whole.inject('/openapi.json');

    expect(answer.headers['content-type']).toMatch(/^application\/json/);
    expect(answer.json()).toEqual(JSON.parse(await document()));
    expect(answer.json().paths['/api/v1/orders'].post.requestBody.content).toMatchObject({
      'application/json': { schema: { required: expect.arrayContaining(['items', 'idempotencyKey']) } },
    });
  } finally {
    await whole.close();
  }
});

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly responses: Readonly<Record<string, unknown>>;
  readonly security?: readonly unknown[];
}

async function operations(): Promise<(readonly [string, Operation])[]> {
  const { paths } = (await server.inject('/openapi.json')).json() as {
    paths: Record<string, Record<string, Operation>>;
  };
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const),
  );
}

test('every public route stands in the OpenAPI document, and nothing else does', async () => {
  const documented = (await operations()).map(([name]) =>
    name.replaceAll(/\{rest\}/g, '*').replaceAll(/\{(\w+)\}/g, ':$1'),
  );
  expect(documented.sort()).toEqual([...new Set(registered)].sort());
});

test('operations have names of their own, describe what stands in their path, and say how they refuse', async () => {
  const all = await operations();
  expect(new Set(all.map(([, { operationId }]) => operationId)).size).toBe(all.length);
  for (const [name, { parameters = [], responses, security }] of all) {
    const inPath = parameters.filter((parameter) => parameter.in === 'path').map((parameter) => parameter.name);
    expect(inPath, name).toEqual([...name.matchAll(/\{(\w+)\}/g)].map(([, one]) => one));
    expect(Object.keys(responses), name).toEqual(expect.arrayContaining(['400', '404', '429', '503']));
    if (security !== undefined) expect(Object.keys(responses), name).toContain('401');
  }
});

test('what asks for a customer is refused without one, as the document says', async () => {
  for (const [name, { security }] of await operations()) {
    const [method = '', path = ''] = name.split(' ');
    if (JSON.stringify(security) !== '[{"customer":[]}]') continue;
    const url = path.replaceAll(/\{\w+\}/g, 'some');
    const answer = await server.inject({ method: method as 'GET', url });
    expect(answer.statusCode, name).toBe(401);
  }
});

test('every method of every .proto file is served and asked by its name in the code', () => {
  const sources = readdirSync(SERVICES, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(`${SERVICES}${file}`, 'utf8'))
    .join('\n');
  for (const file of readdirSync(PROTOS)) {
    const definition = loadSync(`${PROTOS}${file}`);
    const services = Object.entries(definition).filter(([, value]) => !('format' in value));
    expect(services.length, file).toBeGreaterThan(0);
    for (const [service, methods] of services) {
      expect(sources, `${file} is read`).toContain(`'${service}'`);
      for (const method of Object.keys(methods))
        expect(sources, `${service} ${method}`).toMatch(new RegExp(`\\b${method}\\b`));
    }
  }
});
