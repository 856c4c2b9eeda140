/** How a state is packed into 32-bit words: fields never straddle a word, and what does not fit is an error, not a collision. */
import { ModelBug } from '../model/term.js';

export interface Field {
  readonly word: number;
  readonly shift: number;
  readonly bits: number;
  readonly mask: number;
}
export interface Packing {
  readonly words: number;
  readonly fields: readonly Field[];
}

/** Packs fields of these sizes. Each group begins a word of its own; without groups all fields are one. */
export const packingOf = (
  sizes: readonly number[],
  groups: readonly (readonly number[])[] = [sizes.map((_, i) => i)],
): Packing => {
  const fields: Field[] = [];
  let word = -1;
  for (const group of groups) {
    word++;
    let used = 0;
    for (const i of group) {
      const bits = Math.max(1, Math.ceil(Math.log2(sizes[i] ?? 2)));
      if (bits > 31) throw new ModelBug(`a field of ${String(sizes[i])} values does not fit a word`);
      if (used + bits > 32) {
        word++;
        used = 0;
      }
      fields[i] = { word, shift: used, bits, mask: (2 ** bits - 1) | 0 };
      used += bits;
    }
  }
  return { words: word + 1, fields };
};

export const pack = (p: Packing, s: ArrayLike<number>, into: Int32Array, at: number): void => {
  for (let w = 0; w < p.words; w++) into[at + w] = 0;
  p.fields.forEach((f, i) => {
    const v = s[i];
    if ((v & f.mask) !== v) throw new ModelBug(`value ${String(v)} does not fit field ${String(i)}`);
    into[at + f.word] = (into[at + f.word] | (v << f.shift)) >>> 0;
  });
};
export const unpack = (p: Packing, from: Int32Array, at: number): Int32Array =>
  Int32Array.from(p.fields, f => (from[at + f.word] >>> f.shift) & f.mask);
