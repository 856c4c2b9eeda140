/** Fixes that no change of the rules can undo here, and why. */
import type { InexpressibleFix } from './fix.js';

export const notExpressible: readonly InexpressibleFix[] = [
  {
    kind: 'not-expressible',
    name: 'timer-map',
    fix: ['3e8ce29850f1'],
    year: 2021,
    title: 'Prevent pointer mismatch in bpf_timer_init',
    mechanism:
      'all inner maps of an outer map share one map_ptr, so a timer of one could be given the other; map_uid was added',
    invariant: 'two inner maps are two maps',
    reason:
      'bpf_timer_init has no rule, and the pair of timer and map that it compares is not in the state. The same mistake for locks ' +
      'is `ptr-id/literal`, which `map-in-map/crossed` refutes.',
  },
  {
    kind: 'not-expressible',
    name: 'released-is-scalar',
    fix: ['f1db20814af5'],
    year: 2022,
    title: 'Fix wrong reg type conversion in release_reference()',
    mechanism: 'a pointer that was released became a number that an unprivileged program could read',
    invariant: 'what is released is not usable',
    reason:
      'What leaks is the value of the pointer. Slots hold pointers, not their bits, and a number that a program stores is ' +
      'secret from nobody in the model.',
  },
  {
    kind: 'not-expressible',
    name: 'state-of-frames',
    fix: ['1995edc5f908'],
    year: 2024,
    title: 'Consolidate locks and reference state in verifier state',
    mechanism: 'held locks and references had to be threaded through the frames',
    invariant: 'what is held does not depend on the frame',
    reason: 'A refactoring: the model has one set of held locks and references for a path, as the kernel has since.',
  },
  {
    kind: 'not-expressible',
    name: 'stale-owner',
    fix: ['cfa6afa4b931', 'CVE-2026-74344'],
    year: 2026,
    title: 'Clear list node owner and unlink before drop; the same for rb_root',
    mechanism: 'an owner word that is left over equals the address of a new head at the same place',
    invariant: 'an owner word that names a head means that the node is linked there',
    reason:
      'That a node is linked and that its owner word says so is one relation in the model, so the two can not differ.',
  },
  {
    kind: 'not-expressible',
    name: 'two-refcounts',
    fix: ['CVE-2026-100074'],
    year: 2026,
    title: 'Mark bpf_refcount field as unique',
    mechanism: 'a struct with two bpf_refcount fields was accepted, and its record keeps the offset of one',
    invariant: 'an object has one count',
    reason:
      'Counts are sets of references here: an object has one whatever its type says, and no word of memory that could be the other.',
  },
  {
    kind: 'not-expressible',
    name: 'ownership-depth',
    fix: [],
    year: 2026,
    title: 'Bound ownership depth through local kptrs and graph roots',
    mechanism: 'an object with a kptr to its own type: freeing a chain of them recurses without a bound',
    invariant: 'chains of ownership are short',
    reason:
      'The guard is here (`no-ownership-cycle`: 6.12 has it for kptrs, 6.18 has not; `nested/kptr-to-own-type`), but free paths of ' +
      'the model go one level deep and have no stack to run out of: both sides are safe.',
  },
  {
    kind: 'not-expressible',
    name: 'callback-map-uid',
    fix: ['CVE-2026-98033'],
    year: 2026,
    title: 'Preserve inner map identity in callback frames',
    mechanism: 'the map_uid was lost for the key and value of a callback, so a good program was rejected',
    invariant: 'a callback knows which inner map its value is from',
    reason:
      'map_uid tells timers and work queues of inner maps apart, never locks: bpf_timer_init has no rule here, and the front end does ' +
      'not read a walk through a map that is not named. A lock in the value of a callback has id 0 before and after the fix.',
  },
];
