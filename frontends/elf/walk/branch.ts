/** Branches: which ways are open, and what a test says of the scalar or the pointer that it looks at. */
import type { CType } from '../../c/types.js';
import type { Range } from '../../shared/graph.js';
import { OPPOSITE, satisfying } from '../../shared/values.js';
import { holds, signed, unsigned } from '../arithmetic.js';
import type { BranchOperator, Operation } from '../operation.js';
import type { Base } from './base.js';
import { tested } from './keys.js';
import type { Cursor } from './state.js';
import { copyOf, isPointer, next } from './state.js';

const COMPARES: Readonly<Partial<Record<BranchOperator, string>>> = {
  eq: '==',
  ne: '!=',
  gt: '>',
  ge: '>=',
  lt: '<',
  le: '<=',
  sgt: '>',
  sge: '>=',
  slt: '<',
  sle: '<=',
};
const MIRRORED: Readonly<Partial<Record<BranchOperator, BranchOperator>>> = {
  gt: 'lt',
  lt: 'gt',
  ge: 'le',
  le: 'ge',
  sgt: 'slt',
  slt: 'sgt',
  sge: 'sle',
  sle: 'sge',
};

/** Puts a number for a scalar that was just found to be it. */
const settle = (c: Cursor, cell: string, value: number): void => {
  for (const [key, known] of c.env)
    if (known.kind === 'cell' && known.cell === cell) c.env.set(key, { kind: 'int', value });
};

/** Remembers the least range that a scalar was found to be in. */
const narrow = (c: Cursor, cell: string, among: readonly Range[]): void => {
  const lo = Math.min(...among.map(r => r.lo));
  const hi = Math.max(...among.map(r => r.hi));
  c.env.set(tested(cell), { kind: 'range', lo, hi });
};

/** Follows both ways of a branch, or the one that is open. */
export type Branch = (c: Cursor, i: Operation & { op: 'branch' }) => void;

export function branchWith({ slots, graph, values }: Base): Branch {
  const { goTo, stop } = graph;
  const { get, rangeOfKnown, sourceOf } = values;

  return (c, i) => {
    const [on, off] = [copyOf(c), copyOf(c)];
    const [yes, no] = [i.to, next(c)];
    const either = (): void => {
      goTo(off, no);
      goTo(on, yes);
    };
    let a = get(c, i.dst);
    let b = sourceOf(c, i.src);
    let op = i.operator;
    if (a.kind === 'int' && b.kind !== 'int') {
      [a, b] = [b, a];
      op = MIRRORED[op] ?? op;
    }
    if (b.kind !== 'int') {
      either();
      return;
    }
    const n = b.value;
    if (a.kind === 'int') {
      goTo(c, holds(op, i.width, BigInt(a.value), BigInt(n)) ? yes : no);
      return;
    }
    if (a.kind === 'slot' && n === 0 && (op === 'eq' || op === 'ne')) {
      if (a.vague || a.add !== 0) return stop(c, 'a NULL test of a pointer plus an offset');
      goTo(off, no, { event: 'test_null', slot: a.slot, isNull: op !== 'eq' });
      goTo(on, yes, { event: 'test_null', slot: a.slot, isNull: op === 'eq' });
      return;
    }
    if (isPointer(a)) {
      const isNeverNull = a.kind === 'alias' || a.kind === 'map' || a.kind === 'kernel' || a.kind === 'function';
      if (isNeverNull && n === 0 && (op === 'eq' || op === 'ne')) goTo(c, op === 'ne' ? yes : no);
      else either();
      return;
    }
    const words = COMPARES[op];
    const cell = a.kind === 'cell' ? slots.cells.get(a.cell) : undefined;
    const r = rangeOfKnown(c, a);
    const fits32 = r.lo >= -(2 ** 31) && r.hi < 2 ** 32;
    if (a.kind !== 'cell' || cell === undefined || words === undefined || (i.width === 32 && !fits32)) {
      either();
      return;
    }
    const tests = a.cell;
    const isSigned = op.startsWith('s') || ((op === 'eq' || op === 'ne') && r.lo < 0);
    const as: CType = { kind: 'int', size: i.width / 8, signed: isSigned, bool: false, name: '' };
    const within = (list: readonly Range[]): Range[] =>
      list.map(x => ({ lo: Math.max(x.lo, r.lo), hi: Math.min(x.hi, r.hi) })).filter(x => x.lo <= x.hi);
    const value = isSigned ? Number(signed(BigInt(n), i.width)) : i.width === 32 ? Number(unsigned(BigInt(n), 32)) : n;
    const holdsFor = within(satisfying(words, value, cell.type, as));
    const failsFor = within(satisfying(OPPOSITE[words] ?? '==', value, cell.type, as));
    const outcome = (p: Cursor, to: number, among: readonly Range[]): void => {
      const [only] = among;
      if (among.length === 1 && only !== undefined && only.lo === only.hi) settle(p, tests, only.lo);
      else narrow(p, tests, among);
      goTo(p, to, { event: 'draft-test', cell: tests, among });
    };
    if (failsFor.length > 0) outcome(off, no, failsFor);
    if (holdsFor.length > 0) outcome(on, yes, holdsFor);
  };
}
