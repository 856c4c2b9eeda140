/** BTF-defined maps: section `.maps` and what its relocations put into maps of maps (libbpf: `parse_btf_map_def`). */
import { MAP_FLAGS, mapTypeName } from '../c/known-headers.js';
import type { At } from '../../model/program.js';
import type { BtfSection } from './btf.js';
import { resolve, spelling, typeOf } from './btf-query.js';
import type { BtfMember } from './btf-type.js';
import { quote } from './bytes.js';
import type { Container, Relocation, Section } from './container.js';
import type { ObjectMap } from './object.js';
import type { Structs } from './structs.js';

export interface MapsFound {
  readonly maps: readonly ObjectMap[];
  /** Index of `.maps`, null if there is none. */
  readonly section: number | null;
  /** Names by their place in `.maps`. */
  readonly byOffset: ReadonlyMap<number, string>;
}

/** One map as a variable of `.maps`, or the template inside one. */
interface Definition {
  readonly name: string;
  readonly struct: number;
  /** Of the variable. */
  readonly offset: number;
  readonly section: Section;
  readonly isTemplate: boolean;
  /** Those of the variable's bytes. */
  readonly relocations: readonly Relocation[];
}

const MOST_INITIAL = 4096;
const POINTER = 8;

const MEMBERS = new Set([
  'type', 'max_entries', 'map_flags', 'map_extra', 'numa_node', 'pinning', 'key', 'key_size', 'value', 'value_size', 'values',
]); // prettier-ignore

/** Returns the maps in the order of their places, the template of a map of maps before it. */
export function readMaps(container: Container, btf: BtfSection, structs: Structs, at: At): MapsFound {
  const section = container.sections.find(s => s.name === '.maps');
  if (section === undefined) return { maps: [], section: null, byOffset: new Map() };
  const { types } = btf.btf;
  const datasec = types.find(t => t.kind === 'datasec' && t.name === '.maps');
  if (datasec?.kind !== 'datasec') return section.bytes.fail(0, 'the types of the object do not describe this section');

  const maps: ObjectMap[] = [];
  const byOffset = new Map<number, string>();
  const relocations = container.relocations.get(section.index) ?? [];
  const definitions = datasec.vars.map(({ type: varId, offset, size }) => {
    const variable = typeOf(btf.btf, varId);
    const fail = (problem: string): never => section.bytes.fail(Math.min(offset, section.size), problem);
    if (variable.kind !== 'var' || variable.name === '') return fail('a map without a name');
    const struct = resolve(btf.btf, variable.type);
    const type = typeOf(btf.btf, struct);
    if (variable.linkage !== 'global')
      return fail(`map ${quote(variable.name)} is ${variable.linkage}; libbpf wants it global`);
    if (type.kind !== 'struct') return fail(`map ${quote(variable.name)} is no struct`);
    if (offset + size > section.size || type.size > size) return fail(`map ${quote(variable.name)} lies outside`);
    if (byOffset.has(offset))
      return fail(`maps ${quote(byOffset.get(offset) ?? '')} and ${quote(variable.name)} are in one place`);
    byOffset.set(offset, variable.name);
    return { name: variable.name, struct, offset, size };
  });
  const named = new Set<string>();
  for (const { name, offset } of definitions) {
    if (named.has(name)) section.bytes.fail(offset, `two maps are named ${quote(name)}`);
    named.add(name);
  }
  const inside = relocationsByMap(section, relocations, definitions);
  for (const { name, struct, offset } of definitions) {
    define({ name, struct, offset, section, isTemplate: false, relocations: inside.get(offset) ?? [] });
  }
  return { maps, section: section.index, byOffset };

  function define(m: Definition): void {
    const fail = (problem: string): never => m.section.bytes.fail(m.offset, `map ${quote(m.name)}: ${problem}`);
    const type = typeOf(btf.btf, m.struct);
    const members = 'members' in type ? type.members : [];
    if (members.length > MEMBERS.size) return fail('an attribute is given twice');
    for (const member of members) {
      if (!MEMBERS.has(member.name)) return fail(`unknown attribute ${quote(member.name)}`);
    }
    const member = (name: string): BtfMember | null => members.find(found => found.name === name) ?? null;
    const number = (name: string): bigint | null => {
      const found = member(name);
      return found === null ? null : (numberOf(found) ?? fail(`attribute ${name} is no __uint or __ulong`));
    };
    const small = (name: string): number => {
      const value = number(name) ?? 0n;
      return value >= 0n && value <= 0xffffffffn ? Number(value) : fail(`attribute ${name} is ${value}`);
    };
    const pointee = (name: string): number | null => {
      const found = member(name);
      if (found === null) return null;
      const pointer = typeOf(btf.btf, found.type);
      return pointer.kind === 'ptr' ? pointer.type : fail(`attribute ${name} is no __type`);
    };
    const sizeOf = (name: 'key' | 'value', typeId: number | null): number => {
      const given = member(`${name}_size`) === null ? null : small(`${name}_size`);
      if (typeId === null) return given ?? 0;
      const size = btf.btf.sizes[typeId] ?? null;
      if (size === null) return fail(`its ${name} has the type ${quote(spelling(btf.btf, typeId))}, which has no size`);
      return given === null || given === size ? size : fail(`its ${name} has ${size} bytes, not ${given}`);
    };
    const kind = small('type');
    const typeName = mapTypeName(kind);
    if (typeName === null || kind === 0) return fail(`${kind} is no map type`);
    const flags = small('map_flags');
    const isOuter = typeName === 'BPF_MAP_TYPE_ARRAY_OF_MAPS' || typeName === 'BPF_MAP_TYPE_HASH_OF_MAPS';
    if (isOuter && m.isTemplate) return fail('a map of maps inside a map of maps');
    const keyTypeId = pointee('key');
    const valueTypeId = isOuter ? null : pointee('value');
    const inner = isOuter ? readInner(m, member('values'), fail) : undefined;
    const map: ObjectMap = {
      name: m.name,
      type: typeName,
      maxEntries: small('max_entries'),
      valueType: isOuter ? '' : valueType(m.name, valueTypeId, sizeOf('value', valueTypeId)),
      ...(inner === undefined ? {} : { inner }),
      ...(m.isTemplate ? { isTemplate: true } : {}),
      flags: MAP_FLAGS.filter((_, bit) => ((flags >>> bit) & 1) === 1),
      isPinned: small('pinning') !== 0,
      at,
      keySize: sizeOf('key', keyTypeId),
      valueSize: isOuter ? 4 : sizeOf('value', valueTypeId),
      keyTypeId,
      valueTypeId,
      mapFlags: flags,
      mapExtra: number('map_extra') ?? 0n,
      bytes: null,
    };
    maps.push(map);
  }

  /** `__uint`: a pointer to an array of that length. `__ulong`: an enum with one value. */
  function numberOf(member: BtfMember): bigint | null {
    const type = typeOf(btf.btf, resolve(btf.btf, member.type));
    if (type.kind === 'enum') return type.values.length === 1 ? (type.values[0]?.value ?? null) : null;
    const array = type.kind === 'ptr' ? typeOf(btf.btf, type.type) : type;
    return type.kind === 'ptr' && array.kind === 'array' ? BigInt(array.length) : null;
  }

  /** The name of the struct of values, and the struct itself if the BTF has none of that name. */
  function valueType(map: string, typeId: number | null, size: number): string {
    if (typeId === null) {
      structs.add(`${size} bytes`, null, size, []);
      return `${size} bytes`;
    }
    const id = resolve(btf.btf, typeId);
    const name = structs.names.get(id);
    if (name !== undefined) return name;
    const isStruct = typeOf(btf.btf, id).kind === 'struct' && !structs.finder.isSpecial(id);
    const hasSpecial = structs.finder.hasSpecial(typeId);
    const own = isStruct || hasSpecial ? `${map}.value` : spelling(btf.btf, typeId);
    structs.add(own, id, size, isStruct ? [{ typeId: id, name: '', offset: 0, tags: [] }] : []);
    if (hasSpecial && !isStruct) {
      const message = 'the kernel looks for special fields in members of a struct, and this value is none';
      structs.addProblem({ struct: own, field: 'value', message, isIgnored: true });
    }
    return own;
  }

  function readInner(
    m: Definition,
    values: BtfMember | null,
    fail: (problem: string) => never,
  ): NonNullable<ObjectMap['inner']> {
    const array = values === null ? null : typeOf(btf.btf, values.type);
    const pointer = array?.kind === 'array' ? typeOf(btf.btf, array.type) : null;
    const struct = pointer?.kind === 'ptr' ? resolve(btf.btf, pointer.type) : null;
    if (values === null || struct === null || typeOf(btf.btf, struct).kind !== 'struct') {
      return fail('it does not say what its inner maps are');
    }
    const template = `${m.name}.inner`;
    define({ name: template, struct, offset: m.offset, section: m.section, isTemplate: true, relocations: [] });
    const start = m.offset + values.bitOffset / 8;
    const initial: (string | null)[] = [];
    for (const { offset, symbol, type } of m.relocations) {
      const index = (offset - start) / POINTER;
      const inner = symbol.section === m.section.index ? byOffset.get(symbol.value) : undefined;
      if (type !== 'R_BPF_64_ABS64' || !Number.isInteger(index) || index < 0 || inner === undefined) {
        return m.section.bytes.fail(offset, `map ${quote(m.name)}: an initial value that is no map of this object`);
      }
      if (index >= MOST_INITIAL)
        return m.section.bytes.unsupported(offset, `more than ${MOST_INITIAL} initial inner maps`);
      while (initial.length <= index) initial.push(null);
      initial[index] = inner;
    }
    return { template, initial };
  }
}

/** Returns the relocations of each map, by its offset. */
function relocationsByMap(
  section: Section,
  relocations: readonly Relocation[],
  definitions: readonly { readonly offset: number; readonly size: number }[],
): ReadonlyMap<number, readonly Relocation[]> {
  const result = new Map<number, Relocation[]>();
  let next = 0;
  for (const relocation of relocations) {
    while ((definitions[next + 1]?.offset ?? Infinity) <= relocation.offset) next++;
    const map = definitions[next];
    if (map === undefined || relocation.offset < map.offset || relocation.offset >= map.offset + map.size) {
      return section.bytes.fail(relocation.offset, 'a relocation that belongs to no map');
    }
    const list = result.get(map.offset) ?? [];
    result.set(map.offset, list);
    list.push(relocation);
  }
  return result;
}
