import { expect, test } from 'vitest';
import { problemsOf, unitOf } from './show.js';

const VALUE = 'struct value { struct bpf_spin_lock lock; int x; };\n';

test('map attributes', async () => {
  const unit = await unitOf(`${VALUE}
    struct {
      __uint(type, BPF_MAP_TYPE_LRU_HASH);
      __uint(max_entries, 2 * 8);
      __uint(map_flags, BPF_F_NO_PREALLOC | BPF_F_MMAPABLE);
      __type(key, __u32);
      __type(value, struct value);
      __uint(pinning, LIBBPF_PIN_BY_NAME);
    } m SEC(".maps");
    struct { __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY); __uint(max_entries, 1); __uint(key_size, 4); __uint(value_size, sizeof(long)); } n SEC(".maps");
    struct { __uint(type, BPF_MAP_TYPE_TASK_STORAGE); __uint(map_flags, BPF_F_NO_PREALLOC); __type(key, int); __type(value, __u64); } s SEC(".maps");
  `);
  const brief = unit.maps.map(m => [m.name, m.type, m.maxEntries, m.valueType, m.flags.join('|'), m.isPinned]);
  expect(brief).toEqual([
    ['m', 'BPF_MAP_TYPE_LRU_HASH', 16, 'value', 'BPF_F_NO_PREALLOC|BPF_F_MMAPABLE', true],
    ['n', 'BPF_MAP_TYPE_PERCPU_ARRAY', 1, '8 bytes', '', false],
    ['s', 'BPF_MAP_TYPE_TASK_STORAGE', 0, 'unsigned long long', 'BPF_F_NO_PREALLOC', false],
  ]);
});

test('maps in maps: a named template, an anonymous one, initial values', async () => {
  const unit = await unitOf(`${VALUE}
    struct inner { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, int); __type(value, struct value); };
    struct inner a SEC(".maps"), b SEC(".maps");
    struct {
      __uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS); __uint(max_entries, 4); __type(key, int); __type(value, int);
      __array(values, struct inner);
    } outer SEC(".maps") = { .values = { [0] = &a, [2] = (void *)&b } };
    struct {
      __uint(type, BPF_MAP_TYPE_HASH_OF_MAPS); __uint(max_entries, 4); __type(key, int); __type(value, int);
      __array(values, struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 9); __type(key, int); __type(value, struct value); });
    } hash SEC(".maps");
  `);
  expect(unit.maps.map(m => [m.name, m.valueType, m.isTemplate ?? false])).toEqual([
    ['a', 'value', false],
    ['b', 'value', false],
    ['outer.inner', 'value', true],
    ['outer', '', false],
    ['hash.inner', 'value', true],
    ['hash', '', false],
  ]);
  expect(unit.maps.find(m => m.name === 'outer')?.inner).toEqual({
    template: 'outer.inner',
    initial: ['a', null, 'b'],
  });
  expect(unit.maps.find(m => m.name === 'hash')?.inner).toEqual({ template: 'hash.inner', initial: [] });
});

test('mistakes in maps', async () => {
  expect(await problemsOf('struct { __uint(max_entries, 1); } m SEC(".maps");')).toEqual(['2:36: map `m` has no type']);
  expect(
    await problemsOf('struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(maxentries, 1); } m SEC(".maps");'),
  ).toEqual(['2:50: unknown map attribute `maxentries`']);
  expect(
    await problemsOf('struct { __uint(type, BPF_MAP_TYPE_HASH); __type(value, struct nope); } m SEC(".maps");'),
  ).toEqual(['2:50: the value type of map `m`, struct nope, is not defined']);
  expect(await problemsOf('private(A) struct bpf_list_head h __contains(foo, node);')).toEqual([
    '2:33: __contains of `h` names struct foo, which is not defined in this file',
  ]);
  expect(await problemsOf('struct foo { int x; }; private(A) struct bpf_list_head h __contains(foo, node);')).toEqual([
    '2:56: __contains of `h` names member `node`, which struct foo does not have',
  ]);
  expect(await problemsOf('struct v { struct bpf_list_head h __guarded_by(gone); };')).toEqual([
    '2:33: __guarded_by of `h` names `gone`, which is neither a field beside it nor a global variable',
  ]);
});
