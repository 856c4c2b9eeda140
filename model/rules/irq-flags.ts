/** The variable in which an interrupt state is kept: saved by a call, restored by its counterpart, last in first out. */
import type { Capacity, Guard } from '../rule.js';
import type { Assign, Formula, Term } from '../term.js';
import { and, eq, not, or, set, variable, when } from '../term.js';
import { noIrq, savedIrq } from '../machine-state.js';
import { depths, irqByLock, irqFlags, irqSaved, isNextFreeIrq, isTopIrq, run } from '../verifier-state.js';
import { Slot } from '../world.js';

export const flags = variable('flags', Slot);

type By = 'local' | 'lock';
const holds = (d: Term): Formula => and(eq(irqSaved(run, d), 'true'), eq(irqFlags(run, d), flags));
const isBy = (d: Term, by: By): Formula => eq(irqByLock(run, d), by === 'lock' ? 'true' : 'false');

/** A variable that keeps a state may not be written by another save. `arg` is its place among the arguments. */
export const saveGuards = (arg: number): Guard[] => [
  {
    name: 'irq-not-saved-yet',
    holds: not(or(...depths.map(holds))),
    message: `expected uninitialized irq flag as arg#${String(arg)}`,
    kernel: 'process_irq_flag',
    protects: ['context-leak'],
  },
];
export const save = (by: By): Assign[] =>
  depths.flatMap(d =>
    when(
      isNextFreeIrq(d),
      set(irqSaved(run, d), 'true'),
      set(irqFlags(run, d), flags),
      set(irqByLock(run, d), by === 'lock' ? 'true' : 'false'),
    ),
  );
export const saveRoom: Capacity = { holds: not(irqSaved(run, depths.at(-1) as Term)), of: 'nested IRQ regions' };

export const restoreGuards = (by: By, arg: number): Guard[] => [
  {
    name: 'irq-saved',
    holds: or(...depths.map(holds)),
    message: `expected an initialized irq flag as arg#${String(arg)}`,
    kernel: 'process_irq_flag',
    protects: ['context-leak'],
  },
  {
    name: 'irq-same-kind',
    holds: or(...depths.map(d => and(holds(d), isBy(d, by)))),
    message: 'irq flag acquired by %s kfuncs cannot be restored with %s kfuncs',
    kernel: 'restore_irq_state',
    protects: ['context-leak'],
  },
  {
    name: 'irq-order',
    holds: or(...depths.map(d => and(isTopIrq(d), eq(irqFlags(run, d), flags)))),
    message: 'cannot restore irq state out of order, expected id=%d acquired at insn_idx=%d',
    kernel: 'restore_irq_state',
    protects: ['context-leak'],
  },
];
export const restore = (): Assign[] => depths.flatMap(d => when(isTopIrq(d), set(irqSaved(run, d), 'false')));

/** What the processor does. */
export const turnOff = (): Assign[] => [set(savedIrq(run, flags), noIrq(run)), set(noIrq(run), 'true')];
export const turnBack = (): Assign[] => [set(noIrq(run), savedIrq(run, flags))];
