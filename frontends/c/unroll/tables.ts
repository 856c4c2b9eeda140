/** What the events of a graph mention by number or name: slots, cells, facts, maps and types, in the order of their first mention. */
import type { Cell, Fact } from '../../shared/graph.js';
import { cellKey } from '../../shared/values.js';
import type { LocalVar } from '../scope.js';
import type { CType } from '../types.js';
import { pathAt } from './parts.js';

export interface Tables {
  readonly slots: readonly string[];
  readonly cells: ReadonlyMap<string, Cell>;
  readonly facts: ReadonlyMap<string, Fact>;
  readonly maps: readonly string[];
  readonly types: readonly string[];
  /** How messages call a part of a local variable. */
  readonly nameOf: (local: LocalVar, off: number) => string;
  /** The slot of that key. A new one gets the name. */
  readonly slotFor: (key: string, name: string) => number;
  /** The slot of a pointer in a local variable. */
  readonly slotOf: (local: LocalVar, off: number) => number;
  /** The key of the cell of an integer in a local variable. */
  readonly cellOf: (local: LocalVar, off: number, type: CType) => string;
  /** A cell that is no variable. Returns its key. */
  readonly namedCell: (key: string, name: string) => string;
  /** The cell that stands for all of a variable where it is a key. */
  readonly wholeCell: (local: LocalVar) => string;
  readonly addFact: (key: string, fact: Fact) => void;
  readonly useMap: (name: string) => void;
  readonly useType: (name: string) => void;
}

/** Returns empty tables. `first` is the function a program begins in: variables of others are named with their function. */
export function newTables(first: string): Tables {
  const slots: string[] = [];
  const slotIndex = new Map<string, number>();
  const cells = new Map<string, Cell>();
  const facts = new Map<string, Fact>();
  const maps: string[] = [];
  const types: string[] = [];

  const slotFor = (key: string, name: string): number => {
    const known = slotIndex.get(key);
    if (known !== undefined) return known;
    slots.push(name);
    slotIndex.set(key, slots.length - 1);
    return slots.length - 1;
  };
  const nameOf = (local: LocalVar, off: number): string => {
    const path = local.name + pathAt(local.type, off);
    return local.fn === first ? path : `${path}@${local.fn}`;
  };
  const slotOf = (local: LocalVar, off: number): number => slotFor(cellKey(local, off), nameOf(local, off));
  const cellOf = (local: LocalVar, off: number, type: CType): string => {
    const key = cellKey(local, off);
    if (!cells.has(key)) cells.set(key, { index: cells.size, name: nameOf(local, off), type });
    return key;
  };
  const namedCell = (key: string, name: string): string => {
    if (!cells.has(key))
      cells.set(key, {
        index: cells.size,
        name,
        type: { kind: 'int', size: 8, signed: true, bool: false, name: 'key' },
      });
    return key;
  };
  const wholeCell = (local: LocalVar): string =>
    namedCell(`${local.id}:whole`, nameOf(local, 0).replace(/[.[].*$/, ''));
  const addFact = (key: string, fact: Fact): void => {
    facts.set(key, fact);
  };
  const useMap = (name: string): void => {
    if (!maps.includes(name)) maps.push(name);
  };
  const useType = (name: string): void => {
    if (!types.includes(name)) types.push(name);
  };

  return {
    slots, cells, facts, maps, types, nameOf, slotFor, slotOf, cellOf, namedCell, wholeCell, addFact, useMap, useType,
  }; // prettier-ignore
}
