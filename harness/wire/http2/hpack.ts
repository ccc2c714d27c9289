/**
 * Header blocks of HTTP/2 (HPACK, RFC 7541): one reader per direction of a connection, since a block leans on those before it;
 * what is written leans on nothing, so that a block may be changed, dropped or overtaken.
 */
import { readHuffman } from './huffman.ts';
import { STATIC_FIELDS } from './static-fields.ts';

/** One header field; names are in lower case. */
export interface Field {
  readonly name: string;
  readonly value: string;
  /** Must not be put into anybody's table. */
  readonly secret?: boolean;
}

export interface HeaderBlock {
  readonly fields: readonly Field[];
  /** New sizes of the table, announced at the block's beginning; who receives it may insist on hearing them. */
  readonly tableSizes: readonly number[];
}

export interface BlockReader {
  /** Throws `RangeError` on what is no header block: then the connection cannot be read on. */
  read(block: Buffer): HeaderBlock;
}

const FIELD_OVERHEAD = 32;
const FIRST_TABLE_BYTES = 4_096;
const LARGEST_TABLE_BYTES = 1024 * 1024;

export function blockReader(): BlockReader {
  const table: Field[] = [];
  let tableBytes = 0;
  let bound = FIRST_TABLE_BYTES;

  const evict = () => {
    while (tableBytes > bound) {
      const oldest = table.pop();
      if (oldest === undefined) break;
      tableBytes -= sizeOf(oldest);
    }
  };
  const remember = (field: Field) => {
    table.unshift(field);
    tableBytes += sizeOf(field);
    evict();
  };
  const fieldAt = (index: number): Field => {
    const field = STATIC_FIELDS[index - 1] ?? table[index - 1 - STATIC_FIELDS.length];
    if (index === 0 || field === undefined) throw new RangeError(`a header block names the field ${index} of no table`);
    return field;
  };

  return {
    read(block) {
      const source = { bytes: block, at: 0 };
      const fields: Field[] = [];
      const tableSizes: number[] = [];
      while (source.at < block.length) {
        const byte = block[source.at] as number;
        if (byte >= 0x80) fields.push(fieldAt(readNumber(source, 7)));
        else if ((byte & 0xe0) === 0x20) {
          bound = readNumber(source, 5);
          if (bound > LARGEST_TABLE_BYTES) throw new RangeError(`a header table of ${bound} bytes is too large`);
          tableSizes.push(bound);
          evict();
        } else {
          const kept = byte >= 0x40;
          const index = readNumber(source, kept ? 6 : 4);
          const name = index === 0 ? readText(source) : fieldAt(index).name;
          const value = readText(source);
          const field = (byte & 0xf0) === 0x10 ? { name, value, secret: true } : { name, value };
          if (kept) remember(field);
          fields.push(field);
        }
      }
      return { fields, tableSizes };
    },
  };
}

interface Source {
  readonly bytes: Buffer;
  at: number;
}

function sizeOf({ name, value }: Field): number {
  return name.length + value.length + FIELD_OVERHEAD;
}

function readNumber(source: Source, bits: number): number {
  const most = 2 ** bits - 1;
  let value = byteOf(source) & most;
  if (value < most) return value;
  for (let scale = 1; ; scale *= 128) {
    const byte = byteOf(source);
    value += (byte & 127) * scale;
    if (byte < 128) return value;
    if (scale > 2 ** 28) throw new RangeError('a number in a header block is too large');
  }
}

function readText(source: Source): string {
  const packed = ((source.bytes[source.at] ?? 0) & 0x80) !== 0;
  const length = readNumber(source, 7);
  const end = source.at + length;
  if (end > source.bytes.length) throw new RangeError('a header block ends within a text');
  const bytes = source.bytes.subarray(source.at, end);
  source.at = end;
  return packed ? readHuffman(bytes) : bytes.toString('latin1');
}

function byteOf(source: Source): number {
  const byte = source.bytes[source.at++];
  if (byte === undefined) throw new RangeError('a header block ends too soon');
  return byte;
}

const STATIC_INDEX = new Map(
  STATIC_FIELDS.toReversed().map(({ name, value }, index) => [`${name}\n${value}`, STATIC_FIELDS.length - index]),
);

/** A block that neither uses nor fills a table. */
export function writeBlock({ fields, tableSizes }: HeaderBlock): Buffer {
  const pieces: Buffer[] = tableSizes.map((size) => writeNumber(0x20, 5, size));
  for (const { name, value, secret } of fields) {
    const index = secret ? undefined : STATIC_INDEX.get(`${name}\n${value}`);
    if (index !== undefined) pieces.push(writeNumber(0x80, 7, index));
    else pieces.push(Buffer.from([secret ? 0x10 : 0x00]), ...writeText(name), ...writeText(value));
  }
  return Buffer.concat(pieces);
}

function writeText(text: string): Buffer[] {
  return [writeNumber(0x00, 7, text.length), Buffer.from(text, 'latin1')];
}

function writeNumber(flags: number, bits: number, value: number): Buffer {
  const most = 2 ** bits - 1;
  if (value < most) return Buffer.from([flags | value]);
  const bytes = [flags | most];
  let rest = value - most;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return Buffer.from([...bytes, rest]);
}
