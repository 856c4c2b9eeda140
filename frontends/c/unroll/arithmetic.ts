/** What computations give: a constant, or a name and a range for what classes cannot follow. */
import type { Known } from '../../shared/values.js';
import type { Instruction } from '../ir.js';
import { applyOperator } from '../preprocess.js';
import { convert, INT, rangeOf, type CType } from '../types.js';
import { describe } from './describe.js';
import type { Evaluator } from './evaluate.js';
import type { Locals } from './locals.js';
import type { Cursor } from './state.js';
import type { Tables } from './tables.js';

export type DoArith = (c: Cursor, i: Instruction & { op: 'arith' }) => void;

export function newArithmetic(tables: Tables, { evaluate }: Evaluator, { setPlace }: Locals): DoArith {
  return (c, i) => {
    const a = evaluate(c, i.left, i.at);
    const b = evaluate(c, i.right, i.at);
    const type = i.to.type;
    if (i.operator === 'between') {
      const lo = a.kind === 'int' ? a.value : a.kind === 'range' ? a.lo : rangeOf(INT).lo;
      const hi = b.kind === 'int' ? b.value - 1 : rangeOf(INT).hi;
      setPlace(c, i.to, { kind: 'range', lo, hi: Math.max(lo, hi) }, i.at);
      return;
    }
    if (a.kind === 'int' && b.kind === 'int') {
      const value = applyOperator(i.operator, a.value, b.value);
      if (value !== null) {
        setPlace(c, i.to, { kind: 'int', value: convert(value, type) }, i.at);
        return;
      }
    }
    const range = resultRange(i.operator, b, type);
    const described = [describe(tables, a), describe(tables, b)];
    const fresh = described.some(d => d === null);
    const known: Known = fresh
      ? { kind: 'range', ...range }
      : {
          kind: 'expression',
          text: `(${described[0]?.text ?? ''} ${i.operator} ${described[1]?.text ?? ''})`,
          deps: described.flatMap(d => d?.deps ?? []),
          ...range,
        };
    setPlace(c, i.to, known, i.at);
  };
}

/** The values that x op b can have, when b is a constant that says something about it. */
function resultRange(op: string, b: Known, type: CType): { lo: number; hi: number } {
  const full = rangeOf(type);
  if (b.kind === 'int' && b.value > 0 && op === '&') return { lo: 0, hi: b.value };
  if (b.kind === 'int' && b.value > 0 && op === '%' && full.lo >= 0) return { lo: 0, hi: b.value - 1 };
  return full;
}
