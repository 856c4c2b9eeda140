/** What a global subprogram is given, beside the types of its parameters: the kernel compares them (kernel: btf_check_func_arg_match). */
import type { Known } from '../../shared/values.js';
import { resolve, sizeOf, typeOf } from '../btf-query.js';
import type { ObjectFunction } from '../object.js';
import type { Base } from './base.js';
import type { Cursor } from './state.js';

/** Whether each argument is what its parameter asks for, as far as that can be seen without the rules. */
function fits({ context, slots }: Base, fn: ObjectFunction, args: readonly (Known | undefined)[]): boolean {
  const { object, shapes } = context;
  const type = fn.typeId === null ? null : typeOf(object.btf, fn.typeId);
  const proto = type?.kind === 'func' ? typeOf(object.btf, resolve(object.btf, type.type)) : null;
  // What a tag asks for is for the kernel to know.
  if (proto?.kind !== 'func_proto' || fn.tags.some(tag => tag.startsWith('arg:'))) return true;

  const isMemory = (k: Known | undefined, size: number | null): boolean => {
    if (k === undefined) return false;
    switch (k.kind) {
      case 'slot': {
        const shape = slots.shapeOf(k);
        if (shape === null || size === null) return true;
        return !k.vague && shapes.isInside(shape, k.add, size) && shapes.met(shape, k.add, size).length === 0;
      }
      case 'int':
        return k.value === 0;
      case 'alias':
      case 'kernel':
      case 'opaque':
        return true;
      default:
        return false;
    }
  };
  const isNumber = (k: Known | undefined): boolean =>
    k !== undefined && !['slot', 'alias', 'kernel', 'map', 'function'].includes(k.kind);

  return proto.params.every((param, n) => {
    const wanted = typeOf(object.btf, resolve(object.btf, param.type));
    if (wanted.kind === 'int' || wanted.kind === 'enum') return isNumber(args[n]);
    return wanted.kind !== 'ptr' || isMemory(args[n], sizeOf(object.btf, wanted.type));
  });
}

/** Stops the walk where they do not: no rule says what becomes of that. */
export const checkArguments = (
  base: Base,
  c: Cursor,
  fn: ObjectFunction,
  args: readonly (Known | undefined)[],
): void => {
  if (!fits(base, fn, args)) base.graph.stop(c, `an argument of ${fn.name} that is not of the type of its parameter`);
};
