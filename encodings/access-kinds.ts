/**
 * Instructions that access memory through different kinds of pointers on different paths. The kernel rewrites a load or store for
 * one kind of pointer and refuses the program then (kernel: save_aux_ptr_type). No rule can say so: a rule sees one path.
 */
import type { At, ProgramEvent } from '../model/program.js';
import type { Term } from '../model/term.js';
import { variable } from '../model/term.js';
import { Kind, hasRcuFlag, nonOwning, run } from '../model/verifier-state.js';
import { Slot } from '../model/world.js';
import type { Direct } from './direct.js';
import type { Env } from './ground.js';
import type { Layout } from './instance.js';

const [MAP_VALUE, OBJECT, PROBE] = (['map-value', 'object', 'probe'] as const).map(k => Kind.values.indexOf(k));
const slot = variable('slot', Slot);
const [isBorrowed, isUnderRcu] = [nonOwning(run, slot), hasRcuFlag(slot)];

/**
 * Returns a function that is told of every step, and says where an instruction meets a second kind; null where it does not.
 * Objects are all of one kind to a load, which is made one that may fault. To a store they are of as many as there are ways to hold
 * them: owned, borrowed until an unlock, and borrowed under RCU.
 */
export const accessKinds = (
  layout: Layout,
  direct: Direct,
): ((does: ProgramEvent, at: At, state: Int32Array) => At | null) => {
  const kinds = layout.cells.get('kind')?.table;
  const seen = new Map<string, string>();
  const howHeld = (accessed: number, state: Int32Array): string => {
    const env: Env = new Map([
      ['run', 0],
      ['slot', accessed],
    ]);
    const is = (t: Term): boolean => direct.value(t, env, state) === 1;
    return `object${is(isBorrowed) ? ' borrowed' : ''}${is(isUnderRcu) ? ' under RCU' : ''}`;
  };
  return (does, at, state) => {
    const accessed = does.event === 'read' ? does.src.slot : does.event === 'write' ? does.dst.slot : undefined;
    if (accessed === undefined || at.insn === undefined) return null;
    const kind = state[kinds?.[accessed] ?? 0];
    if (kind !== MAP_VALUE && kind !== OBJECT && kind !== PROBE) return null;
    const met = kind === MAP_VALUE ? 'value' : does.event === 'read' ? 'object' : howHeld(accessed, state);
    const key = `${at.file}:${String(at.line)}:${String(at.column)}:${String(at.insn)}:${does.event}`;
    const before = seen.get(key);
    if (before === undefined) seen.set(key, met);
    return before === undefined || before === met ? null : at;
  };
};
