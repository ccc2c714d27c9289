/** Caps what the broker offers: the ApiVersions reply (KIP-35, KIP-511), whose header is always v0. */
import { highestOffered } from './apis.ts';
import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';

interface Offer {
  readonly api: number;
  readonly lowest: number;
  readonly highest: number;
}

/**
 * The reply with the versions of `apis.ts`. Tagged fields (feature levels, KIP-584) are left out: with `transaction.version` 2 (KIP-890) a client
 * would count on newer Produce versions than are offered. An error reply passes as it is.
 */
export function capVersions(frame: Buffer, version: number): Buffer {
  const reader = new ByteReader(frame, 4);
  const correlation = reader.int32();
  if (reader.int16() !== 0) return frame;
  const flexible = version >= 3;
  const offers: Offer[] = [];
  for (let left = flexible ? reader.compactCount() : reader.count(); left > 0; left--) {
    const api = reader.int16();
    const lowest = reader.int16();
    const highest = highestOffered(api, lowest, reader.int16());
    if (flexible) reader.skipTags();
    if (highest !== undefined) offers.push({ api, lowest, highest });
  }
  const throttleMs = version >= 1 ? reader.int32() : 0;

  const writer = new ByteWriter().int32(correlation).int16(0);
  if (flexible) writer.uvarint(offers.length + 1);
  else writer.int32(offers.length);
  for (const { api, lowest, highest } of offers) {
    writer.int16(api).int16(lowest).int16(highest);
    if (flexible) writer.uvarint(0);
  }
  if (version >= 1) writer.int32(throttleMs);
  if (flexible) writer.uvarint(0);
  return writer.frame();
}
