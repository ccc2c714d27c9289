/** The gRPC server of a service: trace, correlation id and deadline from the caller, problems as status codes, one log line a call. */
import {
  Metadata,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServerWritableStream,
  type sendUnaryData,
  status,
} from '@grpc/grpc-js';
import {
  type Context,
  currentContext,
  DEADLINE_HEADER,
  DeadlinePassed,
  inContext,
  receivedContext,
} from './context.ts';
import { definitionOf } from './grpc-proto.ts';
import { type Logger, reasonOf } from './log.ts';
import { ProblemError } from './problem.ts';
import { setting } from './settings.ts';
import { nowMs } from './time.ts';
import { beginSpan } from './tracing.ts';

/** Answers one request with one message. */
export type UnaryHandler = (request: never) => Promise<object>;

/** Answers one request with messages until the work ends or the caller is gone (`gone` aborts). */
export type StreamHandler = (request: never, send: (message: object) => void, gone: AbortSignal) => Promise<void>;

export interface GrpcServerOptions {
  /** In `fixtures/protos`. */
  readonly proto: string;
  /** Full name, as `shop.user.v1.Users`. */
  readonly service: string;
  /** By the names that the proto gives them. */
  readonly unary?: Readonly<Record<string, UnaryHandler>>;
  readonly streams?: Readonly<Record<string, StreamHandler>>;
  readonly log: Logger;
}

export interface GrpcServer {
  /** Where it listens. */
  readonly port: number;
  /** Finishes what is under way; what takes longer than a second is cut off. */
  close(): Promise<void>;
}

const PATIENCE_MS = 1_000;

/** Listens on loopback (or on the address in HOST); the port is open when this resolves. */
export async function serveGrpc(port: number, options: GrpcServerOptions): Promise<GrpcServer> {
  const { proto, service, unary = {}, streams = {}, log } = options;
  const definition = definitionOf(proto, service);
  const missing = Object.keys(definition).filter((name) => !unary[name] && !streams[name]);
  if (missing.length > 0) throw new Error(`${service} has no handler for ${missing.join(', ')}`);
  const server = new Server({ 'grpc.max_receive_message_length': 256 * 1024, 'grpc.enable_channelz': 0 });
  server.addService(definition, {
    ...Object.fromEntries(Object.entries(unary).map(([name, handler]) => [name, answering(name, handler, log)])),
    ...Object.fromEntries(Object.entries(streams).map(([name, handler]) => [name, streaming(name, handler, log)])),
  });
  const address = `${setting('HOST', '127.0.0.1')}:${port}`;
  const bound = await new Promise<number>((resolve, reject) => {
    server.bindAsync(address, ServerCredentials.createInsecure(), (error, own) =>
      error ? reject(error) : resolve(own),
    );
  });
  return { port: bound, close: () => closed(server) };
}

function answering(name: string, handler: UnaryHandler, log: Logger) {
  return (call: ServerUnaryCall<unknown, object>, done: sendUnaryData<object>) =>
    inContext(contextOf(call.metadata, call.getDeadline()), async () => {
      const startedAt = nowMs();
      const end = beginServerSpan(name, call.metadata);
      try {
        const answer = await handler(call.request as never);
        done(null, answer);
        end({ attributes: { 'rpc.grpc.status_code': status.OK } });
        log.info({ method: name, status: 'OK', tookMs: nowMs() - startedAt }, 'answered');
      } catch (error) {
        const refusal = refusalOf(error);
        done(refusal);
        end({ failed: refusal.code === status.INTERNAL, attributes: { 'rpc.grpc.status_code': refusal.code } });
        told(log, name, refusal.code, error);
      }
    });
}

function streaming(name: string, handler: StreamHandler, log: Logger) {
  return (call: ServerWritableStream<unknown, object>) =>
    inContext(contextOf(call.metadata, call.getDeadline()), async () => {
      const gone = new AbortController();
      call.on('cancelled', () => gone.abort());
      try {
        await handler(call.request as never, (message) => void call.write(message), gone.signal);
        call.end();
        log.info({ method: name, status: gone.signal.aborted ? 'CANCELLED' : 'OK' }, 'stream ended');
      } catch (error) {
        const refusal = refusalOf(error);
        call.emit('error', refusal);
        told(log, name, refusal.code, error);
      }
    });
}

function beginServerSpan(name: string, metadata: Metadata) {
  const parent = metadata.get('traceparent')[0]?.toString();
  return beginSpan({ traceparent: currentContext()?.traceparent ?? '', parent, name, kind: 'server' });
}

function contextOf(metadata: Metadata, deadline: Date | number): Context {
  const one = (key: string) => metadata.get(key)[0]?.toString();
  const deadlineAt = Number(deadline);
  const granted = Number.isFinite(deadlineAt) ? String(deadlineAt) : one(DEADLINE_HEADER);
  return receivedContext(one('traceparent'), one('x-correlation-id'), granted);
}

function told(log: Logger, method: string, code: status, error: unknown): void {
  const isOurs = code === status.INTERNAL || code === status.UNAVAILABLE;
  log[isOurs ? 'warn' : 'info']({ method, status: status[code], reason: reasonOf(error) }, 'refused');
}

const CODES: Readonly<Record<number, status>> = {
  400: status.INVALID_ARGUMENT,
  401: status.UNAUTHENTICATED,
  403: status.PERMISSION_DENIED,
  404: status.NOT_FOUND,
  409: status.ALREADY_EXISTS,
  422: status.FAILED_PRECONDITION,
  429: status.RESOURCE_EXHAUSTED,
  503: status.UNAVAILABLE,
};

/** What the caller is told: of an error that is not meant for it, nothing but that there was one. */
function refusalOf(error: unknown) {
  const metadata = new Metadata();
  if (error instanceof DeadlinePassed) return { code: status.DEADLINE_EXCEEDED, details: error.message, metadata };
  if (!(error instanceof ProblemError)) return { code: status.INTERNAL, details: 'internal error', metadata };
  return { code: CODES[error.status] ?? status.UNKNOWN, details: error.message, metadata };
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.forceShutdown(), PATIENCE_MS);
    server.tryShutdown(() => {
      clearTimeout(cut);
      resolve();
    });
  });
}
