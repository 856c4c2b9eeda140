/** Maps, data sections and struct types of a unit. */
import type { Field, MapDef, SectionVar, StructType } from '../../model/program.js';
import type { Declarations } from './declare.js';
import { MAP_FLAGS, mapTypeName } from './known-headers.js';
import type { Problems } from '../shared/problems.js';
import { attempt } from '../shared/problems.js';
import { field, type Resolver } from './resolve.js';
import type { GlobalVar } from './scope.js';
import type { Node } from './syntax.js';
import { findMember, layout, roundUp, specialKind, typeName, type CType, type StructDecl } from './types.js';

export interface Data {
  readonly types: readonly StructType[];
  readonly maps: readonly MapDef[];
  readonly places: ReadonlyMap<GlobalVar, { readonly map: string; readonly off: number }>;
}

/** Sections that hold no data of programs. */
const NO_DATA = /^(license|version|\.maps|\.ksyms|\.kconfig|\.struct_ops.*|\.bpf_.*|\.BTF.*|classifier|maps)$/;

/** Returns everything that memory is made of. */
export function layOut(declarations: Declarations, resolver: Resolver, problems: Problems): Data {
  const { scope } = declarations;
  const types = new Map<string, StructType>();
  const maps: MapDef[] = [];
  const places = new Map<GlobalVar, { map: string; off: number }>();

  // ---- fields -----------------------------------------------------------------------------------------------------------

  const tagOf = (tags: readonly string[], prefix: string): string | null =>
    tags.find(tag => tag.startsWith(prefix))?.slice(prefix.length) ?? null;

  const fieldsOf = (type: CType, name: string, offset: number, at: Field['at'], tags: readonly string[]): Field[] => {
    const kind = specialKind(type);
    if (kind !== null) {
      const contains = kind === 'bpf_list_head' || kind === 'bpf_rb_root' ? readContains(tags, name, at) : null;
      const guardedBy = tagOf(tags, 'guarded_by:');
      const pointee = type.kind === 'pointer' && type.to.kind === 'struct' ? type.to.decl.name : null;
      return [
        {
          kind,
          name,
          offset,
          at,
          ...(contains === null ? {} : { contains }),
          ...(guardedBy === null ? {} : { guardedBy }),
          ...(pointee === null ? {} : { pointee }),
        },
      ];
    }
    if (type.kind === 'array') {
      const one = layout(type.of);
      if (one === null || !hasSpecial(type.of)) return [];
      // The kernel looks for heads, roots and kptrs in arrays; what else there is in one is plain bytes.
      const element = specialKind(type.of);
      const isRepeated = element === null || ['bpf_list_head', 'bpf_rb_root', 'kptr'].includes(element);
      if (!isRepeated && type.length !== 1) return [];
      if ((type.length ?? 0) > 256) return problems.stopUnsupported(`${type.length} special fields in one array`, at);
      return Array.from({ length: type.length ?? 0 }, (_, i) =>
        fieldsOf(type.of, `${name}[${i}]`, offset + i * one.size, at, tags),
      ).flat();
    }
    if (type.kind !== 'struct' || type.decl.isKernel) return [];
    return (type.decl.members ?? []).flatMap(m => {
      const inner = name === '' || m.name === '' ? name + m.name : `${name}.${m.name}`;
      return fieldsOf(m.type, inner, offset + m.offset, m.at, m.declTags);
    });
  };

  const hasSpecial = (type: CType): boolean => {
    if (specialKind(type) !== null) return true;
    if (type.kind === 'array') return hasSpecial(type.of);
    return type.kind === 'struct' && !type.decl.isKernel && (type.decl.members ?? []).some(m => hasSpecial(m.type));
  };

  const readContains = (
    tags: readonly string[],
    name: string,
    at: Field['at'],
  ): { type: string; node: string } | null => {
    const text = tagOf(tags, 'contains:');
    if (text === null) return null;
    // older files spell the kind too: contains:struct:foo:node
    const parts = text.replace(/^struct:/, '').split(':');
    const [type = '', node = ''] = parts;
    const decl = scope.tags.get(type);
    if (parts.length !== 2 || decl === undefined || decl.members === null) {
      return problems.stopInput(
        `__contains of \`${name}\` names struct ${type}, which is not defined in this file`,
        at,
        'define the struct, or correct the annotation',
      );
    }
    if (findMember(decl, node) === null) {
      return problems.stopInput(
        `__contains of \`${name}\` names member \`${node}\`, which struct ${type} does not have`,
        at,
      );
    }
    return { type, node };
  };

  const checkGuards = (fields: readonly Field[], siblings: readonly string[]): void => {
    for (const f of fields) {
      if (f.guardedBy === undefined) continue;
      const isGlobal = scope.names.get(f.guardedBy)?.kind === 'global';
      if (isGlobal || siblings.includes(f.guardedBy) || fields.some(g => g.name === f.guardedBy)) continue;
      problems.inputError(
        `__guarded_by of \`${f.name}\` names \`${f.guardedBy}\`, which is neither a field beside it nor a global variable`,
        f.at,
      );
    }
  };

  const addStruct = (decl: StructDecl, name: string): void => {
    if (types.has(name)) return;
    const fields = fieldsOf({ kind: 'struct', decl }, '', 0, decl.at, []).sort((a, b) => a.offset - b.offset);
    checkGuards(
      fields,
      (decl.members ?? []).map(m => m.name),
    );
    types.set(name, { name, size: decl.size, fields, at: decl.at });
  };

  for (const decl of declarations.structs) if (decl.name !== '') attempt(() => addStruct(decl, decl.name));

  // ---- maps -------------------------------------------------------------------------------------------------------------

  const readMap = (global: GlobalVar): void => {
    const { type } = global;
    if (type.kind !== 'struct' || type.decl.members === null) {
      return problems.stopInput(
        `map \`${global.name}\` is no struct`,
        global.at,
        'write it as struct { __uint(type, ...); ... } name SEC(".maps")',
      );
    }
    defineMap(type.decl, global.name, global, false);
  };

  const number = (decl: StructDecl, name: string): number | null => {
    const member = decl.members?.find(m => m.name === name);
    if (member === undefined) return null;
    const { type } = member;
    if (type.kind === 'pointer' && type.to.kind === 'array' && type.to.length !== null) return type.to.length;
    return problems.stopInput(`map attribute \`${name}\` is not written with __uint`, member.at);
  };

  const KNOWN = new Set([
    'type',
    'max_entries',
    'map_flags',
    'key',
    'value',
    'key_size',
    'value_size',
    'pinning',
    'values',
    'numa_node',
    'map_extra',
  ]);

  const defineMap = (decl: StructDecl, name: string, global: GlobalVar, isTemplate: boolean): void => {
    for (const member of decl.members ?? []) {
      if (!KNOWN.has(member.name)) problems.stopInput(`unknown map attribute \`${member.name}\``, member.at);
    }
    const typeNumber = number(decl, 'type');
    const type = typeNumber === null ? null : mapTypeName(typeNumber);
    if (type === null)
      return problems.stopInput(`map \`${name}\` has no type`, global.at, 'add __uint(type, BPF_MAP_TYPE_...)');
    const flagBits = number(decl, 'map_flags') ?? 0;
    const flags = MAP_FLAGS.filter((_, bit) => Math.floor(flagBits / 2 ** bit) % 2 === 1);
    const isOuter = type === 'BPF_MAP_TYPE_ARRAY_OF_MAPS' || type === 'BPF_MAP_TYPE_HASH_OF_MAPS';
    const inner = isOuter ? readInner(decl, name, global) : undefined;
    const definition: MapDef = {
      name,
      type,
      maxEntries: number(decl, 'max_entries') ?? 0,
      valueType: isOuter ? '' : readValue(decl, name, global),
      ...(inner === undefined ? {} : { inner }),
      ...(isTemplate ? { isTemplate } : {}),
      flags,
      isPinned: (number(decl, 'pinning') ?? 0) !== 0,
      at: global.at,
    };
    if (maps.some(m => m.name === name)) return;
    maps.push(definition);
  };

  const readValue = (decl: StructDecl, name: string, global: GlobalVar): string => {
    const value = decl.members?.find(m => m.name === 'value');
    if (value !== undefined && value.type.kind === 'pointer') {
      const type = value.type.to;
      if (type.kind === 'struct') {
        if (type.decl.members === null)
          return problems.stopInput(
            `the value type of map \`${name}\`, struct ${type.decl.name}, is not defined`,
            value.at,
          );
        const typeOf = type.decl.name === '' ? `${name}.value` : type.decl.name;
        addStruct(type.decl, typeOf);
        return typeOf;
      }
      const size = layout(type)?.size;
      if (size === undefined) return problems.stopInput(`the value type of map \`${name}\` has no size`, value.at);
      const valueName = hasSpecial(type) ? `${name}.value` : typeName(type);
      if (!types.has(valueName))
        types.set(valueName, {
          name: valueName,
          size,
          fields: fieldsOf(type, 'value', 0, value.at, value.declTags),
          at: global.at,
        });
      return valueName;
    }
    const size = number(decl, 'value_size') ?? 0;
    const bytes = `${size} bytes`;
    if (!types.has(bytes)) types.set(bytes, { name: bytes, size, fields: [], at: global.at });
    return bytes;
  };

  const readInner = (decl: StructDecl, name: string, global: GlobalVar): NonNullable<MapDef['inner']> => {
    const values = decl.members?.find(m => m.name === 'values');
    const element = values?.type.kind === 'array' && values.type.of.kind === 'pointer' ? values.type.of.to : null;
    if (element?.kind !== 'struct' || element.decl.members === null) {
      return problems.stopInput(
        `map of maps \`${name}\` does not say what its inner maps are`,
        global.at,
        'add __array(values, struct { ... })',
      );
    }
    const template = `${name}.inner`;
    defineMap(element.decl, template, global, true);
    const initial: (string | null)[] = [];
    const list = global.init === null ? null : initialValues(global.init);
    let next = 0;
    for (const item of list?.children ?? []) {
      let value: Node = item;
      if (item.type === 'initializer_pair') {
        const designator = item.fields.get('designator')?.[0]?.children[0];
        next = (designator === undefined ? null : resolver.constantOf(designator, scope)) ?? next;
        value = field(item, 'value') ?? item;
      }
      if (next > 4096) return problems.stopUnsupported('more than 4096 initial inner maps', item.at);
      while (initial.length < next) initial.push(null);
      initial[next++] = innerName(value);
    }
    return { template, initial };
  };

  const initialValues = (init: Node): Node | null => {
    for (const item of init.children) {
      const designator = item.fields.get('designator')?.[0]?.children[0]?.text;
      const value = field(item, 'value');
      if (designator === 'values' && value?.type === 'initializer_list') return value;
    }
    return null;
  };

  const innerName = (node: Node): string | null => {
    if (node.type === 'cast_expression' || node.type === 'parenthesized_expression') {
      const inner = field(node, 'value') ?? node.children[0];
      if (inner !== undefined && !(inner.type === 'number_literal')) return innerName(inner);
    }
    if (resolver.constantOf(node, scope) === 0) return null;
    const name = field(node, 'argument')?.text ?? '';
    const entity = scope.names.get(name);
    if (node.type === 'pointer_expression' && entity?.kind === 'global' && entity.global.section === '.maps')
      return name;
    return problems.stopInput(`\`${node.text}\` is no map of this file`, node.at);
  };

  for (const global of declarations.globals) {
    if (global.section === '.maps' && !global.isExtern) attempt(() => readMap(global));
  }

  // ---- sections -----------------------------------------------------------------------------------------------------------

  const sections = new Map<string, GlobalVar[]>();
  for (const global of declarations.globals) {
    if (global.isExtern) continue;
    const section = global.section ?? plainSection(global);
    if (NO_DATA.test(section)) continue;
    sections.set(section, [...(sections.get(section) ?? []), global]);
  }
  for (const [name, globals] of sections) {
    let size = 0;
    const vars: SectionVar[] = [];
    const fields: Field[] = [];
    for (const global of globals) {
      attempt(() => {
        const own = layout(global.type);
        if (own === null)
          problems.stopInput(`\`${global.name}\` has the incomplete type ${typeName(global.type)}`, global.at);
        const offset = roundUp(size, Math.max(own.align, global.align));
        size = offset + own.size;
        places.set(global, { map: name, off: offset });
        vars.push({ name: global.name, offset, size: own.size, isStatic: global.isStatic, isHidden: global.isHidden });
        fields.push(...fieldsOf(global.type, global.name, offset, global.at, global.declTags));
      });
    }
    const at = globals[0]?.at;
    if (at === undefined) continue;
    checkGuards(
      fields,
      globals.map(g => g.name),
    );
    types.set(name, { name, size, fields, at });
    maps.push({
      name,
      type: 'BPF_MAP_TYPE_ARRAY',
      maxEntries: 1,
      valueType: name,
      section: { name, vars },
      flags: [],
      isPinned: false,
      at,
    });
  }
  return { types: [...types.values()], maps, places };

  /** Where clang puts a global without SEC(). */
  function plainSection(global: GlobalVar): string {
    if (global.isConst) return '.rodata';
    return global.init === null || isZero(global.init) ? '.bss' : '.data';
  }

  function isZero(node: Node): boolean {
    if (node.type === 'initializer_list') return node.children.every(isZero);
    if (node.type === 'initializer_pair') return isZero(field(node, 'value') ?? node);
    return resolver.constantOf(node, scope) === 0;
  }
}
