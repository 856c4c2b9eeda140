/** The messages of the verifier about locks and ownership, and which of them no program of the corpus can provoke. */

export interface Message {
  /** As the kernel has it in its sources, with `%d` and `%s`. */
  readonly text: string;
  /** Why fewer than two programs provoke it; absent if two do. */
  readonly why?: string;
}

const SHADOWED = 'under a lock the rule about calls speaks first';
const said = (...texts: readonly string[]): readonly Message[] => texts.map(text => ({ text }));
const not = (why: string, ...texts: readonly string[]): readonly Message[] => texts.map(text => ({ text, why }));

export const messages: readonly Message[] = [
  // A lock is taken and released.
  ...said(
    'R%d type=%s expected=map_value, ptr_',
    "R%d doesn't have constant offset. bpf_spin_lock has to be at the constant offset",
    "map '%s' has to have BTF in order to use bpf_spin_lock",
    "map '%s' has no valid bpf_spin_lock",
    "local 'kptr' has no valid bpf_spin_lock",
    "off %d doesn't point to 'struct bpf_spin_lock' that is at %d",
    'bpf_spin_unlock without taking a lock',
    'bpf_spin_unlock of different lock',
    "can't spin_{lock,unlock} in rbtree cb",
  ),
  ...not(SHADOWED, 'Locking two bpf_spin_locks are not allowed'),
  // While it is held.
  ...said(
    'function calls are not allowed while holding a lock',
    'global function calls are not allowed while holding a lock,\nuse static function instead',
    'global functions that may sleep are not allowed in non-sleepable context,\ni.e., in a RCU/IRQ/preempt-disabled section, or in\na non-sleepable BPF program context',
    'BPF_EXIT instruction in main prog cannot be used inside bpf_spin_lock-ed region',
    'BPF_LD_[ABS|IND] cannot be used inside bpf_spin_lock-ed region',
    'socket filter progs cannot use bpf_spin_lock yet',
    'tracing progs cannot use bpf_spin_lock yet',
    'tracing progs cannot use bpf_{list_head,rb_root} yet',
  ),
  ...not(
    SHADOWED,
    'tail_call cannot be used inside bpf_spin_lock-ed region',
    'bpf_throw cannot be used inside bpf_spin_lock-ed region',
    'Calling bpf_rcu_read_{lock,unlock} in unnecessary rbtree callback',
  ),
  ...not('6.12 says it', 'bpf_spin_unlock is missing', 'BPF_LD_[ABS|IND] cannot be mixed with socket references'),
  ...not('6.12 says it; a later kernel reports a bug of its own', 'cannot use BPF_LD_[ABS|IND] within callback'),
  // Direct access.
  ...said(
    'bpf_spin_lock cannot be accessed directly by load/store',
    'bpf_res_spin_lock cannot be accessed directly by load/store',
    'bpf_list_head cannot be accessed directly by load/store',
    'bpf_rb_root cannot be accessed directly by load/store',
    'kptr cannot be accessed indirectly by helper',
    'kptr access cannot have variable offset',
    'kptr access misaligned expected=%d off=%d',
    'store to referenced kptr disallowed',
    'direct access to bpf_list_node is disallowed',
    'only read is supported',
    'cannot access ptr member %s with moff %d in struct %s with off %d size %d',
    'direct access to bpf_rb_node is disallowed',
    'direct access to bpf_refcount is disallowed',
    'direct access to bpf_spin_lock is disallowed',
    'kptr access size must be BPF_DW',
  ),
  // Where locks and lists may be.
  ...said('BPF_MAP_CREATE: -EOPNOTSUPP', 'BPF_MAP_CREATE: -EACCES'),
  // A list or tree and its lock.
  ...said(
    "R%d doesn't have constant offset. bpf_list_head has to be at the constant offset",
    "R%d doesn't have constant offset. bpf_rb_root has to be at the constant offset",
    'bpf_list_head not found at offset=%d',
    'bpf_rb_root not found at offset=%d',
    'held lock and object are not in the same allocation',
    'bpf_spin_lock at off=%d must be held for bpf_list_head',
    'bpf_spin_lock at off=%d must be held for bpf_rb_root',
    'arg#0 expected pointer to map value or allocated object',
  ),
  // Nodes.
  ...said(
    'bpf_list_node not found at offset=%d',
    'bpf_rb_node not found at offset=%d',
    'operation on bpf_list_head expects arg#1 bpf_list_node at offset=%d in struct %s, but arg is at offset=%d in struct %s',
    'operation on bpf_rb_root expects arg#1 bpf_rb_node at offset=%d in struct %s, but arg is at offset=%d in struct %s',
    'arg#1 offset=%d, but expected bpf_list_node at offset=%d in struct %s',
    'arg#1 offset=%d, but expected bpf_rb_node at offset=%d in struct %s',
    'arg#1 expected pointer to allocated object',
  ),
  // Ownership.
  ...said(
    'local type ID argument must be in range [0, U32_MAX]',
    'bpf_obj_new/bpf_percpu_obj_new type ID argument must be of a struct',
    'R%d must be a known constant',
    'bpf_percpu_obj_new type ID argument must not contain special fields',
    'R%d must be referenced or trusted',
    'R%d must have zero offset when passed to release func or trusted arg to kfunc',
    'Possibly NULL pointer passed to trusted arg0',
    "R%d invalid mem access 'scalar'",
    "R%d invalid mem access 'ptr_or_null_'",
    "arg#0 doesn't point to a type with bpf_refcount field",
    'arg#0 is neither owning or non-owning ref',
    'bpf_rbtree_remove can only take non-owning or refcounted bpf_rb_node pointer',
    'bpf_rbtree_remove not allowed in rbtree cb',
    'At callback return the register R%d has smin=%d smax=%d should have been in [0, 1]',
    'invalid kptr access, R%d type=%s expected=%s',
    'Unreleased reference id=%d alloc_insn=%d',
    'BPF_EXIT instruction in main prog would lead to reference leak',
    'tail_call would lead to reference leak',
    'bpf_throw would lead to reference leak',
    'BPF_LD_[ABS|IND] would lead to reference leak',
  ),
  ...not(
    'only a pointer to a foreign struct that is trusted gets so far',
    'arg#0 expected pointer to allocated object',
  ),
  ...not(
    'what is not owned has another type, and fails the test of types before',
    'allocated object must be referenced',
  ),
  ...not('6.12 says it', 'rbtree_remove node input must be non-owning ref', 'rbtree_remove not allowed in rbtree cb'),
  // Regions.
  ...said(
    'nested rcu read lock (kernel function bpf_rcu_read_lock)',
    'unmatched rcu read unlock (kernel function bpf_rcu_read_unlock)',
    'BPF_EXIT instruction in main prog cannot be used inside bpf_rcu_read_lock-ed region',
    'bpf_throw cannot be used inside bpf_rcu_read_lock-ed region',
    'tail_call cannot be used inside bpf_rcu_read_lock-ed region',
    'sleepable helper %s in rcu_read_lock region',
    'kernel func %s is sleepable within rcu_read_lock region',
    'unmatched attempt to enable preemption (kernel function bpf_preempt_enable)',
    'BPF_EXIT instruction in main prog cannot be used inside bpf_preempt_disable-ed region',
    'bpf_throw cannot be used inside bpf_preempt_disable-ed region',
    'tail_call cannot be used inside bpf_preempt_disable-ed region',
    'sleepable helper %s in non-preemptible region',
    'kernel func %s is sleepable within non-preemptible region',
    'cannot restore irq state out of order, expected id=%d acquired at insn_idx=%d',
    'expected an initialized irq flag as arg#0',
    'BPF_EXIT instruction in main prog cannot be used inside bpf_local_irq_save-ed region',
    'bpf_throw cannot be used inside bpf_local_irq_save-ed region',
    'sleepable helper %s in IRQ-disabled region',
    'kernel func %s is sleepable within IRQ-disabled region',
  ),
  ...not('6.12 says it', 'bpf_rcu_read_unlock is missing', '%d bpf_preempt_enable(s) are missing'),
  // Locks that may fail.
  ...said(
    'bpf_res_spin_unlock without taking a lock',
    'bpf_res_spin_unlock of different lock',
    'bpf_res_spin_unlock cannot be out of order',
    'Acquiring the same lock again, AA deadlock detected',
    "local 'kptr' has no valid bpf_res_spin_lock",
    "map '%s' has no valid bpf_res_spin_lock",
    "map '%s' has to have BTF in order to use bpf_res_spin_lock",
    "off %d doesn't point to 'struct bpf_res_spin_lock' that is at %d",
    "R%d doesn't have constant offset. bpf_res_spin_lock has to be at the constant offset",
    "arg#0 doesn't point to map value or allocated object",
  ),
  ...not('see README.md', 'bpf_spin_lock at off=-22 must be held for %s'),
  // BTF.
  ...said('BTF load: -E2BIG', 'BTF load: -EINVAL', 'BTF load: -ENOENT', 'BTF load: -ELOOP', 'BTF load: -EFAULT'),
  ...not('fields of one type can be at one place only in a union, where no field is looked for', 'BTF load: -EEXIST'),
];

/** Returns the pattern of what the kernel prints: holes match one word, or a number. */
export const patternOf = (m: Message): RegExp =>
  new RegExp(
    `^${m.text
      .replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
      .replaceAll('%d', String.raw`-?\d+`)
      .replaceAll('%s', String.raw`\S+`)}$`,
  );
