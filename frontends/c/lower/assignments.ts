/** Assignments: `=`, `+=` and its like, `++` and `--`. */
import type { At } from '../../../model/program.js';
import type { LocalPlace, Place, Value } from '../ir.js';
import { field } from '../resolve.js';
import { lookup, type GlobalVar, type LocalVar, type Scope } from '../scope.js';
import type { Node } from '../syntax.js';
import { pointerTo } from '../types.js';
import type { Arithmetic } from './arithmetic.js';
import { decay, int, isAggregate, isPointer, needIn, unwrap, valueOf, whole } from './basics.js';
import type { Code } from './code.js';
import type { Lowering } from './context.js';
import type { Places } from './places.js';
import type { Reader } from './reader.js';

export interface Assignments {
  readonly into: (to: LocalPlace, node: Node, scope: Scope) => void;
  readonly assignment: (node: Node, scope: Scope) => Value;
  /** `++` and `--`. */
  readonly update: (node: Node, scope: Scope) => Value;
}

export function newAssignments(
  { resolver, problems }: Lowering,
  { push, newLocal, temp }: Code,
  { lvalue, load }: Places,
  { arithmetic, advance, stepped }: Arithmetic,
  { rvalue }: Reader,
): Assignments {
  const need = needIn(problems);
  const addresses = new Map<GlobalVar, LocalVar>();

  /** Assigns an expression to a local place, without a detour where the result can be put there at once. */
  const into = (to: LocalPlace, node: Node, scope: Scope): void => {
    const value = rvalue(node, scope, to);
    if (value.kind === 'local' && value.place === to) return;
    push({ op: 'set', to, from: value, at: node.at });
  };

  const assignment = (node: Node, scope: Scope): Value => {
    const operator = field(node, 'operator')?.type ?? '=';
    const leftNode = need(node, 'left');
    const rightNode = need(node, 'right');
    const type = resolver.typeOf(leftNode, scope);
    resolver.typeOf(rightNode, scope);
    if (operator !== '=') {
      const to = once(lvalue(leftNode, scope), node.at);
      const old = load(to, node.at, leftNode.text, null);
      const right = rvalue(rightNode, scope);
      const op = operator.slice(0, -1);
      const value = isPointer(type)
        ? advance(old, decay(type), right, op, node, scope)
        : arithmetic(op, old, right, node, scope);
      store(to, value, node.at);
      return value;
    }
    if (isAggregate(type)) {
      const from = unwrap(rightNode);
      push({ op: 'copy', to: lvalue(leftNode, scope), from: lvalue(from, scope), at: node.at });
      return { kind: 'any', type };
    }
    const target = unwrap(leftNode);
    const entity = target.type === 'identifier' ? lookup(scope, target.text) : null;
    if (isInLocal(target, scope)) {
      const to = lvalue(target, scope);
      if (to.base === 'local') {
        into(to, rightNode, scope);
        return valueOf(to);
      }
    }
    if (entity?.kind === 'global' && entity.global.isConst && !entity.global.isVolatile) {
      return problems.stopInput(`\`${target.text}\` is const`, node.at);
    }
    const value = rvalue(rightNode, scope);
    store(lvalue(leftNode, scope), value, node.at);
    return value;
  };

  /** A local variable, a member of one, or an element of a local array. */
  const isInLocal = (outer: Node, scope: Scope): boolean => {
    const node = unwrap(outer);
    if (node.type === 'identifier') return lookup(scope, node.text)?.kind === 'local';
    const object = field(node, 'argument');
    if (object === null) return false;
    if (node.type === 'subscript_expression')
      return resolver.typeOf(object, scope).kind === 'array' && isInLocal(object, scope);
    return (
      node.type === 'field_expression' && resolver.typeOf(object, scope).kind === 'struct' && isInLocal(object, scope)
    );
  };

  /** A global that is read and written in one expression is mentioned once: its address is loaded once. */
  const once = (p: Place, at: At): Place => {
    if (p.base !== 'global') return p;
    const base: Place = { ...p, off: 0, index: [], type: p.global.type };
    const known = addresses.get(p.global) ?? newLocal(`&${p.global.name}`, pointerTo(p.global.type), at, true);
    addresses.set(p.global, known);
    push({ op: 'set', to: whole(known), from: { kind: 'address', place: base }, at });
    return { base: 'memory', pointer: valueOf(whole(known)), off: p.off, index: p.index, type: p.type };
  };

  const store = (to: Place, from: Value, at: At): void => {
    if (to.base === 'local' && to.index.length === 0) push({ op: 'set', to, from, at });
    else push({ op: 'store', to, from, at });
  };

  const update = (node: Node, scope: Scope): Value => {
    const operand = need(node, 'argument');
    const type = resolver.typeOf(operand, scope);
    const to = once(lvalue(operand, scope), node.at);
    const prefix = node.text.startsWith('++') || node.text.startsWith('--');
    const op = node.text.includes('++') ? '+' : '-';
    const old = load(to, node.at, operand.text, null);
    let before = old;
    if (!prefix && old.kind === 'local') {
      const kept = temp(operand.text, decay(type), node.at);
      push({ op: 'set', to: kept, from: old, at: node.at });
      before = valueOf(kept);
    }
    const value = isPointer(type)
      ? advance(before, decay(type), int(1), op, node, scope)
      : stepped(op, before, node, type);
    store(to, value, node.at);
    return prefix ? load(to, node.at, operand.text, null) : before;
  };

  return { into, assignment, update };
}
