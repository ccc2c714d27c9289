/** Whether the names and types of a body are those of a JSON Schema: the part of it that API documents use, values left out. */

export type JsonSchema = Readonly<Record<string, unknown>>;
/** `"string"`, `"integer"`, …; an object of them; a list of the different ones that a list held. */
export type BodyShape = string | readonly BodyShape[] | { readonly [name: string]: BodyShape };
/** Schemas that are referred to by `#/components/schemas/<name>`. */
export type Schemas = Readonly<Record<string, JsonSchema>>;

const REFERENCE = '#/components/schemas/';

/** What is wrong, one sentence each; nothing where the shape is as the schema says. `place` is where it stands: `items[].price`. */
export function differences(shape: BodyShape, given: JsonSchema, schemas: Schemas, place = ''): string[] {
  const schema = resolved(given, schemas);
  const choices = (schema.oneOf ?? schema.anyOf) as readonly JsonSchema[] | undefined;
  if (choices !== undefined) {
    const tried = choices.map((choice) => differences(shape, choice, schemas, place));
    // Of what could have been meant, the one that is nearest.
    return tried.sort((a, b) => a.length - b.length)[0] ?? [];
  }
  const types = typesOf(schema);
  if (types.length > 0 && !types.some((type) => isOf(shape, type)))
    return [`${place || 'the body'} is ${kindOf(shape)}, the document says ${types.join(' or ')}`];
  if (Array.isArray(shape)) {
    const { items } = schema as { items?: JsonSchema };
    return items === undefined ? [] : shape.flatMap((item) => differences(item, items, schemas, `${place}[]`));
  }
  return typeof shape === 'string' ? [] : memberDifferences(shape as ObjectShape, schema, schemas, place);
}

type ObjectShape = { readonly [name: string]: BodyShape };

function memberDifferences(shape: ObjectShape, schema: JsonSchema, schemas: Schemas, place: string): string[] {
  const { properties = {}, required = [], additionalProperties = true } = schema as ObjectSchema;
  const at = (name: string) => (place === '' ? name : `${place}.${name}`);
  const missing = required.filter((name) => !Object.hasOwn(shape, name)).map((name) => `${at(name)} is missing`);
  const present = Object.entries(shape).flatMap(([name, member]) => {
    if (Object.hasOwn(properties, name)) return differences(member, properties[name] ?? {}, schemas, at(name));
    if (additionalProperties === false) return [`${at(name)} is not in the document`];
    return additionalProperties === true ? [] : differences(member, additionalProperties, schemas, at(name));
  });
  return [...missing, ...present];
}

interface ObjectSchema {
  readonly properties?: Schemas;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
}

function resolved(schema: JsonSchema, schemas: Schemas): JsonSchema {
  const { $ref: reference } = schema;
  if (typeof reference !== 'string') return schema;
  const name = reference.startsWith(REFERENCE) ? reference.slice(REFERENCE.length) : reference;
  const found = schemas[name];
  if (found === undefined) throw new Error(`the document refers to ${reference}, which it does not have`);
  return resolved(found, schemas);
}

function typesOf({ type, enum: values }: JsonSchema): string[] {
  if (Array.isArray(type)) return type.map(String);
  if (typeof type === 'string') return [type];
  return Array.isArray(values) ? [...new Set(values.map((value) => (value === null ? 'null' : typeof value)))] : [];
}

function isOf(shape: BodyShape, type: string): boolean {
  const kind = kindOf(shape);
  return kind === type || (type === 'number' && kind === 'integer');
}

function kindOf(shape: BodyShape): string {
  if (typeof shape === 'string') return shape;
  return Array.isArray(shape) ? 'array' : 'object';
}
