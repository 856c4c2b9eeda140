/** Fixes of 2025 and 2026: of some the two releases of the model have one each, so that either side is what somebody runs. */
import {
  addGuards,
  changes,
  dropGuard,
  effectsAsIn,
  guardsAsIn,
  guardsHold,
  inVerifier,
  rewriteRule,
} from '../../encodings/change.js';
import { linux612 } from '../../model/designs/linux-6.12.js';
import { linux618 } from '../../model/designs/linux-6.18.js';
import { rulesOf } from '../../model/rules/index.js';
import { TRUE, ne, or } from '../../model/term.js';
import { inLess, run, staticInLess } from '../../model/verifier-state.js';
import type { ExpressibleFix } from './fix.js';

const LESS = ['not-in-less-callback', 'remove-not-in-less'];

/** Static calls are counted from the start of the program, not from that of less(). */
const countFrames = inVerifier(
  ['call_static', 'return_static'],
  rewriteRule(t => (t.op === 'read' && t.cell.cell === inLess.cell ? TRUE : undefined)),
);
const REGION = new Set(['throw-rcu-released', 'throw-preempt-released']);
const SLEEPING_GLOBAL = 'no-sleeping-global-in-region';

export const releaseFixes: readonly ExpressibleFix[] = [
  {
    kind: 'expressible',
    name: 'global-sleeps',
    fix: ['e2d8f560d178'],
    year: 2025,
    title: 'Summarize sleepable global subprogs',
    mechanism: 'a global subprogram that sleeps is called inside an RCU section',
    invariant: 'nothing sleeps in a region',
    undone: 'A call of a global subprogram asks about locks and, in 6.12, about preemption, not about RCU sections.',
    scenario: 'regions/sleeping-global-in-rcu',
    property: 'context-leak',
    guard: SLEEPING_GLOBAL,
    cases: [
      {
        design: 'linux-6.12',
        has: false,
        change: {
          rules: addGuards('call_global', () =>
            (rulesOf(linux618).get('call_global')?.verifier.guards ?? []).filter(g => g.name === SLEEPING_GLOBAL),
          ),
        },
      },
      { design: 'linux-6.18', has: true, change: { rules: dropGuard(SLEEPING_GLOBAL) } },
    ],
  },
  {
    kind: 'expressible',
    name: 'throw-in-subprogram',
    fix: ['CVE-2026-31526'],
    year: 2026,
    title: 'Fix exception exit lock checking for subprogs',
    mechanism: 'the check was skipped when a static subprogram throws',
    invariant: 'a program that ends holds nothing',
    undone: 'In a static subprogram, bpf_throw asks about references only, not about RCU or preemption.',
    scenario: 'history/throw-in-subprogram',
    property: 'context-leak',
    guard: 'throw-rcu-released',
    cases: [
      {
        design: 'linux-6.12',
        has: true,
        change: {
          rules: changes(
            countFrames,
            guardsHold(
              'bpf_throw',
              g => REGION.has(g.name),
              g => or(g.holds, ne(staticInLess(run), 'c0')),
            ),
          ),
        },
      },
    ],
  },
  {
    kind: 'expressible',
    name: 'less-in-any-frame',
    fix: ['CVE-2026-98047'],
    year: 2026,
    title: 'Check ancestor frames for rbtree callbacks',
    mechanism: 'the less() of a tree calls a static subprogram that unlocks or removes',
    invariant: 'nobody else is at a root while a node is inserted',
    undone: 'The guards about less() look at the innermost frame, as 6.18 does.',
    scenario: 'callbacks/less-calls-unlock',
    property: 'list-race',
    guard: 'not-in-less-callback',
    cases: [
      { design: 'linux-6.12', has: true, change: { rules: r => guardsAsIn(rulesOf(linux618), LESS)(r) } },
      { design: 'linux-6.18', has: false, change: { rules: r => guardsAsIn(rulesOf(linux612), LESS)(r) } },
    ],
  },
  {
    kind: 'expressible',
    name: 'acquire-borrowed',
    fix: [],
    year: 2026,
    title: 'Keep refcount_acquire nullable for borrowed RCU kptrs',
    mechanism: 'a pointer borrowed under RCU was taken for an owning one: no test for NULL, and the count may be zero',
    invariant: 'an owning reference has a count of at least one',
    undone: 'The result of bpf_refcount_acquire is nullable where 6.18 has it so.',
    scenario: 'ownership/acquire-borrowed-not-tested',
    property: 'wild-access',
    guard: 'access-pointer-usable',
    cases: [
      {
        design: 'linux-6.12',
        has: true,
        change: { rules: r => effectsAsIn(rulesOf(linux618), 'bpf_refcount_acquire')(r) },
      },
      {
        design: 'linux-6.18',
        has: false,
        change: { rules: r => effectsAsIn(rulesOf(linux612), 'bpf_refcount_acquire')(r) },
      },
    ],
  },
  {
    kind: 'expressible',
    name: 'global-throws',
    fix: ['3d562d35a044'],
    year: 2026,
    title: 'Check global subprog exception paths',
    mechanism: 'a caller keeps a reference, or an RCU, preempt or IRQ region, across a call that may throw',
    invariant: 'a program that ends holds nothing',
    undone:
      'Neither release has the fix. It is added as the guards of bpf_throw at every call of a global subprogram; the kernel asks ' +
      'them only where the subprogram can throw.',
    scenario: 'balance/global-throws-with-reference',
    property: 'object-leak',
    guard: 'throw-references-released',
    cases: ['linux-6.12', 'linux-6.18'].map(design => ({
      design,
      has: false,
      change: {
        rules: addGuards('call_global', rules =>
          (rules.get('bpf_throw')?.verifier.guards ?? []).filter(g => g.name.startsWith('throw-')),
        ),
      },
    })),
  },
];
