/** A gRPC server for tests: `Ask` echoes with the number of the call, and with how long its caller waits. */
import { Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData } from '@grpc/grpc-js';

const raw = (bytes: Buffer) => bytes;
let calls = 0;

const server = new Server();
server.addService(
  {
    ask: {
      path: '/test.Callee/Ask',
      requestStream: false,
      responseStream: false,
      ...{ requestSerialize: raw, requestDeserialize: raw, responseSerialize: raw, responseDeserialize: raw },
    },
  },
  {
    ask(call: ServerUnaryCall<Buffer, Buffer>, done: sendUnaryData<Buffer>) {
      const hurry = Number.isFinite(Number(call.getDeadline())) ? 'in a hurry' : 'at leisure';
      const key = call.metadata.get('x-key')[0] ?? 'none';
      done(null, Buffer.from(`${++calls} ${call.request} ${hurry} key ${key}`));
    },
  },
);
server.bindAsync(`127.0.0.1:${process.env.PORT}`, ServerCredentials.createInsecure(), (error) => {
  if (error) throw error;
});
