/** Expressions: from a node to a value, and the instructions that compute it. */
import { KNOWN_FUNCTIONS } from '../../shared/known-functions.js';
import type { LocalPlace, Value } from '../ir.js';
import { field } from '../resolve.js';
import { lookup, newScope, type Scope } from '../scope.js';
import type { Node } from '../syntax.js';
import { INT, VOID } from '../types.js';
import type { Arithmetic } from './arithmetic.js';
import type { Assignments } from './assignments.js';
import { decay, int, needIn, unwrap, valueOf } from './basics.js';
import type { CallOf } from './calls.js';
import type { Code } from './code.js';
import { COMPARISONS, nonZero, type Conditions } from './conditions.js';
import type { Lowering } from './context.js';
import type { Places } from './places.js';
import type { Reader } from './reader.js';

export interface Expressions {
  readonly rvalue: Reader['rvalue'];
  /** Computes an expression whose value nobody wants. */
  readonly effect: (node: Node, scope: Scope) => void;
}

export function newExpressions(
  { resolver, problems }: Lowering,
  { push, newLabel, place, jump, temp }: Code,
  { lvalue, addressOf, load }: Places,
  { narrowed, arithmetic, advance }: Arithmetic,
  { into, assignment, update }: Assignments,
  { condition }: Conditions,
  call: CallOf,
  { statement }: Reader,
): Expressions {
  const need = needIn(problems);

  const rvalue = (outer: Node, scope: Scope, wanted: LocalPlace | null = null): Value => {
    const node = unwrap(outer);
    const constant = resolver.constantOf(node, scope);
    if (constant !== null) return int(constant);
    switch (node.type) {
      case 'identifier': {
        const entity = lookup(scope, node.text);
        if (entity?.kind === 'function') return { kind: 'function', name: node.text };
        if (entity === null && KNOWN_FUNCTIONS.has(node.text)) return { kind: 'function', name: node.text };
        return load(lvalue(node, scope), node.at, node.text, wanted);
      }
      case 'field_expression':
      case 'subscript_expression':
      case 'compound_literal_expression':
        resolver.typeOf(node, scope);
        return load(lvalue(node, scope), node.at, node.text, wanted);
      case 'pointer_expression': {
        const operand = unwrap(need(node, 'argument'));
        if (!node.text.startsWith('&')) {
          if (resolver.typeOf(operand, scope).kind === 'function') return rvalue(operand, scope);
          return load(lvalue(node, scope), node.at, node.text, wanted);
        }
        const entity = operand.type === 'identifier' ? lookup(scope, operand.text) : null;
        if (entity?.kind === 'function') return { kind: 'function', name: operand.text };
        if (entity?.kind === 'global' && entity.global.section === '.maps') return { kind: 'map', name: operand.text };
        return addressOf(lvalue(operand, scope));
      }
      case 'string_literal':
      case 'concatenated_string':
        return { kind: 'text' };
      case 'parenthesized_expression':
        return statementExpression(node, scope);
      case 'comma_expression': {
        const left = need(node, 'left');
        effect(left, scope);
        return rvalue(need(node, 'right'), scope, wanted);
      }
      case 'cast_expression': {
        const to = resolver.typeOf(node, scope);
        const inner = need(node, 'value');
        const from = decay(resolver.typeOf(inner, scope));
        const value = rvalue(
          inner,
          scope,
          to.kind === 'int' && from.kind === 'int' && to.size < from.size ? null : wanted,
        );
        return to.kind === 'int' ? narrowed(value, from, to, node) : value;
      }
      case 'call_expression':
        return call(node, scope, wanted);
      case 'assignment_expression':
        return assignment(node, scope);
      case 'update_expression':
        return update(node, scope);
      case 'conditional_expression':
        return conditional(node, scope, wanted);
      case 'unary_expression':
        if (node.text.startsWith('!')) return truth(node, scope, wanted);
        return arithmetic(
          node.text.charAt(0) === '-' ? '-' : node.text.charAt(0) === '~' ? '^' : '+',
          int(node.text.startsWith('~') ? -1 : 0),
          rvalue(need(node, 'argument'), scope),
          node,
          scope,
        );
      case 'binary_expression':
        return binary(node, scope, wanted);
      case 'initializer_list':
        return problems.stopUnsupported('an initializer list here', node.at);
      default:
        resolver.typeOf(node, scope);
        return problems.stopUnsupported(node.type.replaceAll('_', ' '), node.at);
    }
  };

  const statementExpression = (node: Node, scope: Scope): Value => {
    const block = node.children[0];
    if (block?.type !== 'compound_statement') return problems.stopInput('an empty expression', node.at);
    const inner = newScope(scope);
    const last = block.children.at(-1);
    for (const item of block.children) {
      if (item === last && item.type === 'expression_statement' && item.children[0] !== undefined) {
        return rvalue(item.children[0], inner);
      }
      statement(item, inner, block);
    }
    return { kind: 'any', type: VOID };
  };

  const binary = (node: Node, scope: Scope, wanted: LocalPlace | null): Value => {
    const operator = field(node, 'operator')?.type ?? '';
    if (operator === '&&' || operator === '||' || COMPARISONS.has(operator)) return truth(node, scope, wanted);
    const leftNode = need(node, 'left');
    const rightNode = need(node, 'right');
    const leftType = decay(resolver.typeOf(leftNode, scope));
    const rightType = decay(resolver.typeOf(rightNode, scope));
    const left = rvalue(leftNode, scope);
    const right = rvalue(rightNode, scope);
    if (leftType.kind === 'pointer' && rightType.kind !== 'pointer')
      return advance(left, leftType, right, operator, node, scope);
    if (rightType.kind === 'pointer' && leftType.kind !== 'pointer' && operator === '+') {
      return advance(right, rightType, left, operator, node, scope);
    }
    return arithmetic(operator, left, right, node, scope);
  };

  /** A truth value as a number. Values that nothing else depends on are simply 0 or 1, without a branch. */
  const truth = (node: Node, scope: Scope, wanted: LocalPlace | null): Value => {
    const to =
      wanted !== null && wanted.type.kind === 'int' && !usesLocal(node, wanted.local.name)
        ? wanted
        : temp(node.text, INT, node.at);
    const [yes, no, end] = [newLabel(), newLabel(), newLabel()];
    condition(node, scope, yes, no, false);
    place(no);
    push({ op: 'set', to, from: int(0), at: node.at });
    jump(end, node.at);
    place(yes);
    push({ op: 'set', to, from: int(1), at: node.at });
    place(end);
    return valueOf(to);
  };

  const usesLocal = (node: Node, name: string): boolean =>
    (node.type === 'identifier' && node.text === name) || node.children.some(c => usesLocal(c, name));

  const conditional = (node: Node, scope: Scope, wanted: LocalPlace | null): Value => {
    const type = decay(resolver.typeOf(node, scope));
    const test = need(node, 'condition');
    const consequence = field(node, 'consequence');
    const alternative = need(node, 'alternative');
    const usable = wanted !== null && !usesLocal(node, wanted.local.name);
    const to = usable ? wanted : type.kind === 'void' ? null : temp(node.text, type, node.at);
    const [yes, no, end] = [newLabel(), newLabel(), newLabel()];
    if (consequence === null) {
      // a ?: b evaluates a once
      const value = rvalue(test, scope);
      push({
        op: 'branch',
        test: nonZero(value, decay(resolver.typeOf(test, scope)), test),
        yes,
        no,
        yesFirst: false,
        at: node.at,
      });
      place(no);
      if (to !== null) into(to, alternative, scope);
      jump(end, node.at);
      place(yes);
      if (to !== null) push({ op: 'set', to, from: value, at: node.at });
    } else {
      condition(test, scope, yes, no, false);
      place(no);
      if (to === null) effect(alternative, scope);
      else into(to, alternative, scope);
      jump(end, node.at);
      place(yes);
      if (to === null) effect(consequence, scope);
      else into(to, consequence, scope);
    }
    place(end);
    return to === null ? { kind: 'any', type: VOID } : valueOf(to);
  };

  const effect = (node: Node, scope: Scope): void => {
    if (unwrap(node).type === 'gnu_asm_expression') problems.stopUnsupported('inline assembly', node.at);
    if (unwrap(node).type === 'conditional_expression') conditional(unwrap(node), scope, null);
    else if (resolver.constantOf(unwrap(node), scope) === null) rvalue(node, scope);
  };

  return { rvalue, effect };
}
