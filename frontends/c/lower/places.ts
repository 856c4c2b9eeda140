/** Where a value is: variables, members, elements, and what a pointer points to. */
import type { At } from '../../../model/program.js';
import type { Index, LocalPlace, Place, Value } from '../ir.js';
import { field } from '../resolve.js';
import { lookup, type LocalVar, type Scope } from '../scope.js';
import type { Node } from '../syntax.js';
import { findMember, layout, typeName, UNKNOWN, type CType } from '../types.js';
import { decay, isAggregate, needIn, shift, unwrap, valueOf, whole } from './basics.js';
import type { Code } from './code.js';
import type { Lowering } from './context.js';
import type { Reader } from './reader.js';

export interface Places {
  /** The local variables whose address was taken here first. */
  readonly addressed: readonly LocalVar[];
  readonly lvalue: (outer: Node, scope: Scope) => Place;
  readonly dereference: (pointer: Value, pointerType: CType) => Place;
  readonly addressOf: (p: Place) => Value;
  /** The value in a place, in `wanted` or a new temporary if it has to be loaded. */
  readonly load: (from: Place, at: At, name: string, wanted: LocalPlace | null) => Value;
}

export function newPlaces(
  { resolver, problems }: Lowering,
  { push, newLocal, temp, count }: Code,
  { rvalue, initialise }: Reader,
): Places {
  const need = needIn(problems);
  const addressed: LocalVar[] = [];

  const lvalue = (outer: Node, scope: Scope): Place => {
    const node = unwrap(outer);
    switch (node.type) {
      case 'identifier': {
        const entity = lookup(scope, node.text);
        if (entity?.kind === 'local') return whole(entity.local);
        if (entity?.kind === 'global') {
          return { base: 'global', global: entity.global, off: 0, index: [], type: entity.global.type };
        }
        if (entity === null) return problems.stopInput(`unknown identifier \`${node.text}\``, node.at);
        return problems.stopInput(`\`${node.text}\` is no variable`, node.at);
      }
      case 'field_expression': {
        const type = resolver.typeOf(node, scope);
        const object = need(node, 'argument');
        const name = need(node, 'field').text;
        const arrow = node.marks.includes('->') || field(node, 'operator')?.type === '->';
        const base = arrow ? dereference(rvalue(object, scope), resolver.typeOf(object, scope)) : lvalue(object, scope);
        const struct = base.type;
        const member = struct.kind === 'struct' ? findMember(struct.decl, name) : null;
        return shift(base, member?.offset ?? 0, type);
      }
      case 'subscript_expression': {
        const array = need(node, 'argument');
        const index = field(node, 'index') ?? node.children.at(-1);
        if (index === undefined || index === array) return problems.stopInput('a subscript without an index', node.at);
        const type = resolver.typeOf(array, scope);
        const base = type.kind === 'array' ? lvalue(array, scope) : dereference(rvalue(array, scope), type);
        return indexed(base, resolver.typeOf(node, scope), rvalue(index, scope), node.at);
      }
      case 'pointer_expression': {
        if (node.text.startsWith('&')) break;
        const pointer = need(node, 'argument');
        return dereference(rvalue(pointer, scope), resolver.typeOf(pointer, scope));
      }
      case 'compound_literal_expression': {
        const type = resolver.typeOf(node, scope);
        const constant = type.kind === 'int' ? constantLiteral(need(node, 'value'), scope) : null;
        const local = newLocal(node.text.replaceAll(' ', '').slice(0, 30), type, node.at, constant !== null);
        initialise(whole(local), need(node, 'value'), scope, node.at);
        return whole(local);
      }
      case 'cast_expression': {
        // the old way to write to a volatile: *(volatile T *)&x is handled above; a cast itself is no place
        break;
      }
      default:
        break;
    }
    const type = resolver.typeOf(node, scope);
    if (isAggregate(type) && node.type === 'call_expression')
      return problems.stopUnsupported('a struct returned by value', node.at);
    return problems.stopInput(`\`${node.text.slice(0, 40)}\` is nothing that can be assigned to`, node.at);
  };

  const constantLiteral = (list: Node, scope: Scope): number | null =>
    list.children.length === 1 && list.children[0] !== undefined ? resolver.constantOf(list.children[0], scope) : null;

  const indexed = (base: Place, type: CType, index: Value, at: At): Place => {
    const one = layout(type)?.size ?? (type.kind === 'unknown' || type.kind === 'void' ? 1 : null);
    if (one === null) return problems.stopInput(`${typeName(type)} has no size`, at);
    if (index.kind === 'int') return shift(base, index.value * one, type);
    count(index);
    const more: Index = { value: index, scale: one };
    return { ...base, index: [...base.index, more], type };
  };

  const dereference = (pointer: Value, pointerType: CType): Place => {
    const type =
      pointerType.kind === 'pointer' ? pointerType.to : pointerType.kind === 'array' ? pointerType.of : UNKNOWN;
    if (pointer.kind === 'address') return { ...pointer.place, type };
    return { base: 'memory', pointer, off: 0, index: [], type };
  };

  const addressOf = (p: Place): Value => {
    if (p.base === 'local' && !p.local.isAddressTaken) {
      p.local.isAddressTaken = true;
      addressed.push(p.local);
    }
    // &p->first where first is at offset 0 is p itself: keep one spelling
    if (p.base === 'memory' && p.off === 0 && p.index.length === 0) return p.pointer;
    return { kind: 'address', place: p };
  };

  const load = (from: Place, at: At, name: string, wanted: LocalPlace | null): Value => {
    if (from.type.kind === 'array') return addressOf(from);
    if (from.base === 'local' && from.index.length === 0) return valueOf(from);
    const to = wanted ?? temp(name, decay(from.type), at);
    push({ op: 'load', to, from, at });
    return valueOf(to);
  };

  return { addressed, lvalue, dereference, addressOf, load };
}
