/** Moves and arithmetic of registers: pointers that move, numbers that are computed or get a range. */
import type { Known } from '../../shared/values.js';
import { anyOfSize, computed, lowHalf, resultRange, signed, signedLowHalf, unsigned } from '../arithmetic.js';
import type { Operation, Source } from '../operation.js';
import type { Base } from './base.js';
import { reg } from './keys.js';
import type { Cursor } from './state.js';
import { depthOf, isPointer, top } from './state.js';
import { asNumber } from './values.js';

const constantOf = (k: Known): bigint | null => (k.kind === 'int' ? BigInt(k.value) : null);

export interface Alu {
  readonly alu: (c: Cursor, i: Operation & { op: 'alu' }) => void;
  /** Arithmetic of one operand. */
  readonly unary: (c: Cursor, i: Operation & { op: 'movsx' | 'neg' | 'swap' }) => void;
}

export function aluWith({ slots, graph, values }: Base): Alu {
  const { newSlot, shapeAt } = slots;
  const { get, rangeOfKnown, setReg, sourceOf } = values;

  const movePointer = (c: Cursor, n: number, k: Known, by: number | null): void => {
    switch (k.kind) {
      case 'slot': {
        if (by === null) {
          c.env.set(reg(depthOf(c), n), { ...k, vague: true });
          return;
        }
        if (k.vague) {
          c.env.set(reg(depthOf(c), n), { ...k, add: k.add + by });
          return;
        }
        const old = shapeAt(k.slot);
        const shape = old === null || 'template' in old ? old : { ...old, off: old.off + k.add + by };
        c.env.delete(reg(depthOf(c), n));
        // The source must not be thought free while it is read.
        const dst = newSlot({ ...c, env: new Map([...c.env, ['source', k]]) }, `r${n}`, shape);
        graph.emit(c, { event: 'move', dst, src: { slot: k.slot, add: k.add + by, reg: n } });
        c.env.set(reg(depthOf(c), n), { kind: 'slot', slot: dst, add: 0, vague: false });
        return;
      }
      case 'alias':
        c.env.set(reg(depthOf(c), n), by === null ? { ...k, vague: true } : { ...k, off: k.off + by });
        return;
      default:
        c.env.set(reg(depthOf(c), n), k);
    }
  };

  const zeroExtended = (c: Cursor, k: Known): Known => {
    const all = anyOfSize(4);
    const r = rangeOfKnown(c, k);
    if (r.lo >= 0 && r.hi <= all.hi) return k;
    const isNegative = r.hi < 0 && r.lo >= -(2 ** 31);
    return isNegative ? { kind: 'range', lo: r.lo + 2 ** 32, hi: r.hi + 2 ** 32 } : { kind: 'range', ...all };
  };

  /** A shift left and right by 32 is how old instruction sets cut a register to 32 bits. Returns whether two instructions were read. */
  const cutTo32 = (c: Cursor, i: Operation & { op: 'alu' }, k: Known): boolean => {
    const { code } = top(c);
    const after = code.next(c.pc);
    const second = code.at(after)?.does;
    const isBy32 = (s: Source): boolean => 'constant' in s && s.constant === 32;
    if (i.operator !== 'lsh' || i.width !== 64 || !isBy32(i.src) || second?.op !== 'alu') return false;
    const { operator, width, dst, src } = second;
    if ((operator !== 'rsh' && operator !== 'arsh') || width !== 64 || dst !== i.dst || !isBy32(src)) return false;
    if (code.isLeader(after) || k.kind !== 'cell') return false;
    const before = rangeOfKnown(c, k);
    const r = operator === 'arsh' ? signedLowHalf(before) : lowHalf(before);
    // Where the kernel forgets some of what it knew, this is another number to it.
    setReg(c, i.dst, r.lo === before.lo && r.hi === before.hi ? k : { kind: 'range', ...r });
    c.pc = after;
    return true;
  };

  const alu = (c: Cursor, i: Operation & { op: 'alu' }): void => {
    const b = sourceOf(c, i.src);
    if (i.operator === 'mov') {
      const u32 = anyOfSize(4);
      if (i.width === 64) setReg(c, i.dst, b);
      else if (b.kind === 'int') setReg(c, i.dst, asNumber(unsigned(BigInt(b.value), 32)));
      else setReg(c, i.dst, isPointer(b) ? { kind: 'range', ...u32 } : zeroExtended(c, b));
      return;
    }
    const a = get(c, i.dst);
    const [x, y] = [constantOf(a), constantOf(b)];
    if (x !== null && y !== null) {
      setReg(c, i.dst, asNumber(computed(i.operator, i.width, x, y)));
      return;
    }
    if (i.width === 64 && (i.operator === 'add' || i.operator === 'sub') && isPointer(a) !== isPointer(b)) {
      const [pointer, by] = isPointer(a) ? [a, y] : [b, x];
      movePointer(c, i.dst, pointer, by === null ? null : Number(i.operator === 'add' ? by : -by));
      return;
    }
    if (isPointer(a) || isPointer(b)) {
      setReg(c, i.dst, { kind: 'range', ...anyOfSize(i.width / 8) });
      return;
    }
    if (cutTo32(c, i, a)) return;
    setReg(c, i.dst, { kind: 'range', ...resultRange(i.operator, i.width, rangeOfKnown(c, a), y) });
  };

  const unary = (c: Cursor, i: Operation & { op: 'movsx' | 'neg' | 'swap' }): void => {
    const k = get(c, i.op === 'movsx' ? i.src : i.dst);
    if (i.op === 'movsx' && k.kind === 'int')
      setReg(c, i.dst, asNumber(unsigned(signed(BigInt(k.value), i.from), i.width)));
    else if (i.op === 'neg' && k.kind === 'int') setReg(c, i.dst, asNumber(unsigned(-BigInt(k.value), i.width)));
    else setReg(c, i.dst, { kind: 'range', ...anyOfSize(i.width / 8) });
  };

  return { alu, unary };
}
