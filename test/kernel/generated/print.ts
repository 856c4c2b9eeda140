/** Programs as C. Whatever the tree, clang takes it: pointers are `void *`, and what may be read before it is assigned is zero. */
import type { Body, GeneratedProgram, Less, Ptr, Stmt } from './program.js';
import { RETURNING } from './program.js';
import { captured, flagVariablesOf, LESS_PARAMETERS, neededBy, variablesOf } from './variables.js';
import type { World } from './world.js';
import { DATA, preamble, structNamed } from './world.js';

export const pointerText = (p: Ptr): string => {
  switch (p.at) {
    case 'null':
      return 'NULL';
    case 'var':
      return p.v;
    case 'global':
      return `&${p.section}_${p.field}`;
    case 'field':
      return `&((struct ${p.struct} *)${p.v})->${p.field}`;
    case 'around': {
      const outer = `container_of(${p.v}, struct ${p.struct}, ${p.member})`;
      return p.field === null ? outer : `&${outer}->${p.field}`;
    }
  }
};

const isNumber = (name: string): boolean => name.startsWith('x');
const declared = (name: string): string => (isNumber(name) ? `int ${name}` : `void *${name}`);
const memory = (p: Ptr, size: 4 | 8): string => `*(volatile ${size === 4 ? 'int' : 'long'} *)${pointerText(p)}`;

interface Printer {
  readonly world: World;
  readonly section: GeneratedProgram['section'];
  /** Functions that a program needs, before it. */
  readonly functions: string[];
  readonly newName: () => string;
}

const lessResult = (by: Less): string => {
  if ('number' in by) return String(by.number);
  const [a, b] = LESS_PARAMETERS.map(v => `container_of(${v}, struct ${by.struct}, ${by.member})->${DATA}`);
  return `${a ?? ''} < ${b ?? ''}`;
};

/** The head and the body of a function; `given` are its parameters, `unpack` comes first. */
const functionText = (
  p: Printer,
  head: string,
  body: Body,
  given: readonly string[],
  unpack: readonly string[],
  result: string,
  isMain = false,
): string => {
  const zero = new Set(neededBy(body, given));
  const own = variablesOf(body).filter(v => !given.includes(v));
  return [
    head,
    '{',
    ...own.map(v => `\t${declared(v)}${zero.has(v) ? ` = 0` : ''};`),
    ...flagVariablesOf(body).map(v => `\tunsigned long ${v};`),
    ...unpack.map(l => `\t${l}`),
    ...own.filter(v => zero.has(v)).map(v => `\tbarrier_var(${v});`),
    ...linesOf(p, body, isMain).map(l => `\t${l}`),
    `\treturn ${result};`,
    '}',
  ].join('\n');
};

const callback = (p: Printer, s: Stmt & { do: 'each' }): string => {
  const passed = captured(s);
  const name = p.newName();
  const unpack = passed.map((v, i) => `${declared(v)} = (${isNumber(v) ? 'int' : 'void *'})ctx[${String(i)}];`);
  const isLoop = s.fn === 'bpf_loop';
  const head = isLoop
    ? `static int ${name}(__u32 i, unsigned long *ctx)`
    : `static int ${name}(void *map, void *key, void *${s.v}, unsigned long *ctx)`;
  p.functions.push(functionText(p, head, s.does, [...passed, ...(isLoop ? [] : [s.v])], unpack, '0'));
  return name;
};

const eachLines = (p: Printer, s: Stmt & { do: 'each' }): readonly string[] => {
  const passed = captured(s);
  const name = callback(p, s);
  const first = s.fn === 'bpf_loop' ? '4' : `&${s.map}`;
  if (passed.length === 0) return [`${s.fn}(${first}, ${name}, NULL, 0);`];
  return [
    '{',
    `\tunsigned long ctx[] = { ${passed.map(v => `(unsigned long)${v}`).join(', ')} };`,
    `\t${s.fn}(${first}, ${name}, ctx, 0);`,
    '}',
  ];
};

const plainText = (p: Printer, s: Stmt & { do: 'plain' }, isMain: boolean): string => {
  switch (s.fn) {
    case 'bpf_map_update_elem': {
      const value = p.world.maps.find(m => m.name === s.map)?.value ?? '';
      return `bpf_map_update_elem(&${s.map}, &(int){ 0 }, &(struct ${value}){}, 0);`;
    }
    case 'bpf_map_delete_elem':
      return `bpf_map_delete_elem(&${s.map}, &(int){ 0 });`;
    case 'bpf_copy_from_user':
      return 'bpf_copy_from_user(&(long){ 0 }, 8, NULL);';
    case 'bpf_tail_call':
      return isMain ? 'bpf_tail_call(ctx, &tails, 0);' : ';';
    case 'load_packet':
      return isMain && p.section === 'tc'
        ? 'asm volatile("r6 = %0; r0 = *(u8 *)skb[0]" : : "r"(ctx) : "r0", "r1", "r2", "r3", "r4", "r5", "r6");'
        : ';';
    case 'bpf_throw':
      return 'bpf_throw(0);';
    default:
      return `${s.fn}();`;
  }
};

const branch = (p: Printer, test: string, does: Body, otherwise: Body, isMain: boolean): readonly string[] => {
  const inner = (body: Body): readonly string[] => linesOf(p, body, isMain).map(l => `\t${l}`);
  if (does.length === 0) return [`if (!(${test})) {`, ...inner(otherwise), '}'];
  return [
    `if (${test}) {`,
    ...inner(does),
    ...(otherwise.length === 0 ? ['}'] : ['} else {', ...inner(otherwise), '}']),
  ];
};

const statement = (p: Printer, s: Stmt, isMain: boolean): readonly string[] => {
  switch (s.do) {
    case 'call': {
      const call = `${s.fn}(${s.args.map(pointerText).join(', ')});`;
      return [s.to !== null && RETURNING.has(s.fn) ? `${s.to} = ${call}` : call];
    }
    case 'plain':
      return [plainText(p, s, isMain)];
    case 'irq':
      return [`${s.fn}(&${s.flags});`];
    case 'res_unlock_irq':
      return [`bpf_res_spin_unlock_irqrestore(${pointerText(s.lock)}, &${s.flags});`];
    case 'new':
      return [`${s.to} = bpf_obj_new(struct ${s.type});`];
    case 'lookup':
      return [`${s.to} = bpf_map_lookup_elem(&${s.map}, &(int){ ${String(s.key)} });`];
    case 'inner':
      return [`${s.to} = bpf_map_lookup_elem(${s.v}, &(int){ ${String(s.key)} });`];
    case 'copy':
      return [`${s.to} = ${s.v};`];
    case 'read':
      return [`(void)${memory(s.from, s.size)};`];
    case 'write':
      return [`${memory(s.into, s.size)} = 1;`];
    case 'load':
      return [`${s.to} = *(void *volatile *)${pointerText(s.from)};`];
    case 'number':
      return [`${s.to} = ${s.from === null ? 'bpf_get_prandom_u32()' : memory(s.from, 4)};`];
    case 'ifPtr':
      return branch(p, s.v, s.does, s.otherwise, isMain);
    case 'ifNumber':
      return branch(p, `${s.x} ${s.is} ${String(s.n)}`, s.does, s.otherwise, isMain);
    case 'take': {
      const call =
        s.flags === null
          ? `bpf_res_spin_lock(${pointerText(s.lock)})`
          : `bpf_res_spin_lock_irqsave(${pointerText(s.lock)}, &${s.flags})`;
      return branch(p, `!${call}`, s.does, s.otherwise, isMain);
    }
    case 'add': {
      const name = p.newName();
      const head = `static bool ${name}(struct bpf_rb_node *a, const struct bpf_rb_node *b)`;
      p.functions.push(functionText(p, head, s.less, LESS_PARAMETERS, [], lessResult(s.by)));
      return [`bpf_rbtree_add(${pointerText(s.root)}, ${pointerText(s.node)}, ${name});`];
    }
    case 'each':
      return eachLines(p, s);
    case 'function': {
      const passed = captured(s);
      const linkage = s.kind === 'static' ? 'static __noinline' : '__noinline';
      const name = p.newName();
      const head = `${linkage} int ${name}(${passed.length === 0 ? 'void' : passed.map(declared).join(', ')})`;
      p.functions.push(functionText(p, head, s.does, passed, [], '0'));
      return [`${name}(${passed.join(', ')});`];
    }
    case 'times':
      return [
        '{',
        '\tstruct bpf_iter_num it;',
        `\tbpf_iter_num_new(&it, 0, ${String(s.n)});`,
        '\twhile (bpf_iter_num_next(&it)) {',
        ...linesOf(p, s.does, isMain).map(l => `\t\t${l}`),
        '\t}',
        '\tbpf_iter_num_destroy(&it);',
        '}',
      ];
    case 'return':
      return ['return 0;'];
  }
};

const linesOf = (p: Printer, body: Body, isMain: boolean): readonly string[] =>
  body.flatMap(s => statement(p, s, isMain));

/** One program and the functions it needs, under a name. */
export const programText = (program: GeneratedProgram, world: World, name: string): string => {
  let count = 0;
  const p: Printer = { world, section: program.section, functions: [], newName: () => `${name}_${String(count++)}` };
  const parameter = program.section === 'tc' ? 'struct __sk_buff *ctx' : 'void *ctx';
  const main = functionText(
    p,
    `SEC("?${program.section}")\nint ${name}(${parameter})`,
    program.body,
    [],
    [],
    '0',
    true,
  );
  return [...p.functions, main].join('\n\n');
};

/** A whole file: programs `p0`, `p1`, ... over one world. */
export const batchText = (programs: readonly GeneratedProgram[], world: World): string =>
  `${[preamble(world), ...programs.map((p, i) => programText(p, world, `p${String(i)}`))].join('\n\n')}\n`;

/** Returns whether a struct has a member, so that an operand can be printed. */
export const isPrintable = (p: Ptr, world: World): boolean => {
  const has = (struct: string, field: string): boolean =>
    structNamed(world, struct)?.fields.some(f => f.name === field) === true;
  switch (p.at) {
    case 'global':
      return has(p.section, p.field);
    case 'field':
      return has(p.struct, p.field);
    case 'around':
      return has(p.struct, p.member) && (p.field === null || has(p.struct, p.field));
    default:
      return true;
  }
};
