/** Conditions: which outcomes a test may have here, and what each of them says. */
import type { At } from '../../../model/program.js';
import type { DraftEvent } from '../../shared/graph.js';
import type { Problems } from '../../shared/problems.js';
import { decided, OPPOSITE, satisfying } from '../../shared/values.js';
import type { Test } from '../ir.js';
import { applyOperator } from '../preprocess.js';
import { convert } from '../types.js';
import { describe, type Description } from './describe.js';
import type { Evaluator } from './evaluate.js';
import type { Cursor } from './state.js';
import type { Tables } from './tables.js';

const FLIPPED: Readonly<Record<string, string>> = { '<': '>', '>': '<', '<=': '>=', '>=': '<=' };

/** The events of a test's two outcomes. */
export interface Outcomes {
  readonly yes: DraftEvent;
  readonly no: DraftEvent;
}

/** Returns the events of a test's two outcomes, or the outcome if it is known. */
export type OutcomesOf = (c: Cursor, test: Test, where: At) => boolean | Outcomes;

export function newTests(problems: Problems, tables: Tables, { evaluate }: Evaluator): OutcomesOf {
  const factOf = (op: string, a: Description, b: Description): Outcomes => {
    const swap = op === '>' || op === '<=' || ((op === '==' || op === '!=') && a.text > b.text);
    const negative = op === '!=' || op === '>=' || op === '<=';
    const [x, y] = swap ? [b, a] : [a, b];
    const text = `${x.text} ${op === '==' || op === '!=' ? '==' : '<'} ${y.text}`;
    tables.addFact(text, { text: text.replaceAll(/#[0-9:s]+(\+0)?/g, ''), deps: [...new Set([...x.deps, ...y.deps])] });
    const fact = (holds: boolean): DraftEvent => ({ event: 'draft-fact', fact: text, holds });
    return { yes: fact(!negative), no: fact(negative) };
  };

  return (c, test, where) => {
    const either = { yes: { event: 'jump' }, no: { event: 'jump' } } as const;
    let left = evaluate(c, test.left, where);
    let right = evaluate(c, test.right, where);
    let op = test.operator;
    if (left.kind === 'int' && right.kind !== 'int') {
      [left, right] = [right, left];
      op = FLIPPED[op] ?? op;
    }
    if (right.kind === 'int') {
      const n = right.value;
      switch (left.kind) {
        case 'int':
          return applyOperator(op, convert(left.value, test.type), convert(n, test.type)) === 1;
        case 'range': {
          const unsigned = test.type.kind === 'int' && !test.type.signed && (left.lo < 0 || n < 0);
          return (unsigned ? null : decided(op, left, n)) ?? either;
        }
        case 'cell':
        case 'opaque': {
          const cell = left.cell === null ? undefined : tables.cells.get(left.cell);
          if (left.cell === null || cell === undefined) return either;
          if (!Number.isSafeInteger(n)) return problems.stopUnsupported(`a comparison with ${n}`, where);
          const yes = satisfying(op, n, cell.type, test.type);
          const no = satisfying(OPPOSITE[op] ?? '==', n, cell.type, test.type);
          if (no.length === 0) return true;
          if (yes.length === 0) return false;
          return {
            yes: { event: 'draft-test', cell: left.cell, among: yes },
            no: { event: 'draft-test', cell: left.cell, among: no },
          };
        }
        case 'slot': {
          if (n !== 0 || (op !== '==' && op !== '!=')) break;
          if (left.add !== 0 || left.vague)
            return problems.stopUnsupported('a NULL test of a pointer plus an offset', where);
          const isNull = (value: boolean): DraftEvent => ({ event: 'test_null', slot: left.slot, isNull: value });
          return { yes: isNull(op === '=='), no: isNull(op !== '==') };
        }
        case 'alias':
        case 'map':
        case 'function':
        case 'text':
        case 'kernel':
          if (n === 0) return op !== '==';
          break;
        case 'expression': {
          const result = decided(op, left, n);
          if (result !== null && !(test.type.kind === 'int' && !test.type.signed && left.lo < 0)) return result;
          break;
        }
      }
    }
    const a = describe(tables, left);
    const b = describe(tables, right);
    if (a === null || b === null) return either;
    if (a.text === b.text) return op === '==' || op === '<=' || op === '>=';
    return factOf(op, a, b);
  };
}
