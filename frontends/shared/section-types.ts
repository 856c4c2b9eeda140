/** Which program type a SEC name asks for: libbpf's table `section_defs`, as data. */

export type ProgramType = `BPF_PROG_TYPE_${string}`;

export interface SectionType {
  /** As libbpf writes it: with `+` the name itself, or the name, a slash and anything; without, the name itself. */
  readonly prefix: string;
  readonly type: ProgramType;
  readonly sleepable: boolean;
}

/** Program type, then its SEC prefixes; those that end in `!` here are sleepable. Of libbpf 1.4, and what 1.5 added. */
const TABLE: readonly (readonly [string, string])[] = [
  ['SOCKET_FILTER', 'socket'],
  ['SK_REUSEPORT', 'sk_reuseport/migrate sk_reuseport'],
  ['KPROBE', 'kprobe+ uprobe+ uprobe.s+! kretprobe+ uretprobe+ uretprobe.s+!'],
  ['KPROBE', 'kprobe.multi+ kretprobe.multi+ kprobe.session+'],
  ['KPROBE', 'uprobe.multi+ uretprobe.multi+ uprobe.session+ uprobe.multi.s+! uretprobe.multi.s+! uprobe.session.s+!'],
  ['KPROBE', 'ksyscall+ kretsyscall+ usdt+ usdt.s+!'],
  ['SCHED_CLS', 'tc/ingress tc/egress tcx/ingress tcx/egress tc classifier netkit/primary netkit/peer'],
  ['SCHED_ACT', 'action'],
  ['TRACEPOINT', 'tracepoint+ tp+'],
  ['RAW_TRACEPOINT', 'raw_tracepoint+ raw_tp+'],
  ['RAW_TRACEPOINT_WRITABLE', 'raw_tracepoint.w+ raw_tp.w+'],
  ['TRACING', 'tp_btf+ fentry+ fmod_ret+ fexit+ fentry.s+! fmod_ret.s+! fexit.s+!'],
  ['EXT', 'freplace+'],
  ['LSM', 'lsm+ lsm.s+! lsm_cgroup+'],
  ['TRACING', 'iter+ iter.s+!'],
  ['SYSCALL', 'syscall!'],
  ['XDP', 'xdp.frags/devmap xdp/devmap xdp.frags/cpumap xdp/cpumap xdp.frags xdp'],
  ['PERF_EVENT', 'perf_event'],
  ['LWT_IN', 'lwt_in'],
  ['LWT_OUT', 'lwt_out'],
  ['LWT_XMIT', 'lwt_xmit'],
  ['LWT_SEG6LOCAL', 'lwt_seg6local'],
  ['SOCK_OPS', 'sockops'],
  ['SK_SKB', 'sk_skb/stream_parser sk_skb/stream_verdict sk_skb/verdict sk_skb'],
  ['SK_MSG', 'sk_msg'],
  ['LIRC_MODE2', 'lirc_mode2'],
  ['FLOW_DISSECTOR', 'flow_dissector'],
  ['CGROUP_SKB', 'cgroup_skb/ingress cgroup_skb/egress cgroup/skb'],
  ['CGROUP_SOCK', 'cgroup/sock_create cgroup/sock_release cgroup/sock cgroup/post_bind4 cgroup/post_bind6'],
  [
    'CGROUP_SOCK_ADDR',
    'cgroup/bind4 cgroup/bind6 cgroup/connect4 cgroup/connect6 cgroup/connect_unix cgroup/sendmsg4 cgroup/sendmsg6 ' +
      'cgroup/sendmsg_unix cgroup/recvmsg4 cgroup/recvmsg6 cgroup/recvmsg_unix cgroup/getpeername4 cgroup/getpeername6 ' +
      'cgroup/getpeername_unix cgroup/getsockname4 cgroup/getsockname6 cgroup/getsockname_unix',
  ],
  ['CGROUP_SYSCTL', 'cgroup/sysctl'],
  ['CGROUP_SOCKOPT', 'cgroup/getsockopt cgroup/setsockopt'],
  ['CGROUP_DEVICE', 'cgroup/dev'],
  ['STRUCT_OPS', 'struct_ops+ struct_ops.s+!'],
  ['SK_LOOKUP', 'sk_lookup'],
  ['NETFILTER', 'netfilter'],
];

export const SECTION_TYPES: readonly SectionType[] = TABLE.flatMap(([type, prefixes]) =>
  prefixes.split(' ').map(text => ({
    prefix: text.replace('!', ''),
    type: `BPF_PROG_TYPE_${type}` as const,
    sleepable: text.endsWith('!'),
  })),
);

const SOCKET_BUFFER_PROGRAMS: ReadonlySet<ProgramType> = new Set([
  'BPF_PROG_TYPE_SOCKET_FILTER',
  'BPF_PROG_TYPE_SCHED_CLS',
  'BPF_PROG_TYPE_SCHED_ACT',
]);

/** Returns what a SEC name (without a leading `?`) asks for; null if libbpf would not know either (libbpf: `sec_def_matches`). */
export function sectionTypeOf(secName: string): SectionType | null {
  const matches = ({ prefix }: SectionType): boolean => {
    if (!prefix.endsWith('+')) return secName === prefix;
    const name = prefix.slice(0, -1);
    return secName === name || secName.startsWith(`${name}/`);
  };
  return SECTION_TYPES.find(matches) ?? null;
}

/** Whether programs of a SEC name may load bytes of a packet by `BPF_LD_ABS` and `BPF_LD_IND` (kernel: may_access_skb). */
export const hasSocketBuffer = (secName: string): boolean => {
  const found = sectionTypeOf(secName);
  return found !== null && SOCKET_BUFFER_PROGRAMS.has(found.type);
};

/** Whether programs of a SEC name, or of one that libbpf does not know, may sleep. */
export const isSleepable = (secName: string): boolean =>
  sectionTypeOf(secName)?.sleepable ?? secName.replace(/\/.*/, '').endsWith('.s');

/** Whether what begins so may sleep. A work queue calls its functions where they may, a timer where they may not (push_async_cb). */
export const maySleep = (section: string, async: { readonly kind: 'bpf_timer' | 'bpf_wq' } | undefined): boolean =>
  async === undefined ? isSleepable(section) : async.kind === 'bpf_wq';
