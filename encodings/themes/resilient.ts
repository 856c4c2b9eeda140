/** Resilient locks, which may fail: two of them, and a list under the first. */
import type { Design } from '../../model/design.js';
import type { ProgramEvent, Unit } from '../../model/program.js';
import { dialectOf } from '../../model/design.js';
import type { Theme } from './theme.js';
import { TASK, bothTests, field, offsetsOf, onKernelOf, section, stillBut, struct, unitOf, upTo } from './theme.js';

const unit = (design: Design): Unit | null =>
  dialectOf(design) === 'same-value'
    ? unitOf(
        [
          struct('.data.A', [
            field('bpf_res_spin_lock', 'l1', 0),
            field('bpf_list_head', 'h1', 8, { contains: { type: 'node', node: 'list' }, guardedBy: 'l1' }),
          ]),
          struct('.data.B', [field('bpf_res_spin_lock', 'l2', 0)]),
          struct('node', [field('bpf_list_node', 'list', 0)]),
        ],
        [section('.data.A'), section('.data.B')],
      )
    : null;

/** The last slot keeps what interrupts were like. */
const alphabet = (u: Unit, design: Design, slots: number): readonly ProgramEvent[] => {
  const flags = slots - 1;
  return onKernelOf(
    design,
    upTo(flags).flatMap((dst): ProgramEvent[] => [
      ...u.maps.map((m): ProgramEvent => ({ event: 'global', dst, map: m.name, off: 0 })),
      ...bothTests(dst),
      { event: 'bpf_obj_new', dst, type: 'node' },
      { event: 'bpf_obj_drop', obj: { slot: dst, add: 0 } },
      ...offsetsOf(u, 'bpf_res_spin_lock').flatMap((add): ProgramEvent[] => {
        const lock = { slot: dst, add };
        return [
          { event: 'bpf_res_spin_lock', lock, ok: true },
          { event: 'bpf_res_spin_lock', lock, ok: false },
          { event: 'bpf_res_spin_unlock', lock },
          { event: 'bpf_res_spin_lock_irqsave', lock, flags, ok: true },
          { event: 'bpf_res_spin_lock_irqsave', lock, flags, ok: false },
          { event: 'bpf_res_spin_unlock_irqrestore', lock, flags },
        ];
      }),
      ...offsetsOf(u, 'bpf_list_head').flatMap(add =>
        upTo(flags).flatMap((s): ProgramEvent[] => [
          ...(s === dst
            ? []
            : [{ event: 'bpf_list_push_back', head: { slot: dst, add }, node: { slot: s, add: 0 } } as const]),
          { event: 'bpf_list_pop_front', dst: s, head: { slot: dst, add } },
        ]),
      ),
    ]),
  );
};

export const resilient: Theme = {
  id: 'resilient',
  says: 'two resilient locks, which may fail, and a list under the first',
  unit,
  alphabet,
  user: () => [],
  program: TASK,
  constant: stillBut('no-irq', 'saved-irq', 'irq-saved', 'irq-flags', 'irq-by-lock'),
  sizes: { runs: 2, slots: 3, ids: 3, nodes: 2 },
};
