/** One CreateTopics request, spoken directly: the client library would cost a busy boot more than the whole exchange. */
import { connect } from 'node:net';
import type { Broker } from '../../core/index.ts';

/** https://kafka.apache.org/protocol#The_Messages_CreateTopics, version 4: the last one before the flexible encoding. */
const CREATE_TOPICS = { key: 19, version: 4 };
const BROKER_TIMEOUT_MS = 5_000;
const ANSWER_WITHIN_MS = 10_000;
const ALREADY_EXISTS = 36;

/** Answers undefined when every topic is there, else what the broker said; asked again by whoever needs them. */
export async function createTopics(host: string, port: number, topics: Broker['topics']): Promise<string | undefined> {
  const reply = await exchange(host, port, frame(encodeRequest(topics)));
  return typeof reply === 'string' ? reply : troubleIn(reply);
}

function encodeRequest(topics: Broker['topics']): Buffer {
  return Buffer.concat([
    int16(CREATE_TOPICS.key),
    int16(CREATE_TOPICS.version),
    int32(1), // correlation id
    text('faultline-runtime'),
    int32(topics.length),
    ...topics.map(({ name, partitions }) =>
      // replication factor 1, no manual assignment, no settings
      Buffer.concat([text(name), int32(partitions), int16(1), int32(0), int32(0)]),
    ),
    int32(BROKER_TIMEOUT_MS),
    Buffer.of(0), // do it, don't only validate
  ]);
}

/** Frame size, correlation id and throttle time stand before the topics of a reply. */
const REPLY_HEAD_BYTES = 12;

/** The first error in a reply: per topic its name, an error code, and a text that may be null. */
function troubleIn(reply: Buffer): string | undefined {
  let at = REPLY_HEAD_BYTES + 4;
  const readInt16 = () => {
    at += 2;
    return reply.readInt16BE(at - 2);
  };
  const readText = () => {
    const length = Math.max(0, readInt16());
    at += length;
    return reply.toString('utf8', at - length, at);
  };
  for (let left = reply.readInt32BE(REPLY_HEAD_BYTES); left > 0; left--) {
    const name = readText();
    const error = readInt16();
    const said = readText();
    if (error !== 0 && error !== ALREADY_EXISTS) return `topic ${name}: error ${error} ${said}`.trim();
  }
  return undefined;
}

/** The whole reply frame, or a sentence on why there was none. */
function exchange(host: string, port: number, request: Buffer): Promise<Buffer | string> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: ANSWER_WITHIN_MS });
    let got = Buffer.alloc(0);
    const end = (result: Buffer | string) => {
      socket.destroy();
      resolve(result);
    };
    socket.on('connect', () => socket.write(request));
    socket.on('data', (chunk) => {
      got = Buffer.concat([got, chunk]);
      if (got.length >= 4 && got.length >= 4 + got.readInt32BE(0)) end(got);
    });
    socket.on('timeout', () => end(`no answer within ${ANSWER_WITHIN_MS} ms`));
    socket.on('error', (error) => end(error.message));
    socket.on('close', () => end('the broker closed the connection'));
  });
}

function frame(body: Buffer): Buffer {
  return Buffer.concat([int32(body.length), body]);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value, 'utf8');
  return Buffer.concat([int16(bytes.length), bytes]);
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
