/** The helpers and kfuncs of the kernel: how many arguments each takes and what it returns. Names only; what they do is the model's business. */
import type { PassedAs } from '../../model/program.js';

/** What a call returns: an integer, a pointer, or nothing. */
export type Returns = 'int' | 'pointer' | 'nothing';

export interface Signature {
  readonly arity: number;
  readonly variadic: boolean;
  readonly returns: Returns;
  readonly isHelper: boolean;
  /** Arguments that are memory: a key or a value of a map, or what is followed by its size. Null where nobody wrote them down. */
  readonly memory: readonly number[] | null;
}

/**
 * `name:arity` then `+` for variadic, then i, p or v, then the arguments that are memory; without the `bpf_` in front. From the UAPI
 * header, in its order.
 */
const HELPERS = `
map_lookup_elem:2p1 map_update_elem:4i12 map_delete_elem:2i1 probe_read:3i0 ktime_get_ns:0i trace_printk:2+i0
get_prandom_u32:0i get_smp_processor_id:0i skb_store_bytes:5i2 l3_csum_replace:5i l4_csum_replace:5i tail_call:3i
clone_redirect:3i get_current_pid_tgid:0i get_current_uid_gid:0i get_current_comm:2i0 get_cgroup_classid:1i
skb_vlan_push:3i skb_vlan_pop:1i skb_get_tunnel_key:4i1 skb_set_tunnel_key:4i1 perf_event_read:2i redirect:2i
get_route_realm:1i perf_event_output:5i3 skb_load_bytes:4i2 get_stackid:3i csum_diff:5i02 skb_get_tunnel_opt:3i1
skb_set_tunnel_opt:3i1 skb_change_proto:3i skb_change_type:2i skb_under_cgroup:3i get_hash_recalc:1i
get_current_task:0i probe_write_user:3i1 current_task_under_cgroup:2i skb_change_tail:3i skb_pull_data:2i
csum_update:2i set_hash_invalid:1v get_numa_node_id:0i skb_change_head:3i xdp_adjust_head:2i probe_read_str:3i0
get_socket_cookie:1i get_socket_uid:1i set_hash:2i setsockopt:5i3 skb_adjust_room:4i redirect_map:3i
sk_redirect_map:4i sock_map_update:4i xdp_adjust_meta:2i perf_event_read_value:4i2 perf_prog_read_value:3i1
getsockopt:5i3 override_return:2i sock_ops_cb_flags_set:2i msg_redirect_map:4i msg_apply_bytes:2i
msg_cork_bytes:2i msg_pull_data:4i bind:3i1 xdp_adjust_tail:2i skb_get_xfrm_state:5i2 get_stack:4i1
skb_load_bytes_relative:5i2 fib_lookup:4i1 sock_hash_update:4i msg_redirect_hash:4i sk_redirect_hash:4i
lwt_push_encap:4i2 lwt_seg6_store_bytes:4i2 lwt_seg6_adjust_srh:3i lwt_seg6_action:4i2 rc_repeat:1i rc_keydown:4i
skb_cgroup_id:1i get_current_cgroup_id:0i get_local_storage:2p sk_select_reuseport:4i skb_ancestor_cgroup_id:2i
sk_lookup_tcp:5p1 sk_lookup_udp:5p1 sk_release:1i map_push_elem:3i1 map_pop_elem:2i1 map_peek_elem:2i1
msg_push_data:4i msg_pop_data:4i rc_pointer_rel:3i spin_lock:1i spin_unlock:1i sk_fullsock:1p tcp_sock:1p
skb_ecn_set_ce:1i get_listener_sock:1p skc_lookup_tcp:5p1 tcp_check_syncookie:5i13 sysctl_get_name:4i1
sysctl_get_current_value:3i1 sysctl_get_new_value:3i1 sysctl_set_new_value:3i1 strtol:4i0 strtoul:4i0
sk_storage_get:4p2 sk_storage_delete:2i send_signal:1i tcp_gen_syncookie:5i13 skb_output:5i3 probe_read_user:3i0
probe_read_kernel:3i0 probe_read_user_str:3i0 probe_read_kernel_str:3i0 tcp_send_ack:2i send_signal_thread:1i
jiffies64:0i read_branch_records:4i1 get_ns_current_pid_tgid:4i2 xdp_output:5i3 get_netns_cookie:1i
get_current_ancestor_cgroup_id:1i sk_assign:3i ktime_get_boot_ns:0i seq_printf:5i13 seq_write:3i1 sk_cgroup_id:1i
sk_ancestor_cgroup_id:2i ringbuf_output:4i1 ringbuf_reserve:3p ringbuf_submit:2v ringbuf_discard:2v
ringbuf_query:2i csum_level:2i skc_to_tcp6_sock:1p skc_to_tcp_sock:1p skc_to_tcp_timewait_sock:1p
skc_to_tcp_request_sock:1p skc_to_udp6_sock:1p get_task_stack:4i1 load_hdr_opt:4i1 store_hdr_opt:4i1
reserve_hdr_opt:3i inode_storage_get:4p2 inode_storage_delete:2i d_path:3i1 copy_from_user:3i0 snprintf_btf:5i02
seq_printf_btf:4i1 skb_cgroup_classid:1i redirect_neigh:4i1 per_cpu_ptr:2p this_cpu_ptr:1p redirect_peer:2i
task_storage_get:4p2 task_storage_delete:2i get_current_task_btf:0p bprm_opts_set:2i ktime_get_coarse_ns:0i
ima_inode_hash:3i1 sock_from_file:1p check_mtu:5i2 for_each_map_elem:4i snprintf:5i03 sys_bpf:3i1
btf_find_by_name_kind:4i0 sys_close:1i timer_init:3i timer_set_callback:2i timer_start:3i timer_cancel:1i
get_func_ip:1i get_attach_cookie:1i task_pt_regs:1i get_branch_snapshot:3i0 trace_vprintk:4i02 skc_to_unix_sock:1p
kallsyms_lookup_name:4i0 find_vma:5i loop:4i strncmp:3i0 get_func_arg:3i get_func_ret:2i get_func_arg_cnt:1i
get_retval:0i set_retval:1i xdp_get_buff_len:1i xdp_load_bytes:4i2 xdp_store_bytes:4i2 copy_from_user_task:5i0
skb_set_tstamp:3i ima_file_hash:3i1 kptr_xchg:2p map_lookup_percpu_elem:3p1 skc_to_mptcp_sock:1p
dynptr_from_mem:4i0 ringbuf_reserve_dynptr:4i ringbuf_submit_dynptr:2v ringbuf_discard_dynptr:2v dynptr_read:5i0
dynptr_write:5i2 dynptr_data:3p tcp_raw_gen_syncookie_ipv4:3i1 tcp_raw_gen_syncookie_ipv6:3i1
tcp_raw_check_syncookie_ipv4:2i tcp_raw_check_syncookie_ipv6:2i ktime_get_tai_ns:0i user_ringbuf_drain:4i
cgrp_storage_get:4p2 cgrp_storage_delete:2i
`;

const KFUNCS = `
obj_new_impl:2p obj_drop:1v obj_drop_impl:2v refcount_acquire:1p refcount_acquire_impl:2p
list_push_front:2i list_push_front_impl:4i list_push_back:2i list_push_back_impl:4i list_pop_front:1p list_pop_back:1p
list_front:1p list_back:1p list_del:2p rbtree_add:3i rbtree_add_impl:5i rbtree_remove:2p rbtree_first:1p rbtree_root:1p
rbtree_left:2p rbtree_right:2p structure_lock:1v structure_unlock:1v rcu_read_lock:0v rcu_read_unlock:0v preempt_disable:0v preempt_enable:0v
local_irq_save:1v local_irq_restore:1v res_spin_lock:1i res_spin_unlock:1v res_spin_lock_irqsave:2i
res_spin_unlock_irqrestore:2v throw:1v wq_init:3i wq_start:2i wq_set_callback:3i wq_set_callback_impl:4i
iter_num_new:3i iter_num_next:1p iter_num_destroy:1v map_sum_elem_count:1i get_fsverity_digest:2i
cast_to_kern_ctx:1p rdonly_cast:2p cgroup_from_id:1p cgroup_ancestor:2p cgroup_acquire:1p cgroup_release:1v
task_acquire:1p task_release:1v task_from_pid:1p task_from_vpid:1p task_get_cgroup1:2p task_under_cgroup:2i
percpu_obj_new_impl:2p percpu_obj_drop_impl:2v percpu_obj_drop:1v key_put:1v lookup_user_key:2p
cpumask_create:0p cpumask_acquire:1p cpumask_release:1v cpumask_first:1i cpumask_first_zero:1i cpumask_set_cpu:2v
cpumask_clear_cpu:2v cpumask_test_cpu:2i cpumask_setall:1v cpumask_clear:1v cpumask_and:3i cpumask_or:3v
cpumask_empty:1i cpumask_full:1i cpumask_weight:1i cpumask_any_distribute:1i
dynptr_slice:4p dynptr_slice_rdwr:4p dynptr_adjust:3i dynptr_is_null:1i dynptr_is_rdonly:1i dynptr_size:1i
dynptr_clone:2i dynptr_from_skb:3i dynptr_from_xdp:3i dynptr_copy:5i kfunc_call_test1:5i kfunc_call_test2:3i
kfunc_call_test3:1i kfunc_call_test_sleepable:0v kfunc_call_test_release:1v kfunc_call_test_acquire:1p
fentry_test1:1i kfunc_common_test:0v copy_from_user_str:4i0 copy_from_user_task_str:5i0 get_task_exe_file:1p put_file:1v
path_d_path:3i get_dentry_xattr:3i get_file_xattr:3i send_signal_task:4i get_kmem_cache:1p
testmod_test_mod_kfunc:1v iter_testmod_seq_new:3i iter_testmod_seq_next:1p iter_testmod_seq_destroy:1v
iter_task_new:3i iter_task_next:1p iter_task_destroy:1v iter_css_new:3i iter_css_next:1p iter_css_destroy:1v
iter_bits_new:3i iter_bits_next:1p iter_bits_destroy:1v strcmp:2i strlen:1i strnlen:2i session_is_return:0i
session_cookie:0p xdp_metadata_rx_hash:3i xdp_metadata_rx_timestamp:2i sk_assign_tcp_reqsk:4i
arena_alloc_pages:5p arena_free_pages:3v
`;

const FULL_NAMES = `
__sync_fetch_and_add:2i __sync_fetch_and_sub:2i __sync_fetch_and_or:2i __sync_fetch_and_and:2i __sync_fetch_and_xor:2i
__sync_lock_test_and_set:2i __sync_val_compare_and_swap:3i __sync_bool_compare_and_swap:3i
__sync_add_and_fetch:2i __sync_sub_and_fetch:2i __atomic_fetch_add:3i
__builtin_memset:3p __builtin_memcpy:3p __builtin_memmove:3p __builtin_expect:2i __builtin_bswap16:1i
__builtin_bswap32:1i __builtin_bswap64:1i __builtin_constant_p:1i __builtin_unreachable:0v __builtin_trap:0v
load_byte:2i load_half:2i load_word:2i
__hf_printk:1+v __hf_unknown:0i __hf_opaque:0p __hf_can_loop:0i __hf_bpf_for:3i __hf_unsupported:1i
`;

function parse(table: string, prefix: string, isHelper = false): [string, Signature][] {
  return table
    .trim()
    .split(/\s+/)
    .map(entry => {
      const [name = '', rest = ''] = entry.split(':');
      const [, arity = '0', plus, letter, memory = ''] = /^(\d+)(\+?)([ipv])(\d*)$/.exec(rest) ?? [];
      const returns = letter === 'p' ? 'pointer' : letter === 'v' ? 'nothing' : 'int';
      return [
        prefix + name,
        {
          arity: Number(arity),
          variadic: plus === '+',
          returns,
          isHelper,
          memory: isHelper || memory !== '' ? Array.from(memory, Number) : null,
        },
      ];
    });
}

/** Helpers in the order of their numbers; the first is number 1. */
export const HELPER_NAMES: readonly string[] = parse(HELPERS, 'bpf_').map(([name]) => name);

/** Every function the front end knows without a definition in the file. */
export const KNOWN_FUNCTIONS: ReadonlyMap<string, Signature> = new Map([
  ...parse(HELPERS, 'bpf_', true),
  ...parse(KFUNCS, 'bpf_'),
  ...parse(FULL_NAMES, ''),
]);

/** Functions that take or give back references of kinds that the model has no event for: a plain `call` would hide a leak. */
export const UNMODELLED_FUNCTIONS: ReadonlySet<string> = new Set([
  'bpf_ringbuf_reserve', 'bpf_ringbuf_submit', 'bpf_ringbuf_discard', 'bpf_ringbuf_reserve_dynptr',
  'bpf_ringbuf_submit_dynptr', 'bpf_ringbuf_discard_dynptr', 'bpf_sk_lookup_tcp', 'bpf_sk_lookup_udp',
  'bpf_skc_lookup_tcp', 'bpf_sk_release', 'bpf_task_acquire', 'bpf_task_release', 'bpf_task_from_pid',
  'bpf_task_from_vpid', 'bpf_task_get_cgroup1', 'bpf_cgroup_acquire', 'bpf_cgroup_release', 'bpf_cgroup_from_id',
  'bpf_cgroup_ancestor', 'bpf_percpu_obj_new_impl', 'bpf_percpu_obj_drop_impl', 'bpf_percpu_obj_drop',
  'bpf_key_put', 'bpf_lookup_user_key', 'bpf_cpumask_create', 'bpf_cpumask_acquire', 'bpf_cpumask_release',
  'bpf_kfunc_call_test_acquire', 'bpf_kfunc_call_test_release', 'bpf_get_task_exe_file', 'bpf_put_file',
  'bpf_user_ringbuf_drain', 'bpf_find_vma', 'bpf_map_lookup_percpu_elem', 'bpf_per_cpu_ptr', 'bpf_this_cpu_ptr',
  'bpf_iter_testmod_seq_new', 'bpf_iter_task_new', 'bpf_iter_css_new', 'bpf_iter_bits_new', 'bpf_arena_alloc_pages',
  'bpf_map_lookup_and_delete_elem',
]); // prettier-ignore

/** Arguments that are taken as numbers, whatever they are (kernel: ARG_ANYTHING): addresses that may be wrong. */
export const ADDRESS_ARGUMENTS: ReadonlyMap<string, number> = new Map([
  ['bpf_probe_read', 2], ['bpf_probe_read_str', 2], ['bpf_probe_read_kernel', 2], ['bpf_probe_read_kernel_str', 2],
  ['bpf_probe_read_user', 2], ['bpf_probe_read_user_str', 2], ['bpf_probe_write_user', 0], ['bpf_copy_from_user', 2],
  ['bpf_copy_from_user_task', 2],
]); // prettier-ignore

/** Functions that write nothing through their pointer arguments: locals passed to them keep their values. */
export const READ_ONLY_FUNCTIONS: ReadonlySet<string> = new Set([
  'bpf_map_update_elem', 'bpf_map_delete_elem', 'bpf_map_push_elem', 'bpf_trace_printk', 'bpf_timer_init',
  'bpf_timer_start', 'bpf_timer_cancel', 'bpf_wq_init', 'bpf_wq_start', 'bpf_ringbuf_output',
  'bpf_perf_event_output', 'bpf_task_storage_delete', 'bpf_sk_storage_delete', 'bpf_inode_storage_delete',
  'bpf_cgrp_storage_delete', 'bpf_map_sum_elem_count',
]); // prettier-ignore

/** What a function does with the pointer that it is given there. */
export const passedAs = (name: string, argument: number): PassedAs => {
  const known = KNOWN_FUNCTIONS.get(name);
  if (known?.memory?.includes(argument) !== true) return 'pointer';
  return known.isHelper ? 'memory' : 'kernel-memory';
};
