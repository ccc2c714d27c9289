/**
 * Shapes of requests: a shape reads a value as what it should be, or refuses it with a 400 problem that names the field;
 * and it tells what it takes as JSON Schema, for API documents. What is not named in a shape is refused.
 */
import { ProblemError } from './problem.ts';

export type JsonSchema = Readonly<Record<string, unknown>>;

export interface Shape<Value> {
  readonly schema: JsonSchema;
  /** `field` is where the value stands: `items[0].quantity`. */
  read(value: unknown, field: string): Value;
}

/** A member that may be left out. */
export interface OptionalShape<Value> extends Shape<Value | undefined> {
  readonly optional: true;
}

type Members = Readonly<Record<string, Shape<unknown>>>;
type OptionalKeys<M extends Members> = { [K in keyof M]: M[K] extends OptionalShape<unknown> ? K : never }[keyof M];
type ValueOf<S> = S extends Shape<infer Value> ? Value : never;

/** The value that a shape of these members reads. */
export type Read<M extends Members> = { readonly [K in Exclude<keyof M, OptionalKeys<M>>]: ValueOf<M[K]> } & {
  readonly [K in OptionalKeys<M>]?: ValueOf<M[K]>;
};

/** The value, read; `title` is that of the problem. */
export function readShape<Value>(shape: Shape<Value>, value: unknown, title = 'Invalid request'): Value {
  try {
    return shape.read(value, '');
  } catch (error) {
    if (!(error instanceof Misshapen)) throw error;
    const field = error.field === '' ? 'body' : error.field;
    throw new ProblemError(400, title, { detail: `${field} ${error.must}`, field });
  }
}

export interface TextLimits {
  /** Default 1. */
  readonly min?: number;
  /** Default 200. */
  readonly max?: number;
  readonly pattern?: RegExp;
  /** What the pattern stands for, as the end of "must be". */
  readonly like?: string;
}

/** A text without control characters. */
export function text({ min = 1, max = 200, pattern, like = `like ${pattern}` }: TextLimits = {}): Shape<string> {
  return {
    schema: { type: 'string', minLength: min, maxLength: max, ...(pattern && { pattern: pattern.source }) },
    read(value, field) {
      if (typeof value !== 'string' || value.length < min || value.length > max || CONTROL.test(value))
        throw new Misshapen(field, `must be a text of ${min} to ${max} characters`);
      if (pattern && !pattern.test(value)) throw new Misshapen(field, `must be ${like}`);
      return value;
    },
  };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u001f\u007f]/;

export function whole({ min = 0, max = Number.MAX_SAFE_INTEGER }: { min?: number; max?: number } = {}): Shape<number> {
  return {
    schema: { type: 'integer', minimum: min, maximum: max },
    read(value, field) {
      if (!Number.isSafeInteger(value) || (value as number) < min || (value as number) > max)
        throw new Misshapen(field, `must be a whole number from ${min} to ${max}`);
      return value as number;
    },
  };
}

export const flag: Shape<boolean> = {
  schema: { type: 'boolean' },
  read(value, field) {
    if (typeof value !== 'boolean') throw new Misshapen(field, 'must be true or false');
    return value;
  },
};

export function oneOf<Value extends string>(...values: readonly Value[]): Shape<Value> {
  return {
    schema: { type: 'string', enum: values },
    read(value, field) {
      const found = values.find((known) => known === value);
      if (found === undefined) throw new Misshapen(field, `must be one of ${values.join(', ')}`);
      return found;
    },
  };
}

export function list<Value>(item: Shape<Value>, { min = 0, max }: { min?: number; max: number }): Shape<Value[]> {
  return {
    schema: { type: 'array', items: item.schema, minItems: min, maxItems: max },
    read(value, field) {
      if (!Array.isArray(value) || value.length < min || value.length > max)
        throw new Misshapen(field, `must be a list of ${min} to ${max}`);
      return value.map((one, index) => item.read(one, `${field}[${index}]`));
    },
  };
}

export function object<M extends Members>(members: M): Shape<Read<M>> {
  const required = Object.keys(members).filter((name) => !isOptional(members[name]));
  const properties = Object.fromEntries(Object.entries(members).map(([name, { schema }]) => [name, schema]));
  return {
    schema: { type: 'object', properties, required, additionalProperties: false },
    read(value, field) {
      if (typeof value !== 'object' || value === null || Array.isArray(value))
        throw new Misshapen(field, 'must be an object');
      const inside = field === '' ? '' : `${field}.`;
      const unknown = Object.keys(value).find((name) => !Object.hasOwn(members, name));
      if (unknown !== undefined) throw new Misshapen(`${inside}${unknown.slice(0, 100)}`, 'is not known');
      const entries = Object.entries(members).flatMap(([name, shape]) => {
        const read = shape.read((value as Record<string, unknown>)[name], `${inside}${name}`);
        return read === undefined ? [] : [[name, read]];
      });
      return Object.fromEntries(entries) as Read<M>;
    },
  };
}

export function optional<Value>(shape: Shape<Value>): OptionalShape<Value> {
  return {
    schema: shape.schema,
    optional: true,
    read: (value, field) => (value === undefined ? undefined : shape.read(value, field)),
  };
}

function isOptional(shape: Shape<unknown> | undefined): boolean {
  return shape !== undefined && 'optional' in shape;
}

/** A value that is not of its shape. */
class Misshapen extends Error {
  readonly field: string;
  readonly must: string;

  constructor(field: string, must: string) {
    super(`${field} ${must}`);
    this.field = field;
    this.must = must;
  }
}
