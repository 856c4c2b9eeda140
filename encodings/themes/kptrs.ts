/** Objects put into a map field and taken out again, or only looked at, with and without RCU. */
import type { ProgramEvent, Unit } from '../../model/program.js';
import type { Design } from '../../model/design.js';
import type { Theme } from './theme.js';
import { TASK, array, bothTests, field, offsetsOf, onKernelOf, stillBut, struct, unitOf, upTo } from './theme.js';

const unit = (): Unit =>
  unitOf(
    [struct('val', [field('kptr', 'k', 0, { pointee: 'item' })]), struct('item', [field('bpf_refcount', 'refs', 0)])],
    [array('m', 'val')],
  );

/** The last slot is for NULL given as a value. */
const alphabet = (u: Unit, design: Design, slots: number): readonly ProgramEvent[] =>
  onKernelOf(
    design,
    upTo(slots - 1)
      .flatMap((dst): ProgramEvent[] => [
        { event: 'bpf_map_lookup_elem', dst, map: 'm', key: 0 },
        ...bothTests(dst),
        { event: 'bpf_obj_new', dst, type: 'item' },
        { event: 'bpf_obj_drop', obj: { slot: dst, add: 0 } },
        { event: 'read', src: { slot: dst, add: 48 } },
        { event: 'write', dst: { slot: dst, add: 48 } },
        ...upTo(slots - 1).flatMap((s): ProgramEvent[] => [
          { event: 'bpf_refcount_acquire', dst, obj: { slot: s, add: 0 } },
          ...offsetsOf(u, 'kptr').flatMap((add): ProgramEvent[] => [
            { event: 'load_kptr', dst, field: { slot: s, add } },
            { event: 'bpf_kptr_xchg', dst, field: { slot: s, add }, obj: null },
            ...(s === dst
              ? []
              : [{ event: 'bpf_kptr_xchg', dst, field: { slot: s, add }, obj: { slot: dst, add: 0 } } as const]),
          ]),
        ]),
      ])
      .concat([{ event: 'bpf_rcu_read_lock' }, { event: 'bpf_rcu_read_unlock' }]),
  );

export const kptrs: Theme = {
  id: 'kptrs',
  says: 'a map field that holds an object with a count, and RCU',
  unit,
  alphabet,
  user: () => [],
  program: TASK,
  constant: stillBut('stashed', 'in-rcu', 'rcu-locked', 'readers'),
  sizes: { runs: 2, slots: 3, ids: 3, nodes: 1 },
};
