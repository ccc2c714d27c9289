/** OpenAPI 3.1 and AsyncAPI 3 documents, as far as traffic is compared with them: operations by path and status, messages by topic and name. */
import type { JsonSchema } from './schema-of-shape.ts';

type Content = Readonly<Record<string, { readonly schema?: JsonSchema }>>;

interface Operation {
  readonly requestBody?: { readonly content?: Content };
  readonly responses?: Readonly<Record<string, Response>>;
}

interface Response {
  readonly $ref?: string;
  readonly content?: Content;
}

/** An OpenAPI document of one service. */
export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components?: {
    readonly schemas?: Readonly<Record<string, JsonSchema>>;
    readonly responses?: Readonly<Record<string, Response>>;
  };
}

/** An AsyncAPI document: a channel for each topic, a message for each type. */
export interface AsyncApi {
  readonly channels: Readonly<
    Record<
      string,
      {
        readonly address: string;
        readonly messages: Readonly<Record<string, { readonly name: string; readonly payload: JsonSchema }>>;
      }
    >
  >;
  readonly components?: { readonly schemas?: Readonly<Record<string, JsonSchema>> };
}

export interface FoundOperation {
  /** `GET /orders/{id}`: as the document has it. */
  readonly name: string;
  readonly operation: Operation;
}

/** The operation of `GET /orders/7`; of several templates the one with the most literal segments (OpenAPI 3.1, Paths Object). */
export function operationAt({ paths }: OpenApi, asked: string): FoundOperation | undefined {
  const space = asked.indexOf(' ');
  const method = asked.slice(0, space).toLowerCase();
  const segments = asked.slice(space + 1).split('/');
  const found = Object.entries(paths)
    .filter(([path, operations]) => operations[method] !== undefined && isAt(path.split('/'), segments))
    .sort(([a], [b]) => placeholders(a) - placeholders(b))[0];
  const operation = found?.[1][method];
  return found === undefined || operation === undefined
    ? undefined
    : { name: `${asked.slice(0, space)} ${found[0]}`, operation };
}

/** What the body of the request must be; undefined where the document has no JSON body. */
export function requestSchema({ operation }: FoundOperation): JsonSchema | undefined {
  return jsonOf(operation.requestBody?.content);
}

/** What a reply of this status must be. */
export function replySchema(
  { components }: OpenApi,
  { operation: { responses = {} } }: FoundOperation,
  status: number,
): { readonly known: boolean; readonly schema?: JsonSchema } {
  const given = responses[status] ?? responses[`${Math.floor(status / 100)}XX`];
  const name = given?.$ref?.slice('#/components/responses/'.length);
  const response = name === undefined ? given : components?.responses?.[name];
  const schema = jsonOf(response?.content);
  return { known: response !== undefined, ...(schema && { schema }) };
}

/** The payload of messages of `type` on `topic`. */
export function payloadSchema({ channels }: AsyncApi, topic: string, type: string): JsonSchema | undefined {
  const channel = Object.values(channels).find(({ address }) => address === topic);
  return Object.values(channel?.messages ?? {}).find(({ name }) => name === type)?.payload;
}

/** Everything that a document names, for what was not seen. */
export function operationNames({ paths }: OpenApi): string[] {
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  );
}

export function messageNames({ channels }: AsyncApi): string[] {
  return Object.values(channels).flatMap(({ address, messages }) =>
    Object.values(messages).map(({ name }) => `${name} on ${address}`),
  );
}

function isAt(template: readonly string[], segments: readonly string[]): boolean {
  return (
    template.length === segments.length &&
    template.every((part, index) => (isPlaceholder(part) ? segments[index] !== '' : part === segments[index]))
  );
}

function isPlaceholder(part: string): boolean {
  return part.startsWith('{') && part.endsWith('}');
}

function placeholders(path: string): number {
  return path.split('/').filter(isPlaceholder).length;
}

function jsonOf(content: Content | undefined): JsonSchema | undefined {
  return Object.entries(content ?? {}).find(([type]) => /^application\/([\w.-]+\+)?json$/.test(type))?.[1].schema;
}
