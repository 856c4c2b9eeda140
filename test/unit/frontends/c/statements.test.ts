import { describe, expect, test } from 'vitest';
import { PUSH } from './samples.js';
import { bodyEvents, edgesOf, programOf, unitOf } from './show.js';

const MAP = `
struct node { int x; struct bpf_list_node n; };
struct value { struct bpf_spin_lock lock; struct bpf_list_head head __contains(node, n); int data; struct node __kptr *p; };
struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 4); __type(key, __u32); __type(value, struct value); } m SEC(".maps");
int g;
`;
/** Looks a value up, for tests of what is done with it. */
const LOOKUP = 'struct value *v; __u32 k = 0; v = bpf_map_lookup_elem(&m, &k); if (!v) return 0;\n';
const LOOKED_UP = ['set k {0}', 'bpf_map_lookup_elem v m k', 'test_null v !isNull', 'test_null v isNull'];

const body = async (text: string, options = {}): Promise<string[]> =>
  (await bodyEvents(text, MAP, options)).filter(e => e !== 'exit');
const afterLookup = async (text: string): Promise<string[]> => {
  const events = await body(LOOKUP + text);
  expect(events.slice(0, 4)).toEqual(LOOKED_UP);
  return events.slice(4);
};

test('a node pushed to a global list', async () => {
  const program = programOf(await unitOf(PUSH), 'push');
  expect(edgesOf(program)).toEqual([
    '0>1 bpf_obj_new f foo',
    '1>2 test_null f !isNull',
    '1>3 test_null f isNull',
    '2>4 global &lock .data.A @0',
    '4>5 bpf_spin_lock &lock',
    '5>6 global &head .data.A @8',
    '6>7 bpf_list_push_front &head f+8',
    '7>8 global &lock .data.A @0',
    '8>9 bpf_spin_unlock &lock',
    '9>10 exit',
    '3>10 exit',
  ]);
  expect(program.edges[0]?.at).toEqual({ file: 'test.bpf.c', line: 9, column: 19 });
  expect([program.entry, program.exit, program.section, program.types, program.maps]).toEqual([
    0,
    10,
    'tc',
    ['foo'],
    ['.data.A'],
  ]);
});

describe('memory', () => {
  test('fields through a pointer', async () => {
    expect(await afterLookup('v->data = 1; return v->data;')).toEqual(['write v+24', 'read v+24']);
    expect(await afterLookup('int *d = &v->data; *d += 2; return 0;')).toEqual(['move d v+24', 'read d', 'write d']);
  });

  test('globals: one load of the address for each mention', async () => {
    expect(await body('g = g + 1; g++; int *p = &g; return *p;')).toEqual([
      'global &g .bss @0', 'read &g', 'global &g .bss @0', 'write &g',
      'global &g .bss @0', 'read &g', 'write &g',
      'global p .bss @0', 'read p',
    ]); // prettier-ignore
  });

  test('kptrs', async () => {
    expect(
      await afterLookup('struct node *p = v->p; p = bpf_kptr_xchg(&v->p, NULL); if (p) bpf_obj_drop(p); return 0;'),
    ).toEqual([
      'load_kptr p v+32',
      'bpf_kptr_xchg p v+32 NULL',
      'test_null p isNull',
      'test_null p !isNull',
      'bpf_obj_drop p',
    ]);
  });

  test('container_of and pointer arithmetic fold into operands', async () => {
    const pop =
      'struct bpf_list_node *l; bpf_spin_lock(&v->lock); l = bpf_list_pop_front(&v->head); bpf_spin_unlock(&v->lock);';
    expect(await afterLookup(`${pop} if (!l) return 0; bpf_obj_drop(container_of(l, struct node, n)); return 0;`)).toEqual([
      'bpf_spin_lock v', 'bpf_list_pop_front l v+8', 'bpf_spin_unlock v',
      'test_null l !isNull', 'test_null l isNull', 'bpf_obj_drop l-8',
    ]); // prettier-ignore
  });

  test('locals behind pointers are resolved', async () => {
    expect(await body('int x = 1; int *p = &x; *p = 0; if (x) g = 1; return 0;')).toEqual([
      'set x {0}', 'test x {0}', 'test x {1,2,3}', 'global &g .bss @0', 'write &g',
    ]); // prettier-ignore
    expect(await body('struct { struct value *v; } s = {}; __u32 k = 0; s.v = bpf_map_lookup_elem(&m, &k); if (s.v) s.v->data = 1; return 0;')).toEqual([
      'null s.v', 'set k {0}', 'bpf_map_lookup_elem s.v m k', 'test_null s.v isNull', 'test_null s.v !isNull', 'write s.v+24',
    ]); // prettier-ignore
  });

  test('unions and memory seen as another type can be anything', async () => {
    const text = 'union { int i; char c[4]; } u = { .i = 768 }; if (u.c[0]) g = 1; return 0;';
    expect(await body(text)).toEqual(['jump', 'jump', 'global &g .bss @0', 'write &g']);
    expect(await body('int x = 1; *(char *)&x = 0; if (x) g = 1; return 0;')).toEqual([
      'set x {0,1,2,3}', 'test x {0}', 'test x {1,2,3}', 'global &g .bss @0', 'write &g',
    ]); // prettier-ignore
  });

  test('the context and kernel objects need no events', async () => {
    expect(
      await body('struct task_struct *t = bpf_get_current_task_btf(); __u32 l = ctx->len; return t->pid + l;'),
    ).toEqual(['call bpf_get_current_task_btf']);
  });
});

describe('keys', () => {
  test('variables, constants, structs', async () => {
    expect(await body('bpf_map_lookup_elem(&m, &(int){2}); return 0;')).toEqual([
      'set 2 {2}',
      'bpf_map_lookup_elem bpf_map_lookup_elem() m 2',
    ]);
    expect(await body('__u32 k = ctx->len % 3; bpf_map_lookup_elem(&m, &k); return 0;')).toEqual([
      'set k {0,1,2}',
      'bpf_map_lookup_elem bpf_map_lookup_elem() m k',
    ]);
    expect(
      await body(
        'struct { int a, b; } k = { 1, 2 }; bpf_map_lookup_elem(&m, &k); bpf_map_lookup_elem(&m, &k); return 0;',
      ),
    ).toEqual([
      'set k {0,1,2,3}',
      'bpf_map_lookup_elem bpf_map_lookup_elem() m k',
      'bpf_map_lookup_elem bpf_map_lookup_elem() m k',
    ]);
  });

  test('a constant that is a key is a class of its own', async () => {
    const unit = await unitOf(
      `${MAP} SEC("tc") int f(void *c) { __u32 k = 5; bpf_map_lookup_elem(&m, &k); return 0; }`,
    );
    expect(unit.classes.map(c => [c.lo, c.hi])).toEqual([
      [0, 0],
      [1, 1],
      [2, 4],
      [5, 5],
      [6, Number.MAX_SAFE_INTEGER],
      [Number.MIN_SAFE_INTEGER, -1],
    ]);
  });
});

describe('branches', () => {
  test('the edge of the false condition comes first', async () => {
    expect(await body('int x = ctx->len; if (x > 3) g = 1; else g = 2; return 0;')).toEqual([
      'set x {0,1,2,3,4}', 'test x {0,1,2,4}', 'test x {3}',
      'global &g .bss @0', 'write &g', 'global &g .bss @0', 'write &g',
    ]); // prettier-ignore
  });

  test('short circuit', async () => {
    expect(await body('__u32 a = ctx->len, b = ctx->mark; if (a && !(b == 1 || a == 3)) g = 1; return 0;')).toEqual([
      'set a {0,1,2,3,4}', 'set b {0,1,2,3,4}',
      'test a {0}', 'test a {1,2,3,4}',
      'test b {1}', 'test b {0,2,3,4}',
      'test a {3}', 'test a {0,1,2,4}',
      'global &g .bss @0', 'write &g',
    ]); // prettier-ignore
  });

  test('?:, and ?: without a middle', async () => {
    expect(await body('__u32 a = ctx->len; int x = a ? 0 : 1; if (x) g = 1; return 0;')).toEqual([
      'set a {0,1,2}', 'test a {0}', 'test a {1,2}', 'set x {1}',
      'test x {0}', 'test x {1,2,3}', 'global &g .bss @0', 'write &g', 'set x {0}',
    ]); // prettier-ignore
    expect(await afterLookup('struct value *w = v ?: v; w->data = 1; return 0;')).toContain('move w v');
  });

  test('comparisons of unsigned variables never take negative classes', async () => {
    expect(await body('__u32 x = ctx->len; if (x >= 1) g = 1; return 0;')).toContain('test x {1,2}');
    expect(await body('__u32 x = ctx->len; if (x >= 0) return 1; g = 1; return 0;')).toEqual([]);
  });

  test('one condition keeps its answer until a variable in it changes', async () => {
    const events = await body('__u32 a = ctx->len, b = ctx->mark; if (a < b) g = 1; a++; if (b > a) g = 2; return 0;');
    expect(events.filter(e => !/^(global|write)/.test(e))).toEqual([
      'set a < b {0,1}', 'test a < b {0}', 'test a < b {1}', 'set a < b {0,1}', 'test a < b {0}', 'test a < b {1}',
    ]); // prettier-ignore
  });

  test('switch with fall through and default', async () => {
    const text = 'switch (ctx->len) { case 1: g = 1; case 2: g = 2; break; default: g = 3; } return 0;';
    const events = await body(text);
    expect(events.filter(e => e.startsWith('write'))).toHaveLength(3);
    const tracked = await body(
      '__u32 x = ctx->len; switch (x) { case 1: g = 1; break; case 2: break; default: g = 3; } return 0;',
    );
    expect(tracked.slice(0, 5)).toEqual([
      'set x {0,1,2,3}',
      'test x {0,2,3}',
      'test x {1}',
      'test x {0,1,3}',
      'test x {2}',
    ]);
  });
});

describe('loops', () => {
  test('constant loops are unrolled, with break and continue', async () => {
    const text =
      'int i; for (i = 0; i < 5; i++) { if (i == 1) continue; if (i == 3) break; bpf_ktime_get_ns(); } return 0;';
    expect(await body(text)).toEqual(['call bpf_ktime_get_ns', 'call bpf_ktime_get_ns']);
    expect(await body('int i = 3; while (i--) bpf_ktime_get_ns(); return 0;')).toHaveLength(3);
    expect(await body('int i = 0; do { bpf_ktime_get_ns(); } while (++i < 2); return 0;')).toHaveLength(2);
  });

  test('other loops need a bound', async () => {
    const text = 'while (bpf_get_prandom_u32() != 7) g = 1; return 0;';
    expect(await body(text, { loopBounds: { f: 3 } })).toEqual([
      'jump', 'call bpf_get_prandom_u32', 'jump', 'jump', 'global &g .bss @0', 'write &g', 'jump bound 3',
    ]); // prettier-ignore
    expect(await body('int i; for (i = 0; i < 1000; i++) g = 1; return 0;', { loopBounds: { 'f:9': 2 } })).toContain(
      'jump bound 2',
    );
  });

  test('bpf_for is the number iterator; break and return destroy it', async () => {
    expect(await body('int i; bpf_for(i, 0, 3) { if (i == 2) return 1; if (i == 1) break; g = i; } return 0;')).toEqual([
      'call bpf_iter_num_new', 'call bpf_iter_num_next', 'jump', 'jump', 'call bpf_iter_num_destroy',
      'set i {0,1,2}', 'test i {0,1,3,4}', 'test i {2}', 'test i {0,2,3,4}', 'test i {1}',
      'global &g .bss @0', 'write &g', 'jump bound 3',
      'call bpf_iter_num_destroy', 'call bpf_iter_num_destroy',
    ]); // prettier-ignore
  });

  test('a counter may be tested in the body', async () => {
    expect(await body('int i = 0; while (1) { if (i == 2) break; bpf_ktime_get_ns(); i++; } return 0;')).toHaveLength(
      2,
    );
  });

  test('goto forward and backward', async () => {
    expect(await body('goto out; g = 1; out: g = 2; return 0;')).toEqual(['global &g .bss @0', 'write &g']);
    expect(await body('int i = 0; again: bpf_ktime_get_ns(); if (++i < 3) goto again; return 0;')).toHaveLength(3);
  });
});

describe('locks that can fail', () => {
  const before = 'struct r { struct bpf_res_spin_lock l; }; struct r rs SEC(".data.r");';
  test('each result has its edge', async () => {
    const events = await bodyEvents(
      'int e = bpf_res_spin_lock(&rs.l); if (e) return e; bpf_res_spin_unlock(&rs.l); return 0;',
      before,
    );
    expect(events).toEqual([
      'global &rs .data.r @0',
      'bpf_res_spin_lock &rs ok', 'bpf_res_spin_lock &rs !ok',
      'set e {0}', 'test e {0}', 'test e {1,2,3}',
      'global &rs .data.r @0', 'bpf_res_spin_unlock &rs', 'exit', 'exit', 'set e {3}',
    ]); // prettier-ignore
    expect(await bodyEvents('if (!bpf_res_spin_lock(&rs.l)) bpf_res_spin_unlock(&rs.l); return 0;', before)).toEqual([
      'global &rs .data.r @0',
      'bpf_res_spin_lock &rs ok', 'bpf_res_spin_lock &rs !ok',
      'global &rs .data.r @0', 'bpf_res_spin_unlock &rs', 'exit',
    ]); // prettier-ignore
  });
});

test('statement expressions, comma, static locals, other calls', async () => {
  expect(await body('int y = ({ int q = 3; q; }); if (y == 3) bpf_ktime_get_ns(); return 0;')).toContain(
    'call bpf_ktime_get_ns',
  );
  expect(await body('static int n; n = 1; return 0;')).toEqual(['global &f.n .bss @4', 'write &f.n']);
  expect(
    await afterLookup(
      '__u32 key = 1; int x = 2; bpf_map_update_elem(&m, &key, &x, 0); bpf_map_delete_elem(&m, &key); return 0;',
    ),
  ).toEqual(['call bpf_map_update_elem', 'call bpf_map_delete_elem']);
  expect(await body('bpf_throw(1); g = 1; return 0;')).toEqual(['bpf_throw']);
});
