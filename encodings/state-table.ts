/**
 * A set of packed states: full states in one growing array, found through an open-addressing table of their indices.
 *
 * Words are signed: V8 keeps those as small integers, while half of the unsigned ones would each be an object in code not yet optimised.
 */

export interface StateTable {
  readonly words: number;
  /** The states, `words` words each. The array may be replaced when it grows. */
  readonly data: () => Int32Array;
  readonly size: () => number;
  /** Adds the state in `from` and returns its index, or -1 - index if it was there. */
  readonly add: (from: Int32Array) => number;
  readonly bytes: () => number;
  /** What it takes for so many more states, at its largest: while it grows, the old and the new data are both there. */
  readonly bytesFor: (more: number) => number;
}

export const stateTable = (words: number, capacity = 1 << 12): StateTable => {
  let data = new Int32Array(words * capacity);
  let slots = new Int32Array(capacity * 2).fill(-1);
  let mask = slots.length - 1;
  let size = 0;
  const hash = (from: Int32Array, at: number): number => {
    let h = 0x9e3779b9;
    for (let i = 0; i < words; i++) {
      h = Math.imul(h ^ from[at + i], 0x85ebca6b);
      h ^= h >>> 15;
    }
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    return (h ^ (h >>> 16)) >>> 0;
  };
  const grow = (): void => {
    const bigger = new Int32Array(data.length * 2);
    bigger.set(data);
    data = bigger;
    slots = new Int32Array(slots.length * 2).fill(-1);
    mask = slots.length - 1;
    for (let i = 0; i < size; i++) {
      let j = hash(data, i * words) & mask;
      while (slots[j] >= 0) j = (j + 1) & mask;
      slots[j] = i;
    }
  };
  const add = (from: Int32Array): number => {
    let j = hash(from, 0) & mask;
    for (;;) {
      const i = slots[j];
      if (i < 0) break;
      const at = i * words;
      let same = true;
      for (let w = 0; w < words; w++)
        if (data[at + w] !== from[w]) {
          same = false;
          break;
        }
      if (same) return -1 - i;
      j = (j + 1) & mask;
    }
    if ((size + 1) * words > data.length) {
      grow();
      j = hash(from, 0) & mask;
      while (slots[j] >= 0) j = (j + 1) & mask;
    }
    slots[j] = size;
    const at = size * words;
    for (let w = 0; w < words; w++) data[at + w] = from[w];
    return size++;
  };
  const bytes = (): number => data.byteLength + slots.byteLength;
  const bytesFor = (more: number): number =>
    (size + more) * words > data.length ? 3 * data.byteLength + 2 * slots.byteLength : bytes();
  return { words, data: () => data, size: () => size, add, bytes, bytesFor };
};
