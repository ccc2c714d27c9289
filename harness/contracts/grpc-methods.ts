/** The methods that a folder of `.proto` files declares: found by full name, with what turns JSON into their bytes and back. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { MethodDefinition } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { HarnessError, messageOf } from '../core/index.ts';
import { canonical } from './pact-file.ts';

export type GrpcMethod = MethodDefinition<object, object>;

/** A message in its JSON form: camelCase, int64 as numbers. */
export type GrpcMessage = Readonly<Record<string, unknown>>;

export interface GrpcMethods {
  /** `shop.inventory.v1.Inventory/CheckAvailability`. Throws `contract-failed` where no file declares it, or it streams. */
  find(method: string): GrpcMethod;
}

/** Reads every `.proto` file of the folder. Throws `bad-file` when one cannot be read. */
export function readGrpcMethods(folder: string): GrpcMethods {
  const methods = new Map(protosOf(folder).flatMap((file) => methodsOf(join(folder, file))));
  return {
    find: (method) => {
      const found = methods.get(method);
      if (found === undefined) {
        const known = [...methods.keys()].join(', ') || 'none';
        throw refused(`no .proto file in ${folder} declares the method ${method} (there are: ${known})`);
      }
      if (found.requestStream || found.responseStream)
        throw refused(`${method} streams; only methods with one request and one answer are verified`);
      return found;
    },
  };
}

function protosOf(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.proto'))
      .sort();
  } catch (cause) {
    const message = `the folder of .proto files ${folder} cannot be read: ${messageOf(cause)}`;
    throw new HarnessError({ code: 'bad-file', message, cause });
  }
}

/**
 * Members that are not on the wire are left out, not filled in: proto3 sends nothing for a member at its default, and a provider that
 * renamed a member sends nothing for it either. Filled in, both would look like an answer.
 */
function methodsOf(file: string): (readonly [string, GrpcMethod])[] {
  try {
    const definitions = loadSync(file, { longs: Number, enums: String, defaults: false, arrays: false });
    return Object.values(definitions)
      .filter((definition) => !('format' in definition))
      .flatMap((service) => Object.values(service as Readonly<Record<string, GrpcMethod>>))
      .map((method) => [method.path.slice(1), method] as const);
  } catch (cause) {
    throw new HarnessError({ code: 'bad-file', message: `${file} cannot be read: ${messageOf(cause)}`, cause });
  }
}

/**
 * The bytes of a message, where the .proto knows every member of it with that type. Throws `contract-failed` where it does not: encoding
 * passes over what it does not know in silence.
 */
export function encoded(side: 'request' | 'answer', method: GrpcMethod, message: GrpcMessage): Buffer {
  const [serialize, deserialize] =
    side === 'request'
      ? [method.requestSerialize, method.requestDeserialize]
      : [method.responseSerialize, method.responseDeserialize];
  const bytes = serialize(message);
  const back = withDefaults(message, deserialize(bytes) as GrpcMessage);
  if (canonical(back) === canonical(message)) return bytes;
  throw refused(
    `the ${side} of ${method.path.slice(1)} is not as its .proto says: ${canonical(message)} becomes ${canonical(back)}`,
  );
}

/**
 * What came, with the members that the example shows at their default: these are never on the wire, so they are there when they are not.
 * All others have to come.
 */
export function withDefaults(example: unknown, came: unknown): unknown {
  if (Array.isArray(example)) {
    if (came === undefined) return example.length === 0 ? [] : undefined;
    if (!Array.isArray(came)) return came;
    return came.map((one, index) => withDefaults(example[index] ?? example[0], one));
  }
  if (!isMessage(example)) return came === undefined && isDefault(example) ? example : came;
  if (!isMessage(came)) return came;
  const filled = Object.entries(example).map(([name, member]) => [name, withDefaults(member, came[name])] as const);
  return { ...came, ...Object.fromEntries(filled.filter(([, member]) => member !== undefined)) };
}

function isDefault(value: unknown): boolean {
  return value === 0 || value === '' || value === false;
}

function isMessage(value: unknown): value is GrpcMessage {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refused(message: string): HarnessError {
  return new HarnessError({ code: 'contract-failed', message });
}
