/** A table of zero-terminated texts, as ELF and BTF have them: texts are named by their offset, and may be tails of one another. */
import type { Bytes } from './bytes.js';

export interface Texts {
  /** Returns the text at an offset of the table. A longer one than `most` bytes is malformed; `from` and `at` are who names it. */
  at(offset: number, most: number, from: Bytes, at: number): string;
  /** Like `at`, but what is longer is cut. */
  cutAt(offset: number, most: number, from: Bytes, at: number): string;
}

/** Compilers let few texts share their tails; millions of overlapping ones would be a file that grows when it is read. */
const MOST_SHARING = 16;
const SMALL = 65_536;

const utf8 = new TextDecoder();

/** Returns the texts of a section, or of a part of it. */
export function textsOf(table: Bytes): Texts {
  const known = new Map<number, string>();
  let total = 0;
  const read = (offset: number, most: number, isCut: boolean, from: Bytes, at: number): string => {
    const found = known.get(offset);
    if (found !== undefined) return found;
    if (offset >= table.size) return from.fail(at, `text ${offset} lies outside the ${table.size} bytes of texts`);
    const window = table.raw.subarray(offset, Math.min(table.size, offset + most + 1));
    const end = window.indexOf(0);
    if (end < 0 && !isCut) return from.fail(at, `text ${offset} does not end within ${most} bytes`);
    const text = utf8.decode(window.subarray(0, end < 0 ? most : end));
    total += text.length;
    if (total > MOST_SHARING * table.size + SMALL) return table.fail(offset, 'too many texts share their tails');
    known.set(offset, text);
    return text;
  };
  return {
    at: (offset, most, from, at) => read(offset, most, false, from, at),
    cutAt: (offset, most, from, at) => read(offset, most, true, from, at),
  };
}
