/** Local variables: what becomes of one when it is written, in part or as a whole. */
import type { At } from '../../../model/program.js';
import { cellKey, type Known } from '../../shared/values.js';
import type { LocalPlace } from '../ir.js';
import type { LocalVar } from '../scope.js';
import { convert, INT, rangeOf, type CType } from '../types.js';
import type { UnrollContext } from './context.js';
import type { Evaluator } from './evaluate.js';
import type { Graph } from './graph.js';
import { isFollowed, leaves, MOST_LEAVES, unfollowedPointer } from './parts.js';
import { top, type Cursor } from './state.js';
import type { Tables } from './tables.js';

const LONG_CELL: CType = { kind: 'int', size: 8, signed: true, bool: false, name: 'long' };

export interface Locals {
  /** Something in a variable is about to be written. */
  readonly touch: (c: Cursor, local: LocalVar, where: At) => void;
  /** A part of a variable gets a value. */
  readonly setLocal: (c: Cursor, local: LocalVar, off: number, type: CType, known: Known, where: At) => void;
  /** The same for a place, whose index may not be known. */
  readonly setPlace: (c: Cursor, place: LocalPlace, known: Known, where: At) => void;
  /** A variable may now hold anything. */
  readonly forget: (c: Cursor, local: LocalVar, where: At) => void;
  /** The same, but its pointers are left as they are. */
  readonly forgetIntegers: (c: Cursor, local: LocalVar, where: At) => void;
  /** All of a variable becomes zero. */
  readonly zero: (c: Cursor, local: LocalVar, where: At) => void;
  /** What is constant in a variable no longer tells states apart. */
  readonly loosen: (c: Cursor, local: LocalVar, where: At) => void;
}

export function newLocals(
  context: UnrollContext,
  { slotOf, cellOf, wholeCell }: Tables,
  { emit }: Graph,
  { indexSum }: Evaluator,
): Locals {
  const { problems } = context;

  const bindings = (c: Cursor, local: LocalVar, off: number, known: Known): void => {
    c.env.set(cellKey(local, off), { local, off, known });
  };

  /** The key scalar of a struct changes whenever one of its members does. */
  const touch = (c: Cursor, local: LocalVar, where: At): void => {
    if (!local.isAddressTaken || (local.type.kind !== 'struct' && local.type.kind !== 'array')) return;
    const key = wholeCell(local);
    emit(
      c,
      { event: 'draft-assign', cell: key, to: { lo: Number.MIN_SAFE_INTEGER, hi: Number.MAX_SAFE_INTEGER } },
      where,
    );
  };

  const setLocal = (c: Cursor, local: LocalVar, off: number, type: CType, known: Known, where: At): void => {
    const key = cellKey(local, off);
    touch(c, local, where);
    if (!isFollowed(local.type, off, type)) {
      // part of a union, or memory seen as another type: what is there is not followed
      if (type.kind === 'int') forget(c, local, where);
      else problems.stopUnsupported(unfollowedPointer(local), where);
      return;
    }
    if (type.kind === 'int') {
      setInteger(c, local, off, type, known, where);
      return;
    }
    switch (known.kind) {
      case 'slot': {
        if (known.vague) return problems.stopUnsupported('a pointer with a variable offset', where);
        const dst = slotOf(local, off);
        c.env.delete(key);
        if (known.slot !== dst || known.add !== 0)
          emit(c, { event: 'move', dst, src: { slot: known.slot, add: known.add } }, where);
        return;
      }
      case 'int':
        if (known.value === 0) {
          c.env.delete(key);
          emit(c, { event: 'null', dst: slotOf(local, off) }, where);
          return;
        }
        bindings(c, local, off, { kind: 'opaque', cell: null, trusted: false });
        return;
      case 'alias':
      case 'map':
      case 'function':
      case 'text':
      case 'kernel':
        bindings(c, local, off, known);
        return;
      default: {
        if (local.isTemp && known.kind === 'opaque' && known.cell === null) {
          bindings(c, local, off, known);
          return;
        }
        // whether it is NULL is a scalar of its own
        const cell = cellOf(local, off, LONG_CELL);
        const from = known.kind === 'opaque' ? known.cell : known.kind === 'cell' ? known.cell : null;
        if (from === null) emit(c, { event: 'draft-assign', cell, to: rangeOf(LONG_CELL) }, where);
        else if (from !== cell) emit(c, { event: 'draft-copy', cell, from }, where);
        bindings(c, local, off, { kind: 'opaque', cell, trusted: known.kind === 'opaque' ? known.trusted : true });
      }
    }
  };

  const setInteger = (c: Cursor, local: LocalVar, off: number, type: CType, known: Known, where: At): void => {
    const key = cellKey(local, off);
    const isCounter = local.isTemp || top(c).ir.counters.has(local.id) || countersOf(local);
    if (known.kind === 'int' && isCounter) {
      bindings(c, local, off, { kind: 'int', value: convert(known.value, type) });
      return;
    }
    if (local.isTemp && known.kind !== 'cell') {
      bindings(c, local, off, known);
      return;
    }
    c.env.delete(key);
    const cell = cellOf(local, off, type);
    const full = rangeOf(type);
    const from = known.kind === 'cell' ? known.cell : known.kind === 'opaque' ? known.cell : null;
    if (from !== null) {
      if (from !== cell) emit(c, { event: 'draft-copy', cell, from }, where);
      return;
    }
    let to = full;
    if (known.kind === 'int') {
      const value = convert(known.value, type);
      to = { lo: value, hi: value };
    } else if ((known.kind === 'range' || known.kind === 'expression') && known.lo >= full.lo && known.hi <= full.hi) {
      to = { lo: known.lo, hi: known.hi };
    }
    emit(c, { event: 'draft-assign', cell, to }, where);
  };
  const countersOf = (local: LocalVar): boolean => context.functionNamed(local.fn)?.counters.has(local.id) ?? false;

  const setPlace = (c: Cursor, place: LocalPlace, known: Known, where: At): void => {
    const off = indexSum(c, place, where);
    if (off !== null) setLocal(c, place.local, off, place.type, known, where);
    else if (place.type.kind === 'int') forget(c, place.local, where);
    else problems.stopUnsupported('an array of pointers with a variable index', where);
  };

  /** All integers in a local variable may now be anything. */
  const forget = (c: Cursor, local: LocalVar, where: At): void => {
    touch(c, local, where);
    const parts = leaves(local.type);
    if (parts.length > MOST_LEAVES) return;
    for (const leaf of parts) {
      if (leaf.type.kind === 'int') {
        c.env.delete(cellKey(local, leaf.off));
        emit(c, { event: 'draft-assign', cell: cellOf(local, leaf.off, leaf.type), to: rangeOf(leaf.type) }, where);
      } else if (leaf.type.kind === 'pointer') {
        bindings(c, local, leaf.off, { kind: 'opaque', cell: null, trusted: false });
      }
    }
  };

  const zero = (c: Cursor, local: LocalVar, where: At): void => {
    const parts = leaves(local.type);
    if (parts.length > MOST_LEAVES) return;
    for (const leaf of parts) setLocal(c, local, leaf.off, leaf.type, { kind: 'int', value: 0 }, where);
  };

  const forgetIntegers = (c: Cursor, local: LocalVar, where: At): void => {
    const parts = leaves(local.type);
    if (parts.length > MOST_LEAVES) return;
    touch(c, local, where);
    for (const leaf of parts) {
      if (leaf.type.kind === 'int')
        emit(c, { event: 'draft-assign', cell: cellOf(local, leaf.off, leaf.type), to: rangeOf(leaf.type) }, where);
    }
  };

  /** Constants of a variable move from what is known into its scalar. */
  const loosen = (c: Cursor, local: LocalVar, where: At): void => {
    for (const [key, binding] of c.env) {
      if (binding.local !== local || binding.known.kind !== 'int' || local.isTemp) continue;
      const type = leaves(local.type).find(l => l.off === binding.off)?.type ?? INT;
      c.env.delete(key);
      const value = binding.known.value;
      emit(c, { event: 'draft-assign', cell: cellOf(local, binding.off, type), to: { lo: value, hi: value } }, where);
    }
  };

  return { touch, setLocal, setPlace, forget, forgetIntegers, zero, loosen };
}
