/** Documents cannot drift from the code: written anew they are the same, routes that are registered stand in them, and readers read what is told. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { FastifyInstance } from 'fastify';
import { afterAll, expect, test } from 'vitest';
import { asyncApiDocument, openApiDocuments } from '../../../fixtures/documents/all.ts';
import { publicationsOf } from '../../../fixtures/documents/asyncapi.ts';
import { INTERFACES } from '../../../fixtures/documents/interfaces.ts';
import { READING } from '../../../fixtures/documents/reading.ts';
import { type BodyShape, differences } from '../../../harness/checks/documents/schema-of-shape.ts';
import { shapeText } from '../../../harness/wire/shape-of.ts';
import type { Fields, Reader } from '../../../services-under-test/kit/reader.ts';
import type { OrderView } from '../../../services-under-test/order/order-events.ts';
import { type CommandType, commandAbout } from '../../../services-under-test/order/saga-commands.ts';
import { REGISTERED, serverOf } from './registered.ts';

const servers: FastifyInstance[] = [];
afterAll(async () => void (await Promise.all(servers.map((server) => server.close()))));

/** What a service really registers, health and metrics left out. */
function routesOf(service: string): string[] {
  const routes: string[] = [];
  servers.push(
    serverOf(service, (method, url) => {
      if (method !== 'HEAD') routes.push(`${method} ${url}`);
    }),
  );
  return routes;
}

const SERVICES = new URL('../../../services-under-test/', import.meta.url);

/** The outside world: plain servers, whose routes stand in their `main.ts`, by their name in the shop. */
const OUTSIDE = { carrier: 'carrier', messages: 'message-sink', psp: 'psp' } as const;

test('every service with routes says what it offers', () => {
  const folders = readdirSync(SERVICES).filter((name) => existsSync(new URL(`${name}/routes.ts`, SERVICES)));
  const offering = folders.filter((name) => existsSync(new URL(`${name}/interface.ts`, SERVICES)));
  expect(folders.filter((name) => name !== 'gateway')).toEqual(offering);
  expect(Object.keys(INTERFACES).sort()).toEqual([...Object.keys(REGISTERED), ...Object.keys(OUTSIDE)].sort());
});

test.each(Object.entries(OUTSIDE))(
  'the document of %s has every route that it serves, and no other',
  (name, folder) => {
    const source = readFileSync(new URL(`${folder}/main.ts`, SERVICES), 'utf8');
    const served = [...source.matchAll(/^ {2}'((?:GET|POST) [^']+)':/gm)].map(([, route]) => route);
    expect(Object.keys(INTERFACES[name]?.http ?? {}).sort()).toEqual(served.sort());
  },
);

test.each(Object.keys(REGISTERED))('the document of %s has every route that is registered, and no other', (service) => {
  const documented = Object.keys(INTERFACES[service]?.http ?? {});
  expect(documented.sort()).toEqual([...new Set(routesOf(service))].sort());
});

test('the documents in the folder are those that the code makes', () => {
  const folder = new URL('../../../fixtures/documents/', import.meta.url);
  const files = { ...openApiDocuments(), shop: asyncApiDocument() };
  for (const [name, document] of Object.entries(files)) {
    const file = `${name}.${name === 'shop' ? 'asyncapi' : 'openapi'}.json`;
    const kept: unknown = JSON.parse(readFileSync(new URL(file, folder), 'utf8'));
    expect(kept, `${file}: run node fixtures/documents/write.ts`).toEqual(JSON.parse(JSON.stringify(document)));
  }
});

type Schema = {
  readonly type?: string;
  readonly properties?: Record<string, Schema>;
  readonly required?: string[];
  readonly items?: Schema;
};

/** Asks a reader for what it reads, and answers what the document does not promise it. */
function unpromised(reader: Reader<unknown>, schema: Schema, place = 'data'): string[] {
  const problems: string[] = [];
  const ask = (name: string, type: string, isNeeded: boolean): Schema => {
    const member = schema.properties?.[name];
    const at = `${place}.${name}`;
    if (member === undefined) problems.push(`${at} is not in the document`);
    else if (member.type !== type) problems.push(`${at} is ${member.type}, read as ${type}`);
    else if (isNeeded && !schema.required?.includes(name)) problems.push(`${at} may be missing, and is needed`);
    return member ?? {};
  };
  const inside = (item: Reader<unknown>, one: Schema, at: string) => problems.push(...unpromised(item, one, at));
  const fields = {
    text: (name: string) => ask(name, 'string', true) && 'some',
    optionalText: (name: string) => ask(name, 'string', false) && undefined,
    whole: (name: string) => ask(name, 'integer', true) && 1,
    flag: (name: string) => ask(name, 'boolean', true) && true,
    oneOf: (name: string, values: readonly string[]) => ask(name, 'string', true) && values[0],
    one: (name: string, item: Reader<unknown>) => inside(item, ask(name, 'object', true), `${place}.${name}`) && {},
    list: (name: string, item: Reader<unknown>) => {
      inside(item, ask(name, 'array', true).items ?? {}, `${place}.${name}[]`);
      return [];
    },
  };
  reader(fields as unknown as Fields);
  return problems;
}

/** Types that a reader takes in one kind of saga alone, where nobody else tells of them. */
const told = new Map(publicationsOf(INTERFACES).map(({ topic, type, message }) => [`${type} on ${topic}`, message]));

test.each(READING.flatMap((reading) => reading.types.map((type) => [reading.service, type, reading] as const)))(
  'what %s reads of %s is promised by the document',
  (_service, type, { topic, readers }) => {
    const message = told.get(`${type} on ${topic}`);
    expect(message, `${type} on ${topic} is in the document`).toBeDefined();
    const { data } = message ?? { data: { schema: {} } };
    expect(unpromised(readers[type] as Reader<unknown>, data.schema as Schema)).toEqual([]);
  },
);

test('a reader that needs what is not promised is found', () => {
  const reader: Reader<unknown> = (data) => [data.whole('total'), data.text('nickname'), data.text('userId')];
  const schema = { properties: { total: { type: 'string' }, userId: { type: 'string' } }, required: ['total'] };
  expect(unpromised(reader, schema)).toEqual([
    'data.total is string, read as integer',
    'data.nickname is not in the document',
    'data.userId may be missing, and is needed',
  ]);
});

test('what the saga commands is what the document says', () => {
  const placed = { userId: 'u', email: 'u@x.example', items: [{ productId: 'p', quantity: 1, price: 5 }], total: 5 };
  const order = { ...placed, shippingAddressId: 'a', paymentMethod: 'card', placedAt: 1 } as unknown as OrderView;
  const failure = { state: 'cancelled', reason: 'refused', cause: 'shipment_refused' } as const;
  const commands = publicationsOf(INTERFACES).filter(({ message }) => message.kind === 'command');
  expect(commands.length).toBe(6);
  for (const { type, topic, message } of commands) {
    const sent = commandAbout(type as CommandType, order, failure);
    expect(sent.topic).toBe(topic);
    const shape = JSON.parse(shapeText(Buffer.from(JSON.stringify(sent.data))) ?? '') as BodyShape;
    expect(differences(shape, message.data.schema, {}), type).toEqual([]);
  }
});
