/** Instructions that move values: between variables, from memory and to it. */
import type { At, Operand } from '../../../model/program.js';
import type { Problems } from '../../shared/problems.js';
import { anyOf, cellKey, type Known } from '../../shared/values.js';
import type { Instruction, Place } from '../ir.js';
import type { LocalVar } from '../scope.js';
import { isKptr } from '../types.js';
import type { Evaluator } from './evaluate.js';
import type { Graph } from './graph.js';
import type { Locals } from './locals.js';
import { leaves, MOST_LEAVES } from './parts.js';
import type { Cursor } from './state.js';
import type { Tables } from './tables.js';

export interface Moves {
  readonly doSet: (c: Cursor, i: Instruction & { op: 'set' }) => void;
  readonly doLoad: (c: Cursor, i: Instruction & { op: 'load' }) => void;
  readonly doStore: (c: Cursor, i: Instruction & { op: 'store' }) => void;
  readonly doCopy: (c: Cursor, i: Instruction & { op: 'copy' }) => void;
  readonly doFresh: (c: Cursor, i: Instruction & { op: 'fresh' }) => void;
}

export function newMoves(
  problems: Problems,
  { slotOf }: Tables,
  { emit }: Graph,
  evaluator: Evaluator,
  locals: Locals,
): Moves {
  const { evaluate, addressOf, indexSum, currentLocal } = evaluator;
  const { touch, setLocal, setPlace, forget, forgetIntegers, zero } = locals;

  /** Returns a place as something to read or write: a local part, or an operand, or nothing that the model follows. */
  const target = (
    c: Cursor,
    place: Place,
    where: At,
  ): { readonly local: LocalVar; readonly off: number } | Operand | null => {
    const known = addressOf(c, place, where);
    switch (known.kind) {
      case 'alias':
        if (known.vague && place.type.kind !== 'int')
          return problems.stopUnsupported('an array of pointers with a variable index', where);
        return known.vague ? null : { local: known.local, off: known.off };
      case 'slot':
        return { slot: known.slot, add: known.add };
      case 'opaque':
        return known.trusted
          ? null
          : problems.stopUnsupported('an access through a pointer that was loaded from memory', where);
      case 'int':
        return problems.stopUnsupported('an access through NULL or a number', where);
      default:
        return null;
    }
  };

  const doSet = (c: Cursor, i: Instruction & { op: 'set' }): void => {
    const off = i.to.index.length === 0 && i.from.kind === 'address' && i.to.type.kind !== 'int' ? i.to.off : null;
    const isGlobal =
      i.from.kind === 'address' &&
      i.from.place.base === 'global' &&
      i.from.place.off === 0 &&
      i.from.place.index.length === 0;
    if (off !== null && isGlobal) {
      // the address goes straight to its variable
      touch(c, i.to.local, i.at);
      evaluate(c, i.from, i.at, slotOf(i.to.local, off));
      c.env.delete(cellKey(i.to.local, off));
    } else setPlace(c, i.to, evaluate(c, i.from, i.at), i.at);
  };

  const doLoad = (c: Cursor, i: Instruction & { op: 'load' }): void => {
    const to = i.to;
    if (to === null) return;
    const from = target(c, i.from, i.at);
    const type = i.from.type;
    if (from === null) {
      setPlace(c, to, type.kind === 'int' ? anyOf(type) : { kind: 'opaque', cell: null, trusted: true }, i.at);
    } else if ('local' in from) {
      const known = currentLocal(c, from.local, from.off, type, i.at);
      setPlace(c, to, known, i.at);
    } else if (isKptr(type)) {
      const off = indexSum(c, to, i.at);
      if (off === null) return problems.stopUnsupported('an array of pointers with a variable index', i.at);
      touch(c, to.local, i.at);
      c.env.delete(cellKey(to.local, off));
      emit(c, { event: 'load_kptr', dst: slotOf(to.local, off), field: from }, i.at);
    } else {
      emit(c, { event: 'read', src: from }, i.at);
      setPlace(c, to, type.kind === 'int' ? anyOf(type) : { kind: 'opaque', cell: null, trusted: false }, i.at);
    }
  };

  const doStore = (c: Cursor, i: Instruction & { op: 'store' }): void => {
    const known = evaluate(c, i.from, i.at);
    if (i.to.base === 'local') {
      setPlace(c, i.to, known, i.at);
      return;
    }
    const to = target(c, i.to, i.at);
    if (to === null) {
      const pointer = addressOf(c, i.to, i.at);
      if (pointer.kind === 'alias') forget(c, pointer.local, i.at);
    } else if ('local' in to) setLocal(c, to.local, to.off, i.to.type, known, i.at);
    else if (isKptr(i.to.type)) emit(c, { event: 'access_kptr', field: to, how: 'store' }, i.at);
    else emit(c, { event: 'write', dst: to }, i.at);
  };

  const doCopy = (c: Cursor, i: Instruction & { op: 'copy' }): void => {
    const from = target(c, i.from, i.at);
    const to = target(c, i.to, i.at);
    if (from !== null && 'slot' in from) emit(c, { event: 'read', src: from }, i.at);
    if (to === null) return;
    if ('slot' in to) {
      emit(c, { event: 'write', dst: to }, i.at);
      return;
    }
    const parts = leaves(i.from.type);
    if (parts.length > MOST_LEAVES) return;
    for (const leaf of parts) {
      let known: Known = leaf.type.kind === 'int' ? anyOf(leaf.type) : { kind: 'opaque', cell: null, trusted: false };
      if (from !== null && 'local' in from) {
        known = currentLocal(c, from.local, from.off + leaf.off, leaf.type, i.at);
      }
      setLocal(c, to.local, to.off + leaf.off, leaf.type, known, i.at);
    }
  };

  const doFresh = (c: Cursor, i: Instruction & { op: 'fresh' }): void => {
    if (i.zero) zero(c, i.local, i.at);
    else {
      for (const leaf of leaves(i.local.type).slice(0, MOST_LEAVES)) c.env.delete(cellKey(i.local, leaf.off));
      if (leaves(i.local.type).some(l => l.type.kind === 'int')) forgetIntegers(c, i.local, i.at);
    }
  };

  return { doSet, doLoad, doStore, doCopy, doFresh };
}
