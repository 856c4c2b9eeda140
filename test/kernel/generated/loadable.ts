/** Which programs we don't ask a kernel about: what makes some release warn in its own log instead of rejecting quietly. */
import type { Body, GeneratedProgram, Ptr, Stmt } from './program.js';
import { bodiesOf, statementsIn } from './program.js';
import { isPrintable } from './print.js';
import { pointersOf } from './program.js';
import type { World } from './world.js';
import { fieldsOf } from './world.js';
import { assignedBy, variableOf } from './variables.js';

/** Returns the struct that a statement puts into its variable, where that is plain. */
const structPut = (s: Stmt, world: World): string | null => {
  if (s.do === 'new') return s.type;
  const from: Ptr | undefined = s.do === 'load' ? s.from : s.do === 'call' ? s.args[0] : undefined;
  if (from === undefined || from.at === 'null' || from.at === 'var') return null;
  const struct = from.at === 'global' ? from.section : from.struct;
  return fieldsOf(world, struct, 'kptr').find(f => f.name === from.field)?.of ?? null;
};

const isSpecial = (world: World, struct: string): boolean =>
  fieldsOf(world, struct, 'bpf_list_node', 'bpf_rb_node', 'bpf_refcount', 'bpf_spin_lock', 'bpf_list_head', 'kptr')
    .length > 0;

/** A reference to an object of which the kernel keeps no record. */
const acquiresBare = (program: GeneratedProgram, world: World): boolean => {
  const all = statementsIn(program.body);
  const acquired = new Set(
    all.flatMap(s =>
      s.do === 'call' && s.fn === 'bpf_refcount_acquire' ? s.args.flatMap(a => variableOf(a) ?? []) : [],
    ),
  );
  return all.some(s => {
    const struct = structPut(s, world);
    return (
      struct !== null &&
      !isSpecial(world, struct) &&
      (acquired.has(assignedBy(s) ?? '') || all.some(c => c.do === 'copy' && acquired.has(c.to)))
    );
  });
};

/** A pointer goes into a map that was not tested. Paths are not followed: the last test or assignment in the text counts. */
const exchangesUntested = (body: Body, before: ReadonlySet<string>): boolean => {
  const tested = new Set(before);
  for (const s of body) {
    if (s.do === 'call' && s.fn === 'bpf_kptr_xchg' && s.args[1] !== undefined) {
      const v = variableOf(s.args[1]);
      if (v !== null && !tested.has(v)) return true;
    }
    const to = assignedBy(s);
    if (to !== null) tested.delete(to);
    if (s.do === 'ifPtr') {
      if (exchangesUntested(s.does, new Set([...tested, s.v])) || exchangesUntested(s.otherwise, tested)) return true;
      if (s.otherwise.at(-1)?.do === 'return') tested.add(s.v);
    } else if (bodiesOf(s).some(b => exchangesUntested(b, tested))) return true;
    for (const inner of bodiesOf(s).flatMap(statementsIn)) tested.delete(assignedBy(inner) ?? '');
    if (s.do === 'call' && s.fn === 'bpf_refcount_acquire' && s.to !== null) tested.add(s.to);
  }
  return false;
};

/** Returns whether a program may be compiled and put to a kernel. */
export const isLoadable = (program: GeneratedProgram, world: World): boolean =>
  statementsIn(program.body).every(s => pointersOf(s).every(p => isPrintable(p, world))) &&
  !acquiresBare(program, world) &&
  !exchangesUntested(program.body, new Set());
