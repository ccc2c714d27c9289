/** A gRPC server for consumer tests: expects one request, gives one answer, and says what was asked instead. */
import { Metadata, Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData, status } from '@grpc/grpc-js';
import { HarnessError } from '../core/index.ts';
import type { GrpcAnswer, GrpcRequest } from './grpc-call.ts';
import { encoded, type GrpcMessage, type GrpcMethods, withDefaults } from './grpc-methods.ts';
import { canonical } from './pact-file.ts';

/** Runs `use` with the address (host:port) of the stub. Throws `contract-failed` unless exactly what was expected was asked. */
export async function withGrpcStub<T>(
  methods: GrpcMethods,
  { method: name, message: expected }: GrpcRequest,
  answer: GrpcAnswer,
  use: (address: string) => Promise<T>,
): Promise<T> {
  const method = methods.find(name);
  encoded('request', method, expected);
  const bytes = answer.message === undefined ? undefined : encoded('answer', method, answer.message);
  const asked: string[] = [];
  const server = new Server();
  const handle = (call: ServerUnaryCall<GrpcMessage, Buffer>, reply: sendUnaryData<Buffer>) => {
    asked.push(canonical(withDefaults(expected, call.request)));
    const code = status[answer.status as keyof typeof status];
    if (bytes === undefined) reply({ code, details: answer.details ?? '', metadata: new Metadata() });
    else reply(null, bytes);
  };
  const plain = (buffer: Buffer) => buffer;
  server.addService({ asked: { ...method, responseSerialize: plain as never } }, { asked: handle as never });
  const port = await listening(server);
  try {
    const result = await use(`127.0.0.1:${port}`);
    assertAsked(name, canonical(expected), asked);
    return result;
  } finally {
    server.forceShutdown();
  }
}

function listening(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) =>
      error ? reject(error) : resolve(port),
    );
  });
}

function assertAsked(method: string, expected: string, asked: readonly string[]): void {
  const others = asked.filter((one) => one !== expected);
  if (asked.length > 0 && others.length === 0) return;
  const instead = others.length === 0 ? 'it was not asked at all' : `it was asked ${others.join(' and ')}`;
  throw new HarnessError({
    code: 'contract-failed',
    message: `the consumer was to ask ${method} ${expected}; ${instead}`,
    hint: 'Mend the contract, or the client.',
  });
}
