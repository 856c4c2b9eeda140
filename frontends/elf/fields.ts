/**
 * Special fields of a type: where locks, heads, nodes and kptrs lie in it, as the kernel looks for them (kernel: `btf_parse_fields`,
 * `btf_find_field`). It looks through arrays and structs inside, but not through typedefs, qualifiers and unions.
 */
import type { At, FieldKind } from '../../model/program.js';
import type { Btf, BtfMember } from './btf-type.js';
import { declTagsOf, resolve, typeOf, typeTagsOf } from './btf-query.js';
import type { FieldProblem, KptrTag, ObjectField } from './object.js';

/** Sizes that a kernel has given each kind; a struct of this name and another size is nothing special (kernel: `btf_find_struct`). */
const SPECIAL: ReadonlyMap<
  string,
  { readonly kind: FieldKind; readonly sizes: readonly number[]; readonly align: number }
> = new Map([
  ['bpf_spin_lock', { kind: 'bpf_spin_lock', sizes: [4], align: 4 }],
  ['bpf_res_spin_lock', { kind: 'bpf_res_spin_lock', sizes: [4], align: 4 }],
  ['bpf_timer', { kind: 'bpf_timer', sizes: [16], align: 8 }],
  ['bpf_wq', { kind: 'bpf_wq', sizes: [16], align: 8 }],
  ['bpf_list_head', { kind: 'bpf_list_head', sizes: [16], align: 8 }],
  ['bpf_list_node', { kind: 'bpf_list_node', sizes: [16, 24], align: 8 }],
  ['bpf_rb_root', { kind: 'bpf_rb_root', sizes: [16], align: 8 }],
  ['bpf_rb_node', { kind: 'bpf_rb_node', sizes: [24, 32], align: 8 }],
  ['bpf_refcount', { kind: 'bpf_refcount', sizes: [4], align: 4 }],
]);

const KPTR_TAGS: readonly KptrTag[] = ['kptr', 'kptr_untrusted', 'percpu_kptr', 'uptr'];

/** Far above the kernel's BTF_FIELDS_MAX (11), and where the C front end stops too. */
const MOST_FIELDS = 256;
const MOST_IN_ALL = 100_000;

export interface FieldsFound {
  readonly fields: readonly ObjectField[];
  readonly problems: readonly FieldProblem[];
}

/** Something in memory that may be special or have special parts. */
export interface Place {
  readonly typeId: number;
  /** Empty for the value itself, whose members are then named alone. */
  readonly name: string;
  readonly offset: number;
  /** Declaration tags of the member or variable. */
  readonly tags: readonly string[];
}

export interface FieldFinder {
  /** Returns the special fields of the places of one struct, in the order of their offsets; null if there are too many. */
  find(struct: string, places: readonly Place[]): FieldsFound | null;
  /** Returns true iff a value of this type is a special field. */
  isSpecial(typeId: number): boolean;
  /** Returns true iff a value of this type has special fields, also such as no kernel would find. */
  hasSpecial(typeId: number): boolean;
}

class TooMany extends Error {}

/** Returns a finder for one object's types; what it learns of a type it keeps. */
export function newFieldFinder(btf: Btf, at: At): FieldFinder {
  const special = new Map<number, boolean>();
  /** The members in which something special is, so that wide structs are gone through once. */
  const specialMembers = new Map<number, readonly number[]>();
  /** The first of each name (kernel: `btf_find_by_name_kind`). */
  const structNamed = new Map<string, number>();
  btf.types.forEach((type, id) => {
    if (type.kind === 'struct' && !structNamed.has(type.name)) structNamed.set(type.name, id);
  });
  const memberNames = new Map<number, ReadonlyMap<string, BtfMember>>();
  const membersOf = (id: number): ReadonlyMap<string, BtfMember> => {
    const type = typeOf(btf, id);
    const names = memberNames.get(id) ?? new Map(type.kind === 'struct' ? type.members.map(m => [m.name, m]) : []);
    memberNames.set(id, names);
    return names;
  };
  let total = 0;
  const count = (here: readonly unknown[]): void => {
    if (here.length >= MOST_FIELDS || ++total > MOST_IN_ALL) throw new TooMany();
  };

  const kptrOf = (typeId: number): { tag: KptrTag; typeId: number } | null => {
    const type = typeOf(btf, typeId);
    // kernel: btf_find_kptr allows for `volatile`
    const pointer = type.kind === 'volatile' ? resolve(btf, typeId) : typeId;
    const tags = typeTagsOf(btf, pointer);
    const tag = KPTR_TAGS.find(t => tags.includes(t));
    const to = typeOf(btf, pointer);
    return tag === undefined || to.kind !== 'ptr' ? null : { tag, typeId: resolve(btf, to.type) };
  };

  const kindOf = (typeId: number): FieldKind | null => {
    const type = typeOf(btf, typeId);
    if (type.kind === 'struct') {
      const known = SPECIAL.get(type.name);
      return known?.sizes.includes(type.size) === true ? known.kind : null;
    }
    return kptrOf(typeId) === null ? null : 'kptr';
  };

  // types are at most 64 deep (btf-check.ts), so this may recurse
  const hasSpecial = (typeId: number): boolean => {
    const known = special.get(typeId);
    if (known !== undefined) return known;
    const type = typeOf(btf, typeId);
    let found = kindOf(typeId) !== null;
    if (!found) {
      if (type.kind === 'struct' || type.kind === 'union') found = type.members.some(m => hasSpecial(m.type));
      else if (type.kind === 'array') found = type.length > 0 && hasSpecial(type.type);
      else if (resolve(btf, typeId) !== typeId) found = hasSpecial(resolve(btf, typeId));
    }
    special.set(typeId, found);
    return found;
  };

  const specialMembersOf = (typeId: number, members: readonly BtfMember[]): readonly number[] => {
    const known = specialMembers.get(typeId);
    if (known !== undefined) return known;
    const found = members.flatMap((m, i) => (hasSpecial(m.type) ? [i] : []));
    specialMembers.set(typeId, found);
    return found;
  };

  const find = (struct: string, places: readonly Place[]): FieldsFound => {
    const fields: ObjectField[] = [];
    const problems: FieldProblem[] = [];
    const problem = (field: string, message: string, isIgnored: boolean): void => {
      count(problems);
      problems.push({ struct, field, message, isIgnored });
    };

    const add = (place: Place, kind: FieldKind): void => {
      const { name, offset, tags } = place;
      const type = typeOf(btf, place.typeId);
      const align = type.kind === 'struct' ? SPECIAL.get(type.name)?.align : 8;
      if (offset % (align ?? 1) !== 0) return problem(name, `a ${kind} at byte ${offset} is not aligned`, true);
      count(fields);
      const owns = kind === 'bpf_list_head' || kind === 'bpf_rb_root';
      const contains = owns ? containsOf(place, kind) : null;
      const guardedBy = tags.find(tag => tag.startsWith('guarded_by:'))?.slice('guarded_by:'.length);
      const kptr = kind === 'kptr' ? kptrOf(place.typeId) : null;
      const to = kptr === null ? null : typeOf(btf, kptr.typeId);
      const pointee = to !== null && (to.kind === 'struct' || to.kind === 'fwd') ? to.name : null;
      fields.push({
        kind,
        name,
        offset,
        at,
        ...(contains === null ? {} : { contains }),
        ...(guardedBy === undefined ? {} : { guardedBy }),
        ...(pointee === null ? {} : { pointee }),
        ...(kptr === null ? {} : { kptr }),
      });
    };

    /** kernel: `btf_find_graph_root`. What it would refuse is listed all the same, beside the problem. */
    const containsOf = (place: Place, kind: FieldKind): { type: string; node: string } | null => {
      const tags = place.tags.filter(tag => tag.startsWith('contains:'));
      if (tags.length !== 1) {
        problem(place.name, `a ${kind} with ${tags.length} 'contains:' tags instead of one`, false);
        return null;
      }
      // older files spell the kind too: contains:struct:foo:node
      const text = (tags[0] ?? '').slice('contains:'.length).replace(/^struct:/, '');
      const colon = text.indexOf(':');
      if (colon < 0) {
        if (tags.length === 1) problem(place.name, `a ${kind} whose 'contains:' tag names no member`, false);
        return null;
      }
      const [type, node] = [text.slice(0, colon), text.slice(colon + 1)];
      const id = structNamed.get(type) ?? null;
      const member = id === null ? null : (membersOf(id).get(node) ?? null);
      const wanted = kind === 'bpf_list_head' ? 'bpf_list_node' : 'bpf_rb_node';
      const wrong =
        id === null
          ? `it contains struct ${type}, which the types of the object do not have`
          : member === null
            ? `it contains ${type}, which has no member ${node}`
            : kindOf(member.type) === wanted
              ? null
              : `member ${node} of ${type} is no ${wanted}`;
      if (wrong !== null) problem(place.name, wrong, false);
      return { type, node };
    };

    const visit = (place: Place): void => {
      const { typeId, name, offset } = place;
      if (!hasSpecial(typeId)) return;
      const type = typeOf(btf, typeId);
      const kind = kindOf(typeId);
      if (kind !== null) return add(place, kind);
      if (type.kind === 'array') {
        const size = btf.sizes[type.type] ?? 0;
        const element = kindOf(type.type);
        const isRepeated = element === null || ['bpf_list_head', 'bpf_rb_root', 'kptr'].includes(element);
        if (!isRepeated && type.length !== 1)
          return problem(name, `the kernel looks for no ${element} in an array`, true);
        for (let i = 0; i < type.length; i++) {
          visit({ ...place, typeId: type.type, name: `${name}[${i}]`, offset: offset + i * size });
        }
        return;
      }
      if (type.kind !== 'struct') {
        const what = type.kind === 'union' ? 'a union' : `a ${type.kind}`;
        return problem(name, `the kernel does not look for special fields in ${what}`, true);
      }
      for (const i of specialMembersOf(typeId, type.members)) {
        const member = type.members[i];
        if (member === undefined) continue;
        visit({
          typeId: member.type,
          name: name === '' || member.name === '' ? name + member.name : `${name}.${member.name}`,
          offset: offset + Math.floor(member.bitOffset / 8),
          tags: declTagsOf(btf, typeId, i),
        });
      }
    };

    for (const place of places) visit(place);
    return { fields: fields.sort((a, b) => a.offset - b.offset), problems };
  };

  return {
    isSpecial: typeId => kindOf(typeId) !== null,
    hasSpecial,
    find(struct, places) {
      try {
        return find(struct, places);
      } catch (e) {
        if (e instanceof TooMany) return null;
        throw e;
      }
    },
  };
}
