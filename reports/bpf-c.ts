/** A system of finished programs as a BPF C file with a scenario header: `holdfast check` and `holdfast compare` read it. */
import type { Design } from '../model/design.js';
import type { At, Field, MapDef, StructType, Unit } from '../model/program.js';
import type { PropertyId } from '../model/properties.js';
import type { RunSpec, SystemSpec, UserEvent } from '../model/system.js';
import { typesOfSlots, programC } from './bpf-c-program.js';

export interface Expected {
  readonly verdict: 'accept' | 'reject';
  readonly guard?: string;
}
export interface Printable {
  readonly spec: SystemSpec;
  /** One line. */
  readonly question: string;
  /** Where it comes from. */
  readonly source: Partial<Pick<Design['source'], 'message' | 'kernel' | 'author'>>;
  readonly safety: PropertyId | 'safe';
  /** What designs say of it; `default` for those that are not named. */
  readonly expect: ReadonlyMap<string, Expected>;
  /** What to say of it at the top, line by line. */
  readonly notes?: readonly string[];
  /** The step to be written so that it can be read and checked, not loaded; null if there is no need. */
  readonly modelOnly: At | null;
}

const quoted = (text: string): string => JSON.stringify(text);

const userText = (e: UserEvent): string => {
  const { event, ...rest } = e;
  const fields = Object.entries(rest).map(([k, v]) => `${k}: ${String(v)}`);
  return `{ ${event}: { ${fields.join(', ')} } }`;
};

const runLine = (r: RunSpec): string => {
  if (r.kind === 'user') return `  - { user: [${r.events.map(userText).join(', ')}] }`;
  const name = r.name === r.program.name ? '' : `, name: ${r.name}`;
  const load = r.load === 1 ? '' : `, load: ${String(r.load)}`;
  const inside = r.interrupts.length === 0 ? '' : `, interrupts: [${r.interrupts.join(', ')}]`;
  return `  - { program: ${r.program.name}, cpu: ${String(r.cpu)}${name}${load}${inside} }`;
};

const expectedText = (x: Expected): string =>
  x.verdict === 'accept' ? 'accept' : `{ verdict: reject${x.guard === undefined ? '' : `, guard: ${x.guard}`} }`;

const header = (x: Printable): string[] => {
  const { source } = x;
  const origin =
    source.message === undefined
      ? `{ kernel: ${quoted(source.kernel ?? 'bpf_check')} }`
      : `{ message: ${quoted(source.message)}, author: ${quoted(source.author ?? 'unknown')} }`;
  const elements = [...x.spec.elements].map(([map, keys]) => `${map}: [${keys.join(', ')}]`);
  const callbacks = x.spec.unit.programs.flatMap(p =>
    p.edges.flatMap(e => (e.bound === undefined || e.bound === 1 ? [] : [`each_${p.name}: ${String(e.bound)}`])),
  );
  return [
    '/*---',
    `question: ${quoted(x.question)}`,
    'asks: []',
    `origin: ${origin}`,
    `loadable: ${x.modelOnly === null ? 'true' : quoted('one step is written so that no kernel has it, see design.md 7')}`,
    'runs:',
    ...x.spec.runs.map(runLine),
    ...(elements.length === 0 ? [] : [`elements: { ${elements.join(', ')} }`]),
    ...(callbacks.length === 0 ? [] : [`callbacks: { ${[...new Set(callbacks)].join(', ')} }`]),
    'expect:',
    `  safety: ${x.safety}`,
    `  default: ${expectedText(x.expect.get('default') ?? { verdict: 'accept' })}`,
    ...[...x.expect].flatMap(([id, e]) => (id === 'default' ? [] : [`  ${id}: ${expectedText(e)}`])),
    '---*/',
  ];
};

const C_TYPE: Readonly<Record<Field['kind'], string>> = {
  bpf_spin_lock: 'struct bpf_spin_lock',
  bpf_res_spin_lock: 'struct bpf_res_spin_lock',
  bpf_list_head: 'struct bpf_list_head',
  bpf_rb_root: 'struct bpf_rb_root',
  bpf_list_node: 'struct bpf_list_node',
  bpf_rb_node: 'struct bpf_rb_node',
  bpf_refcount: 'struct bpf_refcount',
  bpf_timer: 'struct bpf_timer',
  bpf_wq: 'struct bpf_wq',
  kptr: '',
};

const tagsOf = (f: Field): string =>
  [
    f.contains === undefined ? '' : ` __contains(${f.contains.type}, ${f.contains.node})`,
    f.guardedBy === undefined ? '' : ` __guarded_by(${f.guardedBy})`,
  ].join('');

const declared = (f: Field): string =>
  f.kind === 'kptr' ? `${f.pointee ?? 'node'}_t __kptr *${f.name};` : `${C_TYPE[f.kind]} ${f.name}${tagsOf(f)};`;

const structText = (t: StructType): string[] => [
  `struct ${t.name} {`,
  ...[...t.fields].sort((a, b) => a.offset - b.offset).map(f => `\t${declared(f)}`),
  '\tint data;',
  '};',
  '',
];

/** `.data.A` is A. The locks of a section of their own belong to the first section with heads, for the macro. */
const shortOf = (unit: Unit, m: MapDef): string => {
  const heads = m.name === '.locks' ? unit.maps.find(x => x.section !== undefined && x !== m) : m;
  return (heads?.name ?? '.data.A').replace(/^\.data\./, '');
};

const sectionText = (unit: Unit, m: MapDef, isRead: boolean): string[] => {
  const fields = unit.types.find(t => t.name === m.valueType)?.fields ?? [];
  const short = shortOf(unit, m);
  return [
    ...fields.map(f =>
      f.kind === 'bpf_spin_lock' ? `LOCK(${short}, ${f.name});` : `private(${short}) ${declared(f)}`,
    ),
    ...(isRead ? [`private(${short}) int data_${short};`] : []),
  ];
};

const attributes = (m: MapDef, more: readonly string[]): string[] => [
  `\t__uint(type, ${m.type});`,
  `\t__uint(max_entries, ${String(m.maxEntries)});`,
  '\t__type(key, int);',
  ...more.map(x => `\t${x}`),
];

const mapsText = (unit: Unit): string[] => {
  const outers = unit.maps.filter(m => m.inner !== undefined);
  const isInner = (m: MapDef): boolean =>
    outers.some(o => unit.maps.find(x => x.name === o.inner?.template)?.valueType === m.valueType);
  const plain = unit.maps.filter(m => m.section === undefined && m.inner === undefined);
  const inner = plain.filter(isInner);
  const [first] = inner;
  const valued = (m: MapDef): string[] => attributes(m, [`__type(value, struct ${m.valueType});`]);
  return [
    ...plain.filter(m => !isInner(m)).flatMap(m => ['struct {', ...valued(m), `} ${m.name} SEC(".maps");`, '']),
    ...(first === undefined
      ? []
      : ['struct inner_map {', ...valued(first), `} ${inner.map(m => `${m.name} SEC(".maps")`).join(', ')};`, '']),
    ...outers.flatMap(m => [
      'struct {',
      ...attributes(m, ['__type(value, int);', '__array(values, struct inner_map);']),
      `} ${m.name} SEC(".maps") = {`,
      `\t.values = { ${(m.inner?.initial ?? []).map(x => (x === null ? 'NULL' : `&${x}`)).join(', ')} },`,
      '};',
      '',
    ]),
  ];
};

/** Returns the file. Read back through the front end, its programs have the same verdict and break the same. */
export const bpfC = (x: Printable): string => {
  const { unit } = x.spec;
  const sections = unit.maps.filter(m => m.section !== undefined);
  const read = (m: MapDef): boolean =>
    unit.programs.some(p =>
      p.edges.some(
        e =>
          e.does.event === 'global' && e.does.map === m.name && !typesOfSlots(unit, p).isField(e.does.map, e.does.off),
      ),
    );
  const globals = sections.flatMap(m => sectionText(unit, m, read(m)));
  const isSection = (t: StructType): boolean => sections.some(m => m.valueType === t.name);
  const pointees = [...new Set(unit.types.flatMap(t => t.fields.flatMap(f => f.pointee ?? [])))];
  const adds = unit.programs.some(p => p.edges.some(e => e.does.event === 'bpf_rbtree_add'));
  return [
    ...header(x),
    '#include "vmlinux.h"',
    '#include <bpf/bpf_helpers.h>',
    '#include "bpf_experimental.h"',
    '#include "holdfast.h"',
    '',
    ...(x.notes === undefined
      ? []
      : ['/*', ...x.notes.map(n => ` * ${n.replaceAll('*/', '* /')}`.trimEnd()), ' */', '']),
    // clang 14 loses the tag of a pointer to a struct, unless a typedef stands between.
    ...pointees.map(t => `typedef struct ${t} ${t}_t;`),
    ...(pointees.length > 0 ? [''] : []),
    ...unit.types.filter(t => !isSection(t)).flatMap(structText),
    ...(adds
      ? ['static bool less(struct bpf_rb_node *a, const struct bpf_rb_node *b)', '{', '\treturn false;', '}', '']
      : []),
    ...(globals.length === 0 ? [] : [...globals, '']),
    ...mapsText(unit),
    ...unit.programs.flatMap(p => [...programC(unit, p, x.modelOnly), '']),
    'char _license[] SEC("license") = "GPL";',
    '',
  ].join('\n');
};
