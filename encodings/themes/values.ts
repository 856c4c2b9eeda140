/** Two maps with values of one type, each with a lock and a list. */
import type { Design } from '../../model/design.js';
import { dialectOf } from '../../model/design.js';
import type { ProgramEvent, Unit } from '../../model/program.js';
import type { Theme } from './theme.js';
import {
  TASK,
  array,
  bothTests,
  field,
  lockEvents,
  offsetsOf,
  section,
  stillBut,
  struct,
  unitOf,
  upTo,
} from './theme.js';

const unit = (design: Design): Unit => {
  const inLocks = dialectOf(design) === 'locks-section';
  const head = field('bpf_list_head', 'h', 8, {
    contains: { type: 'node', node: 'list' },
    guardedBy: inLocks ? 'l1' : 'l',
  });
  const locks = struct('.locks', [field('bpf_spin_lock', 'l1', 0)]);
  const val = struct('val', inLocks ? [head] : [field('bpf_spin_lock', 'l', 0), head]);
  const node = struct('node', [field('bpf_list_node', 'list', 0)]);
  const maps = [array('m0', 'val'), array('m1', 'val')];
  return inLocks ? unitOf([locks, val, node], [section('.locks'), ...maps]) : unitOf([val, node], maps);
};

const alphabet = (u: Unit, design: Design, slots: number): readonly ProgramEvent[] =>
  upTo(slots).flatMap((dst): ProgramEvent[] => [
    ...u.maps.map((m): ProgramEvent =>
      m.section === undefined
        ? { event: 'bpf_map_lookup_elem', dst, map: m.name, key: 0 }
        : { event: 'global', dst, map: m.name, off: 0 },
    ),
    ...bothTests(dst),
    { event: 'bpf_obj_new', dst, type: 'node' },
    { event: 'bpf_obj_drop', obj: { slot: dst, add: 0 } },
    { event: 'read', src: { slot: dst, add: 48 } },
    ...lockEvents(u, design, dst),
    ...offsetsOf(u, 'bpf_list_head').flatMap(add =>
      upTo(slots).flatMap((s): ProgramEvent[] => [
        ...(s === dst
          ? []
          : [{ event: 'bpf_list_push_back', head: { slot: dst, add }, node: { slot: s, add: 0 } } as const]),
        { event: 'bpf_list_pop_front', dst: s, head: { slot: dst, add } },
      ]),
    ),
  ]);

export const values: Theme = {
  id: 'values',
  says: 'two maps with values of one type, each with a lock and a list',
  unit,
  alphabet,
  user: () => [],
  program: TASK,
  constant: stillBut(),
  sizes: { runs: 2, slots: 2, ids: 3, nodes: 2 },
};
