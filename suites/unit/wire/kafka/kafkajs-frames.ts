/** kafkajs's own encoders and decoders, as a second opinion on the wire's: frames of requests, contents of replies. */
import { createRequire } from 'node:module';

const load = createRequire(import.meta.url);

interface Encoder {
  readonly buffer: Buffer;
}
interface Definition {
  readonly versions: readonly string[];
  protocol(options: { version: number }): (values: object) => {
    request: { apiKey: number; apiVersion: number };
    response: { decode(bytes: Buffer): Promise<Record<string, unknown>> };
  };
}

const encodeFrame: (parts: object) => Promise<Encoder> = load('kafkajs/src/protocol/request');
const apis: { requests: Record<string, Definition> } = load('kafkajs/src/protocol/requests');
const recordBatch: { RecordBatch(values: object): Promise<Encoder> } = load('kafkajs/src/protocol/recordBatch/v0');
const encodeRecord: (values: object) => Encoder = load('kafkajs/src/protocol/recordBatch/record/v0');

function definition(api: string): Definition {
  const found = apis.requests[api];
  if (found === undefined) throw new RangeError(`kafkajs has no ${api}`);
  return found;
}

/** Versions of the API that kafkajs speaks, within a range. */
export function versionsOf(api: string, lowest: number, highest: number): number[] {
  return definition(api)
    .versions.map(Number)
    .filter((version) => version >= lowest && version <= highest);
}

/** The frame kafkajs sends. */
export async function requestFrame(api: string, version: number, values: object): Promise<Buffer> {
  const { request } = definition(api).protocol({ version })(values);
  return (await encodeFrame({ correlationId: 77, clientId: 'payment', request })).buffer;
}

/** What kafkajs reads from a reply frame. */
export function readReplyFrame(api: string, version: number, frame: Buffer): Promise<Record<string, unknown>> {
  return definition(api).protocol({ version })({ topics: [] }).response.decode(frame.subarray(8));
}

export interface PlainRecord {
  readonly key: string | null;
  readonly value: string | null;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A batch as kafkajs makes it. */
export async function batchOf(
  records: readonly PlainRecord[],
  firstOffset = 0,
  timestamp = 1_700_000_000_000,
): Promise<Buffer> {
  const encoded = records.map(({ key, value, headers }, offsetDelta) =>
    encodeRecord({ key, value, headers, offsetDelta, timestampDelta: offsetDelta }),
  );
  const made = await recordBatch.RecordBatch({
    firstOffset,
    firstTimestamp: timestamp,
    maxTimestamp: timestamp + records.length,
    lastOffsetDelta: records.length - 1,
    records: encoded,
  });
  return made.buffer;
}
