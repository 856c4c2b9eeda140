/** What is known of a value at one point of one path, while a program is unrolled and inlined. */
import type { LocalVar } from '../c/scope.js';
import type { CType } from '../c/types.js';
import { rangeOf } from '../c/types.js';
import type { Range } from './graph.js';

export type Known =
  | { readonly kind: 'int'; readonly value: number }
  /** Any integer of a range, for no reason the program can see: a helper's result, a load. */
  | { readonly kind: 'range'; readonly lo: number; readonly hi: number }
  /** The present value of an integer variable. */
  | { readonly kind: 'cell'; readonly cell: string }
  /** A computation on variables that classes cannot follow. */
  | {
      readonly kind: 'expression';
      readonly text: string;
      readonly deps: readonly string[];
      readonly lo: number;
      readonly hi: number;
    }
  /** The pointer in a slot plus a constant; `vague` once a variable number was added. */
  | { readonly kind: 'slot'; readonly slot: number; readonly add: number; readonly vague: boolean }
  /** The address of a local variable. */
  | { readonly kind: 'alias'; readonly local: LocalVar; readonly off: number; readonly vague: boolean }
  | { readonly kind: 'map'; readonly name: string }
  | { readonly kind: 'function'; readonly name: string }
  | { readonly kind: 'text' }
  /** A pointer of the kernel that is never NULL: the context, or something inside a kernel object. */
  | { readonly kind: 'kernel' }
  /** A pointer the model does not follow. `cell` says whether it is NULL; `trusted` if the kernel lets programs read through it. */
  | { readonly kind: 'opaque'; readonly cell: string | null; readonly trusted: boolean };

export interface Binding {
  readonly local: LocalVar;
  readonly off: number;
  readonly known: Known;
}

/** What is known of variables that have no slot or scalar now. Keys are cell keys. */
export type Environment = ReadonlyMap<string, Binding>;

export const cellKey = (local: LocalVar, off: number): string => `${local.id}:${off}`;

/** Returns a text that is equal for equal environments. */
export function environmentKey(env: Environment): string {
  return [...env]
    .map(([key, binding]) => `${key}=${knownKey(binding.known)}`)
    .sort()
    .join(';');
}

function knownKey(known: Known): string {
  if (known.kind === 'alias') return `&${known.local.id}+${known.off}${known.vague ? '?' : ''}`;
  return JSON.stringify(known);
}

export const anyOf = (type: CType): Known => ({ kind: 'range', ...rangeOf(type) });

/** The comparison that holds where another does not. */
export const OPPOSITE: Readonly<Record<string, string>> = {
  '==': '!=',
  '!=': '==',
  '<': '>=',
  '>=': '<',
  '>': '<=',
  '<=': '>',
};

/** Returns the values of a variable of type `own` for which `value op constant` holds when both are converted to `as`. */
export function satisfying(op: string, constant: number, own: CType, as: CType): Range[] {
  const { lo, hi } = rangeOf(own);
  const unsigned = as.kind === 'int' && !as.signed;
  const size = as.kind === 'int' ? as.size : 8;
  const wrap = 2 ** (8 * size);
  const c = unsigned && constant < 0 ? constant + wrap : constant;
  const pieces: Range[] = [];
  const add = (from: number, to: number, shift: number): void => {
    const a = Math.max(lo, from);
    const b = Math.min(hi, to);
    if (a > b) return;
    for (const piece of solutions(op, c - shift)) {
      const l = Math.max(a, piece.lo);
      const h = Math.min(b, piece.hi);
      if (l <= h) pieces.push({ lo: l, hi: h });
    }
  };
  if (unsigned) {
    add(Number.NEGATIVE_INFINITY, -1, wrap);
    add(0, Number.POSITIVE_INFINITY, 0);
  } else {
    add(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, 0);
  }
  return pieces;
}

function solutions(op: string, c: number): Range[] {
  const least = Number.NEGATIVE_INFINITY;
  const most = Number.POSITIVE_INFINITY;
  switch (op) {
    case '==':
      return [{ lo: c, hi: c }];
    case '!=':
      return [
        { lo: least, hi: c - 1 },
        { lo: c + 1, hi: most },
      ];
    case '<':
      return [{ lo: least, hi: c - 1 }];
    case '<=':
      return [{ lo: least, hi: c }];
    case '>':
      return [{ lo: c + 1, hi: most }];
    default:
      return [{ lo: c, hi: most }];
  }
}

/** Returns true or false iff a op c has that value for every a of the range, else null. */
export function decided(op: string, range: Range, constant: number): boolean | null {
  const holds = solutions(op, constant).some(p => p.lo <= range.lo && range.hi <= p.hi);
  const fails = solutions(op, constant).every(p => p.hi < range.lo || range.hi < p.lo);
  return holds ? true : fails ? false : null;
}
