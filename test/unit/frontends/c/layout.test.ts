import { expect, test } from 'vitest';
import { unitOf } from './show.js';

/** Reads `sizeof` and `offsetof` through the sizes of arrays in a section. */
async function sizes(types: string, expressions: readonly string[]): Promise<number[]> {
  const variables = expressions.map((e, i) => `char v${i}[${e}] SEC(".data.sizes");`).join('\n');
  const unit = await unitOf(`${types}\n${variables}`);
  const section = unit.maps.find(m => m.name === '.data.sizes')?.section;
  return (section?.vars ?? []).map(v => v.size);
}

const TYPES = `
struct a { char c; short s; int i:3; int j:30; long l; };
struct b { char c; struct { char x; int y; }; union { char u; long w; } z; bool f; };
struct c { char c; int i; } __attribute__((packed));
struct d { char c; int x __attribute__((aligned(16))); struct bpf_spin_lock k[3]; char t; };
struct e { struct a arr[2]; struct { struct bpf_spin_lock l; struct bpf_list_head h; } in; void *p; };
`;

test('structs are laid out as on a 64-bit target (numbers from gcc)', async () => {
  const expressions = [
    'sizeof(struct a)', 'offsetof(struct a, s)', 'offsetof(struct a, l)',
    'sizeof(struct b)', 'offsetof(struct b, y)', 'offsetof(struct b, z)', 'offsetof(struct b, f)',
    'sizeof(struct c)', 'offsetof(struct c, i)',
    'sizeof(struct d)', 'offsetof(struct d, x)', 'offsetof(struct d, k)', 'offsetof(struct d, t)',
    'sizeof(struct e)', 'offsetof(struct e, arr[1].l)', 'offsetof(struct e, in.h)', 'offsetof(struct e, p)',
  ]; // prettier-ignore
  expect(await sizes(TYPES, expressions)).toEqual([24, 2, 16, 32, 8, 16, 24, 5, 1, 48, 16, 20, 32, 80, 40, 56, 72]);
});

test('special structs have the sizes of the kernel', async () => {
  const names = [
    'spin_lock',
    'res_spin_lock',
    'list_head',
    'list_node',
    'rb_root',
    'rb_node',
    'refcount',
    'timer',
    'wq',
  ];
  const expected = [4, 4, 16, 24, 16, 32, 4, 16, 16];
  expect(
    await sizes(
      '',
      names.map(n => `sizeof(struct bpf_${n})`),
    ),
  ).toEqual(expected);
});

test('fields of nested structs and arrays are spelled and placed', async () => {
  const unit = await unitOf(`
    struct node { int x; struct bpf_list_node n; };
    struct v { struct bpf_list_head heads[2] __contains(node, n); struct { struct bpf_spin_lock lock; } in; struct node __kptr *p; };
  `);
  const v = unit.types.find(t => t.name === 'v');
  expect(v?.fields.map(f => [f.name, f.kind, f.offset])).toEqual([
    ['heads[0]', 'bpf_list_head', 0],
    ['heads[1]', 'bpf_list_head', 16],
    ['in.lock', 'bpf_spin_lock', 32],
    ['p', 'kptr', 40],
  ]);
  expect(v?.fields[0]?.contains).toEqual({ type: 'node', node: 'n' });
  expect(v?.fields[3]?.pointee).toBe('node');
});

test('sections are structs of their variables in order', async () => {
  const unit = await unitOf(`
    struct node { struct bpf_list_node n; };
    private(A) struct bpf_spin_lock lock;
    private(A) struct bpf_list_head heads[2] __contains(node, n) __guarded_by(lock);
    int zero; int one = 1; const int two = 2; static long more;
    char _license[] SEC("license") = "GPL";
  `);
  expect(unit.types.map(t => t.name)).toEqual(['node', '.data.A', '.bss', '.data', '.rodata']);
  const section = unit.types.find(t => t.name === '.data.A');
  expect(section?.fields.map(f => [f.name, f.offset, f.guardedBy ?? null])).toEqual([
    ['lock', 0, null],
    ['heads[0]', 8, 'lock'],
    ['heads[1]', 24, 'lock'],
  ]);
  const bss = unit.maps.find(m => m.name === '.bss');
  expect(bss?.section?.vars).toEqual([
    { name: 'zero', offset: 0, size: 4, isStatic: false, isHidden: false },
    { name: 'more', offset: 8, size: 8, isStatic: true, isHidden: false },
  ]);
  expect(unit.maps.find(m => m.name === '.data.A')?.section?.vars[0]?.isHidden).toBe(true);
});
