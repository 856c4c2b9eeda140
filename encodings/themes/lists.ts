/** Sections, an outer map with inner maps, lists and their objects: the theme of the answers beside the scenarios. */
import type { Design } from '../../model/design.js';
import { dialectOf } from '../../model/design.js';
import type { ProgramEvent, Unit } from '../../model/program.js';
import type { UserEvent } from '../../model/system.js';
import type { Theme } from './theme.js';
import { TASK, array, at, field, offsetsOf, section, stillBut, struct } from './theme.js';

const LOCK = 0;
const LOCK2 = 4;
const HEAD = 8;
const HEAD2 = 24;

/**
 * Two maps: a section with a lock and a head (two of each where the design has room for them), and an outer map whose template
 * has two inner maps, each with one value that holds a lock and a head.
 */
const unit = (design: Design): Unit => {
  const many = design.placement.locksPerValue === 'many';
  const inLocks = dialectOf(design) === 'locks-section';
  const head = (name: string, offset: number, guardedBy: string) =>
    field('bpf_list_head', name, offset, { contains: { type: 'node', node: 'list' }, guardedBy });
  const locks = [field('bpf_spin_lock', 'l1', LOCK), field('bpf_spin_lock', 'l2', LOCK2)];
  const sections = inLocks
    ? [struct('.locks', locks), struct('.data.H', [head('h1', HEAD, 'l1'), head('h2', HEAD2, 'l2')])]
    : many
      ? [struct('.data.A', [...locks, head('h1', HEAD, 'l1'), head('h2', HEAD2, 'l2')])]
      : [struct('.data.A', [field('bpf_spin_lock', 'l1', LOCK), head('h1', HEAD, 'l1')])];
  const val = struct(
    'val',
    inLocks ? [head('h', HEAD, 'l1')] : [field('bpf_spin_lock', 'l', LOCK), head('h', HEAD, 'l')],
  );
  return {
    file: at.file,
    types: [...sections, val, struct('node', [field('bpf_list_node', 'list', 0)])],
    maps: [
      ...sections.map(s => section(s.name)),
      ...(design.innerMaps === 'refused'
        ? []
        : [
            array('inner0', 'val'),
            array('inner1', 'val'),
            array('outer', '', {
              type: 'BPF_MAP_TYPE_ARRAY_OF_MAPS',
              inner: { template: 'inner0', initial: ['inner0'] },
            }),
          ]),
    ],
    programs: [],
    classes: [{ lo: 0, hi: 0 }],
  };
};

/** Every event over the slots and maps of the system, with every choice of operands that could mean something. */
const alphabet = (u: Unit, design: Design, slots: number): ProgramEvent[] => {
  const each = Array.from({ length: slots }, (_, i) => i);
  const out: ProgramEvent[] = [];
  const own = design.placement.where === 'inside-structure';
  for (const dst of each) {
    for (const m of u.maps) if (m.section !== undefined) out.push({ event: 'global', dst, map: m.name, off: 0 });
    if (u.maps.some(m => m.name === 'outer')) {
      out.push({ event: 'bpf_map_lookup_elem', dst, map: 'outer', key: 0 });
      for (const map of each) out.push({ event: 'inner_lookup', dst, map, key: 0 });
    }
    out.push({ event: 'test_null', slot: dst, isNull: true }, { event: 'test_null', slot: dst, isNull: false });
    out.push({ event: 'bpf_obj_new', dst, type: 'node' }, { event: 'bpf_obj_drop', obj: { slot: dst, add: 0 } });
    out.push({ event: 'read', src: { slot: dst, add: 48 } });
    for (const add of own ? [] : offsetsOf(u, 'bpf_spin_lock'))
      out.push(
        { event: 'bpf_spin_lock', lock: { slot: dst, add } },
        { event: 'bpf_spin_unlock', lock: { slot: dst, add } },
      );
    for (const add of offsetsOf(u, 'bpf_list_head')) {
      const head = { slot: dst, add };
      if (own) out.push({ event: 'bpf_structure_lock', lock: head }, { event: 'bpf_structure_unlock', lock: head });
      for (const s of each) {
        if (s !== dst) out.push({ event: 'bpf_list_push_back', head, node: { slot: s, add: 0 } });
        out.push({ event: 'bpf_list_pop_front', dst: s, head });
      }
    }
    for (const s of each) if (s !== dst) out.push({ event: 'move', dst, src: { slot: s, add: 0 } });
  }
  return out;
};

/** User space may put either inner map into the outer one, at any time. */
const user = (u: Unit): UserEvent[] =>
  ['inner0', 'inner1']
    .filter(name => u.maps.some(m => m.name === name))
    .map(name => ({ event: 'replace_inner', map: 'outer', key: 0, with: name }));

export const lists: Theme = {
  id: 'lists',
  says: 'a section and an outer map with two inner maps, each value with a lock and a list',
  unit,
  alphabet,
  user,
  program: TASK,
  constant: stillBut(),
  // Two runs, two pointers each, recyclable ids, and nodes that lists can hold.
  sizes: { runs: 2, slots: 2, ids: 4, nodes: 3 },
};
