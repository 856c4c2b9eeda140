/** Conditions: tests and jumps, in the order in which C looks at them. */
import type { At } from '../../../model/program.js';
import type { Label, Test, Value } from '../ir.js';
import { field } from '../resolve.js';
import type { Scope } from '../scope.js';
import type { Node } from '../syntax.js';
import { commonType, typeName, type CType } from '../types.js';
import { decay, int, needIn, unwrap } from './basics.js';
import type { Code } from './code.js';
import type { Lowering } from './context.js';
import type { Reader } from './reader.js';

export const COMPARISONS = new Set(['==', '!=', '<', '>', '<=', '>=']);

/** The test that a value is true. */
export const nonZero = (value: Value, type: CType, node: Node): Test => ({
  operator: '!=',
  left: value,
  right: int(0),
  type: decay(type),
  text: node.text.replaceAll(/\s+/g, ' '),
});

export interface Conditions {
  readonly condition: (outer: Node, scope: Scope, yes: Label, no: Label, negated: boolean) => void;
  /** The same for the test of a loop: what it reads are counters. */
  readonly loopCondition: (test: Node, scope: Scope, yes: Label, no: Label) => void;
}

export function newConditions(
  { resolver, problems }: Lowering,
  { push, newLabel, place, jump, count }: Code,
  { rvalue }: Reader,
): Conditions {
  const need = needIn(problems);
  let inLoopTest = 0;

  /** Jumps to `yes` or `no`. Each test first explores the edge that makes the whole condition false. */
  const condition = (outer: Node, scope: Scope, yes: Label, no: Label, negated: boolean): void => {
    const node = unwrap(outer);
    const constant = resolver.constantOf(node, scope);
    if (constant !== null) {
      jump(constant === 0 ? no : yes, node.at);
      return;
    }
    const operator = node.type === 'binary_expression' ? (field(node, 'operator')?.type ?? '') : '';
    if (node.type === 'unary_expression' && node.text.startsWith('!')) {
      condition(need(node, 'argument'), scope, no, yes, !negated);
    } else if (operator === '&&' || operator === '||') {
      const next = newLabel();
      condition(need(node, 'left'), scope, operator === '&&' ? next : yes, operator === '&&' ? no : next, negated);
      place(next);
      condition(need(node, 'right'), scope, yes, no, negated);
    } else if (COMPARISONS.has(operator)) {
      const left = need(node, 'left');
      const right = need(node, 'right');
      const a = decay(resolver.typeOf(left, scope));
      const b = decay(resolver.typeOf(right, scope));
      const type = a.kind === 'int' && b.kind === 'int' ? commonType(a, b) : a.kind === 'pointer' ? a : b;
      const leftValue = rvalue(left, scope);
      const rightValue = rvalue(right, scope);
      const text = node.text.replaceAll(/\s+/g, ' ');
      branch({ operator, left: leftValue, right: rightValue, type, text }, yes, no, negated, node.at);
    } else {
      const type = decay(resolver.typeOf(node, scope));
      if (type.kind === 'void' || type.kind === 'struct')
        problems.stopInput(`a condition of type ${typeName(type)}`, node.at);
      branch(nonZero(rvalue(node, scope), type, node), yes, no, negated, node.at);
    }
  };

  const branch = (test: Test, yes: Label, no: Label, negated: boolean, at: At): void => {
    if (inLoopTest > 0) for (const v of [test.left, test.right]) count(v);
    push({ op: 'branch', test, yes, no, yesFirst: negated, at });
  };

  const loopCondition = (test: Node, scope: Scope, yes: Label, no: Label): void => {
    inLoopTest++;
    condition(test, scope, yes, no, false);
    inLoopTest--;
  };

  return { condition, loopCondition };
}
