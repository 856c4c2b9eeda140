/** Computations: on integers, on pointers, and casts that change values. */
import type { Place, Value } from '../ir.js';
import { applyOperator } from '../preprocess.js';
import type { Scope } from '../scope.js';
import type { Node } from '../syntax.js';
import { convert, layout, pointerTo, UNKNOWN, VOID, type CType } from '../types.js';
import { decay, int, shift, valueOf } from './basics.js';
import type { Code } from './code.js';
import type { Lowering } from './context.js';
import type { Places } from './places.js';

export interface Arithmetic {
  readonly narrowed: (value: Value, from: CType, to: CType, node: Node) => Value;
  readonly arithmetic: (operator: string, left: Value, right: Value, node: Node, scope: Scope) => Value;
  readonly advance: (pointer: Value, type: CType, by: Value, operator: string, node: Node, scope: Scope) => Value;
  /** One more, or one less. */
  readonly stepped: (operator: string, left: Value, node: Node, type: CType) => Value;
}

export function newArithmetic(
  { resolver }: Lowering,
  { push, temp, count }: Code,
  { dereference, addressOf }: Places,
): Arithmetic {
  /** A cast to a smaller integer type changes values; same-range casts do not. */
  const narrowed = (value: Value, from: CType, to: CType, node: Node): Value => {
    if (from.kind !== 'int' || to.kind !== 'int' || (to.size >= from.size && to.signed === from.signed)) return value;
    if (value.kind === 'int') return int(convert(value.value, to));
    const result = temp(node.text, to, node.at);
    push({ op: 'set', to: result, from: value, at: node.at });
    return valueOf(result);
  };

  const arithmetic = (operator: string, left: Value, right: Value, node: Node, scope: Scope): Value => {
    const type = resolver.typeOf(node, scope);
    if (left.kind === 'int' && right.kind === 'int') {
      const value = applyOperator(operator, left.value, right.value);
      if (value !== null) return int(convert(value, type));
    }
    const to = temp(node.text.replaceAll(/\s+/g, ' '), type, node.at);
    push({ op: 'arith', to, operator, left, right, at: node.at });
    return valueOf(to);
  };

  /** Pointer plus or minus integer. */
  const advance = (pointer: Value, type: CType, by: Value, operator: string, node: Node, scope: Scope): Value => {
    const element = type.kind === 'pointer' ? type.to : VOID;
    const one: CType = layout(element) === null ? UNKNOWN : element;
    const base: Place = dereference(pointer, pointerTo(one));
    const size = layout(element)?.size ?? 1;
    if (by.kind === 'int') return addressOf(shift(base, (operator === '-' ? -1 : 1) * by.value * size, one));
    const index = operator === '-' ? arithmetic('-', int(0), by, node, scope) : by;
    count(index);
    return addressOf({ ...base, index: [...base.index, { value: index, scale: size }], type: one });
  };

  const stepped = (operator: string, left: Value, node: Node, type: CType): Value => {
    const to = temp(node.text, decay(type), node.at);
    push({ op: 'arith', to, operator, left, right: int(1), at: node.at });
    return valueOf(to);
  };

  return { narrowed, arithmetic, advance, stepped };
}
