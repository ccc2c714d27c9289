/** Reads `.proto` files (`fixtures/protos`) as they are: no generated code. */

import { fileURLToPath } from 'node:url';
import type { ServiceClientConstructor, ServiceDefinition } from '@grpc/grpc-js';
import { loadPackageDefinition } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

const FOLDER = new URL('../../fixtures/protos/', import.meta.url);

/** The service `shop.user.v1.Users` of the file `user.proto`. Members are camelCase, int64 are numbers, absent members have their default. */
export function readProto(file: string, service: string): ServiceClientConstructor {
  const definition = loadSync(fileURLToPath(new URL(file, FOLDER)), { longs: Number, defaults: true, arrays: true });
  let found: unknown = loadPackageDefinition(definition);
  for (const name of service.split('.')) found = (found as Record<string, unknown> | undefined)?.[name];
  if (typeof found !== 'function') throw new Error(`${file} declares no service ${service}`);
  return found as ServiceClientConstructor;
}

export function definitionOf(file: string, service: string): ServiceDefinition {
  return readProto(file, service).service;
}
