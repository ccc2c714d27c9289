/** Builds Kafka bytes: the opposite of `byte-reader.ts`, for the few requests and replies the wire makes itself. */

export class ByteWriter {
  private bytes = Buffer.allocUnsafe(256);
  private at = 0;

  int8(value: number): this {
    this.room(1);
    this.at = this.bytes.writeInt8(value, this.at);
    return this;
  }

  int16(value: number): this {
    this.room(2);
    this.at = this.bytes.writeInt16BE(value, this.at);
    return this;
  }

  int32(value: number): this {
    this.room(4);
    this.at = this.bytes.writeInt32BE(value, this.at);
    return this;
  }

  int64(value: number): this {
    this.room(8);
    this.at = this.bytes.writeBigInt64BE(BigInt(value), this.at);
    return this;
  }

  string(value: string | null): this {
    if (value === null) return this.int16(-1);
    const text = Buffer.from(value, 'utf8');
    return this.int16(text.length).raw(text);
  }

  blob(value: Uint8Array | null): this {
    return value === null ? this.int32(-1) : this.int32(value.length).raw(value);
  }

  array<T>(items: readonly T[], each: (item: T) => void): this {
    this.int32(items.length);
    for (const item of items) each(item);
    return this;
  }

  uvarint(value: number): this {
    this.room(10);
    let left = value;
    while (left >= 0x80) {
      this.bytes[this.at++] = (left % 128) | 0x80;
      left = Math.floor(left / 128);
    }
    this.bytes[this.at++] = left;
    return this;
  }

  /** Zigzag, up to 2^52 in size: VARINT and VARLONG. */
  varint(value: number): this {
    return this.uvarint(value >= 0 ? value * 2 : -value * 2 - 1);
  }

  raw(bytes: Uint8Array): this {
    this.room(bytes.length);
    this.bytes.set(bytes, this.at);
    this.at += bytes.length;
    return this;
  }

  /** What was written so far. */
  done(): Buffer {
    return this.bytes.subarray(0, this.at);
  }

  /** What was written so far with its size (INT32) in front: one frame. */
  frame(): Buffer {
    return Buffer.concat([new ByteWriter().int32(this.at).done(), this.done()]);
  }

  private room(more: number): void {
    if (this.at + more <= this.bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, this.at + more));
    this.bytes.copy(grown, 0, 0, this.at);
    this.bytes = grown;
  }
}
