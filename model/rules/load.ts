/** What is checked before the first instruction: BTF, maps, program type. These have no place in the C file's control flow. */
import type { Policy } from '../policy.js';
import type { EventRules, Guard } from '../rule.js';
import { rule } from '../rule.js';
import type { Var } from '../term.js';
import { TRUE, implies, not, or, variable } from '../term.js';
import { run } from '../verifier-state.js';
import {
  Ptr,
  Type,
  brokenContains,
  containsUnknown,
  graphMapType,
  hasGraph,
  hasKptr,
  hasLock,
  headWithoutLock,
  innerHasLock,
  innerOf,
  kptrMapType,
  limitedForPrograms,
  lockMapType,
  longChain,
  programGraphs,
  programLocks,
  severalLocks,
  sleepable,
  sleepableMapType,
  socketFilter,
  tooManyFields,
  twoLinks,
  refcounted,
} from '../world.js';
import { event, machineRule } from './parts.js';

/** What is checked when a map is created, whether or not a program mentions it (libbpf creates all maps of an object). */
const creationGuards = (p: Policy, map: Var): Guard[] => [
  {
    name: 'lock-map-type',
    holds: implies(hasLock(map), lockMapType(map)),
    message: 'BPF_MAP_CREATE: -EOPNOTSUPP',
    kernel: 'map_check_btf',
    protects: { policy: 'per-CPU and LRU maps copy or reuse values without regard to locks' },
  },
  {
    name: 'head-map-type',
    holds: implies(hasGraph(map), graphMapType(map)),
    message: 'BPF_MAP_CREATE: -EOPNOTSUPP',
    kernel: 'map_check_btf',
    protects: { policy: 'not implemented for other map types' },
  },
  {
    name: 'inner-map-lock',
    holds: p.design.innerMaps === 'refused' ? not(or(innerHasLock(map), hasGraph(innerOf(map)))) : TRUE,
    message: 'BPF_MAP_CREATE: -ENOTSUPP',
    kernel: 'bpf_map_meta_alloc',
    protects: { policy: 'inner maps with locks were not supported yet' },
  },
  {
    name: 'kptr-map-type',
    holds: implies(hasKptr(map), kptrMapType(map)),
    message: 'BPF_MAP_CREATE: -EOPNOTSUPP',
    kernel: 'map_check_btf',
    protects: { policy: 'not implemented for other map types' },
  },
  {
    name: 'special-fields-not-limited',
    holds: implies(or(hasLock(map), hasGraph(map), hasKptr(map)), not(limitedForPrograms(map))),
    message: 'BPF_MAP_CREATE: -EACCES',
    kernel: 'map_check_btf',
    protects: { policy: 'special fields are both read and written' },
  },
];

export const load = (p: Policy): EventRules[] => {
  const type = variable('type', Type);
  const map = variable('map', Ptr);
  return [
    event(
      'load_btf',
      rule('load_btf', 'A struct type of the program is parsed (btf_parse_fields, btf_check_and_fixup_fields).', {
        source: [{ kernel: 'btf_parse_fields' }, { kernel: 'btf_check_and_fixup_fields' }],
        params: [type],
        guards: [
          {
            name: 'one-lock-per-value',
            holds: p.oneLockPerValue ? not(severalLocks(type)) : TRUE,
            message: 'BTF load: -E2BIG',
            kernel: 'btf_parse_fields',
            protects: ['list-race', 'wrong-lock'],
          },
          {
            name: 'head-has-lock',
            holds: p.lockInSameValue ? not(headWithoutLock(type)) : TRUE,
            message: 'BTF load: -EINVAL',
            kernel: 'btf_parse_fields',
            protects: ['list-race'],
          },
          {
            name: 'contains-resolves',
            holds: not(brokenContains(type)),
            message: 'BTF load: -EINVAL',
            unless: [{ when: containsUnknown(type), message: 'BTF load: -ENOENT' }],
            kernel: 'btf_parse_graph_root',
            protects: ['wild-access'],
          },
          {
            name: 'refcount-for-two-links',
            holds: implies(twoLinks(type), refcounted(type)),
            message: 'BTF load: -EINVAL',
            kernel: 'btf_parse_fields',
            protects: ['double-owner', 'use-after-free'],
          },
          {
            name: 'field-limit',
            holds: not(tooManyFields(type)),
            message: 'BTF load: -E2BIG',
            kernel: 'btf_find_struct_field',
            protects: { policy: 'the record has room for 11 fields' },
          },
          {
            name: 'no-ownership-cycle',
            holds: not(longChain(type)),
            message: 'BTF load: -ELOOP',
            kernel: 'btf_check_and_fixup_fields',
            protects: ['object-leak'],
          },
        ],
      }),
      machineRule('load_btf', 'nothing happens', { params: [type] }),
    ),
    event(
      'load_map',
      rule('load_map', 'A map of the program is created and checked against the program.', {
        source: [{ kernel: 'map_check_btf' }, { kernel: 'check_map_prog_compatibility' }],
        params: [map],
        guards: [
          ...creationGuards(p, map),
          {
            name: 'program-type-graph',
            holds: p.design.hasGraphs ? implies(hasGraph(map), programGraphs(run)) : TRUE,
            message: 'tracing progs cannot use bpf_{list_head,rb_root} yet',
            kernel: 'check_map_prog_compatibility',
            protects: ['list-race'],
          },
          {
            name: 'sleepable-lock',
            holds: p.baseline.sleepableLocks ? TRUE : implies(hasLock(map), not(sleepable(run))),
            message: 'sleepable progs cannot use bpf_spin_lock yet',
            kernel: 'check_map_prog_compatibility',
            protects: ['lock-leak'],
          },
          {
            name: 'sleepable-map-type',
            holds: implies(sleepable(run), sleepableMapType(map)),
            message: 'Sleepable programs can only use array, hash, ringbuf and local storage maps',
            kernel: 'check_map_prog_compatibility',
            protects: { policy: 'other maps free their memory without waiting for programs that sleep' },
          },
          {
            name: 'program-type-lock',
            holds: implies(hasLock(map), programLocks(run)),
            message: 'tracing progs cannot use bpf_spin_lock yet',
            unless: [{ when: socketFilter(run), message: 'socket filter progs cannot use bpf_spin_lock yet' }],
            kernel: 'check_map_prog_compatibility',
            protects: ['self-deadlock'],
          },
        ],
      }),
      machineRule('load_map', 'nothing happens', { params: [map] }),
    ),
    event(
      'create_map',
      rule('create_map', 'A map that the program does not mention is created with the others of its file.', {
        source: [{ kernel: 'map_check_btf' }],
        params: [map],
        guards: creationGuards(p, map),
      }),
      machineRule('create_map', 'nothing happens', { params: [map] }),
    ),
  ];
};
