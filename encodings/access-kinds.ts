/**
 * Instructions that access memory through different kinds of pointers on different paths. The kernel rewrites a load or store for
 * one kind of pointer and refuses the program then (kernel: save_aux_ptr_type). No rule can say so: a rule sees one path.
 */
import type { At, ProgramEvent } from '../model/program.js';
import { Kind } from '../model/verifier-state.js';
import type { Layout } from './instance.js';

const [MAP_VALUE, OBJECT] = [Kind.values.indexOf('map-value'), Kind.values.indexOf('object')];

/** Returns a function that is told of every step, and says where an instruction meets a second kind; null where it does not. */
export const accessKinds = (layout: Layout): ((does: ProgramEvent, at: At, state: Int32Array) => At | null) => {
  const kinds = layout.cells.get('kind')?.table;
  const seen = new Map<string, number>();
  return (does, at, state) => {
    const slot = does.event === 'read' ? does.src.slot : does.event === 'write' ? does.dst.slot : undefined;
    if (slot === undefined || at.insn === undefined) return null;
    const kind = state[kinds?.[slot] ?? 0];
    if (kind !== MAP_VALUE && kind !== OBJECT) return null;
    const key = `${at.file}:${String(at.line)}:${String(at.column)}:${String(at.insn)}`;
    const before = seen.get(key);
    if (before === undefined) seen.set(key, kind);
    return before === undefined || before === kind ? null : at;
  };
};
