/** RCU, preemption and interrupt regions around a lock, and a call that may sleep. */
import type { Design } from '../../model/design.js';
import { dialectOf } from '../../model/design.js';
import type { ProgramEvent, Unit } from '../../model/program.js';
import type { Theme } from './theme.js';
import { field, lockEvents, offsetsOf, onKernelOf, section, stillBut, struct, unitOf, upTo } from './theme.js';

const unit = (design: Design): Unit | null => {
  if (dialectOf(design) === 'own-lock') return null;
  const name = dialectOf(design) === 'locks-section' ? '.locks' : '.data.A';
  return unitOf([struct(name, [field('bpf_spin_lock', 'l1', 0)])], [section(name)]);
};

/** The first slot holds pointers, the others what interrupts were like. */
const alphabet = (u: Unit, design: Design, slots: number): readonly ProgramEvent[] =>
  onKernelOf(design, [
    ...u.maps.map((m): ProgramEvent => ({ event: 'global', dst: 0, map: m.name, off: 0 })),
    ...(offsetsOf(u, 'bpf_spin_lock').length > 0 ? lockEvents(u, design, 0) : []),
    { event: 'bpf_rcu_read_lock' },
    { event: 'bpf_rcu_read_unlock' },
    { event: 'bpf_preempt_disable' },
    { event: 'bpf_preempt_enable' },
    ...upTo(slots)
      .slice(1)
      .flatMap((flags): ProgramEvent[] => [
        { event: 'bpf_local_irq_save', flags },
        { event: 'bpf_local_irq_restore', flags },
      ]),
    { event: 'call', fn: 'bpf_copy_from_user', pointers: [] },
    { event: 'call', fn: 'bpf_ktime_get_ns', pointers: [] },
  ]);

export const regions: Theme = {
  id: 'regions',
  says: 'RCU, preemption and interrupt regions around a lock, and a call that may sleep',
  unit,
  alphabet,
  user: () => [],
  program: { section: 'syscall', context: 'task', sleepable: true },
  constant: stillBut(
    'no-irq',
    'no-preempt',
    'in-rcu',
    'saved-irq',
    'irq-saved',
    'irq-flags',
    'irq-by-lock',
    'rcu-locked',
    'preempt-off',
  ),
  sizes: { runs: 1, slots: 3, ids: 1, nodes: 1 },
};
