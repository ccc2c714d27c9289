/**
 * Tolerant reader: a service takes from an event what it needs and nothing else, so the sender may add what it likes;
 * an event that lacks what is needed is refused before it does anything. The contracts between services are tested on this.
 */
import type { Event } from './event.ts';

/** The data of an event, asked for member by member; each asks for a type and throws, naming the member, when it is not there. */
export interface Fields {
  text(name: string): string;
  optionalText(name: string): string | undefined;
  whole(name: string): number;
  oneOf<Value extends string>(name: string, values: readonly Value[]): Value;
  list<Item>(name: string, item: Reader<Item>): Item[];
  flag(name: string): boolean;
  /** An object within. */
  one<Item>(name: string, item: Reader<Item>): Item;
}

export type Reader<Data> = (fields: Fields) => Data;

/** By event type. */
export type Readers = Readonly<Record<string, Reader<unknown>>>;

/** For an event of which only the envelope is needed. */
export const nothing: Reader<Record<string, never>> = () => ({});

/** The event in a record's value, with the data that the reader of `type` takes from it. Throws when it cannot be read. */
export function readEvent(type: string, value: Uint8Array | null, readers: Readers): Event {
  const reader = readers[type];
  if (reader === undefined) throw new TypeError(`there is no reader for ${type}`);
  const event = objectOf(JSON.parse(new TextDecoder().decode(value ?? undefined)), 'the event');
  const envelope = fieldsOf(event, 'the event');
  return {
    eventId: envelope.text('eventId'),
    type: envelope.text('type'),
    orderId: envelope.text('orderId'),
    at: typeof event.at === 'number' ? event.at : 0,
    data: reader(fieldsOf(objectOf(event.data, 'data'), 'data')),
  };
}

function fieldsOf(object: Readonly<Record<string, unknown>>, where: string): Fields {
  const take = <Value>(name: string, wanted: string, is: (value: unknown) => value is Value): Value => {
    const value = object[name];
    if (is(value)) return value;
    throw new TypeError(`${where}.${name} must be ${wanted}`);
  };
  return {
    text: (name) => take(name, 'a text', isText),
    optionalText: (name) => (object[name] == null ? undefined : take(name, 'a text', isText)),
    whole: (name) => take(name, 'a whole number', isWhole),
    flag: (name) => take(name, 'true or false', (value) => typeof value === 'boolean'),
    one: (name, item) => item(fieldsOf(objectOf(object[name], `${where}.${name}`), `${where}.${name}`)),
    oneOf: (name, values) =>
      take(name, `one of ${values.join(', ')}`, (value): value is (typeof values)[number] =>
        values.some((known) => known === value),
      ),
    list: (name, item) =>
      take(name, 'a list', Array.isArray).map((one, index) => {
        const here = `${where}.${name}[${index}]`;
        return item(fieldsOf(objectOf(one, here), here));
      }),
  };
}

function objectOf(value: unknown, what: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new TypeError(`${what} must be an object`);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value);
}
