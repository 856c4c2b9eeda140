/** What user space and the kernel's free paths do beside the programs. Each is an event that any environment run may hold. */
import type { Policy } from '../policy.js';
import { drainLockIs } from '../policy.js';
import type { Bad, EventRules, Rule } from '../rule.js';
import { rule } from '../rule.js';
import type { Formula, Term } from '../term.js';
import { TRUE, and, called, each, eq, exists, forall, implies, ite, lit, ne, not, or, set, variable } from '../term.js';
import { Phase, drain, drainAll, entry, insideAlloc, locked, mapFreed, phase, working } from '../machine-state.js';
import { run } from '../verifier-state.js';
import {
  Alloc,
  Class,
  Off,
  Prog,
  Ptr,
  Run,
  globalOf,
  graphAt,
  guardAlloc,
  hasGraph,
  hasLock,
  isHash,
  isMap,
  isMapValue,
  isUser,
  lockAt,
  programOf,
  sectionMapped,
  specialAt,
  reachesMap,
  typeOf,
  usesMap,
  valueOf,
  valueType,
} from '../world.js';
import { event, machineRule, steps } from './parts.js';

/** The map as memory (environment events name the map itself, not what a program calls it). */
const theMap = variable('map', Alloc);
/** User space can only act on a map that it has open, and a map that somebody has open is not freed. */
const isThere = not(mapFreed(theMap));
const key = variable('key', Class);
const replacement = variable('with', Alloc);
const fresh = variable('element', Alloc);
const program = variable('program', Prog);
const section = variable('section', Ptr);
const offset = variable('off', Off);
/** The section has special fields of any kind (kernel: bpf_map_mmap asks for a record). */
const special = or(
  hasLock(section),
  hasGraph(section),
  exists(Off, o => specialAt(valueType(section), o)),
);
const mask = (p: Policy): boolean => p.design.syscallMask;

const noRule = (name: string, doc: string, parts: Partial<Omit<Rule, 'name' | 'doc'>> = {}): Rule =>
  rule(name, doc, { source: [{ kernel: 'map_update_elem' }], ...parts });

/** The lock under which the free path drains the heads of a value is not held by anybody. */
const drainLockFree = (p: Policy, v: Term): Formula =>
  called(
    'the lock of the free path is free',
    forall(Off, o =>
      implies(
        ne(graphAt(typeOf(v), o), 'none'),
        not(exists(Run, r => exists(Alloc, a => exists(Off, l => and(locked(r, a, l), drainLockIs(p, v, o, a, l)))))),
      ),
    ),
  );
/** Somebody works on a head of the value, or the lock that the drain needs is gone. */
const drainBads = (p: Policy, isContainer: (v: Term) => Formula): Bad[] => [
  {
    property: 'teardown-race',
    when: exists(Run, r => and(ne(r, run), ne(insideAlloc(r), 'null'), isContainer(insideAlloc(r)))),
    reason: 'the structure is drained while another CPU works on it',
  },
  {
    property: 'teardown-race',
    when:
      p.teardown === 'declared'
        ? exists(Alloc, v =>
            and(
              isContainer(v),
              exists(Off, o =>
                and(
                  ne(graphAt(typeOf(v), o), 'none'),
                  ne(guardAlloc(v, o), 'null'),
                  mapFreed(valueOf(guardAlloc(v, o))),
                ),
              ),
            ),
          )
        : not(TRUE),
    reason: 'the lock that the drain needs was freed before',
  },
];

const isFreeElement = and(
  isMapValue(fresh),
  eq(valueOf(fresh), theMap),
  forall(Class, c => ne(entry(theMap, c), fresh)),
  forall(Run, r => ne(working(r), fresh)),
);

export const userSpace = (p: Policy): EventRules[] => {
  const drainStep = machineRule('free_fields', 'what the old value held is released', {
    params: [theMap, key],
    where: drainLockFree(p, working(run)),
    bads: drainBads(p, v => eq(v, working(run))),
    effects: [...drain(TRUE, working(run)), set(working(run), 'null')],
  });
  const deleteRule = machineRule('delete:unlink', 'the element leaves the map', {
    params: [theMap, key],
    where: and(isThere, isHash(theMap)),
    effects: [set(working(run), entry(theMap, key)), set(entry(theMap, key), 'null')],
  });
  const tamper = (v: Term): Bad => ({
    property: 'user-tamper',
    when: exists(Off, o => specialAt(typeOf(v), o)),
    reason: 'user space overwrites a lock, head or node',
  });
  const updateHash = (masked: boolean): Rule =>
    machineRule(masked ? 'update:replace' : 'update_unmasked:replace', 'a new element takes the place of the old one', {
      params: [theMap, key],
      choices: [{ of: fresh, take: 'any' }],
      where: and(isThere, isHash(theMap), isFreeElement),
      bads: masked ? [] : [tamper(fresh)],
      effects: [set(working(run), entry(theMap, key)), set(entry(theMap, key), fresh)],
    });
  const updateArray = (masked: boolean): Rule =>
    machineRule(
      masked ? 'update:in-place' : 'update_unmasked:in-place',
      'the value is overwritten in place; what it held is released',
      {
        params: [theMap, key],
        where: and(isThere, not(isHash(theMap)), drainLockFree(p, entry(theMap, key))),
        bads: [...drainBads(p, v => eq(v, entry(theMap, key))), ...(masked ? [] : [tamper(entry(theMap, key))])],
        effects: drain(TRUE, entry(theMap, key)),
      },
    );
  const updateSteps = (masked: boolean) =>
    [
      { from: 0, to: 1, does: updateHash(masked) },
      { from: 1, to: -1, does: drainStep },
      { from: 0, to: -1, does: updateArray(masked) },
    ] as const;
  const valueLockFree = (v: Term): Formula =>
    not(exists(Run, r => exists(Off, o => and(ne(lockAt(typeOf(v), o), 'none'), locked(r, v, o)))));
  return [
    steps(
      'user_update',
      noRule('user_update', 'User space updates an element; the kernel leaves special fields alone.'),
      ...updateSteps(mask(p)),
    ),
    steps(
      'user_update_unmasked',
      noRule('user_update_unmasked', 'User space updates an element and no field is masked.'),
      ...updateSteps(false),
    ),
    event(
      'user_update_locked',
      noRule('user_update_locked', 'User space updates an element with BPF_F_LOCK.'),
      machineRule('user_update_locked', 'the value is copied under its lock', {
        params: [theMap, key],
        where: and(isThere, valueLockFree(entry(theMap, key))),
        bads: mask(p) ? [] : [tamper(entry(theMap, key))],
      }),
    ),
    event(
      'user_read_locked',
      noRule('user_read_locked', 'User space reads an element with BPF_F_LOCK.'),
      machineRule('user_read_locked', 'the value is read under its lock', {
        params: [theMap, key],
        where: and(isThere, valueLockFree(entry(theMap, key))),
      }),
    ),
    steps(
      'user_delete',
      noRule('user_delete', 'User space deletes an element; the free path drains what it held.'),
      { from: 0, to: 1, does: deleteRule },
      { from: 1, to: -1, does: drainStep },
    ),
    event(
      'user_replace_inner',
      noRule('user_replace_inner', 'User space puts another inner map into a map of maps.'),
      machineRule('user_replace_inner', 'the outer map holds another inner map', {
        params: [theMap, key, replacement],
        where: and(isThere, not(mapFreed(replacement))),
        effects: [set(entry(theMap, key), replacement)],
      }),
    ),
    event(
      'user_delete_inner',
      noRule('user_delete_inner', 'User space takes an inner map out of a map of maps.'),
      machineRule('user_delete_inner', 'the outer map holds nothing at the key', {
        params: [theMap, key],
        where: isThere,
        effects: [set(entry(theMap, key), lit(Alloc, 'null'))],
      }),
    ),
    event(
      'user_mmap',
      rule('user_mmap', 'User space maps a section into its memory.', {
        source: [{ mail: '4b987779-bae0-dcd9-2405-e43f401bf5ad@fb.com' }],
        params: [section],
        guards: [
          {
            name: 'section-mapped',
            holds: not(and(sectionMapped(section), special)),
            message: 'mmap of the section: -ENOTSUPP',
            kernel: 'bpf_map_mmap',
            protects: ['user-tamper'],
          },
          {
            name: 'section-hidden',
            holds: or(sectionMapped(section), special),
            message: 'the section is not mapped into user space',
            kernel: 'libbpf: bpf_object__init_internal_map',
            protects: { policy: 'the section holds nothing that user space could break' },
          },
        ],
      }),
      machineRule('user_mmap', 'user space maps the section', {
        params: [section],
        where: sectionMapped(section),
      }),
    ),
    event(
      'user_mmap_write',
      noRule('user_mmap_write', 'User space writes through a mapping of a section, if there is one.'),
      machineRule('user_mmap_write', 'user space writes through the mapping', {
        params: [section, offset],
        where: sectionMapped(section),
        bads: [
          {
            property: 'user-tamper',
            when: specialAt(typeOf(globalOf(run, section)), offset),
            reason: 'user space overwrites a lock, head or node',
          },
        ],
      }),
    ),
    event(
      'user_free_map',
      noRule('user_free_map', 'The last reference to a map goes; the free path drains its values.'),
      machineRule('user_free_map', 'the map is freed', {
        params: [theMap],
        where: called(
          'nothing refers to the map',
          and(
            not(mapFreed(theMap)),
            forall(Run, r => implies(usesMap(r, theMap), eq(phase(r), 'done'))),
            // Memory that a run may still have at hand waits for it, whoever refers to it.
            forall(Run, r => implies(reachesMap(r, theMap), ne(phase(r), 'active'))),
            forall(Alloc, m =>
              implies(
                and(isMap(m), not(mapFreed(m))),
                forall(Class, c => ne(entry(m, c), theMap)),
              ),
            ),
          ),
        ),
        bads: drainBads(p, v => eq(valueOf(v), theMap)),
        effects: [set(mapFreed(theMap), 'true'), ...drainAll(TRUE, v => eq(valueOf(v), theMap))],
      }),
    ),
    event(
      'user_unload',
      noRule('user_unload', 'A program is unloaded: runs under way end first, and no new ones start.'),
      machineRule('user_unload', 'the program is unloaded', {
        params: [program],
        where: forall(Run, r => implies(and(not(isUser(r)), eq(programOf(r), program)), ne(phase(r), 'active'))),
        effects: each(Run, r => [
          set(phase(r), ite(and(not(isUser(r)), eq(programOf(r), program)), lit(Phase, 'done'), phase(r))),
        ]),
      }),
    ),
  ];
};
