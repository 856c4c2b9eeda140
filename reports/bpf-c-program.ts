/** One program of a finished system as C: a straight line in which the shorter branch of every test returns. */
import type { At, Edge, Field, Operand, Program, ProgramEvent, Unit } from '../model/program.js';
import { ModelBug } from '../model/term.js';

/** What a variable of the program points at. */
type Target =
  | { readonly kind: 'global'; readonly map: string; readonly off: number }
  | { readonly kind: 'inner'; readonly type: string }
  | { readonly kind: 'struct'; readonly type: string }
  /** A node member of a struct: what lists and trees give out. */
  | { readonly kind: 'node'; readonly type: string; readonly member: string; readonly tree: boolean };

export interface SlotTypes {
  readonly of: (slot: number) => Target;
  /** A lock, head or root of a section lies there. */
  readonly isField: (map: string, off: number) => boolean;
}

const fieldsOf = (unit: Unit, type: string): readonly Field[] => unit.types.find(t => t.name === type)?.fields ?? [];
const valueOf = (unit: Unit, map: string): string => unit.maps.find(m => m.name === map)?.valueType ?? '';

export const typesOfSlots = (unit: Unit, p: Program): SlotTypes => {
  const known = new Map<number, Target>();
  const of = (slot: number): Target => {
    const t = known.get(slot);
    if (t === undefined) throw new ModelBug(`${p.name} uses ${p.slots[slot] ?? String(slot)} before it is set`);
    return t;
  };
  const headAt = (o: Operand): Field | undefined => {
    const t = of(o.slot);
    if (t.kind === 'global') return fieldsOf(unit, valueOf(unit, t.map)).find(f => f.offset === t.off + o.add);
    return fieldsOf(unit, t.type).find(f => f.offset === o.add);
  };
  const taken = (o: Operand, tree: boolean): Target => {
    const contains = headAt(o)?.contains;
    // Where there is no head, nothing is known of what comes out.
    return contains === undefined
      ? { kind: 'struct', type: '' }
      : { kind: 'node', type: contains.type, member: contains.node, tree };
  };
  // Edges are in the order in which the program was made, so a variable is set before it is used.
  for (const { does } of p.edges)
    switch (does.event) {
      case 'global':
        known.set(does.dst, { kind: 'global', map: does.map, off: does.off });
        break;
      case 'bpf_map_lookup_elem': {
        const inner = unit.maps.find(m => m.name === does.map)?.inner;
        known.set(
          does.dst,
          inner === undefined
            ? { kind: 'struct', type: valueOf(unit, does.map) }
            : { kind: 'inner', type: valueOf(unit, inner.template) },
        );
        break;
      }
      case 'inner_lookup': {
        const map = of(does.map);
        known.set(does.dst, { kind: 'struct', type: map.kind === 'inner' ? map.type : '' });
        break;
      }
      case 'callback_value':
        known.set(does.dst, { kind: 'struct', type: valueOf(unit, does.map) });
        break;
      case 'bpf_obj_new':
        known.set(does.dst, { kind: 'struct', type: does.type });
        break;
      case 'bpf_refcount_acquire':
        known.set(does.dst, of(does.obj.slot));
        break;
      case 'move':
        known.set(does.dst, of(does.src.slot));
        break;
      case 'bpf_list_pop_front':
      case 'bpf_list_pop_back':
      case 'bpf_list_front':
      case 'bpf_list_back':
      case 'bpf_list_del':
        known.set(does.dst, taken(does.head, false));
        break;
      case 'bpf_rbtree_first':
      case 'bpf_rbtree_root':
      case 'bpf_rbtree_left':
      case 'bpf_rbtree_right':
      case 'bpf_rbtree_remove':
        known.set(does.dst, taken(does.root, true));
        break;
      case 'bpf_kptr_xchg':
      case 'load_kptr':
        known.set(does.dst, { kind: 'struct', type: headAt(does.field)?.pointee ?? '' });
        break;
      default:
        break;
    }
  return { of, isField: (map, off) => fieldsOf(unit, valueOf(unit, map)).some(f => f.offset === off) };
};

export const programC = (unit: Unit, p: Program, modelOnly: At | null): string[] => {
  const types = typesOfSlots(unit, p);
  const name = (slot: number): string => p.slots[slot] ?? `p${String(slot)}`;
  const declaredAs = (slot: number): string => {
    const t = types.of(slot);
    switch (t.kind) {
      case 'inner':
      case 'global':
        return `void *${name(slot)}`;
      case 'struct':
        return `${t.type === '' ? 'void' : `struct ${t.type}`} *${name(slot)}`;
      case 'node':
        return `struct ${t.tree ? 'bpf_rb_node' : 'bpf_list_node'} *${name(slot)}`;
    }
  };
  const fieldAt = (o: Operand): Field | undefined => {
    const t = types.of(o.slot);
    return t.kind === 'global'
      ? fieldsOf(unit, valueOf(unit, t.map)).find(f => f.offset === t.off + o.add)
      : fieldsOf(unit, t.type).find(f => f.offset === o.add);
  };
  /** The memory that an operand names, without the `&`. */
  const place = (o: Operand): string => {
    const t = types.of(o.slot);
    if (t.kind === 'global') {
      return fieldAt(o)?.name ?? `data_${t.map.replace(/^\.data\./, '')}`;
    }
    const whole = t.kind === 'node' ? `container_of(${name(o.slot)}, struct ${t.type}, ${t.member})` : name(o.slot);
    return `${whole}->${fieldAt(o)?.name ?? 'data'}`;
  };
  /** The same as a number: a lock, a head or a node is one only by a cast. */
  const data = (o: Operand): string => {
    const text = place(o);
    return /(^|>|\.)data(_|$)/.test(text) ? text : `*(int *)&${text}`;
  };
  const lock = (o: Operand): string => `${(fieldAt(o)?.kind ?? '').endsWith('lock') ? '' : '(void *)'}&${place(o)}`;
  const object = (o: Operand): string => {
    const t = types.of(o.slot);
    return t.kind === 'node' ? `container_of(${name(o.slot)}, struct ${t.type}, ${t.member})` : name(o.slot);
  };
  const node = (o: Operand): string => (types.of(o.slot).kind === 'node' ? name(o.slot) : `&${place(o)}`);
  /** The lock that the macro names beside a head: not used where the head brings its own. */
  const lockBeside = (o: Operand): string => {
    const t = types.of(o.slot);
    const type = t.kind === 'global' ? valueOf(unit, t.map) : t.type;
    const off = t.kind === 'global' ? t.off + o.add : o.add;
    const guard = fieldsOf(unit, type).find(f => f.offset === off)?.guardedBy ?? 'l';
    return t.kind === 'global' || !fieldsOf(unit, type).some(f => f.name === guard)
      ? guard
      : `${name(o.slot)}->${guard}`;
  };
  const expression = (e: ProgramEvent): string => {
    switch (e.event) {
      case 'bpf_map_lookup_elem':
        return `bpf_map_lookup_elem(&${e.map}, &key)`;
      case 'inner_lookup':
        return `bpf_map_lookup_elem(${name(e.map)}, &key)`;
      case 'bpf_spin_lock':
      case 'bpf_spin_unlock':
      case 'bpf_res_spin_lock':
      case 'bpf_res_spin_unlock':
        return `${e.event}(${lock(e.lock)})`;
      case 'bpf_structure_lock':
        return `LOCK_FOR(${lockBeside(e.lock)}, ${place(e.lock)})`;
      case 'bpf_structure_unlock':
        return `UNLOCK_FOR(${lockBeside(e.lock)}, ${place(e.lock)})`;
      case 'bpf_res_spin_lock_irqsave':
      case 'bpf_res_spin_unlock_irqrestore':
        return `${e.event}(&${place(e.lock)}, &${name(e.flags)})`;
      case 'bpf_obj_new':
        return `bpf_obj_new(struct ${e.type})`;
      case 'bpf_obj_drop':
        return `bpf_obj_drop(${object(e.obj)})`;
      case 'bpf_refcount_acquire':
        return `bpf_refcount_acquire(${object(e.obj)})`;
      case 'bpf_kptr_xchg':
        return `bpf_kptr_xchg(&${place(e.field)}, ${e.obj === null ? 'NULL' : object(e.obj)})`;
      case 'load_kptr':
        return place(e.field);
      case 'bpf_list_push_front':
      case 'bpf_list_push_back':
        return `${e.event}(&${place(e.head)}, ${node(e.node)})`;
      case 'bpf_list_pop_front':
      case 'bpf_list_pop_back':
      case 'bpf_list_front':
      case 'bpf_list_back':
        return `${e.event}(&${place(e.head)})`;
      case 'bpf_list_del':
        return `bpf_list_del(&${place(e.head)}, ${node(e.node)})`;
      case 'bpf_rbtree_first':
      case 'bpf_rbtree_root':
        return `${e.event}(&${place(e.root)})`;
      case 'bpf_rbtree_remove':
      case 'bpf_rbtree_left':
      case 'bpf_rbtree_right':
        return `${e.event}(&${place(e.root)}, ${node(e.node)})`;
      case 'bpf_rcu_read_lock':
      case 'bpf_rcu_read_unlock':
      case 'bpf_preempt_disable':
      case 'bpf_preempt_enable':
        return `${e.event}()`;
      case 'bpf_local_irq_save':
      case 'bpf_local_irq_restore':
        return `${e.event}(&${name(e.flags)})`;
      case 'bpf_rbtree_add':
        return `bpf_rbtree_add(&${place(e.root)}, ${node(e.node)}, less)`;
      case 'call':
        if (e.fn !== 'bpf_copy_from_user') return `${e.fn}()`;
        copies = true;
        return 'bpf_copy_from_user(&copy, sizeof(copy), NULL)';
      case 'move':
        return name(e.src.slot);
      default:
        throw new ModelBug(`no C for ${e.event}`);
    }
  };
  const used = new Set<number>();
  const flags = new Set<number>();
  let readsData = false;
  let copies = false;
  const statement = (e: Edge): string | undefined => {
    const { does } = e;
    if (does.event === 'global' || does.event === 'set' || does.event === 'rbtree_added') return undefined;
    if ('flags' in does) flags.add(does.flags);
    if (does.event === 'read') {
      readsData = true;
      return `sink = ${data(does.src)};`;
    }
    if (does.event === 'write') return `${data(does.dst)} = 1;`;
    const isModelOnly = modelOnly !== null && modelOnly.file === e.at.file && modelOnly.line === e.at.line;
    const call = isModelOnly ? `MODEL_ONLY(${expression(does)})` : expression(does);
    if (!('dst' in does) || typeof does.dst !== 'number') return `${call};`;
    used.add(does.dst);
    return `${name(does.dst)} = ${call};`;
  };
  const out = new Map<number, Edge[]>();
  for (const e of p.edges) out.set(e.from, [...(out.get(e.from) ?? []), e]);
  const length = (n: number): number =>
    (out.get(n) ?? []).reduce((sum, e) => (e.does.event === 'enter_callback' ? sum : sum + 1 + length(e.to)), 0);
  const lines = (from: number, indent: string): string[] => {
    const text: string[] = [];
    let at = from;
    for (;;) {
      const [first, second] = (out.get(at) ?? []).filter(e => e.does.event !== 'enter_callback');
      if (first === undefined) return text;
      if (first.does.event === 'exit') return [...text, `${indent}return 0;`];
      if (second === undefined) {
        const s = statement(first);
        if (s !== undefined) text.push(`${indent}${s}`);
        at = first.to;
        continue;
      }
      // The shorter branch returns; the branch of NULL, or of a lock not taken, if they are equally long.
      const [aside, onward] = length(second.to) <= length(first.to) ? [second, first] : [first, second];
      const inner = lines(aside.to, `${indent}\t`);
      const braces = inner.length > 1;
      text.push(`${indent}if (${condition(aside.does)})${braces ? ' {' : ''}`, ...inner);
      if (braces) text.push(`${indent}}`);
      at = onward.to;
    }
  };
  const condition = (e: ProgramEvent): string => {
    if ('flags' in e) flags.add(e.flags);
    switch (e.event) {
      case 'test_null':
        return e.isNull ? `!${name(e.slot)}` : name(e.slot);
      case 'bpf_res_spin_lock':
      case 'bpf_res_spin_lock_irqsave':
        return e.ok ? `!${expression(e)}` : expression(e);
      default:
        throw new ModelBug(`no test of ${e.event}`);
    }
  };
  const body = lines(p.entry, '\t');
  const locals = [
    ...(p.scalars.length > 0 ? ['\tint key = 0;'] : []),
    // A compiler leaves out a read that nobody looks at.
    ...(readsData ? ['\tvolatile int sink;'] : []),
    ...[...flags].map(slot => `\tunsigned long ${name(slot)};`),
    ...(copies ? ['\tint copy;'] : []),
    ...[...used].map(slot => `\t${declaredAs(slot)};`),
  ];
  return [
    `SEC("${p.section}")`,
    `int ${p.name}(${p.section === 'syscall' ? 'void' : 'struct __sk_buff'} *ctx)`,
    '{',
    ...locals,
    ...(locals.length > 0 ? [''] : []),
    ...body,
    '}',
  ];
};
