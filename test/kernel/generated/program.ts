/** Programs as plain data: what is grown, damaged, shrunk and printed. */

/** An address, or what else a pointer argument may be. Variables are `v0`, `v1`, ... and hold pointers. */
export type Ptr =
  | { readonly at: 'null' }
  | { readonly at: 'var'; readonly v: string }
  /** `&A_lock` */
  | { readonly at: 'global'; readonly section: string; readonly field: string }
  /** `&((struct val *)v)->lock` */
  | { readonly at: 'field'; readonly v: string; readonly struct: string; readonly field: string }
  /** `container_of(v, struct item, list)`, or a field of that. */
  | {
      readonly at: 'around';
      readonly v: string;
      readonly struct: string;
      readonly member: string;
      readonly field: string | null;
    };

/** Calls with pointer arguments only. The result of those in `RETURNING` goes to a variable. */
export const POINTER_CALLS = {
  bpf_spin_lock: 1,
  bpf_spin_unlock: 1,
  bpf_res_spin_unlock: 1,
  bpf_obj_drop: 1,
  bpf_refcount_acquire: 1,
  bpf_list_push_front: 2,
  bpf_list_push_back: 2,
  bpf_list_pop_front: 1,
  bpf_list_pop_back: 1,
  bpf_list_front: 1,
  bpf_list_back: 1,
  bpf_rbtree_first: 1,
  bpf_rbtree_root: 1,
  bpf_rbtree_left: 2,
  bpf_rbtree_right: 2,
  bpf_rbtree_remove: 2,
  bpf_kptr_xchg: 2,
} as const;
export type PointerCall = keyof typeof POINTER_CALLS;

/** Of these, what comes back is a pointer. */
export const RETURNING: ReadonlySet<string> = new Set<PointerCall>([
  'bpf_refcount_acquire',
  'bpf_list_pop_front',
  'bpf_list_pop_back',
  'bpf_list_front',
  'bpf_list_back',
  'bpf_rbtree_first',
  'bpf_rbtree_root',
  'bpf_rbtree_left',
  'bpf_rbtree_right',
  'bpf_rbtree_remove',
  'bpf_kptr_xchg',
]);

/** Calls (and a load of bytes of the packet) without arguments that matter; what is printed is in `print.ts`. */
export const PLAIN_CALLS = [
  'bpf_rcu_read_lock',
  'bpf_rcu_read_unlock',
  'bpf_preempt_disable',
  'bpf_preempt_enable',
  'bpf_ktime_get_ns',
  'bpf_map_update_elem',
  'bpf_map_delete_elem',
  'bpf_copy_from_user',
  'bpf_tail_call',
  'load_packet',
  'bpf_throw',
] as const;
export type PlainCall = (typeof PLAIN_CALLS)[number];

export type Comparison = '==' | '!=' | '<' | '>';

export type Stmt =
  | { readonly do: 'call'; readonly fn: PointerCall; readonly to: string | null; readonly args: readonly Ptr[] }
  | { readonly do: 'plain'; readonly fn: PlainCall; readonly map: string }
  | { readonly do: 'irq'; readonly fn: 'bpf_local_irq_save' | 'bpf_local_irq_restore'; readonly flags: string }
  | { readonly do: 'res_unlock_irq'; readonly lock: Ptr; readonly flags: string }
  | { readonly do: 'new'; readonly to: string; readonly type: string }
  | { readonly do: 'lookup'; readonly to: string; readonly map: string; readonly key: number }
  /** In the inner map that a variable points to. */
  | { readonly do: 'inner'; readonly to: string; readonly v: string; readonly key: number }
  | { readonly do: 'copy'; readonly to: string; readonly v: string }
  | { readonly do: 'read'; readonly from: Ptr; readonly size: 4 | 8 }
  | { readonly do: 'write'; readonly into: Ptr; readonly size: 4 | 8 }
  /** A pointer out of a kptr. */
  | { readonly do: 'load'; readonly to: string; readonly from: Ptr }
  /** A number: `x0`, `x1`, ... From memory, or a random one. */
  | { readonly do: 'number'; readonly to: string; readonly from: Ptr | null }
  | { readonly do: 'ifPtr'; readonly v: string; readonly does: Body; readonly otherwise: Body }
  | {
      readonly do: 'ifNumber';
      readonly x: string;
      readonly is: Comparison;
      readonly n: number;
      readonly does: Body;
      readonly otherwise: Body;
    }
  /** `does` has the lock; `flags` makes it the form that also disables interrupts. */
  | {
      readonly do: 'take';
      readonly lock: Ptr;
      readonly flags: string | null;
      readonly does: Body;
      readonly otherwise: Body;
    }
  | { readonly do: 'add'; readonly root: Ptr; readonly node: Ptr; readonly less: Body; readonly by: Less }
  /** `v` is the value in the body of `bpf_for_each_map_elem`. */
  | {
      readonly do: 'each';
      readonly fn: 'bpf_loop' | 'bpf_for_each_map_elem';
      readonly map: string;
      readonly v: string;
      readonly does: Body;
    }
  | { readonly do: 'function'; readonly kind: 'static' | 'global'; readonly does: Body }
  | { readonly do: 'times'; readonly n: number; readonly does: Body }
  | { readonly do: 'return' };

export type Body = readonly Stmt[];

/** How a comparison of tree nodes ends: by the data of a struct around its node, or with a number that may be no bool. */
export type Less = { readonly struct: string; readonly member: string } | { readonly number: number };

export interface GeneratedProgram {
  /** The name of its world. */
  readonly world: string;
  readonly section: 'tc' | 'syscall';
  readonly body: Body;
}

/** Returns the bodies in a statement, in the order in which they are printed. */
export const bodiesOf = (s: Stmt): readonly Body[] => {
  switch (s.do) {
    case 'ifPtr':
    case 'ifNumber':
    case 'take':
      return [s.does, s.otherwise];
    case 'each':
    case 'function':
    case 'times':
      return [s.does];
    case 'add':
      return [s.less];
    default:
      return [];
  }
};

/** The same statement with other bodies. */
export const withBodies = (s: Stmt, bodies: readonly Body[]): Stmt => {
  const [first = [], second = []] = bodies;
  switch (s.do) {
    case 'ifPtr':
    case 'ifNumber':
    case 'take':
      return { ...s, does: first, otherwise: second };
    case 'each':
    case 'function':
    case 'times':
      return { ...s, does: first };
    case 'add':
      return { ...s, less: first };
    default:
      return s;
  }
};

/** Returns the pointer operands of a statement. */
export const pointersOf = (s: Stmt): readonly Ptr[] => {
  switch (s.do) {
    case 'call':
      return s.args;
    case 'res_unlock_irq':
    case 'take':
      return [s.lock];
    case 'read':
    case 'load':
      return [s.from];
    case 'write':
      return [s.into];
    case 'number':
      return s.from === null ? [] : [s.from];
    case 'add':
      return [s.root, s.node];
    default:
      return [];
  }
};

/** The same statement with other pointer operands. */
export const withPointers = (s: Stmt, args: readonly Ptr[]): Stmt => {
  const [a, b] = args;
  switch (s.do) {
    case 'call':
      return { ...s, args };
    case 'res_unlock_irq':
    case 'take':
      return { ...s, lock: a ?? s.lock };
    case 'read':
    case 'load':
      return { ...s, from: a ?? s.from };
    case 'write':
      return { ...s, into: a ?? s.into };
    case 'number':
      return { ...s, from: a ?? s.from };
    case 'add':
      return { ...s, root: a ?? s.root, node: b ?? s.node };
    default:
      return s;
  }
};

/** Every statement, those of bodies too, outer ones first. */
export const statementsIn = (body: Body): readonly Stmt[] =>
  body.flatMap(s => [s, ...bodiesOf(s).flatMap(statementsIn)]);
