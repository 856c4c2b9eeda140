/** A function as a list of simple instructions: names are resolved, evaluation order is explicit, control flow is jumps. */
import type { At } from '../../model/program.js';
import { unreachable } from '../shared/problems.js';
import type { FunctionDecl, GlobalVar, LocalVar } from './scope.js';
import type { CType } from './types.js';

/** An array index: adds value * scale bytes. */
export interface Index {
  readonly value: Value;
  readonly scale: number;
}

interface Within {
  readonly off: number;
  readonly index: readonly Index[];
  readonly type: CType;
}

export type LocalPlace = Within & { readonly base: 'local'; readonly local: LocalVar };
export type MemoryPlace = Within & { readonly base: 'memory'; readonly pointer: Value };
export type GlobalPlace = Within & { readonly base: 'global'; readonly global: GlobalVar };
export type Place = LocalPlace | MemoryPlace | GlobalPlace;

/** An operand without effects. A constant 0 of pointer type is NULL. */
export type Value =
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'any'; readonly type: CType }
  | { readonly kind: 'local'; readonly place: LocalPlace }
  | { readonly kind: 'address'; readonly place: Place }
  | { readonly kind: 'function'; readonly name: string }
  | { readonly kind: 'map'; readonly name: string }
  | { readonly kind: 'text' };

export interface Argument {
  readonly value: Value;
  readonly type: CType;
  readonly text: string;
  readonly at: At;
}

/** A comparison, with what C converts both sides to. */
export interface Test {
  readonly operator: string;
  readonly left: Value;
  readonly right: Value;
  readonly type: CType;
  readonly text: string;
}

export type Label = number;

/** A loop of the source; `name` is what --loop-bound calls it besides the function's name. */
export interface Loop {
  readonly fn: string;
  readonly name: string;
  readonly at: At;
  /** Variables assigned in the loop; filled in when the loop has been read. */
  assigned: readonly LocalVar[];
}

export type Instruction =
  | { readonly op: 'set'; readonly to: LocalPlace; readonly from: Value; readonly at: At }
  | {
      readonly op: 'arith';
      readonly to: LocalPlace;
      readonly operator: string;
      readonly left: Value;
      readonly right: Value;
      readonly at: At;
    }
  | { readonly op: 'load'; readonly to: LocalPlace | null; readonly from: Place; readonly at: At }
  | { readonly op: 'store'; readonly to: Place; readonly from: Value; readonly at: At }
  /** Copies a struct. */
  | { readonly op: 'copy'; readonly to: Place; readonly from: Place; readonly at: At }
  /** The variable comes into being; all of it is zero, or anything. */
  | { readonly op: 'fresh'; readonly local: LocalVar; readonly zero: boolean; readonly at: At }
  | {
      readonly op: 'call';
      readonly to: LocalPlace | null;
      readonly fn: string;
      readonly args: readonly Argument[];
      readonly objType: string | null;
      readonly at: At;
    }
  | {
      readonly op: 'branch';
      readonly test: Test;
      readonly yes: Label;
      readonly no: Label;
      readonly yesFirst: boolean;
      readonly at: At;
    }
  /** Either way, for no reason the program can see; `no` is explored first. */
  | { readonly op: 'choose'; readonly yes: Label; readonly no: Label; readonly at: At }
  | {
      readonly op: 'jump';
      readonly to: Label;
      readonly loop: Loop | null;
      readonly trips: Value | null;
      readonly at: At;
    }
  | { readonly op: 'label'; readonly label: Label }
  | { readonly op: 'enter-loop'; readonly loop: Loop; readonly at: At }
  | { readonly op: 'return'; readonly value: Value | null; readonly at: At };

export interface FunctionIr {
  readonly decl: FunctionDecl;
  readonly params: readonly LocalVar[];
  readonly code: readonly Instruction[];
  readonly labels: ReadonlyMap<Label, number>;
  /** Variables whose constant values are tracked while loops are unrolled: loop counters and array indices. */
  readonly counters: ReadonlySet<number>;
  /** For each label, the variables whose value may still be read. */
  readonly live: ReadonlyMap<number, ReadonlySet<number>>;
}

const within = (place: Place): readonly Value[] => [
  ...place.index.map(i => i.value),
  ...(place.base === 'memory' ? [place.pointer] : []),
];

/** Returns the local variables that a value reads (not those whose address it takes). */
export function readsOfValue(value: Value): LocalVar[] {
  if (value.kind === 'local') return [value.place.local, ...within(value.place).flatMap(readsOfValue)];
  return value.kind === 'address' ? readsOfPlace(value.place) : [];
}

/** Returns the local variables read to find a place. */
export const readsOfPlace = (place: Place): LocalVar[] => within(place).flatMap(readsOfValue);

/** Returns the variables an instruction reads. */
export function reads(i: Instruction): LocalVar[] {
  const whole = (place: Place): LocalVar[] => (place.base === 'local' ? [place.local] : []);
  switch (i.op) {
    case 'set':
      return [...readsOfValue(i.from), ...readsOfPlace(i.to)];
    case 'arith':
      return [...readsOfValue(i.left), ...readsOfValue(i.right)];
    case 'load':
      return [...readsOfPlace(i.from), ...whole(i.from), ...(i.to === null ? [] : readsOfPlace(i.to))];
    case 'store':
      return [...readsOfPlace(i.to), ...readsOfValue(i.from)];
    case 'copy':
      return [...readsOfPlace(i.to), ...readsOfPlace(i.from), ...whole(i.from)];
    case 'call':
      return [...i.args.flatMap(a => readsOfValue(a.value)), ...(i.to === null ? [] : readsOfPlace(i.to))];
    case 'branch':
      return [...readsOfValue(i.test.left), ...readsOfValue(i.test.right)];
    case 'return':
      return i.value === null ? [] : readsOfValue(i.value);
    case 'jump':
      return i.trips === null ? [] : readsOfValue(i.trips);
    case 'fresh':
    case 'choose':
    case 'label':
    case 'enter-loop':
      return [];
    default:
      return unreachable(i);
  }
}

/** Returns the variable that an instruction overwrites as a whole, or null. */
export function overwrites(i: Instruction): LocalVar | null {
  if (i.op === 'fresh') return i.local;
  const to = i.op === 'set' || i.op === 'arith' || i.op === 'load' || i.op === 'call' ? i.to : null;
  if (to === null || to.off !== 0 || to.index.length > 0) return null;
  const kind = to.local.type.kind;
  return kind === 'struct' || kind === 'array' ? null : to.local;
}

/** Returns, for each label's index in the code, the variables that may be read from there on. Address-taken ones always are. */
export function liveness(code: readonly Instruction[], labels: ReadonlyMap<Label, number>): Map<number, Set<number>> {
  const result = new Map<number, Set<number>>();
  for (const index of labels.values()) result.set(index, new Set());
  const at = (label: Label): Iterable<number> => result.get(labels.get(label) ?? -1) ?? [];
  let changed = true;
  for (let round = 0; changed && round < 200; round++) {
    changed = false;
    let live = new Set<number>();
    for (let k = code.length - 1; k >= 0; k--) {
      const i = code[k];
      if (i === undefined) continue;
      if (i.op === 'return') live = new Set();
      else if (i.op === 'jump') live = new Set(at(i.to));
      else if (i.op === 'branch' || i.op === 'choose') live = new Set([...at(i.yes), ...at(i.no)]);
      const killed = overwrites(i);
      if (killed !== null) live.delete(killed.id);
      for (const local of reads(i)) live.add(local.id);
      if (i.op !== 'label') continue;
      const known = result.get(k);
      if (known === undefined || known.size === live.size) continue;
      for (const id of live) known.add(id);
      changed = true;
    }
  }
  return result;
}
