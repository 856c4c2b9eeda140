import { expect, test } from 'vitest';
import { readC } from '../../../../frontends/c/read.js';
import { problemsOf } from './show.js';

const f = (body: string): string => `SEC("tc") int f(struct __sk_buff *ctx) { ${body} }`;
/** The column of the body's first character. */
const COLUMN = f('').indexOf('}');

/** Problems of a body; columns count from the body's first character. */
async function inBody(body: string, before = ''): Promise<string[]> {
  const problems = await problemsOf(`${before}\n${f(body)}`);
  return problems.map(p => p.replace(/^3:(\d+)/, (_, column: string) => String(Number(column) - COLUMN + 1)));
}

test.each([
  ['return x;', '8: unknown identifier `x`'],
  ['struct nope *p = 0; return p->x;', '28: struct nope is not defined in this file'],
  ['nope v; return 0;', '1: unknown type `nope`'],
  ['nope(1); return 0;', '1: unknown function `nope`'],
  ['bpf_spin_lock(); return 0;', '1: `bpf_spin_lock` takes 1 argument, not 0'],
  ['return ctx->nope->x;', '13: struct __sk_buff has no member `nope`'],
  ['struct bpf_spin_lock l; return l.nope;', '34: struct bpf_spin_lock has no member `nope`'],
  ['int x; int x; return 0;', '12: `x` is declared twice'],
  ['goto out; return 0;', '1: unknown label `out`'],
  ['break; return 0;', '1: break outside a loop'],
  ['f() = 2; return 0;', '1: `f ( )` is nothing that can be assigned to'],
  ['1 = 2; return 0;', '1: syntax error near `1 =`'],
  ['bpf_loop(1, 0, 0, 0); return 0;', '1: bpf_loop needs a function of this file'],
])('input error: %s', async (body, expected) => {
  expect(await inBody(body)).toEqual([expected]);
});

test.each([
  ['asm volatile("r0 = 0"); return 0;', '1: unsupported: inline assembly'],
  ['int i; for (i = 0; i < 1000; i++) ctx->mark = i; return 0;', '8: unsupported: loop without a bound'],
  ['for (;;) ; return 0;', '1: unsupported: loop without a bound'],
  ['int (*p)(void) = 0; return p();', '28: unsupported: a call through a function pointer'],
  ['double d = 1; return 0;', '1: unsupported: floating-point type'],
  ['bpf_assert_range(ctx->len, 0, 3); return 0;', '1: unsupported: bpf_assert_range'],
  ['bpf_ringbuf_reserve(0, 8, 0); return 0;', '1: unsupported: call of bpf_ringbuf_reserve'],
  [
    'struct bpf_spin_lock l; bpf_spin_lock(&l); return 0;',
    '39: unsupported: bpf_spin_lock on `&l`, which is on the stack',
  ],
  [
    'int x = ctx->len; if (x & 1) bpf_ktime_get_ns(); if (x & 2) bpf_ktime_get_ns(); return 0;',
    '54: unsupported: the correlation of `(x & 1) == 0` and `(x & 2) == 0`',
  ],
])('unsupported: %s', async (body, expected) => {
  expect(await inBody(body)).toEqual([expected]);
});

test.each([
  [
    'struct big s; s.p = bpf_obj_new(struct foo); if (s.p) bpf_obj_drop(s.p); return 0;',
    'struct foo { long a; }; struct big { long a[80]; struct foo *p; };',
    'a pointer in `s`, which has more than 64 parts,',
  ],
  [
    'int key = 0; struct foo *k[2]; struct val *v = bpf_map_lookup_elem(&m, &key); if (v) k[ctx->len & 1] = v->st; return 0;',
    'struct foo { long a; }; struct val { struct foo __kptr *st; }; struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, int); __type(value, struct val); } m SEC(".maps");',
    'an array of pointers with a variable index',
  ],
])('unsupported, with what it needs: %s', async (body, before, expected) => {
  expect(await inBody(body, before)).toEqual([expect.stringContaining(`unsupported: ${expected}`)]);
});

test('syntax errors', async () => {
  expect(await problemsOf(f('return 0'))).toEqual([`2:${COLUMN + 7}: syntax error: \`;\` is missing here`]);
  expect(await problemsOf('int f(void) { return (1; }')).toHaveLength(1);
});

test('recursion', async () => {
  expect(await inBody('return g(1);', 'static int g(int a) { return g(a); }')).toEqual(['2:30: `g` calls itself']);
});

test('independent problems are reported together, at most ten', async () => {
  expect(await problemsOf(`${f('return x;')}\nSEC("tc") int g(void *c) { return y; }\nstruct s { nope n; };`)).toEqual([
    '4:12: unknown type `nope`',
    '2:49: unknown identifier `x`',
    '3:35: unknown identifier `y`',
  ]);
  const many = Array.from({ length: 20 }, (_, i) => `SEC("tc") int f${i}(void *c) { return x${i}; }`).join('\n');
  expect(await problemsOf(many)).toHaveLength(10);
});

test('a function nobody calls may be beyond us, but not wrong', async () => {
  expect(await problemsOf('static int g(void) { asm volatile(""); return 0; }')).toEqual([]);
  expect(await problemsOf('static int g(void) { return x; }')).toEqual(['2:29: unknown identifier `x`']);
});

test('too many constants', async () => {
  const tests = Array.from({ length: 12 }, (_, i) => `if (x == ${i * 7}) g = ${i};`).join(' ');
  const [problem] = await inBody(`__u32 x = ctx->len; ${tests} return 0;`, 'int g;');
  expect(problem).toMatch(/unsupported: comparisons with constants that make \d+ classes of integers/);
});

test('an empty file is a unit without programs', async () => {
  expect(await readC('empty.bpf.c', '')).toEqual({
    ok: true,
    unit: { file: 'empty.bpf.c', types: [], maps: [], programs: [], classes: expect.any(Array) as unknown },
  });
});
