/** What the headers of BPF programs declare, as far as locks and ownership go. Built in, so that no kernel tree is needed. */

const ANGLE =
  /^(vmlinux\.h|bpf\/|linux\/|asm\/|asm-generic\/|net\/|uapi\/|sys\/|netinet\/|arpa\/|std\w+\.h|string\.h|errno\.h|limits\.h|inttypes\.h|time\.h)/;
const QUOTED = new Set([
  'vmlinux.h', 'bpf_experimental.h', 'bpf_misc.h', 'bpf_kfuncs.h', 'bpf_helpers.h', 'bpf_tracing.h', 'bpf_core_read.h',
  'bpf_tracing_net.h', 'bpf_atomic.h', 'bpf_compiler.h', 'bpf_endian.h', 'bpf_arena_common.h',
]); // prettier-ignore

/** Returns true iff the header's declarations are built in, so that no file is read for it. */
export function isKnownHeader(path: string, angle: boolean): boolean {
  return (angle && ANGLE.test(path)) || QUOTED.has(path.replace(/^.*\//, ''));
}

const MAP_TYPES = [
  'UNSPEC', 'HASH', 'ARRAY', 'PROG_ARRAY', 'PERF_EVENT_ARRAY', 'PERCPU_HASH', 'PERCPU_ARRAY', 'STACK_TRACE',
  'CGROUP_ARRAY', 'LRU_HASH', 'LRU_PERCPU_HASH', 'LPM_TRIE', 'ARRAY_OF_MAPS', 'HASH_OF_MAPS', 'DEVMAP', 'SOCKMAP',
  'CPUMAP', 'XSKMAP', 'SOCKHASH', 'CGROUP_STORAGE', 'REUSEPORT_SOCKARRAY', 'PERCPU_CGROUP_STORAGE', 'QUEUE', 'STACK',
  'SK_STORAGE', 'DEVMAP_HASH', 'STRUCT_OPS', 'RINGBUF', 'INODE_STORAGE', 'TASK_STORAGE', 'BLOOM_FILTER',
  'USER_RINGBUF', 'CGRP_STORAGE', 'ARENA',
]; // prettier-ignore

/** Returns the kernel's name of a map type, or null for a number that is none. */
export function mapTypeName(value: number): string | null {
  const name = MAP_TYPES[value];
  return name === undefined ? null : `BPF_MAP_TYPE_${name}`;
}

/** Bits of `map_flags`, by position. */
export const MAP_FLAGS = [
  'BPF_F_NO_PREALLOC', 'BPF_F_NO_COMMON_LRU', 'BPF_F_NUMA_NODE', 'BPF_F_RDONLY', 'BPF_F_WRONLY',
  'BPF_F_STACK_BUILD_ID', 'BPF_F_ZERO_SEED', 'BPF_F_RDONLY_PROG', 'BPF_F_WRONLY_PROG', 'BPF_F_CLONE',
  'BPF_F_MMAPABLE', 'BPF_F_PRESERVE_ELEMS', 'BPF_F_INNER_MAP', 'BPF_F_LINK', 'BPF_F_PATH_FD',
  'BPF_F_VTYPE_BTF_OBJ_FD', 'BPF_F_TOKEN_FD', 'BPF_F_SEGV_ON_FAULT', 'BPF_F_NO_USER_CONV',
]; // prettier-ignore

/** Structs of the kernel that programs point at and that need no layout here: their fields read as unknown values. */
export const OPAQUE_STRUCTS: ReadonlySet<string> = new Set(
  `task_struct mm_struct vm_area_struct sk_buff sock sock_common socket file inode dentry path cgroup css_set
cgroup_subsys_state cred user_struct nsproxy net net_device page pt_regs bpf_map bpf_array bpf_prog bpf_cpumask cpumask
linux_binprm super_block seq_file request request_queue bio tcp_sock udp_sock unix_sock inet_sock bpf_sock bpf_sk_lookup
bpf_sock_ops bpf_sock_addr bpf_sysctl bpf_perf_event_data bpf_raw_tracepoint_args trace_event_raw_sys_enter
trace_event_raw_sys_exit sk_msg_md sk_reuseport_md bpf_nf_ctx nf_hook_state sched_ext_ops rq pid pid_namespace
perf_event module kernfs_node bpf_iter__task bpf_iter__bpf_map_elem bpf_iter_meta bpf_testmod_btf_type_tag_1
prog_test_ref_kfunc prog_test_member bpf_tunnel_key bpf_fib_lookup mptcp_sock qdisc_skb_head Qdisc bpf_sk_buff_ptr
kmem_cache bpf_key xfrm_state attach_info rcu_head`.split(/\s+/),
);

const constants = (names: readonly string[], prefix: string): string =>
  names.map((name, i) => `${prefix}${name} = ${i}`).join(', ');

/** C text that stands before every file. Its functions are in known-functions.ts. */
export const PRELUDE = `
#define __bpf__ 1
#define __BPF__ 1
#define __clang__ 1
#define __x86_64__ 1
#define __TARGET_ARCH_x86 1
#define __BPF_FEATURE_MAY_GOTO 1
#define NULL ((void *)0)
#define true 1
#define false 0
#define SEC(name) __attribute__((section(name), used))
#define __hidden __attribute__((visibility("hidden")))
#define __weak __attribute__((weak))
#define __noinline __attribute__((noinline))
#define __always_inline inline __attribute__((always_inline))
#define __always_unused __attribute__((unused))
#define __unused __attribute__((unused))
#define __maybe_unused __attribute__((unused))
#define __packed __attribute__((packed))
#define __aligned(n) __attribute__((aligned(n)))
#define __ksym __attribute__((section(".ksyms")))
#define __kconfig __attribute__((section(".kconfig")))
#define __bpf_fastcall
#define __arena
#define __must_check
#define __restrict
#define __inline inline
#define __inline__ inline
#define __volatile__ volatile
#define __volatile volatile
#define __const const
#define __asm__ asm
#define __asm asm
#define __extension__
#define __attribute __attribute__
#define private(name) SEC(".data." #name) __hidden __attribute__((aligned(8)))
#define __contains(name, node) __attribute__((btf_decl_tag("contains:" #name ":" #node)))
#define __guarded_by(lock) __attribute__((btf_decl_tag("guarded_by:" #lock)))
#define __kptr __attribute__((btf_type_tag("kptr")))
#define __kptr_untrusted __attribute__((btf_type_tag("kptr_untrusted")))
#define __kptr_ref __attribute__((btf_type_tag("kptr")))
#define __percpu_kptr __attribute__((btf_type_tag("percpu_kptr")))
#define __uptr __attribute__((btf_type_tag("uptr")))
#define __arg_ctx
#define __arg_nonnull
#define __arg_nullable
#define __arg_trusted
#define __exception_cb(name) __attribute__((btf_decl_tag("exception_callback:" #name)))
#define __success
#define __failure
#define __msg(...)
#define __not_msg(...)
#define __log_level(n)
#define __retval(n)
#define __description(...)
#define __flag(n)
#define __xlated(...)
#define __jited(...)
#define __success_unpriv
#define __failure_unpriv
#define __msg_unpriv(...)
#define __arch_x86_64
#define __naked __attribute__((naked))
#define __uint(name, val) int (*name)[val]
#define __type(name, val) typeof(val) *name
#define __array(name, val) typeof(val) *name[]
#define __ulong(name, val) int (*name)[val]
#define offsetof(type, member) ((unsigned long)&((type *)0)->member)
#define __builtin_offsetof(type, member) offsetof(type, member)
#define container_of(ptr, type, member) ((type *)((void *)(ptr) - offsetof(type, member)))
#define bpf_core_type_id_local(type) sizeof(type)
#define bpf_core_type_id_kernel(type) sizeof(type)
#define bpf_obj_new(type) ((typeof(type) *)bpf_obj_new_impl(sizeof(type), 0))
#define bpf_percpu_obj_new(type) ((typeof(type) *)bpf_percpu_obj_new_impl(sizeof(type), 0))
#define ARRAY_SIZE(x) (sizeof(x) / sizeof((x)[0]))
#define READ_ONCE(x) (x)
#define WRITE_ONCE(x, v) ((x) = (v))
#define barrier() ((void)0)
#define barrier_var(x) ((void)0)
#define __sink(x) ((void)0)
#define likely(x) (x)
#define unlikely(x) (x)
#define __builtin_preserve_access_index(x) (x)
#define _Static_assert(...)
#define static_assert(...)
#define bpf_printk(fmt, args...) __hf_printk(fmt, ##args)
#define bpf_trace_printk(fmt, size, args...) __hf_printk(fmt, ##args)
#define bpf_for(i, start, end) for (int __hf_start = (start), __hf_end = (end); __hf_bpf_for(i, __hf_start, __hf_end); )
#define bpf_repeat(N) for (int __hf_i, __hf_start = 0, __hf_end = (N); __hf_bpf_for(__hf_i, __hf_start, __hf_end); )
#define bpf_for_each(type, cur, args...) for (; __hf_unsupported("bpf_for_each"); )
#define can_loop __hf_can_loop()
#define cond_break if (!__hf_can_loop()) break
#define bpf_throw(cookie) bpf_throw(cookie)
#define bpf_assert(cond) if (!(cond)) bpf_throw(0)
#define bpf_assert_with(cond, value) if (!(cond)) bpf_throw(value)
#define bpf_assert_range(...) ((void)__hf_unsupported("bpf_assert_range"))
#define bpf_assert_range_with(...) ((void)__hf_unsupported("bpf_assert_range_with"))
#define bpf_assert_eq(...) ((void)__hf_unsupported("bpf_assert_eq"))
#define bpf_cmp_likely(a, op, b) ((a) op (b))
#define bpf_cmp_unlikely(a, op, b) ((a) op (b))
#define BPF_CORE_READ(...) __hf_unknown()
#define BPF_PROBE_READ(...) __hf_unknown()
#define bpf_core_field_exists(...) __hf_unknown()
#define bpf_core_type_exists(...) __hf_unknown()
#define bpf_core_enum_value(...) __hf_unknown()
#define bpf_ksym_exists(...) __hf_unknown()
#define bpf_core_cast(ptr, type) ((type *)__hf_opaque())
#define bpf_htons(x) __builtin_bswap16(x)
#define bpf_ntohs(x) __builtin_bswap16(x)
#define bpf_htonl(x) __builtin_bswap32(x)
#define bpf_ntohl(x) __builtin_bswap32(x)
#define memset __builtin_memset
#define memcpy __builtin_memcpy
#define memmove __builtin_memmove
#define BPF_PROG(name, args...) name(unsigned long long *ctx, ##args)
#define BPF_PROG2(name, args...) name(unsigned long long *ctx)
#define BPF_KPROBE(name, args...) name(struct pt_regs *ctx, ##args)
#define BPF_KRETPROBE(name, args...) name(struct pt_regs *ctx, ##args)
#define BPF_UPROBE(name, args...) name(struct pt_regs *ctx, ##args)
#define BPF_URETPROBE(name, args...) name(struct pt_regs *ctx, ##args)
#define BPF_KSYSCALL(name, args...) name(struct pt_regs *ctx, ##args)
#define BPF_USDT(name, args...) name(struct pt_regs *ctx, ##args)
#define BPF_STRUCT_OPS(name, args...) name(unsigned long long *ctx, ##args)
#define TC_ACT_OK 0
#define TC_ACT_SHOT 2
#define TC_ACT_UNSPEC (-1)
#define TC_ACT_PIPE 3
#define CLOCK_REALTIME 0
#define CLOCK_MONOTONIC 1
#define CLOCK_BOOTTIME 7
#define EPERM 1
#define ENOENT 2
#define EAGAIN 11
#define ENOMEM 12
#define EFAULT 14
#define EBUSY 16
#define EEXIST 17
#define EINVAL 22
#define ENOSPC 28
#define E2BIG 7
#define ETIMEDOUT 110
#define EDEADLK 35
#define INT_MAX 2147483647
#define UINT_MAX 4294967295
#define PIN_GLOBAL_NS LIBBPF_PIN_BY_NAME
#define NUMA_NO_NODE (-1)
#define ETH_P_IP 0x0800
#define PT_REGS_PARM1(x) __hf_unknown()
#define PT_REGS_RC(x) __hf_unknown()
typedef unsigned char __u8;
typedef unsigned short __u16;
typedef unsigned int __u32;
typedef unsigned long long __u64;
typedef signed char __s8;
typedef short __s16;
typedef int __s32;
typedef long long __s64;
typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
typedef __s8 s8;
typedef __s16 s16;
typedef __s32 s32;
typedef __s64 s64;
typedef __u16 __be16;
typedef __u32 __be32;
typedef __u64 __be64;
typedef __u32 __wsum;
typedef int pid_t;
typedef unsigned char uint8_t;
typedef unsigned short uint16_t;
typedef unsigned int uint32_t;
typedef unsigned long uint64_t;
typedef signed char int8_t;
typedef short int16_t;
typedef int int32_t;
typedef long int64_t;
typedef unsigned long size_t;
typedef long ssize_t;
typedef unsigned long uintptr_t;
typedef long intptr_t;
typedef unsigned int uint;
typedef unsigned int gfp_t;
typedef unsigned int fmode_t;
typedef unsigned short umode_t;
typedef unsigned int mode_t;
typedef unsigned int dev_t;
typedef unsigned int uid_t;
typedef unsigned int gid_t;
typedef long long loff_t;
typedef long off_t;
typedef __u64 sector_t;
typedef __s64 ktime_t;
typedef __u16 __sum16;
typedef __u16 __le16;
typedef __u32 __le32;
typedef __u64 __le64;
typedef unsigned long ulong;
typedef unsigned short ushort;
typedef struct { int counter; } atomic_t;
enum bpf_map_type { ${constants(MAP_TYPES, 'BPF_MAP_TYPE_')} };
enum { BPF_MAP_TYPE_CGRP_STORAGE_DEPRECATED = 19 };
enum { ${MAP_FLAGS.map((name, i) => `${name} = ${2 ** i}`).join(', ')} };
enum { BPF_ANY = 0, BPF_NOEXIST = 1, BPF_EXIST = 2, BPF_F_LOCK = 4 };
enum { BPF_LOCAL_STORAGE_GET_F_CREATE = 1, BPF_SK_STORAGE_GET_F_CREATE = 1 };
enum { BPF_F_TIMER_ABS = 1, BPF_F_TIMER_CPU_PIN = 2, BPF_F_CURRENT_CPU = 4294967295 };
enum { BPF_RB_NO_WAKEUP = 1, BPF_RB_FORCE_WAKEUP = 2 };
enum libbpf_pin_type { LIBBPF_PIN_NONE = 0, LIBBPF_PIN_BY_NAME = 1 };
enum xdp_action { XDP_ABORTED = 0, XDP_DROP = 1, XDP_PASS = 2, XDP_TX = 3, XDP_REDIRECT = 4 };
enum { SK_DROP = 0, SK_PASS = 1, TCX_NEXT = -1, TCX_PASS = 0, TCX_DROP = 2 };
struct bpf_spin_lock { __u32 val; };
struct bpf_res_spin_lock { __u32 val; };
struct bpf_list_head { __u64 __opaque[2]; } __attribute__((aligned(8)));
struct bpf_list_node { __u64 __opaque[3]; } __attribute__((aligned(8)));
struct bpf_rb_root { __u64 __opaque[2]; } __attribute__((aligned(8)));
struct bpf_rb_node { __u64 __opaque[4]; } __attribute__((aligned(8)));
struct bpf_refcount { __u32 __opaque[1]; } __attribute__((aligned(4)));
struct bpf_timer { __u64 __opaque[2]; } __attribute__((aligned(8)));
struct bpf_wq { __u64 __opaque[2]; } __attribute__((aligned(8)));
struct bpf_dynptr { __u64 __opaque[2]; } __attribute__((aligned(8)));
struct bpf_iter_num { __u64 __opaque[1]; } __attribute__((aligned(8)));
struct __sk_buff {
  __u32 len, pkt_type, mark, queue_mapping, protocol, vlan_present, vlan_tci, vlan_proto, priority, ingress_ifindex;
  __u32 ifindex, tc_index, cb[5], hash, tc_classid, data, data_end, napi_id, family, remote_ip4, local_ip4;
  __u32 remote_ip6[4], local_ip6[4], remote_port, local_port, data_meta; __u64 flow_keys, tstamp;
  __u32 wire_len, gso_segs; __u64 sk; __u32 gso_size; __u8 tstamp_type; __u64 hwtstamp;
};
struct xdp_md { __u32 data, data_end, data_meta, ingress_ifindex, rx_queue_index, egress_ifindex; };
struct ethhdr { unsigned char h_dest[6]; unsigned char h_source[6]; __be16 h_proto; };
struct iphdr { __u8 ihl_version, tos; __be16 tot_len, id, frag_off; __u8 ttl, protocol; __u16 check; __be32 saddr, daddr; };
`;
