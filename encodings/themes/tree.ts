/** A tree of nodes with a count: added, looked at, taken out, and acquired once more; and a lock that is not the tree's. */
import type { Design } from '../../model/design.js';
import { dialectOf } from '../../model/design.js';
import type { ProgramEvent, Unit } from '../../model/program.js';
import type { Theme } from './theme.js';
import {
  TASK,
  bothTests,
  field,
  lockEvents,
  offsetsOf,
  onKernelOf,
  section,
  stillBut,
  struct,
  unitOf,
  upTo,
} from './theme.js';

const unit = (design: Design): Unit => {
  const lock = field('bpf_spin_lock', 'l1', 0);
  const other = field('bpf_spin_lock', 'l2', 4);
  const root = field('bpf_rb_root', 'r1', 8, { contains: { type: 'item', node: 'rb' }, guardedBy: 'l1' });
  const sections =
    dialectOf(design) === 'locks-section'
      ? [struct('.locks', [lock, other]), struct('.data.H', [root])]
      : [struct('.data.A', [lock, root]), struct('.data.B', [{ ...other, offset: 0 }])];
  const item = struct('item', [field('bpf_rb_node', 'rb', 0), field('bpf_refcount', 'refs', 32)]);
  return unitOf(
    [...sections, item],
    sections.map(s => section(s.name)),
  );
};

const alphabet = (u: Unit, design: Design, slots: number): readonly ProgramEvent[] =>
  onKernelOf(
    design,
    upTo(slots).flatMap((dst): ProgramEvent[] => [
      ...u.maps.map((m): ProgramEvent => ({ event: 'global', dst, map: m.name, off: 0 })),
      ...bothTests(dst),
      { event: 'bpf_obj_new', dst, type: 'item' },
      { event: 'bpf_obj_drop', obj: { slot: dst, add: 0 } },
      { event: 'read', src: { slot: dst, add: 48 } },
      { event: 'write', dst: { slot: dst, add: 48 } },
      ...lockEvents(u, design, dst),
      ...upTo(slots).flatMap((s): ProgramEvent[] => [
        { event: 'bpf_refcount_acquire', dst, obj: { slot: s, add: 0 } },
        ...offsetsOf(u, 'bpf_rb_root').flatMap((add): ProgramEvent[] => {
          const root = { slot: dst, add };
          const node = { slot: s, add: 0 };
          return [
            { event: 'bpf_rbtree_first', dst: s, root },
            ...(s === dst
              ? []
              : ([
                  { event: 'bpf_rbtree_add', root, node },
                  { event: 'bpf_rbtree_remove', dst: s, root, node },
                ] as const)),
          ];
        }),
      ]),
    ]),
  );

export const tree: Theme = {
  id: 'tree',
  says: 'a tree of nodes with a count, its lock, and another',
  unit,
  alphabet,
  user: () => [],
  program: TASK,
  constant: stillBut(),
  sizes: { runs: 2, slots: 2, ids: 3, nodes: 2 },
};
