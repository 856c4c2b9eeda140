/** The slots and scalars that events of a walk speak of: for which pointer or number each stands, and what a slot points to. */
import type { CType } from '../../c/types.js';
import type { Cell, Range } from '../../shared/graph.js';
import type { Known } from '../../shared/values.js';
import { anyOfSize } from '../arithmetic.js';
import type { InnerShape, Shape } from '../shapes.js';
import type { Cursor } from './state.js';
import { isUsed } from './state.js';

export interface Slots {
  /** The name of each slot. */
  readonly names: readonly string[];
  readonly cells: ReadonlyMap<string, Cell>;
  /** A slot for what an instruction makes: the first of its name and shape that nothing at hand is in. */
  readonly newSlot: (c: Cursor, name: string, shape: Shape | InnerShape | null) => number;
  /** A slot that nothing is ever put into: an operand of a kind that no rule takes. The name is the kernel's word for it. */
  readonly noPointer: (word: string) => number;
  /** The one slot of a key, which decides its shape. */
  readonly fixedSlot: (key: string, name: string, shape?: Shape | InnerShape | null) => number;
  /** Where an interrupt state is saved on the stack. */
  readonly stackSlot: (depth: number, off: number) => number;
  /** The verifier keeps a saved interrupt state in its stack slot, which is no number any more. */
  readonly meetsFlags: (depth: number, off: number, size: number) => boolean;
  readonly shapeAt: (slot: number) => Shape | InnerShape | null;
  /** The struct that a pointer points to, if it is in a slot and is no inner map. */
  readonly shapeOf: (k: Known) => Shape | null;
  readonly cellNamed: (key: string, name: string, range: Range) => string;
  readonly indexOf: (cell: string) => number;
  /** The range that a scalar was made with. */
  readonly rangeOf: (cell: string) => Range | undefined;
}

/** The smallest integer type that holds a range: comparisons convert from it. */
const typeFor = (r: Range): CType & { kind: 'int' } => {
  const of = (size: number, isSigned: boolean): CType & { kind: 'int' } => ({
    kind: 'int',
    size,
    signed: isSigned,
    bool: false,
    name: `${isSigned ? 's' : 'u'}${size * 8}`,
  });
  for (const size of [1, 2, 4]) {
    const unsignedRange = anyOfSize(size);
    if (r.lo >= 0 && r.hi <= unsignedRange.hi) return of(size, false);
    const signedRange = anyOfSize(size, true);
    if (r.lo >= signedRange.lo && r.hi <= signedRange.hi) return of(size, true);
  }
  return of(8, true);
};

export function newSlots(): Slots {
  const names: string[] = [];
  const slotShapes: (Shape | InnerShape | null)[] = [];
  const slotIndex = new Map<string, number>();
  const cells = new Map<string, Cell>();
  const ranges = new Map<string, Range>();

  const add = (key: string, name: string, shape: Shape | InnerShape | null): number => {
    names.push(name);
    slotShapes.push(shape);
    slotIndex.set(key, names.length - 1);
    return names.length - 1;
  };
  const fixedSlot = (key: string, name: string, shape: Shape | InnerShape | null = null): number =>
    slotIndex.get(key) ?? add(key, name, shape);
  const shapeAt = (slot: number): Shape | InnerShape | null => slotShapes[slot] ?? null;
  return {
    names,
    cells,
    newSlot(c, name, shape) {
      for (let k = 0; ; k++) {
        const key = `${name} ${k} ${JSON.stringify(shape)}`;
        const known = slotIndex.get(key);
        if (known !== undefined && isUsed(c, known)) continue;
        return known ?? add(key, k === 0 ? name : `${name}#${k}`, shape);
      }
    },
    noPointer: word => fixedSlot(`no ${word}`, word),
    fixedSlot,
    stackSlot: (depth, off) => fixedSlot(`stack ${depth} ${off}`, `fp${off}`),
    meetsFlags: (depth, off, size) =>
      [...slotIndex.keys()].some(key => {
        const m = /^stack (\d+) (-?\d+)$/.exec(key);
        return m !== null && Number(m[1]) === depth && Number(m[2]) < off + size && off < Number(m[2]) + 8;
      }),
    shapeAt,
    shapeOf(k) {
      const shape = k.kind === 'slot' ? shapeAt(k.slot) : null;
      return shape === null || 'template' in shape ? null : shape;
    },
    cellNamed(key, name, range) {
      if (!cells.has(key)) {
        cells.set(key, { index: cells.size, name, type: typeFor(range) });
        ranges.set(key, range);
      }
      return key;
    },
    indexOf: cell => cells.get(cell)?.index ?? 0,
    rangeOf: cell => ranges.get(cell),
  };
}
