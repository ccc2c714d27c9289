/** A cursor over the bytes of one Kafka frame: the primitive types of the Kafka protocol guide ("Protocol Primitive Types"). */

/** Thrown when bytes are not what the protocol says; the frame then passes unparsed and is counted. */
class MalformedFrame extends RangeError {}

/** Reads forward; every method moves `at`. Reading past the end throws (`RangeError`). */
export class ByteReader {
  readonly bytes: Buffer;
  at: number;

  constructor(bytes: Buffer, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  int8(): number {
    const value = this.bytes.readInt8(this.at);
    this.at += 1;
    return value;
  }

  int16(): number {
    const value = this.bytes.readInt16BE(this.at);
    this.at += 2;
    return value;
  }

  int32(): number {
    const value = this.bytes.readInt32BE(this.at);
    this.at += 4;
    return value;
  }

  /** As a number: offsets and timestamps stay far below 2^53. */
  int64(): number {
    const high = this.bytes.readInt32BE(this.at);
    const low = this.bytes.readUInt32BE(this.at + 4);
    this.at += 8;
    return high * 0x1_0000_0000 + low;
  }

  /** STRING or NULLABLE_STRING: a length of -1 is null. */
  string(): string | null {
    const length = this.int16();
    return length < 0 ? null : this.text(length);
  }

  /** BYTES or NULLABLE_BYTES, as a view. */
  blob(): Buffer | null {
    const length = this.int32();
    return length < 0 ? null : this.view(length);
  }

  /** The length of an ARRAY (null counts as empty); refuses lengths that cannot fit in what is left. */
  count(): number {
    return this.checked(this.int32());
  }

  /** UNSIGNED_VARINT. */
  uvarint(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.bytes.readUInt8(this.at++);
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw new MalformedFrame('a varint is longer than 5 bytes');
  }

  /** VARINT: zigzag, 32 bits. */
  varint(): number {
    const coded = this.uvarint();
    return coded % 2 === 0 ? coded / 2 : -(coded + 1) / 2;
  }

  /** VARLONG: zigzag, 64 bits; exact to 2^53. */
  varlong(): number {
    let low = 0;
    let scale = 1;
    for (let read = 0; read < 10; read++) {
      const byte = this.bytes.readUInt8(this.at++);
      low += (byte & 0x7f) * scale;
      scale *= 128;
      if (byte < 0x80) return low % 2 === 0 ? low / 2 : -(low + 1) / 2;
    }
    throw new MalformedFrame('a varlong is longer than 10 bytes');
  }

  /** COMPACT_STRING or COMPACT_NULLABLE_STRING (KIP-482). */
  compactString(): string | null {
    const length = this.uvarint();
    return length === 0 ? null : this.text(length - 1);
  }

  /** The length of a COMPACT_ARRAY. */
  compactCount(): number {
    return this.checked(this.uvarint() - 1);
  }

  /** Skips a section of tagged fields (KIP-482). */
  skipTags(): void {
    for (let left = this.uvarint(); left > 0; left--) {
      this.uvarint();
      this.skip(this.uvarint());
    }
  }

  text(length: number): string {
    this.bound(length);
    const value = this.bytes.toString('utf8', this.at, this.at + length);
    this.at += length;
    return value;
  }

  view(length: number): Buffer {
    this.bound(length);
    const value = this.bytes.subarray(this.at, this.at + length);
    this.at += length;
    return value;
  }

  skip(length: number): void {
    this.bound(length);
    this.at += length;
  }

  private bound(length: number): void {
    if (length < 0 || this.at + length > this.bytes.length) {
      throw new MalformedFrame(`${length} bytes at ${this.at} do not fit in ${this.bytes.length}`);
    }
  }

  private checked(count: number): number {
    if (count > this.bytes.length - this.at) throw new MalformedFrame(`an array of ${count} does not fit`);
    return Math.max(0, count);
  }
}
