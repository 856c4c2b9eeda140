/** Two sections, each with a lock and a list: a global's address takes no slot for long, so that more can happen with few. */
import type { Design } from '../../model/design.js';
import { dialectOf } from '../../model/design.js';
import type { Field, ProgramEvent, Unit } from '../../model/program.js';
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

const lock = (name: string, offset: number): Field => field('bpf_spin_lock', name, offset);
const head = (name: string, offset: number, guardedBy: string): Field =>
  field('bpf_list_head', name, offset, { contains: { type: 'node', node: 'list' }, guardedBy });

const unit = (design: Design): Unit => {
  const sections =
    dialectOf(design) === 'locks-section'
      ? [
          struct('.locks', [lock('l1', 0), lock('l2', 4)]),
          struct('.data.H', [head('h1', 8, 'l1'), head('h2', 24, 'l2')]),
        ]
      : [
          struct('.data.A', [lock('l1', 0), head('h1', 8, 'l1')]),
          struct('.data.B', [lock('l2', 0), head('h2', 8, 'l2')]),
        ];
  return unitOf(
    [...sections, struct('node', [field('bpf_list_node', 'list', 0)])],
    sections.map(s => section(s.name)),
  );
};

const alphabet = (u: Unit, design: Design, slots: number): readonly ProgramEvent[] =>
  onKernelOf(
    design,
    upTo(slots).flatMap((dst): ProgramEvent[] => [
      ...u.maps.map((m): ProgramEvent => ({ event: 'global', dst, map: m.name, off: 0 })),
      ...bothTests(dst),
      { event: 'bpf_obj_new', dst, type: 'node' },
      { event: 'bpf_obj_drop', obj: { slot: dst, add: 0 } },
      { event: 'read', src: { slot: dst, add: 0 } },
      { event: 'write', dst: { slot: dst, add: 48 } },
      { event: 'write', dst: { slot: dst, add: 0 } },
      ...lockEvents(u, design, dst, [offsetsOf(u, 'bpf_list_head').at(-1) ?? 0]),
      ...offsetsOf(u, 'bpf_list_head').flatMap(add =>
        upTo(slots).flatMap((s): ProgramEvent[] => [
          ...(s === dst
            ? []
            : (['bpf_list_push_front', 'bpf_list_push_back'] as const).map(event => ({
                event,
                head: { slot: dst, add },
                node: { slot: s, add: 0 },
              }))),
          ...(['bpf_list_pop_front', 'bpf_list_pop_back', 'bpf_list_front', 'bpf_list_back'] as const).map(event => ({
            event,
            dst: s,
            head: { slot: dst, add },
          })),
        ]),
      ),
    ]),
  );

export const globals: Theme = {
  id: 'globals',
  says: 'two sections, each with a lock and a list',
  unit,
  alphabet,
  user: () => [],
  program: TASK,
  constant: stillBut(),
  sizes: { runs: 2, slots: 2, ids: 3, nodes: 2 },
};
