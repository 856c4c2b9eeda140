/** What is known of the values and addresses that an instruction mentions. */
import type { At } from '../../../model/program.js';
import { unreachable } from '../../shared/problems.js';
import { anyOf, cellKey, type Known } from '../../shared/values.js';
import type { Place, Value } from '../ir.js';
import type { GlobalVar, LocalVar } from '../scope.js';
import type { CType } from '../types.js';
import type { UnrollContext } from './context.js';
import type { Graph } from './graph.js';
import { isFollowed, unfollowedPointer } from './parts.js';
import { top, type Cursor } from './state.js';
import type { Tables } from './tables.js';

export interface Evaluator {
  /** Another instruction begins: addresses of globals may use its temporary slots again. */
  readonly newInstruction: () => void;
  /** The address of a global is loaded where it is mentioned: into the slot `into`, or a temporary one. */
  readonly evaluate: (c: Cursor, value: Value, where: At, into?: number | null) => Known;
  readonly addressOf: (c: Cursor, place: Place, where: At) => Known;
  /** The offset of a place, with its indices; null if one of them is no constant here. */
  readonly indexSum: (c: Cursor, place: Place, where: At) => number | null;
  /** What a part of a local variable holds now. */
  readonly currentLocal: (c: Cursor, local: LocalVar, off: number, type: CType, where: At) => Known;
}

export function newEvaluator(
  context: UnrollContext,
  { slotFor, slotOf, cellOf, useMap }: Tables,
  { emit }: Graph,
): Evaluator {
  const { problems } = context;
  // counts the mentions of globals in one instruction, so that later instructions can use the same temporary slots again
  let mention = 0;
  const newInstruction = (): void => {
    mention = 0;
  };

  const loadGlobal = (c: Cursor, global: GlobalVar, off: number, where: At, into: number | null): Known => {
    const found = context.globalAt(global);
    useMap(found.map);
    const slot = into ?? slotFor(`global ${global.name} ${top(c).ir.decl.name} ${mention++}`, `&${global.name}`);
    emit(c, { event: 'global', dst: slot, map: found.map, off: found.off }, where);
    return { kind: 'slot', slot, add: off, vague: false };
  };

  const indexSum = (c: Cursor, place: Place, where: At): number | null => {
    let sum = place.off;
    for (const index of place.index) {
      const known = evaluate(c, index.value, where);
      if (known.kind !== 'int') return null;
      sum += known.value * index.scale;
    }
    return sum;
  };

  const readLocal = (local: LocalVar, off: number, type: CType): Known => {
    if (type.kind === 'pointer' || type.kind === 'unknown')
      return { kind: 'slot', slot: slotOf(local, off), add: 0, vague: false };
    if (type.kind !== 'int') return { kind: 'opaque', cell: null, trusted: true };
    return { kind: 'cell', cell: cellOf(local, off, type) };
  };
  const currentLocal = (c: Cursor, local: LocalVar, off: number, type: CType, where: At): Known => {
    if (isFollowed(local.type, off, type)) return c.env.get(cellKey(local, off))?.known ?? readLocal(local, off, type);
    if (type.kind === 'int') return anyOf(type);
    return problems.stopUnsupported(unfollowedPointer(local), where);
  };

  const evaluate = (c: Cursor, value: Value, where: At, into: number | null = null): Known => {
    switch (value.kind) {
      case 'int':
        return { kind: 'int', value: value.value };
      case 'any':
        return value.type.kind === 'int' ? anyOf(value.type) : { kind: 'opaque', cell: null, trusted: true };
      case 'function':
      case 'map':
        if (value.kind === 'map') useMap(value.name);
        return value;
      case 'text':
        return value;
      case 'local': {
        const off = indexSum(c, value.place, where);
        if (off === null) {
          if (value.place.type.kind === 'int') return anyOf(value.place.type);
          return problems.stopUnsupported('an array of pointers with a variable index', where);
        }
        return currentLocal(c, value.place.local, off, value.place.type, where);
      }
      case 'address':
        return addressOf(c, value.place, where, into);
      default:
        return unreachable(value);
    }
  };

  const addressOf = (c: Cursor, place: Place, where: At, into: number | null = null): Known => {
    const sum = indexSum(c, place, where);
    const off = sum ?? place.off;
    const vague = sum === null;
    if (place.base === 'local') return { kind: 'alias', local: place.local, off, vague };
    if (place.base === 'global') {
      const known = loadGlobal(c, place.global, off, where, into);
      return known.kind === 'slot' ? { ...known, vague } : known;
    }
    const pointer = evaluate(c, place.pointer, where);
    switch (pointer.kind) {
      case 'slot':
        return { ...pointer, add: pointer.add + off, vague: pointer.vague || vague };
      case 'alias':
        return { ...pointer, off: pointer.off + off, vague: pointer.vague || vague };
      case 'int':
        return vague ? { kind: 'opaque', cell: null, trusted: false } : { kind: 'int', value: pointer.value + off };
      case 'opaque':
        return { kind: 'opaque', cell: null, trusted: pointer.trusted };
      default:
        return { kind: 'kernel' };
    }
  };

  return { newInstruction, evaluate, addressOf, indexSum, currentLocal };
}
