/** Small mistakes: a statement lost, doubled or moved, a test left out, another operand. */
import type { Random } from 'fast-check';
import type { Body, GeneratedProgram, PlainCall, PointerCall, Ptr, Stmt } from './program.js';
import { bodiesOf, pointersOf, RETURNING, statementsIn, withBodies, withPointers } from './program.js';
import { structNamed } from './world.js';
import type { World } from './world.js';

/** Calls that are taken for one another. */
const SIBLINGS: readonly (readonly PointerCall[])[] = [
  ['bpf_spin_lock', 'bpf_spin_unlock', 'bpf_res_spin_unlock'],
  ['bpf_list_push_front', 'bpf_list_push_back'],
  ['bpf_list_pop_front', 'bpf_list_pop_back', 'bpf_list_front', 'bpf_list_back'],
  ['bpf_rbtree_first', 'bpf_rbtree_root'],
  ['bpf_rbtree_left', 'bpf_rbtree_right', 'bpf_rbtree_remove'],
];
const PLAIN_SIBLINGS: readonly (readonly PlainCall[])[] = [
  ['bpf_rcu_read_lock', 'bpf_rcu_read_unlock'],
  ['bpf_preempt_disable', 'bpf_preempt_enable'],
  ['bpf_throw', 'bpf_tail_call', 'load_packet'],
];

type Edit = (body: readonly Stmt[], at: number) => readonly Stmt[];

/** Edits the statement with this number, counted as `statementsIn` does. */
const editAt = (body: Body, number: number, edit: Edit): Body => {
  let left = number;
  const go = (inside: Body): Body => {
    for (const [i, s] of inside.entries()) {
      if (left === 0) {
        left = -1;
        return edit(inside, i);
      }
      left--;
      const bodies = bodiesOf(s);
      const next = bodies.map(b => (left < 0 ? b : go(b)));
      if (left < 0) return inside.with(i, withBodies(s, next));
    }
    return inside;
  };
  return go(body);
};

/** Returns a program with one more mistake, or the same one. */
export const damage = (random: Random, world: World, program: GeneratedProgram): GeneratedProgram => {
  const below = (n: number): number => random.nextInt(0, Math.max(0, n - 1));
  const pick = <T>(from: readonly T[]): T | null => from[below(from.length)] ?? null;
  const all = statementsIn(program.body);
  const pointers = all.flatMap(pointersOf);

  const otherField = (p: Ptr): Ptr => {
    const struct = p.at === 'global' ? p.section : p.at === 'field' || p.at === 'around' ? p.struct : '';
    const field = pick(structNamed(world, struct)?.fields ?? []);
    return field !== null && (p.at === 'global' || p.at === 'field' || p.at === 'around')
      ? { ...p, field: field.name }
      : p;
  };
  const otherSection = (p: Ptr): Ptr => {
    if (p.at !== 'global') return p;
    const others = world.sections.filter(s => s.name !== p.section && s.fields.some(f => f.name === p.field));
    const other = pick(others);
    return other === null ? p : { ...p, section: other.name };
  };
  const otherVariable = (p: Ptr): Ptr => {
    const other = pick(pointers.filter(q => 'v' in q));
    return 'v' in p && other !== null && 'v' in other ? { ...p, v: other.v } : p;
  };
  const otherPointer = (p: Ptr): Ptr =>
    pick([otherField, otherSection, otherVariable, (q: Ptr) => pick(pointers) ?? q])?.(p) ?? p;

  const other = (s: Stmt): Stmt => {
    const args = pointersOf(s);
    if (args.length > 0 && below(3) > 0) {
      const i = below(args.length);
      return withPointers(
        s,
        args.map((p, n) => (n === i ? otherPointer(p) : p)),
      );
    }
    if (s.do === 'call') {
      const fn = pick(SIBLINGS.find(l => l.includes(s.fn)) ?? []) ?? s.fn;
      return { ...s, fn, to: RETURNING.has(fn) ? s.to : null };
    }
    if (s.do === 'plain') return { ...s, fn: pick(PLAIN_SIBLINGS.find(l => l.includes(s.fn)) ?? []) ?? s.fn };
    if (s.do === 'take') return { ...s, flags: s.flags === null ? 'f99' : null };
    if (s.do === 'add') return { ...s, by: { number: below(3) } };
    const [first, second] = bodiesOf(s);
    return first !== undefined && second !== undefined ? withBodies(s, [second, first]) : s;
  };
  const without: Edit = (b, i) => b.toSpliced(i, 1);
  /** The test, the loop or the function goes; what was in it stays. */
  const unwrapped: Edit = (b, i) => {
    const s = b[i];
    const inner = s === undefined ? [] : (bodiesOf(s)[below(bodiesOf(s).length)] ?? []);
    return b.toSpliced(i, 1, ...inner);
  };
  const doubled: Edit = (b, i) => {
    const s = b[i];
    return s === undefined ? b : b.toSpliced(i + 1 + below(b.length - i), 0, s);
  };
  const moved: Edit = (b, i) => {
    const s = b[i];
    return s === undefined ? b : b.toSpliced(i, 1).toSpliced(below(b.length), 0, s);
  };
  const replaced: Edit = (b, i) => {
    const s = b[i];
    return s === undefined ? b : b.with(i, other(s));
  };
  /** The same in a function of its own. */
  const outlined: Edit = (b, i) => {
    const count = 1 + below(3);
    const does = b.slice(i, i + count);
    return b.toSpliced(i, count, { do: 'function', kind: below(5) === 0 ? 'global' : 'static', does });
  };
  const calledBack: Edit = (b, i) => {
    const count = 1 + below(2);
    return b.toSpliced(i, count, { do: 'each', fn: 'bpf_loop', map: '', v: 'v98', does: b.slice(i, i + count) });
  };
  const interrupted: Edit = (b, i) => {
    const stmt = pick<Stmt>([
      { do: 'return' },
      { do: 'plain', fn: 'bpf_ktime_get_ns', map: '' },
      { do: 'plain', fn: 'bpf_throw', map: '' },
      { do: 'plain', fn: 'bpf_rcu_read_unlock', map: '' },
      { do: 'plain', fn: 'bpf_preempt_disable', map: '' },
      ...(program.section === 'syscall' ? [{ do: 'plain', fn: 'bpf_copy_from_user', map: '' } as const] : []),
      ...(pointers.length > 0 ? [{ do: 'read', from: pick(pointers) ?? { at: 'null' }, size: 4 } as const] : []),
      ...all.filter(s => s.do === 'call'),
    ]);
    return stmt === null ? b : b.toSpliced(i, 0, stmt);
  };

  const edit = pick<Edit>([
    without, without, without, unwrapped, unwrapped, doubled, moved, moved,
    replaced, replaced, replaced, replaced, outlined, calledBack, interrupted, interrupted,
  ]); // prettier-ignore
  return edit === null ? program : { ...program, body: editAt(program.body, below(all.length), edit) };
};
