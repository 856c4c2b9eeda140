import { describe, expect, it } from 'vitest';
import { SECTION_TYPES, sectionTypeOf } from '../../../frontends/shared/section-types.js';

describe('a SEC name', () => {
  it.each([
    ['socket', 'BPF_PROG_TYPE_SOCKET_FILTER', false],
    ['tc', 'BPF_PROG_TYPE_SCHED_CLS', false],
    ['tcx/egress', 'BPF_PROG_TYPE_SCHED_CLS', false],
    ['classifier', 'BPF_PROG_TYPE_SCHED_CLS', false],
    ['action', 'BPF_PROG_TYPE_SCHED_ACT', false],
    ['xdp', 'BPF_PROG_TYPE_XDP', false],
    ['xdp.frags/cpumap', 'BPF_PROG_TYPE_XDP', false],
    ['kprobe', 'BPF_PROG_TYPE_KPROBE', false],
    ['kprobe/do_unlinkat', 'BPF_PROG_TYPE_KPROBE', false],
    ['uprobe.s//proc/self/exe:f', 'BPF_PROG_TYPE_KPROBE', true],
    ['usdt.s/a:b:c', 'BPF_PROG_TYPE_KPROBE', true],
    ['kprobe.session/x', 'BPF_PROG_TYPE_KPROBE', false],
    ['tp/syscalls/sys_enter_open', 'BPF_PROG_TYPE_TRACEPOINT', false],
    ['raw_tp.w/x', 'BPF_PROG_TYPE_RAW_TRACEPOINT_WRITABLE', false],
    ['tp_btf/sched_switch', 'BPF_PROG_TYPE_TRACING', false],
    ['fentry/x', 'BPF_PROG_TYPE_TRACING', false],
    ['fmod_ret.s/x', 'BPF_PROG_TYPE_TRACING', true],
    ['iter.s/task', 'BPF_PROG_TYPE_TRACING', true],
    ['freplace/x', 'BPF_PROG_TYPE_EXT', false],
    ['lsm/file_open', 'BPF_PROG_TYPE_LSM', false],
    ['lsm.s/file_open', 'BPF_PROG_TYPE_LSM', true],
    ['lsm_cgroup/socket_bind', 'BPF_PROG_TYPE_LSM', false],
    ['syscall', 'BPF_PROG_TYPE_SYSCALL', true],
    ['perf_event', 'BPF_PROG_TYPE_PERF_EVENT', false],
    ['lwt_seg6local', 'BPF_PROG_TYPE_LWT_SEG6LOCAL', false],
    ['cgroup_skb/egress', 'BPF_PROG_TYPE_CGROUP_SKB', false],
    ['cgroup/connect_unix', 'BPF_PROG_TYPE_CGROUP_SOCK_ADDR', false],
    ['cgroup/dev', 'BPF_PROG_TYPE_CGROUP_DEVICE', false],
    ['sk_reuseport/migrate', 'BPF_PROG_TYPE_SK_REUSEPORT', false],
    ['struct_ops.s/init', 'BPF_PROG_TYPE_STRUCT_OPS', true],
    ['netfilter', 'BPF_PROG_TYPE_NETFILTER', false],
  ])('%s', (name, type, sleepable) => {
    expect(sectionTypeOf(name)).toMatchObject({ type, sleepable });
  });

  it.each(['', 'enqueue', 'tc/other', 'xdp_prog', 'kprobe.s/x', 'fentryx', 'syscall/x', '.text', 'tc!', 'kprobe+'])(
    'is not known to libbpf: %s',
    name => {
      expect(sectionTypeOf(name)).toBeNull();
    },
  );

  it('has one meaning', () => {
    const prefixes = SECTION_TYPES.map(t => t.prefix);
    expect(new Set(prefixes).size).toBe(prefixes.length);
  });
});
