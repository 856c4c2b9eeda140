/** Keys of maps: the scalar whose value is the key behind a pointer. */
import type { At } from '../../../model/program.js';
import type { Problems } from '../../shared/problems.js';
import { cellKey, type Known } from '../../shared/values.js';
import { rangeOf } from '../types.js';
import type { Graph } from './graph.js';
import { leaves } from './parts.js';
import type { Cursor } from './state.js';
import type { Tables } from './tables.js';

export interface Keys {
  /** `text` is how the argument is written. */
  readonly keyScalar: (c: Cursor, known: Known, text: string, where: At) => number;
  /** A scalar of any value. */
  readonly anyKey: (c: Cursor, name: string, where: At) => number;
}

export function newKeys(
  problems: Problems,
  { cells, nameOf, cellOf, namedCell, wholeCell }: Tables,
  { emit }: Graph,
): Keys {
  const anyKey = (c: Cursor, name: string, where: At): number => {
    const key = namedCell(`key ${name}`, name);
    emit(
      c,
      { event: 'draft-assign', cell: key, to: { lo: Number.MIN_SAFE_INTEGER, hi: Number.MAX_SAFE_INTEGER } },
      where,
    );
    return cells.get(key)?.index ?? 0;
  };

  const keyScalar = (c: Cursor, known: Known, text: string, where: At): number => {
    if (known.kind === 'int') return problems.stopUnsupported('a lookup whose key is NULL', where);
    if (known.kind === 'slot') {
      emit(c, { event: 'read', src: { slot: known.slot, add: known.add } }, where);
      return anyKey(c, text, where);
    }
    if (known.kind !== 'alias') return anyKey(c, text, where);
    const { local, off } = known;
    const type = leaves(local.type).find(l => l.off === off)?.type;
    if (local.type.kind === 'struct' || (local.type.kind === 'array' && (type?.kind !== 'int' || type.size === 1))) {
      return cells.get(wholeCell(local))?.index ?? 0;
    }
    if (known.vague || type?.kind !== 'int') return anyKey(c, text, where);
    const bound = c.env.get(cellKey(local, off))?.known;
    if (bound?.kind === 'int') {
      const name = local.isTemp ? String(bound.value) : nameOf(local, off);
      const key = local.isTemp ? namedCell(`constant ${bound.value}`, name) : cellOf(local, off, type);
      emit(c, { event: 'draft-assign', cell: key, to: { lo: bound.value, hi: bound.value } }, where);
      return cells.get(key)?.index ?? 0;
    }
    if (bound !== undefined) {
      const key = cellOf(local, off, type);
      const range =
        bound.kind === 'range' || bound.kind === 'expression' ? { lo: bound.lo, hi: bound.hi } : rangeOf(type);
      emit(c, { event: 'draft-assign', cell: key, to: range }, where);
      return cells.get(key)?.index ?? 0;
    }
    return cells.get(cellOf(local, off, type))?.index ?? 0;
  };

  return { keyScalar, anyKey };
}
