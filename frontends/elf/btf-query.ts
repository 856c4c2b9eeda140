/** Questions about checked types. All of them end, because no type contains or names itself (btf-check.ts). */
import type { Btf, BtfMember, BtfType } from './btf-type.js';

/** Returns the type of an id of this BTF. */
export function typeOf(btf: Btf, id: number): BtfType {
  return btf.types[id] ?? { kind: 'void' };
}

/** Returns the id of what is left without typedefs, qualifiers and type tags (libbpf: `skip_mods_and_typedefs`). */
export function resolve(btf: Btf, id: number): number {
  for (let at = id; ;) {
    const type = typeOf(btf, at);
    switch (type.kind) {
      case 'typedef':
      case 'volatile':
      case 'const':
      case 'restrict':
      case 'type_tag':
        at = type.type;
        break;
      default:
        return at;
    }
  }
}

/** Returns the texts of the type tags of a pointer, the outermost first: those between the pointer and what it points to. */
export function typeTagsOf(btf: Btf, pointer: number): readonly string[] {
  const type = typeOf(btf, pointer);
  const tags: string[] = [];
  if (type.kind !== 'ptr') return tags;
  for (let at = typeOf(btf, type.type); ; at = typeOf(btf, at.type)) {
    if (at.kind === 'type_tag') tags.push(at.name);
    else if (at.kind !== 'const' && at.kind !== 'volatile' && at.kind !== 'restrict') return tags;
  }
}

/** Returns the declaration tags on a type (-1), or on one of its members or parameters. */
export function declTagsOf(btf: Btf, id: number, component = -1): readonly string[] {
  return btf.declTags.get(id)?.get(component) ?? [];
}

/** Returns the member of that name, or null; members of anonymous structs and unions belong to the outer one. */
export function memberNamed(btf: Btf, struct: number, name: string): BtfMember | null {
  // anonymous structs may be shared: one that was searched in vain is not searched again
  const searched = new Set<number>();
  const search = (id: number): BtfMember | null => {
    const type = typeOf(btf, id);
    if ((type.kind !== 'struct' && type.kind !== 'union') || searched.has(id)) return null;
    searched.add(id);
    const direct = type.members.find(m => m.name === name);
    if (direct !== undefined) return direct;
    for (const member of type.members) {
      const inner = member.name === '' ? search(resolve(btf, member.type)) : null;
      if (inner !== null) return { ...inner, bitOffset: member.bitOffset + inner.bitOffset };
    }
    return null;
  };
  return search(struct);
}

/** Returns how many bytes a value of the type has; null for what has none. */
export function sizeOf(btf: Btf, id: number): number | null {
  const type = typeOf(btf, resolve(btf, id));
  switch (type.kind) {
    case 'ptr':
      return 8;
    case 'array': {
      const element = sizeOf(btf, type.type);
      return element === null ? null : element * type.length;
    }
    case 'int':
    case 'enum':
    case 'struct':
    case 'union':
      return type.size;
    default:
      return null;
  }
}

/** Whether these bytes begin in a member of the struct and end behind it (kernel: `btf_struct_walk`). */
export function isAcrossMembers(btf: Btf, struct: number, offset: number, size: number): boolean {
  const type = typeOf(btf, struct);
  if (type.kind !== 'struct') return false;
  const end = offset + size;
  return type.members.some(m => {
    const from = m.bitOffset / 8;
    const bytes = m.bitSize > 0 ? null : sizeOf(btf, m.type);
    return bytes !== null && from <= offset && offset < from + bytes && end > from + bytes;
  });
}

/** Whether a value of the type has a pointer at that offset. */
export function hasPointerAt(btf: Btf, id: number, offset: number): boolean {
  const type = typeOf(btf, resolve(btf, id));
  switch (type.kind) {
    case 'ptr':
      return offset === 0;
    case 'struct':
    case 'union':
      return type.members.some(m => {
        const at = offset - m.bitOffset / 8;
        return at >= 0 && at < (sizeOf(btf, m.type) ?? 0) && hasPointerAt(btf, m.type, at);
      });
    case 'array': {
      const size = sizeOf(btf, type.type) ?? 0;
      return size > 0 && offset < size * type.length && hasPointerAt(btf, type.type, offset % size);
    }
    default:
      return false;
  }
}

/** Returns how C spells a type, as the C front end does: without qualifiers and typedefs. */
export function spelling(btf: Btf, id: number): string {
  const type = typeOf(btf, resolve(btf, id));
  switch (type.kind) {
    case 'ptr':
      return `${spelling(btf, type.type)} *`;
    case 'array':
      return `${spelling(btf, type.type)}[${type.length}]`;
    case 'struct':
    case 'union':
      return `${type.kind} ${type.name}`;
    case 'fwd':
      return `${type.isUnion ? 'union' : 'struct'} ${type.name}`;
    case 'func_proto':
      return 'a function';
    case 'int':
    case 'float':
      return type.name;
    case 'enum':
      return `enum ${type.name}`;
    default:
      return 'void';
  }
}
