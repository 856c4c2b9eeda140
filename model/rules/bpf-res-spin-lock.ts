/** bpf_res_spin_lock: may fail at any acquire, several may be held, released last in first out. */
import type { Policy } from '../policy.js';
import type { EventRules, Guard } from '../rule.js';
import { rule } from '../rule.js';
import { Bool, TRUE, and, eq, exists, implies, not, oneOf, or, set, variable, when } from '../term.js';
import { locked } from '../machine-state.js';
import { depths, heldKind, isTop, run } from '../verifier-state.js';
import { Run } from '../world.js';
import { endSection, hold, lockArgumentGuards, lockBads, room, unhold } from './bpf-spin-lock.js';
import { flags, restore, restoreGuards, save, saveGuards, saveRoom, turnBack, turnOff } from './irq-flags.js';
import { callGuards, event, machineRule, operand } from './parts.js';

export const bpfResSpinLock = (p: Policy): EventRules[] => {
  const source = [{ kernel: 'process_spin_lock' }];
  const ok = variable('ok', Bool);
  return [false, true].flatMap(irq => {
    const lock = operand('lock');
    const { a, o } = lock.at();
    const variableToo = irq ? [flags] : [];
    const heldAs = irq ? 'res-irq' : 'res';
    const acquireName = irq ? 'bpf_res_spin_lock_irqsave' : 'bpf_res_spin_lock';
    const releaseName = irq ? 'bpf_res_spin_unlock_irqrestore' : 'bpf_res_spin_unlock';
    const same = depths.map(d => and(eq(heldKind(run, d), heldAs), p.sameLock(d, lock.s, lock.o)));
    const anyRes: Guard = {
      name: 'unlock-some-lock-held',
      holds: or(...depths.map(d => oneOf(heldKind(run, d), 'spin', 'res', 'res-irq'))),
      message: 'bpf_res_spin_unlock without taking a lock',
      kernel: 'process_spin_lock',
      protects: ['unlock-not-held'],
    };
    return [
      event(
        acquireName,
        rule(acquireName, 'Takes a resilient lock, or fails; on success its identity is remembered as held.', {
          source,
          params: [...lock.params, ...variableToo, ok],
          guards: [
            ...callGuards(p, acquireName),
            ...lockArgumentGuards(p, lock.s, lock.o, 'res', 'lock'),
            {
              name: 'res-no-aa-deadlock',
              holds: not(
                or(...depths.map(d => and(oneOf(heldKind(run, d), 'res', 'res-irq'), p.sameLock(d, lock.s, lock.o)))),
              ),
              message: 'Acquiring the same lock again, AA deadlock detected',
              kernel: 'process_spin_lock',
              protects: { policy: 'the lock itself refuses a second acquire; the rule only says so early' },
            },
            ...(irq ? saveGuards(1).map(g => ({ ...g, holds: implies(eq(ok, 'true'), g.holds) })) : []),
          ],
          effects: when(eq(ok, 'true'), ...hold(lock.s, lock.o, heldAs), ...(irq ? save('lock') : [])),
          capacity: [room, ...(irq ? [saveRoom] : [])],
        }),
        machineRule(acquireName, 'the run gets the lock, or the call fails', {
          params: [...lock.params, ...variableToo, ok],
          where: implies(eq(ok, 'true'), not(exists(Run, r => locked(r, a, o)))),
          bads: lockBads(lock.s, a, o, 'res'),
          effects: when(eq(ok, 'true'), set(locked(run, a, o), 'true'), ...(irq ? turnOff() : [])),
        }),
      ),
      event(
        releaseName,
        rule(releaseName, 'Releases the innermost lock, which must be this one; non-owning references end here.', {
          source,
          params: [...lock.params, ...variableToo],
          guards: [
            ...lockArgumentGuards(p, lock.s, lock.o, 'res', 'unlock'),
            anyRes,
            {
              name: 'unlock-same-lock',
              holds: or(...same),
              message: 'bpf_res_spin_unlock of different lock',
              kernel: 'process_spin_lock',
              protects: ['unlock-not-held', 'lock-leak'],
            },
            {
              name: 'res-unlock-order',
              holds: or(...depths.map(d => and(isTop(d), eq(heldKind(run, d), heldAs), p.sameLock(d, lock.s, lock.o)))),
              message: 'bpf_res_spin_unlock cannot be out of order',
              kernel: 'process_spin_lock',
              protects: { policy: 'the queue of held locks in the kernel is a stack' },
            },
            ...(irq ? restoreGuards('lock', 1) : []),
          ],
          effects: [...unhold(), ...(irq ? restore() : [])],
        }),
        machineRule(releaseName, 'the lock word is free again', {
          params: [...lock.params, ...variableToo],
          where: TRUE,
          bads: [
            ...lockBads(lock.s, a, o, 'res'),
            { property: 'unlock-not-held', when: not(locked(run, a, o)), reason: 'the run does not hold this lock' },
          ],
          effects: [set(locked(run, a, o), 'false'), ...(irq ? turnBack() : []), ...endSection(a, o)],
        }),
      ),
    ];
  });
};
