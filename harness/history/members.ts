/** Kinds of members that a line of a history may have: each is a quick test, and the same said in JSON Schema. */

/** A part of JSON Schema, as far as histories need it. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly description?: string;
  readonly additionalProperties?: JsonSchema | boolean;
}

export interface Member {
  readonly is: (value: unknown) => boolean;
  readonly schema: JsonSchema;
  /** It may be absent. */
  readonly optional?: boolean;
}

/** The last time that JavaScript knows (ECMA-262, 21.4.1.1). */
const LAST_MS = 8.64e15;
const LARGEST = Number.MAX_SAFE_INTEGER;

export const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `1e999` is JSON, and JavaScript reads it as infinite: every number has bounds. */
function between(minimum: number, maximum: number, description?: string): Member {
  return {
    is: (value) => typeof value === 'number' && value >= minimum && value <= maximum,
    schema: { type: 'number', minimum, maximum, ...(description ? { description } : {}) },
  };
}

function mapOf(inner: Member): Member {
  return {
    is: (value) => isMap(value) && Object.values(value).every(inner.is),
    schema: { type: 'object', additionalProperties: inner.schema },
  };
}

export const text: Member = { is: (value) => typeof value === 'string', schema: { type: 'string' } };
export const flag: Member = { is: (value) => typeof value === 'boolean', schema: { type: 'boolean' } };
export const number: Member = between(-LARGEST, LARGEST);
export const count: Member = between(0, LARGEST);
export const time: Member = between(0, LAST_MS, 'epoch milliseconds, with fractions');
export const texts: Member = mapOf(text);
/** Texts, numbers, true, false and null under names; nothing inside of them. */
export const detail: Member = mapOf({
  is: (value) => value === null || text.is(value) || flag.is(value) || number.is(value),
  schema: { type: ['string', 'number', 'boolean', 'null'], minimum: -LARGEST, maximum: LARGEST },
});

export function oneOf(...allowed: readonly string[]): Member {
  return { is: (value) => allowed.includes(value as string), schema: { enum: allowed } };
}

export function maybe(member: Member): Member {
  return { ...member, is: (value) => value === undefined || member.is(value), optional: true };
}

export function orNull(member: Member): Member {
  const { type } = member.schema;
  return {
    is: (value) => value === null || member.is(value),
    schema: { ...member.schema, type: [...(typeof type === 'string' ? [type] : (type ?? [])), 'null'] },
  };
}
