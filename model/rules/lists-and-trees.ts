/** The graph kfuncs: every move of a node into, inside and out of a list or tree. Each is two machine steps, enter and leave. */
import type { Policy } from '../policy.js';
import type { Bad, EventRules, Guard, MachineStep, Rule } from '../rule.js';
import { rule } from '../rule.js';
import type { Assign, Formula, Term } from '../term.js';
import { Bool, and, each, eq, exists, ite, lit, ne, not, or, set, variable } from '../term.js';
import {
  holding,
  insideAlloc,
  insideOff,
  linked,
  nodeMatches,
  restand,
  runOwns,
  val,
  voff,
  vref,
} from '../machine-state.js';
import { kind, maybeNull, nonOwning, put, rcu, ref, run, type } from '../verifier-state.js';
import { Alloc, Off, Slot, containsOff, containsType, isObject, nodeAt, plus, refcounted, typeOf } from '../world.js';
import { acquire, carries, ownFrameGuard, release } from './objects.js';
import {
  accessBads,
  callGuards,
  event,
  freshId,
  headBads,
  headGuards,
  inLessNow,
  isFreeRef,
  isFresh,
  machineRule,
  asideMessage,
  pointsAside,
  newRef,
  nodePlaceGuards,
  operand,
  owningNodeGuards,
  pickFresh,
  pickRef,
  slotParam,
  steps,
} from './parts.js';
import { point } from './pointers.js';

type Graph = 'list' | 'rbtree';
const dst = slotParam('dst');
const noRef: Term = lit(newRef.sort, 'none');
const source = [{ kernel: 'check_kfunc_args' }, { kernel: '__process_kf_arg_ptr_to_graph_root' }];

const goInside = (a: Term, o: Term): Assign[] => [set(insideAlloc(run), a), set(insideOff(run), o)];
const goOutside: Assign[] = [set(insideAlloc(run), 'null'), set(insideOff(run), 'zero')];

/** Enter and leave of an operation on the head or root in `at`. */
const inAndOut = (
  name: string,
  params: Rule['params'],
  at: { a: Term; o: Term },
  bads: readonly Bad[],
  leave: Partial<Omit<Rule, 'name' | 'doc'>>,
): MachineStep[] => [
  {
    from: 0,
    to: 1,
    does: machineRule(`${name}:enter`, 'the operation begins', { params, bads, effects: goInside(at.a, at.o) }),
  },
  {
    from: 1,
    to: -1,
    does: machineRule(`${name}:leave`, 'the operation is done', {
      params,
      ...leave,
      effects: [...(leave.effects ?? []), ...goOutside],
    }),
  },
];

/** After push and add: the owning reference is gone, its copies are non-owning until the unlock. */
const giveAway = (node: Term): Assign[] => [
  ...release(node),
  ...each(Slot, s => {
    const mine = carries(s, ref(run, node));
    const yes = lit(Bool, 'true');
    return [
      set(ref(run, s), ite(mine, lit(ref.sort, 'zero'), ref(run, s) as Term)),
      set(nonOwning(run, s), ite(mine, yes, nonOwning(run, s) as Term)),
      set(rcu(run, s), ite(and(mine, refcounted(type(run, s))), yes, rcu(run, s) as Term)),
    ];
  }),
];

/** What a node that is put into a structure must be. */
const insertBads = (node: Term, n: { a: Term; o: Term }, head: { a: Term; o: Term }): Bad[] => [
  ...accessBads(node, n.a),
  { property: 'wild-access', when: not(isObject(n.a)), reason: 'the node is not in an object' },
  {
    property: 'wild-access',
    when: not(nodeMatches(head.a, head.o, n.a, n.o)),
    reason: 'the node is not of the kind that the structure contains',
  },
  { property: 'double-owner', when: not(runOwns(node)), reason: 'the run does not own the node it inserts' },
  {
    property: 'double-owner',
    when: and(not(refcounted(typeOf(n.a))), linkedAnywhere(n)),
    reason: 'the node is in a structure already, through the same link',
  },
];
/** The node is in some structure already. */
export const linkedAnywhere = (n: { a: Term; o: Term }): Formula =>
  exists(Alloc, s => exists(Off, so => linked(s, so, n.a, n.o)));

/**
 * The node is linked; if its owner word says that it is linked already, the reference is dropped instead (-EINVAL). That never
 * frees the node: the structure it is in counts on it.
 */
const insertEffects = (node: Term, n: { a: Term; o: Term }, head: { a: Term; o: Term }): Assign[] => [
  set(
    linked(head.a, head.o, n.a, n.o),
    ite(linkedAnywhere(n), linked(head.a, head.o, n.a, n.o) as Term<'Bool'>, lit(Bool, 'true')),
  ),
  set(holding(run, vref(run, node)), 'null'),
  ...restand(s => and(ne(vref(run, s), 'none'), eq(vref(run, s), vref(run, node))), 'borrowed'),
];

const push = (p: Policy, name: 'bpf_list_push_front' | 'bpf_list_push_back'): EventRules => {
  const head = operand('head');
  const node = operand('node');
  const h = head.at();
  const n = node.at();
  const params = [...head.params, ...node.params];
  return steps(
    name,
    rule(name, 'Inserts an owned node into a list under its lock; the pointer becomes non-owning.', {
      source,
      params,
      guards: [
        ...callGuards(p, name),
        ...headGuards(p, head.s, head.o, 'list', 0),
        ...owningNodeGuards(node.s, node.o, 1),
        ...nodePlaceGuards(head.s, head.o, node.s, node.o, 'list'),
        ownFrameGuard(node.s, 'arg#1 expected pointer to allocated object'),
      ],
      effects: giveAway(node.s),
    }),
    ...inAndOut(name, params, h, [...headBads(head.s, h.a, h.o, 'list'), ...insertBads(node.s, n, h)], {
      effects: insertEffects(node.s, n, h),
    }),
  );
};

/** The result of an operation that takes a node out: an owning reference, or NULL. */
const takenOut = (
  head: Term,
  o: Term,
  t: Term = containsType(type(run, head), o),
  at: Term = containsOff(type(run, head), o),
): Assign[] => [
  ...put(dst, { kind: 'object', ptr: 'btf', id: freshId, off: at, type: t, ref: freshId, maybeNull: 'true' }),
  ...acquire(),
];
/** The result of an operation that looks at a node: a non-owning reference, or NULL. */
const lookedAt = (head: Term, o: Term): Assign[] =>
  put(dst, {
    kind: 'object',
    ptr: 'btf',
    id: freshId,
    off: containsOff(type(run, head), o),
    type: containsType(type(run, head), o),
    maybeNull: 'true',
    nonOwning: 'true',
    rcu: ite(refcounted(containsType(type(run, head), o)), lit(Bool, 'true'), lit(Bool, 'false')),
  });

const member = variable('member', Alloc);
/** Any member of the structure, or NULL when it has none. Which one is not modelled: order is left open. */
const isMember = (h: { a: Term; o: Term }): Formula => {
  const at = containsOff(typeOf(h.a), h.o);
  return or(linked(h.a, h.o, member, at), and(eq(member, 'null'), not(exists(Alloc, m => linked(h.a, h.o, m, at)))));
};

const takeOut = (p: Policy, name: 'bpf_list_pop_front' | 'bpf_list_pop_back'): EventRules => {
  const head = operand('head');
  const h = head.at();
  const params = [dst, ...head.params];
  return steps(
    name,
    rule(name, 'Takes a node out of a list under its lock: an owning reference, or NULL.', {
      source,
      params,
      choices: [pickFresh],
      where: isFresh,
      guards: [...callGuards(p, name), ...headGuards(p, head.s, head.o, 'list', 0)],
      effects: takenOut(head.s, head.o),
    }),
    ...inAndOut(name, params, h, headBads(head.s, h.a, h.o, 'list'), {
      choices: [{ of: member, take: 'any' }, pickRef],
      where: and(isFreeRef, isMember(h)),
      effects: [
        set(linked(h.a, h.o, member, containsOff(typeOf(h.a), h.o)), 'false'),
        set(holding(run, newRef), member),
        ...point(dst, member, containsOff(typeOf(h.a), h.o), ite(eq(member, 'null'), noRef, newRef)),
      ],
    }),
  );
};

const lookAt = (p: Policy, name: string, graph: Graph): EventRules => {
  const head = operand(graph === 'list' ? 'head' : 'root');
  const h = head.at();
  const params = [dst, ...head.params];
  return steps(
    name,
    rule(name, 'Looks at a node under the lock: a non-owning reference, or NULL.', {
      source,
      params,
      choices: [pickFresh],
      where: isFresh,
      guards: [...callGuards(p, name), ...headGuards(p, head.s, head.o, graph, 0)],
      effects: lookedAt(head.s, head.o),
    }),
    ...inAndOut(name, params, h, headBads(head.s, h.a, h.o, graph), {
      choices: [{ of: member, take: 'any' }],
      where: isMember(h),
      effects: point(dst, member, containsOff(typeOf(h.a), h.o), 'none', 'borrowed'),
    }),
  );
};

/** Left and right of a node: another member, or NULL. */
const neighbour = (p: Policy, name: 'bpf_rbtree_left' | 'bpf_rbtree_right'): EventRules => {
  const root = operand('root');
  const node = operand('node');
  const h = root.at();
  const params = [dst, ...root.params, ...node.params];
  return steps(
    name,
    rule(name, 'Looks at a child of a node under the lock: a non-owning reference, or NULL.', {
      source,
      params,
      choices: [pickFresh],
      where: isFresh,
      guards: [
        ...callGuards(p, name),
        ...headGuards(p, root.s, root.o, 'rbtree', 0),
        nonOwningGuard(p, name, node.s, node.o),
        notInLess(p, name),
        ...nodePlaceGuards(root.s, root.o, node.s, node.o, 'rbtree'),
      ],
      effects: lookedAt(root.s, root.o),
    }),
    ...inAndOut(name, params, h, [...headBads(root.s, h.a, h.o, 'rbtree'), ...accessBads(node.s, node.at().a)], {
      choices: [{ of: member, take: 'any' }],
      where: or(eq(member, 'null'), linked(h.a, h.o, member, containsOff(typeOf(h.a), h.o))),
      effects: point(dst, member, containsOff(typeOf(h.a), h.o), 'none', 'borrowed'),
    }),
  );
};

const nonOwningGuard = (p: Policy, name: string, s: Term, o: Term): Guard => ({
  name: 'remove-non-owning',
  holds: and(
    eq(kind(run, s), 'object'),
    not(maybeNull(run, s)),
    not(pointsAside(s, o)),
    p.baseline.removeTakes === 'non-owning'
      ? and(nonOwning(run, s), eq(ref(run, s), 'zero'))
      : or(nonOwning(run, s), ne(ref(run, s), 'zero')),
  ),
  message: p.baseline.messages.remove.replace('%s', name),
  unless: [asideMessage(s, o)],
  kernel: 'check_kfunc_args',
  protects: ['use-after-free', 'wild-access', 'dangling-ref'],
});

/** Since 6.16 of every call that is given a node which it does not insert. */
const notInLess = (p: Policy, name: string): Guard => ({
  name: 'remove-not-in-less',
  holds: not(inLessNow(p)),
  message: p.baseline.messages['in-less'].replace('%s', name),
  kernel: 'check_kfunc_args',
  protects: ['list-race', 'double-owner'],
});

/** Takes a given node out, if it is in this structure (the owner word says so). */
const remove = (p: Policy, name: 'bpf_rbtree_remove' | 'bpf_list_del', graph: Graph): EventRules => {
  const head = operand(graph === 'list' ? 'head' : 'root');
  const node = operand('node');
  const h = head.at();
  const n = node.at();
  const params = [dst, ...head.params, ...node.params];
  const isIn = linked(h.a, h.o, n.a, n.o);
  const result = ite(isIn, n.a, lit(Alloc, 'null'));
  return steps(
    name,
    rule(name, 'Takes a given node out under the lock: an owning reference, or NULL if it is not in this structure.', {
      source,
      params,
      choices: [pickFresh],
      where: isFresh,
      guards: [
        ...callGuards(p, name),
        ...headGuards(p, head.s, head.o, graph, 0),
        nonOwningGuard(p, name, node.s, node.o),
        notInLess(p, name),
        ...nodePlaceGuards(head.s, head.o, node.s, node.o, graph),
      ],
      effects: takenOut(head.s, head.o),
    }),
    ...inAndOut(
      name,
      params,
      h,
      [
        ...headBads(head.s, h.a, h.o, graph),
        ...accessBads(node.s, n.a),
        {
          property: 'wild-access',
          when: ne(nodeAt(typeOf(n.a), n.o), graph),
          reason: 'there is no node at that place',
        },
      ],
      {
        choices: [pickRef],
        where: isFreeRef,
        effects: [
          set(linked(h.a, h.o, n.a, n.o), 'false'),
          set(holding(run, newRef), result),
          ...point(dst, result, n.o, ite(isIn, newRef, noRef)),
        ],
      },
    ),
  );
};

/** bpf_rbtree_add is entered here; less() runs inside; `rbtree_added` leaves it. */
const add = (p: Policy): EventRules[] => {
  const root = operand('root');
  const node = operand('node');
  const h = root.at();
  const n = node.at();
  const params = [...root.params, ...node.params];
  return [
    event(
      'bpf_rbtree_add',
      rule('bpf_rbtree_add', 'Begins to insert an owned node into a tree under its lock; less() is called meanwhile.', {
        source,
        params,
        guards: [
          ...callGuards(p, 'bpf_rbtree_add'),
          ...headGuards(p, root.s, root.o, 'rbtree', 0),
          ...owningNodeGuards(node.s, node.o, 1),
          ...nodePlaceGuards(root.s, root.o, node.s, node.o, 'rbtree'),
          ownFrameGuard(node.s, 'arg#1 expected pointer to allocated object'),
        ],
      }),
      machineRule('bpf_rbtree_add', 'the insertion begins', {
        params,
        bads: [...headBads(root.s, h.a, h.o, 'rbtree'), ...insertBads(node.s, n, h)],
        effects: goInside(h.a, h.o),
      }),
    ),
    event(
      'rbtree_added',
      rule('rbtree_added', 'The node is in the tree; the pointer becomes non-owning.', {
        source,
        params,
        effects: giveAway(node.s),
      }),
      machineRule('rbtree_added', 'the node is in the tree', {
        params,
        effects: [...insertEffects(node.s, n, h), ...goOutside],
      }),
    ),
    lessArgs(),
  ];
};

const lessArgs = (): EventRules => {
  const a = slotParam('a');
  const b = slotParam('b');
  const root = operand('root');
  const node = operand('node');
  const h = root.at();
  const at = containsOff(typeOf(h.a), h.o);
  const params = [a, b, ...root.params, ...node.params];
  const arg = {
    kind: 'object',
    ptr: 'btf',
    off: containsOff(type(run, root.s), root.o),
    type: containsType(type(run, root.s), root.o),
    nonOwning: 'true',
  };
  return event(
    'less_args',
    rule('less_args', 'The two arguments of less(): non-owning references to nodes.', {
      source: [{ kernel: 'set_rbtree_add_callback_state' }],
      params,
      effects: [...put(a, arg), ...put(b, arg)],
    }),
    machineRule('less_args', 'less() is given the new node and a member', {
      params,
      choices: [{ of: member, take: 'any' }],
      where: linked(h.a, h.o, member, at),
      effects: [
        ...point(a, val(run, node.s), plus(voff(run, node.s), node.add), 'none', 'borrowed'),
        ...point(b, member, at, 'none', 'borrowed'),
      ],
    }),
  );
};
export const listsAndTrees = (p: Policy): EventRules[] => [
  push(p, 'bpf_list_push_front'),
  push(p, 'bpf_list_push_back'),
  takeOut(p, 'bpf_list_pop_front'),
  takeOut(p, 'bpf_list_pop_back'),
  lookAt(p, 'bpf_list_front', 'list'),
  lookAt(p, 'bpf_list_back', 'list'),
  lookAt(p, 'bpf_rbtree_first', 'rbtree'),
  lookAt(p, 'bpf_rbtree_root', 'rbtree'),
  neighbour(p, 'bpf_rbtree_left'),
  neighbour(p, 'bpf_rbtree_right'),
  remove(p, 'bpf_rbtree_remove', 'rbtree'),
  remove(p, 'bpf_list_del', 'list'),
  ...add(p),
];
