/** What a kernel release lets programs do, apart from how it names locks: call tables, messages, nullability. */
import type { BaselineId } from './design.js';

export interface Baseline {
  readonly id: BaselineId;
  /** Helpers and kfuncs allowed while a lock is held (kernel: is_bpf_graph_api_kfunc and do_check). */
  readonly allowedUnderLock: ReadonlySet<string>;
  /** Functions that do not exist in the release. */
  readonly missing: ReadonlySet<string>;
  /** What bpf_rbtree_remove and its like take: since 6.16 an owning reference too, of whatever type. */
  readonly removeTakes: 'non-owning' | 'any-reference';
  /** Whether a lookup in an array is known not to be NULL where its key is a constant in range (since 6.14). */
  readonly constantKeyIsThere: boolean;
  /** Whether bpf_refcount_acquire of a pointer borrowed under RCU must be tested for NULL. */
  readonly acquireNullable: 'unless-referenced' | 'only-non-owning';
  /** At a way out references are asked for before regions, or after them (since 6.13: check_resource_leak). */
  readonly wayOutAsks: 'references-first' | 'regions-first';
  readonly lessCallbackChecks: 'any-frame' | 'direct-frame';
  readonly globalCallsWithPreemptOff: boolean;
  /** Whether a call of a global subprogram that may sleep is refused where a call of the sleeping helper is (since 6.15). */
  readonly asksWhetherGlobalsSleep: boolean;
  /** Whether sleepable programs may use maps with locks (since 6.6). */
  readonly sleepableLocks: boolean;
  readonly messages: Readonly<
    Record<
      | 'exit-lock'
      | 'exit-rcu'
      | 'exit-preempt'
      | 'exit-irq'
      | 'exit-refs'
      | 'throw-refs'
      | 'load-packet-refs'
      | 'register-kind'
      | 'object-held'
      | 'remove'
      | 'in-less',
      string
    >
  >;
}

const graph612 = [
  'bpf_list_push_front',
  'bpf_list_push_back',
  'bpf_list_pop_front',
  'bpf_list_pop_back',
  'bpf_rbtree_add',
  'bpf_rbtree_remove',
  'bpf_rbtree_first',
  'bpf_refcount_acquire',
  'bpf_spin_unlock',
];
const graph618 = [
  ...graph612,
  'bpf_list_front',
  'bpf_list_back',
  'bpf_rbtree_root',
  'bpf_rbtree_left',
  'bpf_rbtree_right',
  'bpf_iter_num_new',
  'bpf_iter_num_next',
  'bpf_iter_num_destroy',
  'bpf_res_spin_lock',
  'bpf_res_spin_unlock',
  'bpf_res_spin_lock_irqsave',
  'bpf_res_spin_unlock_irqrestore',
];
const since618 = [
  'bpf_list_front',
  'bpf_list_back',
  'bpf_rbtree_root',
  'bpf_rbtree_left',
  'bpf_rbtree_right',
  'bpf_res_spin_lock',
  'bpf_res_spin_unlock',
  'bpf_res_spin_lock_irqsave',
  'bpf_res_spin_unlock_irqrestore',
  'bpf_local_irq_save',
  'bpf_local_irq_restore',
];

const messages612 = {
  'exit-lock': 'bpf_spin_unlock is missing',
  'exit-rcu': 'bpf_rcu_read_unlock is missing',
  'exit-preempt': '%d bpf_preempt_enable(s) are missing',
  'exit-irq': '%d bpf_local_irq_restore(s) are missing',
  'exit-refs': 'Unreleased reference id=%d alloc_insn=%d',
  'throw-refs': 'Unreleased reference id=%d alloc_insn=%d',
  'load-packet-refs': 'BPF_LD_[ABS|IND] cannot be mixed with socket references',
  'register-kind': 'R1 type=%s expected=map_value, ptr_',
  'object-held': 'verifier internal error: ref_obj_id for allocated object must be non-zero',
  remove: 'rbtree_remove node input must be non-owning ref',
  'in-less': 'rbtree_remove not allowed in rbtree cb',
};

const linux612: Baseline = {
  id: 'linux-6.12',
  allowedUnderLock: new Set(graph612),
  missing: new Set([...since618, 'bpf_list_del']),
  removeTakes: 'non-owning',
  constantKeyIsThere: false,
  acquireNullable: 'unless-referenced',
  wayOutAsks: 'regions-first',
  lessCallbackChecks: 'any-frame',
  globalCallsWithPreemptOff: false,
  asksWhetherGlobalsSleep: false,
  sleepableLocks: true,
  messages: messages612,
};

const linux618: Baseline = {
  id: 'linux-6.18',
  allowedUnderLock: new Set(graph618),
  missing: new Set(['bpf_list_del']),
  removeTakes: 'any-reference',
  constantKeyIsThere: true,
  acquireNullable: 'only-non-owning',
  wayOutAsks: 'references-first',
  lessCallbackChecks: 'direct-frame',
  globalCallsWithPreemptOff: true,
  asksWhetherGlobalsSleep: true,
  sleepableLocks: true,
  messages: {
    'exit-lock': 'BPF_EXIT instruction in main prog cannot be used inside bpf_spin_lock-ed region',
    'exit-rcu': 'BPF_EXIT instruction in main prog cannot be used inside bpf_rcu_read_lock-ed region',
    'exit-preempt': 'BPF_EXIT instruction in main prog cannot be used inside bpf_preempt_disable-ed region',
    'exit-irq': 'BPF_EXIT instruction in main prog cannot be used inside bpf_local_irq_save-ed region',
    'exit-refs': 'BPF_EXIT instruction in main prog would lead to reference leak',
    'throw-refs': 'bpf_throw would lead to reference leak',
    'load-packet-refs': 'BPF_LD_[ABS|IND] would lead to reference leak',
    'register-kind': 'R1 type=%s expected=map_value, ptr_',
    'object-held': 'verifier bug: ref_obj_id for allocated object must be non-zero',
    remove: '%s can only take non-owning or refcounted bpf_rb_node pointer',
    'in-less': '%s not allowed in rbtree cb',
  },
};

export const baselineOf: Readonly<Record<BaselineId, Baseline>> = {
  'linux-6.1': {
    ...linux612,
    id: 'linux-6.1',
    sleepableLocks: false,
    missing: new Set([
      ...linux612.missing,
      'bpf_rcu_read_lock',
      'bpf_rcu_read_unlock',
      'bpf_preempt_disable',
      'bpf_preempt_enable',
      'bpf_throw',
    ]),
    allowedUnderLock: new Set(['bpf_spin_unlock']),
  },
  'linux-6.12': linux612,
  'linux-6.18': linux618,
  'bpf-next-2026': {
    ...linux618,
    id: 'bpf-next-2026',
    allowedUnderLock: new Set([...graph618, 'bpf_list_del']),
    missing: new Set(),
  },
};
