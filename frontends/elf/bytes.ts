/**
 * A part of the file that is read with every access checked. What is outside, or makes no sense, is `Malformed`: one line that names
 * the section and the byte.
 */

/** Ends the reading of an object. Never leaves this folder: `readObject` makes an `ObjectError` of it. */
export class Malformed extends Error {
  constructor(
    readonly kind: 'input-error' | 'unsupported',
    readonly section: string,
    readonly offset: number,
    readonly problem: string,
  ) {
    super(problem);
  }
}

/** Returns a name from the file as it may stand in a message: one line, of moderate length, in quotes. */
export function quote(name: string): string {
  const line = name.replace(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, '?');
  return `'${line.length > 60 ? `${line.slice(0, 60)}...` : line}'`;
}

export interface Bytes {
  /** Name of the section, empty for the file itself. */
  readonly section: string;
  readonly size: number;
  readonly raw: Uint8Array;
  u8(offset: number): number;
  u16(offset: number): number;
  i16(offset: number): number;
  u32(offset: number): number;
  i32(offset: number): number;
  /** A 64-bit number that has to be an offset, a size or a flag word: more than 2^53 is malformed. */
  u64(offset: number): number;
  /** Fails unless so many bytes are there. */
  need(offset: number, size: number, what: string): void;
  /** A part of it, under the same name; offsets of the part count from its start. */
  part(offset: number, size: number, what: string): Bytes;
  fail(offset: number, problem: string): never;
  unsupported(offset: number, problem: string): never;
}

/** Returns `raw` as checked bytes. `start` is where it begins in its section, so that messages count from the section's start. */
export function bytesOf(section: string, raw: Uint8Array, start = 0): Bytes {
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const size = raw.byteLength;
  const fail = (offset: number, problem: string): never => {
    throw new Malformed('input-error', section, start + offset, problem);
  };
  const within = (offset: number, count: number): number =>
    offset >= 0 && count >= 0 && offset + count <= size
      ? offset
      : fail(Math.max(0, Math.min(offset, size)), `${count} bytes are needed at byte ${start + offset}, past the end`);
  const need = (offset: number, count: number, what: string): void => {
    if (offset >= 0 && count >= 0 && offset + count <= size) return;
    fail(Math.max(0, Math.min(offset, size)), `${what} (${count} bytes) does not fit into ${size} bytes`);
  };
  return {
    section,
    size,
    raw,
    u8: offset => view.getUint8(within(offset, 1)),
    u16: offset => view.getUint16(within(offset, 2), true),
    i16: offset => view.getInt16(within(offset, 2), true),
    u32: offset => view.getUint32(within(offset, 4), true),
    i32: offset => view.getInt32(within(offset, 4), true),
    u64(offset) {
      const value = Number(view.getBigUint64(within(offset, 8), true));
      return Number.isSafeInteger(value) ? value : fail(offset, `${value.toExponential(3)} is no offset or size`);
    },
    need,
    part(offset, count, what) {
      need(offset, count, what);
      return bytesOf(section, raw.subarray(offset, offset + count), start + offset);
    },
    fail,
    unsupported(offset, problem) {
      throw new Malformed('unsupported', section, start + offset, problem);
    },
  };
}
