/** RCU, preemption and IRQ regions. */
import type { Policy } from '../policy.js';
import type { EventRules, Guard } from '../rule.js';
import { rule } from '../rule.js';
import type { Formula, Term } from '../term.js';
import { Bool, and, each, eq, ite, lit, ne, not, set } from '../term.js';
import { inRcu, noIrq, noPreempt, readers, restand, standing } from '../machine-state.js';
import { inLess, isMax, maybeNull, pred, preemptOff, rcu, rcuLocked, run, succ, untrusted } from '../verifier-state.js';
import { Alloc, Slot, sleepable } from '../world.js';
import { flags, restore, restoreGuards, save, saveGuards, saveRoom, turnBack, turnOff } from './irq-flags.js';
import { callGuards, event, machineRule } from './parts.js';

const sourceRcu = [{ kernel: 'check_kfunc_call' }];
const notInLess = (message: string): Guard => ({
  name: 'not-in-less-callback',
  holds: not(inLess(run)),
  message,
  kernel: 'check_kfunc_call',
  protects: { policy: 'a comparison has no use for an RCU section' },
});

export const regions = (p: Policy): EventRules[] => {
  const lessMessage = 'Calling bpf_rcu_read_{lock,unlock} in unnecessary rbtree callback';
  return [
    event(
      'bpf_rcu_read_lock',
      rule('bpf_rcu_read_lock', 'Opens an RCU section.', {
        source: sourceRcu,
        guards: [
          ...callGuards(p, 'bpf_rcu_read_lock'),
          notInLess(lessMessage),
          {
            name: 'rcu-not-nested',
            holds: not(rcuLocked(run)),
            message: 'nested rcu read lock (kernel function %s)',
            holes: ['function'],
            kernel: 'check_kfunc_call',
            protects: { policy: 'the verifier keeps one bit, not a count' },
          },
        ],
        effects: [set(rcuLocked(run), 'true')],
      }),
      machineRule('bpf_rcu_read_lock', 'an RCU section begins', { effects: [set(inRcu(run), 'true')] }),
    ),
    event(
      'bpf_rcu_read_unlock',
      rule('bpf_rcu_read_unlock', 'Closes the RCU section; what was borrowed under it becomes untrusted.', {
        source: sourceRcu,
        guards: [
          ...callGuards(p, 'bpf_rcu_read_unlock'),
          notInLess(lessMessage),
          {
            name: 'rcu-matched',
            holds: eq(rcuLocked(run), 'true'),
            message: 'unmatched rcu read unlock (kernel function %s)',
            holes: ['function'],
            kernel: 'check_kfunc_call',
            protects: ['context-leak'],
          },
        ],
        effects: [
          set(rcuLocked(run), 'false'),
          ...each(Slot, s => [
            set(untrusted(run, s), ite(rcu(run, s) as Formula, lit(Bool, 'true'), untrusted(run, s) as Term)),
            set(maybeNull(run, s), and(maybeNull(run, s), not(rcu(run, s)))),
            set(rcu(run, s), 'false'),
          ]),
        ],
      }),
      machineRule('bpf_rcu_read_unlock', 'the RCU section ends', {
        bads: [{ property: 'context-leak', when: not(inRcu(run)), reason: 'no RCU section is open' }],
        effects: [
          set(inRcu(run), 'false'),
          ...restand(x => eq(standing(run, x), 'rcu'), 'probed', true),
          ...each(Alloc, a => [set(readers(a, run), and(readers(a, run), not(sleepable(run))))]),
        ],
      }),
    ),
    event(
      'bpf_preempt_disable',
      rule('bpf_preempt_disable', 'Opens a region without preemption.', {
        source: sourceRcu,
        guards: callGuards(p, 'bpf_preempt_disable'),
        effects: [set(preemptOff(run), succ(preemptOff(run)))],
        capacity: [{ holds: not(isMax(preemptOff(run))), of: 'nested preempt regions' }],
      }),
      machineRule('bpf_preempt_disable', 'preemption is off', { effects: [set(noPreempt(run), succ(noPreempt(run)))] }),
    ),
    event(
      'bpf_preempt_enable',
      rule('bpf_preempt_enable', 'Closes the innermost region without preemption.', {
        source: sourceRcu,
        guards: [
          ...callGuards(p, 'bpf_preempt_enable'),
          {
            name: 'preempt-matched',
            holds: ne(preemptOff(run), 'c0'),
            message: 'unmatched attempt to enable preemption (kernel function %s)',
            holes: ['function'],
            kernel: 'check_kfunc_call',
            protects: ['context-leak'],
          },
        ],
        effects: [set(preemptOff(run), pred(preemptOff(run)))],
      }),
      machineRule('bpf_preempt_enable', 'preemption is on again', {
        bads: [{ property: 'context-leak', when: eq(noPreempt(run), 'c0'), reason: 'preemption is not off' }],
        effects: [set(noPreempt(run), pred(noPreempt(run)))],
      }),
    ),
    event(
      'bpf_local_irq_save',
      rule('bpf_local_irq_save', 'Turns interrupts off and keeps what they were in a variable.', {
        source: [{ kernel: 'process_irq_flag' }],
        params: [flags],
        guards: [...callGuards(p, 'bpf_local_irq_save'), ...saveGuards(0)],
        effects: save('local'),
        capacity: [saveRoom],
      }),
      machineRule('bpf_local_irq_save', 'interrupts are off', { params: [flags], effects: turnOff() }),
    ),
    event(
      'bpf_local_irq_restore',
      rule('bpf_local_irq_restore', 'Restores the interrupt state kept in a variable: the one saved last.', {
        source: [{ kernel: 'process_irq_flag' }, { kernel: 'restore_irq_state' }],
        params: [flags],
        guards: [...callGuards(p, 'bpf_local_irq_restore'), ...restoreGuards('local', 0)],
        effects: restore(),
      }),
      machineRule('bpf_local_irq_restore', 'interrupts are what they were when the variable was written', {
        params: [flags],
        bads: [{ property: 'context-leak', when: not(noIrq(run)), reason: 'interrupts are not off' }],
        effects: turnBack(),
      }),
    ),
  ];
};
