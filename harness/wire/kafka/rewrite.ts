/**
 * Keeps clients on the wire: broker addresses in Metadata and FindCoordinator replies become the edge's own address, by splicing those bytes
 * alone. Flexible versions (KIP-482) are handled too, for clients that do not ask which versions are offered.
 */
import { API } from './apis.ts';
import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Bytes [from, to) of a frame, and what stands there instead. */
export interface Splice {
  readonly from: number;
  readonly to: number;
  readonly bytes: Buffer;
}

/** The reply with every broker address replaced. All brokers become one address: an edge leads to one broker. Throws `RangeError`. */
export function rewriteAddresses(frame: Buffer, api: number, version: number, address: Address): Buffer {
  const splices = api === API.metadata ? metadata(frame, version, address) : coordinators(frame, version, address);
  return spliced(frame, splices);
}

function metadata(frame: Buffer, version: number, address: Address): Splice[] {
  const flexible = version >= 9;
  const reader = new ByteReader(frame, 8);
  if (flexible) reader.skipTags(); // reply header v1
  if (version >= 3) reader.skip(4); // throttle
  const splices: Splice[] = [];
  for (let left = flexible ? reader.compactCount() : reader.count(); left > 0; left--) {
    reader.skip(4); // node id
    splices.push(hostAndPort(reader, flexible, address));
    if (version >= 1) skipString(reader, flexible); // rack
    if (flexible) reader.skipTags();
  }
  return splices;
}

function coordinators(frame: Buffer, version: number, address: Address): Splice[] {
  const flexible = version >= 3;
  const reader = new ByteReader(frame, 8);
  if (flexible) reader.skipTags();
  if (version >= 1) reader.skip(4); // throttle
  if (version < 4) {
    const error = reader.int16();
    if (version >= 1) skipString(reader, flexible); // error message
    reader.skip(4); // node id
    return error === 0 ? [hostAndPort(reader, flexible, address)] : [];
  }
  const splices: Splice[] = [];
  for (let left = reader.compactCount(); left > 0; left--) {
    skipString(reader, true); // key
    reader.skip(4); // node id
    const splice = hostAndPort(reader, true, address);
    if (reader.int16() === 0) splices.push(splice);
    skipString(reader, true); // error message
    reader.skipTags();
  }
  return splices;
}

function hostAndPort(reader: ByteReader, flexible: boolean, address: Address): Splice {
  const from = reader.at;
  skipString(reader, flexible);
  reader.skip(4);
  const writer = new ByteWriter();
  const host = Buffer.from(address.host, 'utf8');
  if (flexible) writer.uvarint(host.length + 1).raw(host);
  else writer.int16(host.length).raw(host);
  return { from, to: reader.at, bytes: writer.int32(address.port).done() };
}

function skipString(reader: ByteReader, flexible: boolean): void {
  if (flexible) reader.compactString();
  else reader.string();
}

/** The frame with the splices (in order, not overlapping) carried out and its size mended. */
export function spliced(frame: Buffer, splices: readonly Splice[]): Buffer {
  const parts: Buffer[] = [];
  let at = 4;
  for (const { from, to, bytes } of splices) {
    parts.push(frame.subarray(at, from), bytes);
    at = to;
  }
  parts.push(frame.subarray(at));
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([new ByteWriter().int32(size).done(), ...parts]);
}
