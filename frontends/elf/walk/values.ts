/** What registers hold: pointers in slots, constants, scalars of a range. And what these are as operands of events. */
import type { Operand } from '../../../model/program.js';
import type { LocalVar } from '../../c/scope.js';
import type { CType } from '../../c/types.js';
import type { Range } from '../../shared/graph.js';
import type { Known } from '../../shared/values.js';
import { ANY_64, signed } from '../arithmetic.js';
import type { Source } from '../operation.js';
import type { Graph } from './graph.js';
import { LOOP } from './graph.js';
import { reg, tested } from './keys.js';
import type { Slots } from './slots.js';
import type { Cursor } from './state.js';
import { depthOf, isCellUsed, top } from './state.js';

const NO_TYPE: CType = { kind: 'unknown' };
/** The stack of a frame, where values of C's front end have a local variable. */
const stackOf = (depth: number): LocalVar => ({
  id: depth,
  fn: '',
  name: 'stack',
  type: NO_TYPE,
  at: LOOP.at,
  isTemp: false,
  isAddressTaken: true,
});

/** A constant, unless it is one that JavaScript's numbers cannot hold. */
export const asNumber = (v: bigint): Known => {
  const n = Number(signed(v, 64));
  return Number.isSafeInteger(n) ? { kind: 'int', value: n } : { kind: 'range', ...ANY_64 };
};

export interface Values {
  /** A scalar of a range, new at this instruction. */
  readonly fresh: (c: Cursor, key: string, range: Range) => Known;
  readonly setReg: (c: Cursor, n: number, known: Known) => void;
  readonly get: (c: Cursor, n: number) => Known;
  readonly sourceOf: (c: Cursor, s: Source) => Known;
  readonly rangeOfKnown: (c: Cursor, k: Known) => Range;
  /** What a slot is as an operand; what is none gets one that no rule takes. */
  readonly operandOf: (c: Cursor, k: Known) => Operand;
}

export function valuesWith({ newSlot, noPointer, cellNamed, rangeOf }: Slots, { stop, emit }: Graph): Values {
  const fresh = (c: Cursor, key: string, range: Range): Known => {
    if (range.lo === range.hi) return { kind: 'int', value: range.lo };
    c.env.delete(key);
    for (let k = 0; ; k++) {
      const name = `${depthOf(c)} ${top(c).fn.name} ${c.pc} ${key} ${k} ${range.lo} ${range.hi}`;
      if (isCellUsed(c.env, name)) continue;
      c.env.delete(tested(name));
      cellNamed(name, key.replace(/^\d+/, '').toUpperCase(), range);
      emit(c, { event: 'draft-assign', cell: name, to: range });
      return { kind: 'cell', cell: name };
    }
  };
  const setReg = (c: Cursor, n: number, known: Known): void => {
    const key = reg(depthOf(c), n);
    c.env.set(key, known.kind === 'range' ? fresh(c, key, known) : known);
  };
  const get = (c: Cursor, n: number): Known => {
    if (n === 10) return { kind: 'alias', local: stackOf(depthOf(c)), off: 0, vague: false };
    return c.env.get(reg(depthOf(c), n)) ?? stop(c, `reading R${n}, which nothing has written`);
  };
  const rangeOfKnown = (c: Cursor, k: Known): Range => {
    if (k.kind === 'int') return { lo: k.value, hi: k.value };
    const r = k.kind === 'cell' ? (c.env.get(tested(k.cell)) ?? rangeOf(k.cell)) : k;
    return r !== undefined && 'lo' in r ? { lo: r.lo, hi: r.hi } : ANY_64;
  };
  const sourceOf = (c: Cursor, s: Source): Known =>
    'register' in s ? get(c, s.register) : { kind: 'int', value: s.constant };
  const operandOf = (c: Cursor, k: Known): Operand => {
    switch (k.kind) {
      case 'slot':
        return k.vague ? stop(c, 'a pointer with a variable offset') : { slot: k.slot, add: k.add };
      case 'alias':
        return { slot: noPointer('fp'), add: 0 };
      case 'map':
        return { slot: noPointer('map_ptr'), add: 0 };
      case 'function':
        return { slot: noPointer('func'), add: 0 };
      case 'kernel':
        return { slot: noPointer('ctx'), add: 0 };
      case 'int':
        if (k.value === 0) {
          const dst = newSlot(c, 'null', null);
          emit(c, { event: 'null', dst });
          return { slot: dst, add: 0 };
        }
        return { slot: noPointer('scalar'), add: 0 };
      case 'cell':
      case 'range':
        return { slot: noPointer('scalar'), add: 0 };
      default:
        return stop(c, 'a pointer of the kernel given to a function that the model knows');
    }
  };
  return { fresh, setReg, get, sourceOf, rangeOfKnown, operandOf };
}
