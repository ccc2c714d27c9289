/** Real gRPC over the wire: a server that remembers its calls, and a client on a connection of its own. */
import {
  type CallOptions,
  Client,
  credentials,
  Metadata,
  type MethodDefinition,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServerWritableStream,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import { type Rig, type RigOptions, startRig } from '../rig.ts';

export const ASK = '/test.Shop/Ask';
export const WATCH = '/test.Shop/Watch';

const raw = (bytes: Buffer) => bytes;
const shape = { requestSerialize: raw, requestDeserialize: raw, responseSerialize: raw, responseDeserialize: raw };
const ask: MethodDefinition<Buffer, Buffer> = { path: ASK, requestStream: false, responseStream: false, ...shape };
const watch: MethodDefinition<Buffer, Buffer> = { path: WATCH, requestStream: false, responseStream: true, ...shape };

export interface Shop extends Rig {
  /** What the server was asked, in its order. */
  readonly asked: string[];
  /** Metadata of the calls, in the same order. */
  readonly metadata: Metadata[];
  /** Calls the server saw cancelled. */
  readonly cancelled: string[];
  caller(): Caller;
}

export interface Caller {
  /** The reply, or the error of the call. */
  ask(text: string | Buffer, options?: AskOptions): Promise<Answer>;
  /** Messages until the stream ends; `onMessage` may cancel. */
  watch(count: number, options?: AskOptions, onMessage?: (cancel: () => void) => void): Promise<Answer>;
  close(): void;
}

export interface AskOptions extends CallOptions {
  readonly metadata?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly code: status;
  readonly details: string;
  readonly text: string;
  readonly messages: number;
}

/** A server behind a wire. `Ask` echoes (`fail:<code>` fails, `slow:<ms>` waits, `big:<bytes>` is large); `Watch` counts. */
export async function startShop(options: Pick<RigOptions, 'clock'> = {}): Promise<Shop> {
  const [asked, metadata, cancelled] = [[] as string[], [] as Metadata[], [] as string[]];
  const server = new Server({ 'grpc.max_receive_message_length': -1 });
  server.addService(
    { ask, watch },
    {
      ask(
        call: ServerUnaryCall<Buffer, Buffer>,
        callback: (error: Partial<ServiceError> | null, reply?: Buffer) => void,
      ) {
        const text = call.request.toString('latin1');
        asked.push(text.slice(0, 40));
        metadata.push(call.metadata);
        call.on('cancelled', () => cancelled.push(text));
        const [word, value] = text.split(':');
        if (word === 'fail') callback({ code: Number(value), details: 'as asked' });
        else if (word === 'big') callback(null, Buffer.alloc(Number(value), 'x'));
        else if (word !== 'never') callback(null, Buffer.from(`${text.slice(0, 40)} ${call.request.length}`));
      },
      watch(call: ServerWritableStream<Buffer, Buffer>) {
        const count = Number(call.request.toString());
        asked.push(`watch ${count}`);
        call.on('cancelled', () => cancelled.push('watch'));
        let sent = 0;
        const more = () => {
          while (sent < count)
            if (!call.write(Buffer.from(`level ${sent++}`.padEnd(1_000)))) return void call.once('drain', more);
          call.end();
        };
        more();
      },
    },
  );
  const upstreamPort = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) =>
      error ? reject(error) : resolve(port),
    );
  });
  const rig = await startRig({ upstreamPort, protocol: 'grpc', ...options });
  const callers = new Set<Caller>();
  return {
    ...rig,
    asked,
    metadata,
    cancelled,
    caller() {
      const caller = newCaller(rig.port);
      callers.add(caller);
      return caller;
    },
    async [Symbol.asyncDispose]() {
      for (const caller of callers) caller.close();
      await rig[Symbol.asyncDispose]();
      server.forceShutdown();
    },
  };
}

function newCaller(port: number): Caller {
  // A pool of its own: else all clients of this process would share one connection.
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure(), {
    'grpc.use_local_subchannel_pool': 1,
    'grpc.max_receive_message_length': -1,
    'grpc.enable_retries': 0,
  });
  const metadataOf = (given: AskOptions['metadata'] = {}) => {
    const metadata = new Metadata();
    for (const [name, value] of Object.entries(given)) metadata.set(name, value);
    return metadata;
  };
  return {
    ask: (text, { metadata, ...options } = {}) =>
      new Promise((resolve) => {
        const done = (error: ServiceError | null, reply?: Buffer) =>
          resolve({
            code: error?.code ?? status.OK,
            details: error?.details ?? '',
            text: reply?.toString('latin1') ?? '',
            messages: reply === undefined ? 0 : 1,
          });
        client.makeUnaryRequest(ASK, raw, raw, Buffer.from(text), metadataOf(metadata), options, done);
      }),
    watch: (count, { metadata, ...options } = {}, onMessage = () => undefined) =>
      new Promise((resolve) => {
        let messages = 0;
        const text = Buffer.from(String(count));
        const call = client.makeServerStreamRequest(WATCH, raw, raw, text, metadataOf(metadata), options);
        call.on('data', () => {
          messages++;
          onMessage(() => call.cancel());
        });
        call.on('error', () => undefined);
        call.on('status', ({ code, details }) => resolve({ code, details, text: '', messages }));
      }),
    close: () => client.close(),
  };
}
