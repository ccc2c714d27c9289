/**
 * A gRPC call as a synchronous message of a pact: the request is `{ method, message }`, the answer `{ status, message }`. Pact has no place of
 * its own for method and status without a plugin; as members they are compared like all others.
 */
import { Client, credentials, type ServiceError, status } from '@grpc/grpc-js';
import { systemClock } from '../core/index.ts';
import { encoded, type GrpcMessage, type GrpcMethod } from './grpc-methods.ts';
import type { PactInteraction } from './pact-file.ts';

export interface GrpcRequest {
  /** `shop.inventory.v1.Inventory/CheckAvailability` */
  readonly method: string;
  readonly message: GrpcMessage;
}

export interface GrpcAnswer {
  /** `OK`, `NOT_FOUND`, … */
  readonly status: string;
  /** Of an answer that is `OK`. */
  readonly message?: GrpcMessage;
  /** Why it is not. */
  readonly details?: string;
}

/** The call that a gRPC interaction holds, and its answer; `readPact` has seen to it that both are there. */
export function callIn({ request, response }: PactInteraction): {
  readonly asked: GrpcRequest;
  readonly expected: GrpcAnswer;
} {
  return {
    asked: request?.contents?.content as GrpcRequest,
    expected: response?.[0]?.contents?.content as GrpcAnswer,
  };
}

/** How a call ends that nobody answered. */
export const UNANSWERED: readonly string[] = ['UNAVAILABLE', 'DEADLINE_EXCEEDED', 'CANCELLED', 'UNIMPLEMENTED'];

/** One call, without retries; `address` is host:port. A status other than OK is an answer. Throws where the request is not as the .proto says. */
export async function callGrpc(
  address: string,
  method: GrpcMethod,
  request: GrpcMessage,
  timeoutMs: number,
): Promise<GrpcAnswer> {
  const bytes = encoded('request', method, request);
  const client = new Client(address, credentials.createInsecure(), {
    'grpc.enable_retries': 0,
    'grpc.enable_http_proxy': 0,
  });
  try {
    const deadline = systemClock.now() + timeoutMs;
    return await new Promise<GrpcAnswer>((resolve) => {
      client.makeUnaryRequest(
        method.path,
        (plain: Buffer) => plain,
        method.responseDeserialize as (bytes: Buffer) => GrpcMessage,
        bytes,
        { deadline },
        (error, message) => resolve(error ? refusalOf(error) : { status: 'OK', message: message ?? {} }),
      );
    });
  } finally {
    client.close();
  }
}

function refusalOf({ code, details }: ServiceError): GrpcAnswer {
  return { status: status[code] ?? String(code), details };
}
