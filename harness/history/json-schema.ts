/** The JSON Schema of one line of a history, made of the same table that the reader goes by. */
import { HISTORY_SCHEMA } from '../core/index.ts';
import type { JsonSchema } from './members.ts';
import { COMMON, END, HEADER, RECORDS, ROWS, type Shape } from './shapes.ts';

/** As text, to be committed. Every line is one of: header, record, final state, end. */
export function historyJsonSchema(): string {
  const records = Object.entries(RECORDS).map(([type, shape]) =>
    objectOf({ ...COMMON, ...shape }, { type: { const: type } }, `a record: ${type}`),
  );
  const rows = Object.fromEntries(
    Object.entries(ROWS).map(([part, shape]) => [part, { type: 'array', items: objectOf(shape) }]),
  );
  const header = objectOf(HEADER, { schema: { const: HISTORY_SCHEMA } }, 'the first line');
  const finalState = {
    ...{ description: 'a part of the final state; all such lines together are it' },
    ...{ type: 'object', properties: { type: { const: 'final-state' }, ...rows }, required: ['type'] },
  };
  const end = objectOf(END, { type: { const: 'end' } }, 'the last line; sha256 is that of every byte before it');
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'A line of history/<case>.ndjson',
    description:
      'A header, then records in the order of their `at`, then the final state in one or more lines, then the end line. ' +
      'Members that are not named are let through.',
    anyOf: [header, ...records, finalState, end],
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}

type Constants = Readonly<Record<string, { readonly const: string | number }>>;

function objectOf(shape: Shape, constants: Constants = {}, description?: string) {
  const members = Object.entries(shape);
  const properties: Record<string, JsonSchema | Constants[string]> = {
    ...Object.fromEntries(members.map(([name, { schema }]) => [name, schema])),
    ...constants,
  };
  const required = [
    ...Object.keys(constants).filter((name) => !Object.hasOwn(shape, name)),
    ...members.filter(([, { optional }]) => !optional).map(([name]) => name),
  ];
  return { ...(description ? { description } : {}), type: 'object', properties, required };
}
