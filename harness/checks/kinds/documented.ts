/** What crosses the wire is what the documents say: every call an operation of its service's OpenAPI document, every message one of AsyncAPI. */
import { z } from 'zod';
import type { CheckInput, ExchangeRecord, MessageRecord } from '../../core/index.ts';
import { groupBy, matches } from '../case-view.ts';
import { defineCheck } from '../check.ts';
import {
  type AsyncApi,
  messageNames,
  type OpenApi,
  operationAt,
  operationNames,
  payloadSchema,
  replySchema,
  requestSchema,
} from '../documents/api-documents.ts';
import { type BodyShape, differences, type JsonSchema, type Schemas } from '../documents/schema-of-shape.ts';
import { counted, fail, noData, pass } from '../judgement.ts';

const document = z.looseObject({});

export default defineCheck({
  name: 'documented',
  summary: 'every call and every message on the wire is allowed by the API documents: path, status, names and types',
  options: z.strictObject({
    /** OpenAPI documents by the service they are of; a name that ends in `*` stands for all instances. */
    http: z.record(z.string(), document).default({}),
    /** gRPC methods (`/package.Service/Method`) by service. */
    grpc: z.record(z.string(), z.array(z.string())).default({}),
    /** The AsyncAPI document of all topics. */
    messages: document.optional(),
    /** Header of a record that names its type. */
    typeHeader: z.string().default('type'),
    /** Operations that are no part of any interface: health, metrics. */
    except: z.array(z.string()).default(['GET /health/*', 'GET /metrics']),
    /** How many different operations and messages of the documents must have been seen. */
    atLeast: z.int().min(1).default(1),
  }),
  keepsShapes: true,
  underLoad: () => ({ not: 'of a load no bodies are looked at' }),
  judge(input, options) {
    const seen = new Set<string>();
    const calls = callsOf(input, options.except);
    const records = input.history.filter(
      (record): record is MessageRecord => record.type === 'message' && record.action === 'produced' && !record.fault,
    );
    const async = options.messages as unknown as AsyncApi | undefined;
    const problems = [
      ...calls.flatMap((call) => callProblems(call, options, seen)),
      ...(async === undefined ? [] : records.flatMap((one) => messageProblems(one, async, options.typeHeader, seen))),
    ];
    const known = [
      ...Object.entries(options.http).flatMap(([service, one]) =>
        operationNames(one as unknown as OpenApi).map((name) => `${service}: ${name}`),
      ),
      ...(async === undefined ? [] : messageNames(async)),
    ];
    const unseen = known.filter((name) => !seen.has(name));
    const bodies = [...calls, ...records].filter(hasShape).length;
    const figures = { seen: seen.size, documented: known.length, bodies, broken: problems.length };
    const told = [...groupBy(problems, (problem) => problem)].map(([problem, all]) => `${problem} (${all.length}×)`);
    if (told.length > 0)
      return fail(`${counted(told.length, 'difference')} between traffic and documents`, told, figures);
    if (bodies === 0) return noData('no body was looked at', [], figures);
    if (seen.size < options.atLeast) {
      const summary = `${seen.size} operations and messages of the documents were seen, wanted ${options.atLeast}`;
      return noData(
        summary,
        unseen.map((name) => `not seen: ${name}`),
        figures,
      );
    }
    return pass(
      `${seen.size} of ${known.length} operations and messages were seen, each as its document says`,
      unseen.map((name) => `not seen: ${name}`),
      figures,
    );
  },
});

function hasShape(record: ExchangeRecord | MessageRecord): boolean {
  return record.type === 'message' ? record.shape !== undefined : record.replyShape !== undefined;
}

/** Complete calls that no fault changed. */
function callsOf({ history }: CheckInput, except: readonly string[]): ExchangeRecord[] {
  return history.filter(
    (record): record is ExchangeRecord =>
      record.type === 'exchange' &&
      record.outcome === 'answered' &&
      record.fault === undefined &&
      !except.some((pattern) => matches(pattern, record.operation)),
  );
}

interface Documents {
  readonly http: Readonly<Record<string, unknown>>;
  readonly grpc: Readonly<Record<string, readonly string[]>>;
}

function callProblems(call: ExchangeRecord, { http, grpc }: Documents, seen: Set<string>): string[] {
  const callee = call.edge.slice(call.edge.indexOf('->') + 2);
  const about = `${call.operation.replaceAll(ID, '…')} on ${call.edge}`;
  if (call.protocol === 'grpc') {
    const [, methods] = Object.entries(grpc).find(([pattern]) => matches(pattern, callee)) ?? [];
    return methods === undefined || methods.includes(call.operation) ? [] : [`${about} is in no .proto file`];
  }
  const [service, one] = Object.entries(http).find(([pattern]) => matches(pattern, callee)) ?? [];
  if (call.protocol !== 'http' || one === undefined) return [];
  const openApi = one as OpenApi;
  const found = operationAt(openApi, call.operation);
  // Whoever asks for what there is not is told so.
  if (found === undefined) return call.status === 404 ? [] : [`${about} (${call.status}) is not in the document`];
  const schemas = openApi.components?.schemas ?? {};
  const { known, schema } = replySchema(openApi, found, call.status ?? 0);
  if ((call.status ?? 0) < 300) seen.add(`${service}: ${found.name}`);
  const name = `${found.name} of ${service}`;
  if (!known) return [`${name}: the status ${call.status} is not in the document`];
  const asked = (call.status ?? 0) < 300 ? shapeProblems(call.requestShape, requestSchema(found), schemas) : [];
  const answered = shapeProblems(call.replyShape, schema, schemas);
  return [
    ...asked.map((problem) => `${name}, request: ${problem}`),
    ...answered.map((problem) => `${name}, answer ${call.status}: ${problem}`),
  ];
}

function messageProblems(record: MessageRecord, async: AsyncApi, typeHeader: string, seen: Set<string>): string[] {
  const type = record.headers?.[typeHeader] ?? '';
  const name = `${type || 'a message without a type'} on ${record.topic}`;
  const schema = payloadSchema(async, record.topic, type);
  if (schema === undefined) return [`${name} is not in the document`];
  seen.add(name);
  return shapeProblems(record.shape, schema, async.components?.schemas ?? {}).map((problem) => `${name}: ${problem}`);
}

/** A body that was not read (too large, no JSON) says nothing. */
function shapeProblems(shape: string | undefined, schema: JsonSchema | undefined, schemas: Schemas): string[] {
  if (shape === undefined) return [];
  if (schema === undefined) return ['there is a body, and the document has none'];
  return differences(JSON.parse(shape) as BodyShape, schema, schemas);
}

const ID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
