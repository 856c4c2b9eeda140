import { describe, expect, test } from 'vitest';
import { CALLBACKS, LISTS, TREE } from './samples.js';
import { edgesOf, eventsOf, programOf, unitOf } from './show.js';

const MAP = `
struct value { struct bpf_spin_lock lock; struct bpf_timer timer; int data; };
struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 4); __type(key, __u32); __type(value, struct value); } m SEC(".maps");
int g;
`;
const program = async (text: string, name = 'f') => programOf(await unitOf(MAP + text), name);

describe('static subprograms', () => {
  test('are inlined, with their arguments and results', async () => {
    const p = await program(`
      static int add(struct value *v, int n) { if (n == 1) v->data = 1; return n; }
      SEC("tc") int f(void *ctx) { __u32 k = 0; struct value *v = bpf_map_lookup_elem(&m, &k); if (!v) return 0;
        int r = add(v, 1); if (r) bpf_ktime_get_ns(); return 0; }`);
    expect(eventsOf(p).slice(4)).toEqual([
      'move v@add v', 'set n@add {1}', 'call_static add',
      'test n@add {0,2,3}', 'test n@add {1}', 'copy r n@add', 'return_static add',
      'test r {0}', 'test r {1,2,3}', 'exit', 'call bpf_ktime_get_ns', 'write v@add+24', 'exit',
    ]); // prettier-ignore
  });

  test('may get pointers to locals', async () => {
    const p = await program(`
      static void set(int *x, struct value **out) { *x = 3; __u32 k = 1; *out = bpf_map_lookup_elem(&m, &k); }
      SEC("tc") int f(void *ctx) { int x = 0; struct value *v; set(&x, &v); if (x == 3 && v) v->data = 1; return 0; }`);
    expect(eventsOf(p)).toEqual([
      'call_static set', 'set x {3}', 'set k@set {1}', 'bpf_map_lookup_elem bpf_map_lookup_elem()@set m k@set',
      'move v bpf_map_lookup_elem()@set', 'return_static set',
      'test x {0,1,2,4,5}', 'test x {3}', 'exit', 'test_null v isNull', 'test_null v !isNull', 'write v+24',
    ]); // prettier-ignore
  });

  test('inner maps and unrolled arrays of pointers', async () => {
    const unit = await unitOf(LISTS);
    const inner = eventsOf(programOf(unit, 'through_inner'));
    expect(inner.slice(0, 6)).toEqual([
      'set 0 {0}',
      'bpf_map_lookup_elem map map_of_maps 0',
      'test_null map !isNull',
      'test_null map isNull',
      'set 0 {0}',
      'inner_lookup v map 0',
    ]);
    expect(inner).toContain('bpf_obj_new f[1]@round_trip foo');
    const section = eventsOf(programOf(unit, 'through_section'));
    expect(section.filter(e => e.startsWith('bpf_list_push_back'))).toEqual([
      'bpf_list_push_back &heads f',
      'bpf_list_push_back &heads+16 f',
    ]);
  });
});

test('global subprograms: the verifier steps over the body, the machine goes through it', async () => {
  const unit = await unitOf(`${MAP}
    __noinline int sub(int x) { g = x; return 0; }
    SEC("tc") int f(void *ctx) { if (sub(2) == 1) bpf_ktime_get_ns(); return 0; }`);
  expect(unit.programs.map(p => [p.name, p.kind])).toEqual([
    ['sub', 'global'],
    ['f', 'program'],
  ]);
  const edges = edgesOf(programOf(unit, 'f'));
  expect(edges.slice(0, 2)).toEqual(['0>1 call_global sub false [verifier]', '0>2 call_static sub [machine]']);
  expect(edges.some(e => e.endsWith(' return_static sub [machine]'))).toBe(true);
  expect(edges.filter(e => /write|global &g/.test(e)).every(e => e.endsWith('[machine]'))).toBe(true);
});

describe('callbacks', () => {
  test('less runs between the call and its end', async () => {
    const p = programOf(await unitOf(TREE), 'add_and_remove');
    const edges = edgesOf(p);
    const add = edges.find(e => e.includes('bpf_rbtree_add &groot n+16'));
    const [, node = ''] = add?.split(' ')[0]?.split('>') ?? [];
    expect(edges.filter(e => e.startsWith(`${node}>`)).map(e => e.replace(/^\S+ /, ''))).toEqual([
      'rbtree_added &groot n+16',
      'enter_callback less false',
    ]);
    expect(edges.some(e => e.includes(`>${node} leave_callback less`) && e.endsWith('bound 1'))).toBe(true);
    expect(edges.some(e => e.includes('less_args a@less b@less &groot n+16'))).toBe(true);
  });

  test('bpf_for_each_map_elem may call none, and stops when told', async () => {
    const p = programOf(await unitOf(CALLBACKS), 'callbacks');
    const edges = edgesOf(p);
    const call = edges.findIndex(e => e.endsWith('call bpf_for_each_map_elem'));
    const [node = ''] = edges[call]?.split('>') ?? [];
    expect(edges[call + 1]).toContain('enter_callback bpf_for_each_map_elem');
    expect(edges.some(e => e.includes('callback_value v@each elems bpf_for_each_map_elem'))).toBe(true);
    expect(edges.filter(e => e.includes(`>${node} `))).toHaveLength(3);
    // return 1: the verifier looks at one more call, the machine makes none
    expect(edges.some(e => e.includes(`>${node} jump [verifier] bound 2`))).toBe(true);
    expect(edges.some(e => e.endsWith('call bpf_for_each_map_elem [machine]'))).toBe(true);
    expect(edges.some(e => e.includes('leave_callback bpf_loop') && e.endsWith('bound 3'))).toBe(true);
  });

  test('a timer callback is a program of its own', async () => {
    const unit = await unitOf(CALLBACKS);
    const p = programOf(unit, 'timer_cb');
    expect(p.kind).toBe('async-callback');
    expect(eventsOf(p)[0]).toBe('callback_value v elems bpf_timer false');
    expect(eventsOf(p).at(-1)).toBe('exit');
  });

  test('a context that is a local variable is resolved', async () => {
    const p = programOf(await unitOf(CALLBACKS), 'callbacks');
    expect(eventsOf(p)).toContain('set c.found {1}');
    expect(p.scalars).toContain('c.found');
  });
});

test('program types', async () => {
  const unit = await unitOf(CALLBACKS);
  expect(unit.programs.filter(p => p.kind === 'program').map(p => [p.name, p.section, p.sleepable])).toEqual([
    ['callbacks', 'tc', false],
    ['two_locks', 'syscall', true],
    ['stashing', 'fentry.s/foo', true],
  ]);
});

test('node entry has no edge into it, exit none out of it, and every cycle has a bound', async () => {
  for (const text of [LISTS, TREE, CALLBACKS]) {
    for (const p of (await unitOf(text)).programs) {
      expect(p.edges.some(e => e.to === p.entry)).toBe(false);
      expect(p.edges.some(e => e.from === p.exit)).toBe(false);
      const state = new Map<number, 'open' | 'done'>();
      const visit = (node: number): void => {
        state.set(node, 'open');
        for (const e of p.edges) {
          if (e.from !== node || e.bound !== undefined) continue;
          expect(state.get(e.to)).not.toBe('open');
          if (!state.has(e.to)) visit(e.to);
        }
        state.set(node, 'done');
      };
      visit(p.entry);
    }
  }
});
