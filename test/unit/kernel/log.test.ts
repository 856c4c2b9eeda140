import { expect, test } from 'vitest';
import { errnoName } from '../../../kernel/errno.js';
import { messagesOf, refusalsOf } from '../../../kernel/log.js';
import { baselineOf } from '../../../kernel/release.js';

const TRAILER = 'processed 16 insns (limit 1000000) max_states_per_insn 0 total_states 1 peak_states 1 mark_read 0\n';

test.each<[string, readonly string[]]>([
  ['', []],
  [TRAILER, []],
  [
    '21: (bf) r1 = r7   ; R1=map_value(id=2,map=m,ks=4,vs=8) refs=1\n22: (85) call bpf_spin_unlock#94\nbpf_spin_unlock of different lock\n',
    ['bpf_spin_unlock of different lock'],
  ],
  [
    '9: (85) call bpf_list_push_front_impl#62\nheld lock and object are not in the same allocation\nbpf_spin_lock at off=0 must be held for bpf_list_head\n',
    ['held lock and object are not in the same allocation', 'bpf_spin_lock at off=0 must be held for bpf_list_head'],
  ],
  [
    '; f(x); @ a.c:3\n11: (85) call pc+4\nglobal function calls are not allowed while holding a lock,\nuse static function instead\n',
    ['global function calls are not allowed while holding a lock,\nuse static function instead'],
  ],
  [
    '11: (85) call pc+4\nglobal functions that may sleep are not allowed in non-sleepable context,\ni.e., in a RCU/IRQ/preempt-disabled section, or in\na non-sleepable BPF program context\n',
    [
      'global functions that may sleep are not allowed in non-sleepable context,\ni.e., in a RCU/IRQ/preempt-disabled section, or in\na non-sleepable BPF program context',
    ],
  ],
  [
    'func#0 @0\n0: R1=ctx() R10=fp0\ntracing progs cannot use bpf_spin_lock yet\n',
    ['tracing progs cannot use bpf_spin_lock yet'],
  ],
  [
    'from 8 to 12: frame1: R0=0 R10=fp0\nreturning from callee:\n frame1: R0=0\nto caller at 4:\n R0=0\n5: (95) exit\nUnreleased reference id=2 alloc_insn=3\n',
    ['Unreleased reference id=2 alloc_insn=3'],
  ],
])('messages of log %#', (log, messages) => {
  expect(messagesOf(log)).toEqual(messages);
  expect(messagesOf(log + TRAILER)).toEqual(messages);
});

test('what was refused before the program', () => {
  expect(refusalsOf([])).toEqual({ btf: null, map: null, btfLog: '' });
  expect(
    refusalsOf([
      'BTF loading error: -7',
      '-- BEGIN BTF LOAD LOG ---\n[8] STRUCT val size=12 vlen=3\n\n-- END BTF LOAD LOG --',
      'Error loading .BTF into kernel: -7. BTF is optional, ignoring.',
    ]),
  ).toEqual({ btf: 7, map: null, btfLog: '[8] STRUCT val size=12 vlen=3\n' });
  expect(refusalsOf(['Error in bpf_create_map_xattr(m):Operation not supported(-95). Retrying without BTF.']).map).toBe(
    95,
  );
  expect(refusalsOf(["map 'm': failed to create: Invalid argument(-22)"]).map).toBe(22);
});

test.each([
  [-22, 'EINVAL'],
  [95, 'EOPNOTSUPP'],
  [-524, 'ENOTSUPP'],
  [7, 'E2BIG'],
  [100_000, '100000'],
])('error %i is %s', (n, name) => {
  expect(errnoName(n)).toBe(name);
});

test.each([
  ['6.18.44', 'linux-6.18'],
  ['6.12.117-1-amd64', 'linux-6.12'],
  ['7.0+', 'linux-7.0'],
  ['23.1.0', 'linux-23.1'],
  ['next', 'linux-next'],
])('release %s is %s', (release, baseline) => {
  expect(baselineOf(release)).toBe(baseline);
});
