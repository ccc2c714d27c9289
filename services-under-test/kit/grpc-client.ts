/** The gRPC client of a service: one attempt a call, with the caller's own deadline passed on and no retries of its own. */
import { type Client, credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { contextHeaders, currentContext, timeLeftMs } from './context.ts';
import { readProto } from './grpc-proto.ts';
import { nowMs } from './time.ts';
import { beginSpan } from './tracing.ts';

export interface GrpcClientOptions {
  /** In `fixtures/protos`. */
  readonly proto: string;
  /** Full name, as `shop.user.v1.Users`. */
  readonly service: string;
  /** host:port */
  readonly address: string;
}

export interface GrpcCall {
  /** As the proto names it: `GetById`. */
  readonly method: string;
  readonly request: object;
  /** It is given up after so long, or when whoever asked us stops waiting, whichever is sooner. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

export interface GrpcClient {
  /** Resolves with the answer; rejects with `GrpcFailed`, or `DeadlinePassed` where nothing was tried. */
  call<Answer>(call: GrpcCall): Promise<Answer>;
  /** Messages until the stream ends, fails (`GrpcFailed`) or the signal aborts. */
  stream<Message>(call: Omit<GrpcCall, 'timeoutMs'>): AsyncIterable<Message>;
  close(): void;
}

/** The call came to no good end; `code` says how. */
export class GrpcFailed extends Error {
  readonly code: status;

  constructor(error: ServiceError) {
    super(`${status[error.code]}: ${error.details}`, { cause: error });
    this.name = 'GrpcFailed';
    this.code = error.code;
  }
}

/** True where the callee said no: the call is answered, and repeating it would change nothing. */
export function isRefusal(error: unknown): boolean {
  return error instanceof GrpcFailed && REFUSALS.includes(error.code);
}

const REFUSALS: readonly status[] = [
  ...[status.INVALID_ARGUMENT, status.NOT_FOUND, status.ALREADY_EXISTS, status.PERMISSION_DENIED],
  ...[status.FAILED_PRECONDITION, status.UNAUTHENTICATED],
];

/** Connects at once, so that the first call does not wait for it; a connection that is lost is made again soon, however long it was away. */
export function createGrpcClient({ proto, service, address }: GrpcClientOptions): GrpcClient {
  const Service = readProto(proto, service);
  const client: Client = new Service(address, credentials.createInsecure(), {
    'grpc.enable_retries': 0,
    'grpc.initial_reconnect_backoff_ms': 100,
    'grpc.max_reconnect_backoff_ms': 500,
    'grpc.enable_http_proxy': 0,
    'grpc.enable_channelz': 0,
  });
  client.getChannel().getConnectivityState(true);
  const methodOf = (name: string) => {
    const method = Service.service[name];
    if (method === undefined) throw new Error(`${service} has no method ${name}`);
    return method;
  };
  return {
    call<Answer>({ method, request, timeoutMs, signal }: GrpcCall) {
      const { path, requestSerialize, responseDeserialize } = methodOf(method);
      const deadline = nowMs() + Math.min(timeoutMs, timeLeftMs() ?? timeoutMs);
      const { metadata, end } = begin(path);
      return new Promise<Answer>((resolve, reject) => {
        const settled = () => signal?.removeEventListener('abort', cancel);
        const call = client.makeUnaryRequest(
          path,
          requestSerialize,
          responseDeserialize,
          request,
          metadata,
          { deadline },
          (error, answer) => {
            settled();
            end({ failed: error !== null, attributes: { 'rpc.grpc.status_code': error?.code ?? status.OK } });
            if (error) reject(new GrpcFailed(error));
            else resolve(answer as Answer);
          },
        );
        const cancel = () => call.cancel();
        if (signal?.aborted) cancel();
        else signal?.addEventListener('abort', cancel, { once: true });
      });
    },
    async *stream<Message>({ method, request, signal }: Omit<GrpcCall, 'timeoutMs'>) {
      const { path, requestSerialize, responseDeserialize } = methodOf(method);
      const call = client.makeServerStreamRequest(
        path,
        requestSerialize,
        responseDeserialize,
        request,
        metadataOfContext(),
      );
      const cancel = () => call.cancel();
      signal?.addEventListener('abort', cancel, { once: true });
      try {
        for await (const message of call) yield message as Message;
      } catch (error) {
        if (!signal?.aborted) throw new GrpcFailed(error as ServiceError);
      } finally {
        signal?.removeEventListener('abort', cancel);
        cancel();
      }
    },
    close: () => client.close(),
  };
}

/** The context that goes along, and a span for the call. */
function begin(path: string) {
  const metadata = metadataOfContext();
  const traceparent = String(metadata.get('traceparent')[0] ?? '');
  const name = path.slice(1);
  return { metadata, end: beginSpan({ traceparent, parent: currentContext()?.traceparent, name, kind: 'client' }) };
}

function metadataOfContext(): Metadata {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(contextHeaders())) metadata.set(name, value);
  return metadata;
}
