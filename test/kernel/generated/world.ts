/** What the programs of a batch are about: structs, maps and data sections, as data and as C. */

/** What a member of a struct, or a variable of a section, is. */
export type FieldKind =
  | 'int'
  | 'bpf_spin_lock'
  | 'bpf_res_spin_lock'
  | 'bpf_list_head'
  | 'bpf_rb_root'
  | 'bpf_list_node'
  | 'bpf_rb_node'
  | 'bpf_refcount'
  | 'kptr';

export interface WorldField {
  readonly name: string;
  readonly kind: FieldKind;
  /** Heads, roots and kptrs: the struct that is in them. */
  readonly of?: string;
  /** Heads and roots: its node. */
  readonly node?: string;
}

export interface WorldStruct {
  readonly name: string;
  readonly fields: readonly WorldField[];
}

export interface WorldMap {
  readonly name: string;
  readonly type: 'ARRAY' | 'HASH' | 'ARRAY_OF_MAPS' | 'HASH_OF_MAPS';
  /** The struct of its values; of maps of maps, of the values of the inner maps. */
  readonly value: string;
  /** Maps of maps: what their inner maps are. */
  readonly inner?: 'ARRAY' | 'HASH';
}

export interface World {
  readonly name: string;
  /** Node types first: a struct comes after those that it contains. */
  readonly structs: readonly WorldStruct[];
  readonly maps: readonly WorldMap[];
  /** Their fields are global variables: `A_lock` is `lock` of section `A`. */
  readonly sections: readonly WorldStruct[];
}

/** The int that every struct and section has. */
export const DATA = 'data';

const variable = (f: WorldField, prefix: string): string => {
  const name = `${prefix}${f.name}`;
  switch (f.kind) {
    case 'int':
      return `int ${name}`;
    case 'kptr':
      return `${f.of ?? ''}_t __kptr *${name}`;
    case 'bpf_list_head':
    case 'bpf_rb_root':
      return `struct ${f.kind} ${name} __contains(${f.of ?? ''}, ${f.node ?? ''})`;
    default:
      return `struct ${f.kind} ${name}`;
  }
};

const structText = (s: WorldStruct): string =>
  [
    `struct ${s.name} {`,
    ...s.fields.map(f => `\t${variable(f, '')};`),
    '};',
    `typedef struct ${s.name} ${s.name}_t;`,
  ].join('\n');

const mapText = (m: WorldMap): string => {
  const value = `\t__type(key, int);\n\t__type(value, struct ${m.value});`;
  if (m.inner === undefined)
    return `struct {\n\t__uint(type, BPF_MAP_TYPE_${m.type});\n\t__uint(max_entries, 2);\n${value}\n} ${m.name} SEC(".maps");`;
  return [
    `struct ${m.name}_inner {\n\t__uint(type, BPF_MAP_TYPE_${m.inner});\n\t__uint(max_entries, 2);\n${value}`,
    `} ${m.name}_in SEC(".maps");`,
    `struct {\n\t__uint(type, BPF_MAP_TYPE_${m.type});\n\t__uint(max_entries, 2);\n\t__type(key, int);\n\t__type(value, int);`,
    `\t__array(values, struct ${m.name}_inner);\n} ${m.name} SEC(".maps") = { .values = { &${m.name}_in, &${m.name}_in } };`,
  ].join('\n');
};

/** clang leaves a struct out of BTF that nothing but a tag names. */
const kept = (w: World): string => w.structs.map(s => `private(Keep) struct ${s.name} *keep_${s.name};`).join('\n');

/** What all programs of a batch stand on. */
export const preamble = (w: World): string =>
  [
    '#include "vmlinux.h"\n#include <bpf/bpf_helpers.h>\n#include "bpf_experimental.h"\n#include "corpus.h"',
    'char LICENSE[] SEC("license") = "GPL";',
    ...w.structs.map(structText),
    ...w.sections.map(s => s.fields.map(f => `private(${s.name}) ${variable(f, `${s.name}_`)};`).join('\n')),
    kept(w),
    ...w.maps.map(mapText),
    'struct {\n\t__uint(type, BPF_MAP_TYPE_PROG_ARRAY);\n\t__uint(max_entries, 1);\n\t__uint(key_size, 4);\n\t__uint(value_size, 4);\n} tails SEC(".maps");',
  ].join('\n\n');

/** Returns a struct or section by its name. */
export const structNamed = (w: World, name: string): WorldStruct | null =>
  [...w.structs, ...w.sections].find(s => s.name === name) ?? null;

export const fieldsOf = (w: World, name: string, ...kinds: readonly FieldKind[]): readonly WorldField[] =>
  structNamed(w, name)?.fields.filter(f => kinds.includes(f.kind)) ?? [];
