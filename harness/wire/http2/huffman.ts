/** The Huffman code of HPACK (RFC 7541, appendix B), read only: what the wire writes is plain. */

/** Length in bits of the code of each byte 0 to 255, and of the end mark. The code is canonical: lengths are all of it. */
const LENGTHS = [
  13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28,
  28, 28, 28, 6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
  13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6, 15, 5, 6, 5, 6,
  5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28, 20, 22, 20, 20, 22, 22, 22, 23,
  22, 23, 23, 23, 23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24, 22, 21, 20, 22, 22,
  23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23, 26, 26,
  20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, 19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27,
  27, 20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27,
  27, 27, 27, 26, 30,
];

const END_MARK = 256;
/** Bits that may stand behind the last code, all of them ones. */
const MOST_PADDING = 7;

/** For each length: the first code of that length, and the symbols that have one, in order. */
interface Row {
  readonly first: number;
  readonly symbols: readonly number[];
}

const ROWS: readonly Row[] = makeRows();

function makeRows(): Row[] {
  const rows: Row[] = [];
  let code = 0;
  for (let length = 0; length <= 30; length++) {
    const symbols = LENGTHS.flatMap((of, symbol) => (of === length ? [symbol] : []));
    rows.push({ first: code, symbols });
    code = (code + symbols.length) * 2;
  }
  return rows;
}

/** The text (latin1) that the bytes stand for. Throws `RangeError` on what is no such code. */
export function readHuffman(bytes: Buffer): string {
  const text = Buffer.allocUnsafe(Math.ceil((bytes.length * 8) / 5));
  let size = 0;
  let code = 0;
  let length = 0;
  for (const byte of bytes) {
    for (let bit = 7; bit >= 0; bit--) {
      code = code * 2 + ((byte >> bit) & 1);
      length++;
      const row = ROWS[length];
      if (row === undefined) throw new RangeError('a header text is no Huffman code');
      const symbol = row.symbols[code - row.first];
      if (symbol === undefined) continue;
      if (symbol === END_MARK) throw new RangeError('a header text holds the end mark');
      text[size++] = symbol;
      code = 0;
      length = 0;
    }
  }
  if (length > MOST_PADDING || code !== 2 ** length - 1) throw new RangeError('a header text ends within a code');
  return text.toString('latin1', 0, size);
}
