/**
 * The public interface as an OpenAPI document (3.1), made from the routing table: what is not in the table is not in the document, and the
 * other way round. Of bodies the table knows nothing: those of the services behind it stand in the document made of all interfaces.
 */
import type { JsonSchema } from '../kit/shape.ts';
import type { Row } from './table.ts';

/** `/openapi.json`; rows that a header tells apart are one operation. */
export function openApiOf(table: readonly Row[]): JsonSchema {
  const places = Map.groupBy(table, ({ path }) => templated(path));
  const paths = [...places].map(([path, rows]) => {
    const byMethod = Map.groupBy(rows, ({ method }) => method.toLowerCase());
    return [path, Object.fromEntries([...byMethod].map(([method, same]) => [method, operationOf(path, same)]))];
  });
  return {
    openapi: '3.1.0',
    info: { title: 'The shop', version: '2', description: 'Version 1 and version 2 stand side by side.' },
    paths: Object.fromEntries(paths),
    components: { securitySchemes: SECURITY, schemas: { Problem: PROBLEM } },
  };
}

const SECURITY = {
  customer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
  partner: { type: 'apiKey', in: 'header', name: 'x-api-key' },
};

/** RFC 9457. */
const PROBLEM: JsonSchema = {
  type: 'object',
  required: ['title', 'status'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer', minimum: 400, maximum: 599 },
    detail: { type: 'string' },
    field: { type: 'string', description: 'The member of the request that is wrong.' },
    correlationId: { type: 'string' },
  },
};

function operationOf(path: string, rows: readonly Row[]): JsonSchema {
  const [row] = rows;
  const headers = rows.flatMap(({ header }) => (header === undefined ? [] : [header]));
  const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    ...{ name, in: 'path', required: true, schema: { type: 'string' } },
  }));
  const chosen = headers.map(([name, value]) => ({
    ...{ name, in: 'header', required: false, schema: { type: 'string', enum: [value] } },
  }));
  return {
    operationId: `${row?.method.toLowerCase()} ${path}`.replaceAll(/[^a-zA-Z0-9]+/g, '-').replace(/-$/, ''),
    tags: [row?.upstream],
    ...(named.length + chosen.length > 0 && { parameters: [...named, ...chosen] }),
    ...securityOf(row?.access),
    ...(row?.method !== 'GET' && row?.method !== 'DELETE' && { requestBody: { content: JSON_BODY } }),
    responses: responsesOf(row),
  };
}

const JSON_BODY = { 'application/json': { schema: { type: 'object' } } };
const PROBLEM_BODY = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };

function securityOf(access: Row['access'] | undefined): JsonSchema {
  if (access === 'customer') return { security: [{ customer: [] }] };
  if (typeof access === 'object') return { security: [{ partner: [] }, { customer: [] }] };
  return access === 'anyone-known' ? { security: [{}, { customer: [] }] } : {};
}

function responsesOf(row: Row | undefined): JsonSchema {
  const problem = (description: string) => ({ description, content: PROBLEM_BODY });
  const isOpen = row?.access === 'anyone';
  return {
    '2XX': { description: 'The answer.', content: JSON_BODY },
    ...(row?.cached && { 304: { description: 'Unchanged since the validator in If-None-Match.' } }),
    400: problem('Something is wrong with the request; `field` names what.'),
    ...(!isOpen && { 401: problem('No good token or key was shown.'), 403: problem('Who calls may not do this.') }),
    404: problem('There is no such thing, or it is not the caller’s.'),
    429: problem('Too many requests; Retry-After says when to come again.'),
    503: problem('The service behind is away; Retry-After says when to come again.'),
  };
}

/** `/orders/:id` as `/orders/{id}`; what follows is one parameter. */
function templated(path: string): string {
  return path.replaceAll(/:(\w+)/g, '{$1}').replace('*', '{rest}');
}
