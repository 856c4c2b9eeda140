/** Calls, subprograms, callbacks, and the ways out of a program. */
import type { Policy } from '../policy.js';
import type { Bad, EventRules, Guard } from '../rule.js';
import { rule } from '../rule.js';
import type { Assign, Formula } from '../term.js';
import {
  Bool,
  and,
  called,
  each,
  enumSort,
  eq,
  exists,
  implies,
  ite,
  lit,
  ne,
  not,
  or,
  set,
  variable,
} from '../term.js';
import {
  entry,
  holding,
  inRcu,
  inRcuSection,
  locked,
  mayStart,
  noIrq,
  noPreempt,
  phase,
  readers,
} from '../machine-state.js';
import {
  anyLockHeld,
  callbackDepth,
  inLess,
  irqsOff,
  isMax,
  kind,
  pred,
  preemptOff,
  put,
  rcuLocked,
  refDepth,
  refHeld,
  run,
  someRefHeld,
  staticInLess,
  succ,
} from '../verifier-state.js';
import {
  Alloc,
  Fn,
  Id,
  Off,
  Ptr,
  Ref,
  allowedUnderLock,
  isKfunc,
  mapOf,
  sleepable,
  sleeps,
  valueType,
} from '../world.js';
import { callGuards, event, freshId, isFresh, keyClass, machineRule, operand, pickFresh, slotParam } from './parts.js';
import { point } from './pointers.js';

export const CallbackSort = enumSort('Callback', 'bpf_loop', 'bpf_for_each_map_elem', 'bpf_timer', 'bpf_wq', 'less');
const callbackKind = variable('kind', CallbackSort);
const isLess = eq(callbackKind, 'less');
const fn = variable('fn', Fn);
/** There is a bpf_throw in the callback, whether or not a path comes to it. */
const throws = variable('throws', Bool);
/** What a callback returns is 0 or 1, as far as the compiled code shows. */
const inRange = variable('inRange', Bool);

const lockGuard = (name: string, message: string): Guard => ({
  name,
  holds: not(anyLockHeld),
  message,
  kernel: 'check_resource_leak',
  protects: ['lock-leak'],
});
const refsGuard = (name: string, message: string, which: 'all' | 'this callback'): Guard => ({
  name,
  holds:
    which === 'all'
      ? not(
          called(
            'a reference is held',
            exists(Id, r => refHeld(run, r)),
          ),
        )
      : not(
          called(
            'a reference of this callback is held',
            someRefHeld(r => eq(refDepth(run, r), callbackDepth(run))),
          ),
        ),
  message,
  kernel: 'check_reference_leak',
  protects: ['object-leak'],
});

interface Messages {
  readonly lock: string;
  readonly irq: string;
  readonly rcu: string;
  readonly preempt: string;
  readonly refs: string;
}

/** A way out of the program: nothing may be held. The guards are called `exit-lock-released` and so on. */
const heldGuards = (p: Policy, way: 'exit' | 'throw' | 'tail-call' | 'load-packet', messages: Messages): Guard[] => {
  const region = (name: string, holds: Formula, message: string): Guard => ({
    name: `${way}-${name}`,
    holds,
    message,
    kernel: 'check_resource_leak',
    protects: ['context-leak'],
  });
  const regions = [
    ...(way !== 'exit' && p.baseline.missing.has('bpf_local_irq_save')
      ? []
      : [region('irq-restored', not(irqsOff), messages.irq)]),
    region('rcu-released', not(rcuLocked(run)), messages.rcu),
    region('preempt-released', eq(preemptOff(run), 'c0'), messages.preempt),
  ];
  const refs = refsGuard(`${way}-references-released`, messages.refs, 'all');
  const lock = lockGuard(`${way}-lock-released`, messages.lock);
  if (p.baseline.wayOutAsks === 'references-first') return [lock, refs, ...regions];
  // Before there was one function for all ways out, this one asked in an order of its own.
  return way === 'load-packet' ? [refs, lock, ...regions] : [lock, ...regions, refs];
};

const exitMessages = (p: Policy): Messages => ({
  lock: p.baseline.messages['exit-lock'],
  irq: p.baseline.messages['exit-irq'],
  rcu: p.baseline.messages['exit-rcu'],
  preempt: p.baseline.messages['exit-preempt'],
  refs: p.baseline.messages['exit-refs'],
});

/** Of an instruction that ends the program. */
const callMessages = (name: string, refs: string): Messages => ({
  lock: `${name} cannot be used inside bpf_spin_lock-ed region`,
  irq: `${name} cannot be used inside bpf_local_irq_save-ed region`,
  rcu: `${name} cannot be used inside bpf_rcu_read_lock-ed region`,
  preempt: `${name} cannot be used inside bpf_preempt_disable-ed region`,
  refs,
});

const leaveBads: Bad[] = [
  {
    property: 'lock-leak',
    when: exists(Alloc, a => exists(Off, o => locked(run, a, o))),
    reason: 'the program ends with a lock held',
  },
  {
    property: 'context-leak',
    when: or(inRcu(run), ne(noPreempt(run), 'c0'), noIrq(run)),
    reason: 'the program ends inside an RCU, preempt or IRQ region',
  },
  {
    property: 'object-leak',
    when: exists(Ref, r => and(ne(r, 'none'), ne(holding(run, r), 'null'))),
    reason: 'the program ends with an object that nobody can reach any more',
  },
];
/** The run is over; it no longer delays the end of an RCU grace period. */
const over: Assign[] = [set(phase(run), 'done'), ...each(Alloc, a => [set(readers(a, run), 'false')])];

const wayOut = (name: string, doc: string, kernel: string, guards: Guard[]): EventRules =>
  event(
    name,
    rule(name, doc, { source: [{ kernel }], guards }),
    machineRule(name, 'the run is over', { bads: leaveBads, effects: over }),
  );

const maySleep = and(sleepable(run), not(rcuLocked(run)), eq(preemptOff(run), 'c0'), not(irqsOff));
const sleepsInRegion = (when: Formula): Bad => ({
  property: 'context-leak',
  when: and(when, or(inRcuSection(run), ne(noPreempt(run), 'c0'), noIrq(run))),
  reason: 'the program sleeps where it must not',
});
/** The global subprogram that is called may sleep, as far as the functions go that it calls. */
export const globalSleeps = variable('sleeps', Bool);

export const control = (p: Policy): EventRules[] => {
  const frame = (name: 'call_static' | 'return_static'): EventRules =>
    event(
      name,
      rule(
        name,
        name === 'call_static'
          ? 'Enters a static subprogram; every state flows in.'
          : 'Returns from a static subprogram; every state flows out.',
        {
          source: [{ kernel: 'check_func_call' }],
          effects: [
            set(
              staticInLess(run),
              ite(
                inLess(run) as Formula,
                name === 'call_static' ? succ(staticInLess(run)) : pred(staticInLess(run)),
                lit(staticInLess.sort, 'c0'),
              ),
            ),
          ],
          ...(name === 'call_static' && {
            capacity: [{ holds: not(isMax(staticInLess(run))), of: 'static calls inside less()' }],
          }),
        },
      ),
      machineRule(name, 'control moves', {}),
    );

  const sleepGuard: Guard = {
    name: 'no-sleep-in-region',
    holds: implies(sleeps(fn), maySleep),
    message: 'sleepable helper %s#%d in rcu_read_lock region',
    unless: [
      {
        when: and(not(sleepable(run)), isKfunc(fn)),
        message: 'program must be sleepable to call sleepable kfunc %s',
        holes: ['function'],
      },
      { when: not(sleepable(run)), message: 'helper call might sleep in a non-sleepable prog' },
      ...(
        [
          ['rcu_read_lock', rcuLocked(run)],
          ['non-preemptible', ne(preemptOff(run), 'c0')],
          ['IRQ-disabled', irqsOff],
        ] as const
      ).flatMap(([region, when]) => [
        {
          when: and(when, isKfunc(fn)),
          message: `kernel func %s is sleepable within ${region} region`,
          holes: ['function'] as const,
        },
        { when, message: `sleepable helper %s#%d in ${region} region` },
      ]),
    ],
    kernel: 'check_helper_call',
    protects: ['context-leak'],
  };
  const dst = slotParam('dst');
  const map = variable('map', Ptr);
  const throwGuard: Guard = {
    name: 'throw-outside-callback',
    holds: not(throws),
    message: 'bpf_throw kfunc (insn %d) cannot be called from callback subprog %d',
    kernel: 'check_max_stack_depth_subprog',
    protects: { policy: 'an exception does not unwind the function that called back' },
  };
  const callback = event(
    'enter_callback',
    rule('enter_callback', 'A callback is entered. It may run any number of times.', {
      source: [{ kernel: 'push_callback_call' }],
      params: [callbackKind, throws],
      guards: [
        {
          name: 'no-call-under-lock',
          holds: or(isLess, not(anyLockHeld)),
          message: 'function calls are not allowed while holding a lock',
          kernel: 'do_check',
          protects: ['lock-leak', 'self-deadlock'],
        },
        throwGuard,
      ],
      effects: [
        set(callbackDepth(run), succ(callbackDepth(run))),
        set(inLess(run), or(isLess, inLess(run))),
        set(staticInLess(run), 'c0'),
      ],
      capacity: [
        { holds: not(isMax(callbackDepth(run))), of: 'nested callbacks' },
        { holds: not(and(isLess, inLess(run))), of: 'less() inside less()' },
      ],
    }),
    machineRule('enter_callback', 'the callback begins', { params: [callbackKind, throws] }),
  );
  const leave = event(
    'leave_callback',
    rule('leave_callback', 'A callback returns: with the locks it began with, and without references of its own.', {
      source: [{ kernel: 'prepare_func_exit' }],
      params: [callbackKind, inRange],
      guards: [
        {
          name: 'callback-returns-flag',
          holds: eq(inRange, 'true'),
          message: 'At callback return the register R0 has %s should have been in [0, 1]',
          kernel: 'prepare_func_exit',
          protects: { policy: 'the callee looks at 0 and 1 only' },
        },
        {
          name: 'callback-lock-balanced',
          holds: or(isLess, not(anyLockHeld)),
          message: 'function calls are not allowed while holding a lock',
          kernel: 'do_check',
          protects: ['self-deadlock', 'lock-leak'],
        },
        refsGuard('callback-references-released', p.baseline.messages['exit-refs'], 'this callback'),
      ],
      effects: [
        set(callbackDepth(run), pred(callbackDepth(run))),
        set(inLess(run), and(not(isLess), inLess(run))),
        set(staticInLess(run), 'c0'),
      ],
    }),
    machineRule('leave_callback', 'the callback returns', { params: [callbackKind, inRange] }),
  );
  const given = operand('src');
  const context = event(
    'callback_context',
    rule('callback_context', 'Gives a callback a context that does not lie on the stack.', {
      source: [{ kernel: 'check_reg_type' }],
      params: given.params,
      guards: [
        {
          name: 'context-on-stack',
          holds: eq(kind(run, given.s), 'null'),
          message: 'R%d type=%s expected=fp',
          holes: [{ register: given.s }, { kindOf: given.s }],
          kernel: 'check_reg_type',
          protects: { policy: 'contexts of callbacks lie on the stack, or there is none' },
        },
      ],
    }),
    machineRule('callback_context', 'the callback is given the context', { params: given.params }),
  );
  const freshValue = p.callbackIds === 'fresh';
  const value = event(
    'callback_value',
    rule('callback_value', 'The map value that a callback is given.', {
      source: [{ kernel: 'map_set_for_each_callback_args' }],
      params: [dst, map, throws],
      choices: freshValue ? [pickFresh] : [],
      where: freshValue ? isFresh : eq(lit(Bool, 'true'), 'true'),
      // Of a timer or a work queue: what calls back at once has asked already.
      guards: [throwGuard],
      effects: put(dst, { kind: 'map-value', ptr: map, id: freshValue ? freshId : 'zero', type: valueType(map) }),
    }),
    machineRule('callback_value', 'some element of the map', {
      params: [dst, map, throws],
      choices: [{ of: keyClass, take: 'any' }],
      where: ne(entry(mapOf(run, map), keyClass), 'null'),
      effects: point(dst, entry(mapOf(run, map), keyClass)),
    }),
  );
  return [
    event(
      'start',
      rule('start', 'Verification begins with nothing held.', { source: [{ kernel: 'do_check_main' }] }),
      rule('start', 'the run begins', { where: mayStart, effects: [set(phase(run), 'active')] }),
    ),
    event(
      'call',
      rule('call', 'Calls a helper or kfunc that has no effect on locks or ownership.', {
        source: [{ kernel: 'check_helper_call' }],
        params: [fn],
        guards: [
          {
            name: 'no-call-under-lock',
            holds: implies(anyLockHeld, allowedUnderLock(fn)),
            message: 'function calls are not allowed while holding a lock',
            kernel: 'do_check',
            protects: ['self-deadlock', 'lock-leak'],
          },
          sleepGuard,
        ],
      }),
      machineRule('call', 'the call is made', {
        params: [fn],
        bads: [
          {
            property: 'lock-leak',
            when: and(
              sleeps(fn),
              exists(Alloc, a => exists(Off, o => locked(run, a, o))),
            ),
            reason: 'the program sleeps with a lock held',
          },
          sleepsInRegion(sleeps(fn)),
        ],
      }),
    ),
    frame('call_static'),
    frame('return_static'),
    event(
      'call_global',
      rule('call_global', 'Calls a global subprogram, which is verified on its own.', {
        source: [{ kernel: 'check_func_call' }],
        params: [globalSleeps],
        guards: [
          {
            name: 'no-global-call-under-lock',
            holds: not(anyLockHeld),
            message: 'global function calls are not allowed while holding a lock,\nuse static function instead',
            kernel: 'check_func_call',
            protects: ['self-deadlock', 'lock-leak'],
          },
          ...(p.baseline.globalCallsWithPreemptOff
            ? []
            : [
                {
                  name: 'no-global-call-with-preempt-off',
                  holds: eq(preemptOff(run), 'c0'),
                  message:
                    'global function calls are not allowed with preemption disabled,\nuse static function instead',
                  kernel: 'check_func_call',
                  protects: { policy: 'the callee is verified without knowing that preemption is off' },
                } satisfies Guard,
              ]),
          ...(p.baseline.asksWhetherGlobalsSleep
            ? [
                {
                  name: 'no-sleeping-global-in-region',
                  holds: implies(eq(globalSleeps, 'true'), maySleep),
                  message:
                    'global functions that may sleep are not allowed in non-sleepable context,\n' +
                    'i.e., in a RCU/IRQ/preempt-disabled section, or in\na non-sleepable BPF program context',
                  kernel: 'check_func_call',
                  protects: ['context-leak'],
                } satisfies Guard,
              ]
            : []),
        ],
      }),
      // In a program that is finished the body is there, and sleeps or does not.
      machineRule('call_global', 'control moves; a body that may sleep does', {
        params: [globalSleeps],
        bads: [sleepsInRegion(eq(globalSleeps, 'true'))],
      }),
    ),
    callback,
    leave,
    context,
    value,
    wayOut(
      'exit',
      'The program returns: nothing may be held.',
      'check_resource_leak',
      heldGuards(p, 'exit', exitMessages(p)),
    ),
    wayOut('bpf_throw', 'The program is ended by an exception: nothing may be held in any frame.', 'check_kfunc_call', [
      ...callGuards(p, 'bpf_throw'),
      ...heldGuards(p, 'throw', callMessages('bpf_throw', p.baseline.messages['throw-refs'])),
    ]),
    wayOut('bpf_tail_call', 'Control goes to another program and does not come back.', 'check_helper_call', [
      ...callGuards(p, 'bpf_tail_call'),
      ...heldGuards(p, 'tail-call', callMessages('tail_call', 'tail_call would lead to reference leak')),
    ]),
    wayOut(
      'load_packet',
      'The program is ended by a load of packet bytes that are not there (BPF_LD_ABS, BPF_LD_IND).',
      'check_ld_abs',
      heldGuards(p, 'load-packet', callMessages('BPF_LD_[ABS|IND]', p.baseline.messages['load-packet-refs'])),
    ),
  ];
};
