/** Fixes of what the kernel does when a program runs, or when user space or a free path meets it. */
import { changes, inMachine, inVerifier, rewriteRule } from '../../encodings/change.js';
import { insideAlloc, insideOff, Life, life, linked } from '../../model/machine-state.js';
import type { Bad, Rule } from '../../model/rule.js';
import { linkedAnywhere } from '../../model/rules/lists-and-trees.js';
import { operand } from '../../model/rules/parts.js';
import type { Term } from '../../model/term.js';
import { FALSE, TRUE, and, each, eq, exists, ite, lit, ne, set } from '../../model/term.js';
import { maybeNull, run } from '../../model/verifier-state.js';
import { Alloc, Off, Run, reachesMap } from '../../model/world.js';
import type { ExpressibleFix } from './fix.js';

const node = operand('node').at();
const has612 = 'linux-6.12';

/** Where the end of an insertion finds the node linked already. */
const atInsert = (change: (r: Rule) => Rule) =>
  inMachine(name => /^bpf_list_push_(front|back):leave$|^rbtree_added$/.test(name), change);

const freesLinked = (r: Rule): Rule => ({
  ...r,
  effects: [...r.effects, set(life(node.a), ite(linkedAnywhere(node), lit(Life, 'freed'), life(node.a)))],
});

const freesNodePointer: Bad = {
  property: 'bad-free',
  when: and(linkedAnywhere(node), ne(node.o, 'zero')),
  reason: 'the insertion fails, and the pointer that is released is not at the start of the object',
};

const isCountAsked = (t: Term): boolean =>
  t.op === 'eq' && t.args[0].op === 'read' && t.args[0].cell.cell === life.cell;

/** Another CPU works on the structure that the node is really in. */
const editsOther: Bad = {
  property: 'list-race',
  when: exists(Alloc, s =>
    exists(Off, so =>
      and(
        linked(s, so, node.a, node.o),
        exists(Run, r => and(ne(r, run), eq(insideAlloc(r), s), eq(insideOff(r), so))),
      ),
    ),
  ),
  reason: 'the node is taken out of another tree than the one that is locked, while another CPU works on it',
};
const takesFromAnywhere = (r: Rule): Rule => {
  const changed = rewriteRule(t => (t.op === 'read' && t.cell.cell === linked.cell ? linkedAnywhere(node) : undefined))(
    r,
  );
  const unlinked = each(Alloc, s => each(Off, so => [set(linked(s, so, node.a, node.o), 'false')]));
  return { ...changed, effects: [...changed.effects, ...unlinked] };
};

export const kernelSideFixes: readonly ExpressibleFix[] = [
  {
    kind: 'expressible',
    name: 'lock-from-user',
    fix: ['836e49e103df'],
    year: 2022,
    title: 'Do not copy spin lock field from user in bpf_selem_alloc',
    mechanism: 'bytes of user space overwrote the lock of an element',
    invariant: 'user space does not write a lock, head or node',
    undone:
      'Updates by user space copy special fields too. The kernel had the bug in local storage; the model has one step for all maps.',
    scenario: 'history/lock-from-user',
    property: 'user-tamper',
    guard: null,
    cases: [{ design: has612, has: true, change: { design: d => ({ ...d, syscallMask: false }) } }],
  },
  {
    kind: 'expressible',
    name: 'insert-without-record',
    fix: ['2140a6e3422d'],
    year: 2023,
    title: 'Set kptr_struct_meta for node param to list and rbtree insert funcs',
    mechanism: 'an insertion that fails dropped the object without its record, so without its count',
    invariant: 'an object is freed with its last reference, and what it holds with it',
    undone: 'An insertion that fails frees the node, though the structure it is in counts on it.',
    scenario: 'history/insert-without-record',
    property: 'use-after-free',
    guard: null,
    cases: [{ design: has612, has: true, change: { rules: atInsert(freesLinked) } }],
  },
  {
    kind: 'expressible',
    name: 'insert-frees-node',
    fix: ['cc0d76cafebb'],
    year: 2023,
    title: "Fix __bpf_{list,rbtree}_add's beginning-of-node calculation",
    mechanism: 'an insertion that fails released the pointer to the node, not to the start of the object',
    invariant: 'what is freed is freed at its start',
    undone:
      'An insertion that fails releases the pointer as it was given. The model does not say what becomes of memory that is freed ' +
      'in its middle; that it happens is the bad thing.',
    scenario: 'history/insert-frees-node',
    property: 'bad-free',
    guard: null,
    cases: [
      {
        design: has612,
        has: true,
        change: { rules: atInsert(r => ({ ...r, bads: [...r.bads, freesNodePointer] })) },
      },
    ],
  },
  {
    kind: 'expressible',
    name: 'acquire-from-zero',
    fix: ['7deca5eae833', '7793fc3babe9'],
    year: 2023,
    title: 'Disable bpf_refcount_acquire until race conditions are fixed; make it fallible for non-owning refs',
    mechanism: 'another CPU drops the last reference between look and acquire, and the count went up from zero',
    invariant: 'an owning reference has a count of at least one',
    undone:
      'bpf_refcount_acquire takes a reference whatever the count is, and its result is never NULL. The program borrows from a ' +
      'kptr: with the owner word fixed as well, nodes of a locked structure keep their count.',
    scenario: 'history/acquire-from-zero',
    property: 'use-after-free',
    guard: null,
    cases: [
      {
        design: has612,
        has: true,
        change: {
          rules: changes(
            inMachine(
              n => n === 'bpf_refcount_acquire',
              rewriteRule(t => (isCountAsked(t) ? TRUE : undefined)),
            ),
            inVerifier(['bpf_refcount_acquire'], r => ({
              ...r,
              effects: r.effects.map(a => (a.target.cell.cell === maybeNull.cell ? { ...a, value: FALSE } : a)),
            })),
          ),
        },
      },
    ],
  },
  {
    kind: 'expressible',
    name: 'owner-of-node',
    fix: ['c3c510ce431c'],
    year: 2023,
    title: 'Add owner field to bpf_{list,rb}_node',
    mechanism: 'a removal of a node of root B from root A, under the lock of A, edited B',
    invariant: 'a node changes only under the lock of its own root',
    undone: 'bpf_rbtree_remove takes the node out of whatever structure it is in.',
    scenario: 'history/owner-of-node',
    property: 'list-race',
    guard: null,
    cases: [
      {
        design: has612,
        has: true,
        change: {
          rules: changes(
            inMachine(
              n => n === 'bpf_rbtree_remove:enter',
              r => ({ ...r, bads: [...r.bads, editsOther] }),
            ),
            inMachine(n => n === 'bpf_rbtree_remove:leave', takesFromAnywhere),
          ),
        },
      },
    ],
  },
  {
    kind: 'expressible',
    name: 'free-after-rcu',
    fix: ['7e26cd12ad1c', '0816b8c6bf7f', '2a6d50b50d6d'],
    year: 2023,
    title: 'Use bpf_mem_free_rcu when bpf_obj_dropping refcounted nodes; consider non-owning refs trusted',
    mechanism: 'a non-owning reference was read after the object was freed and its memory used again',
    invariant: 'memory stays what it is for the whole critical section',
    undone: 'The last reference frees a refcounted object at once.',
    scenario: 'history/free-after-rcu',
    property: 'use-after-free',
    guard: null,
    cases: [
      {
        design: has612,
        has: true,
        change: {
          rules: inMachine(
            n => n === 'bpf_obj_drop',
            rewriteRule(t =>
              t.op === 'lit' && t.sort.name === Life.name && t.value === 'zombie' ? lit(Life, 'freed') : undefined,
            ),
          ),
        },
      },
    ],
  },
  {
    kind: 'expressible',
    name: 'inner-map-lifetime',
    fix: ['59e5791f59dd', '876673364161'],
    year: 2023,
    title: 'Fix a race condition between btf_put() and map_free(); defer the free of inner map when necessary',
    mechanism: 'an inner map that was taken out of its outer map was freed under its users',
    invariant: 'a container lives as long as somebody may be in it',
    undone:
      'A map is freed without a wait for programs that may have come to it through a map of maps. The record of a map (the first ' +
      'of the two commits) is no memory of the model.',
    scenario: 'history/inner-map-lifetime',
    property: 'teardown-race',
    guard: null,
    cases: [
      {
        design: has612,
        has: true,
        change: {
          rules: inMachine(
            n => n === 'user_free_map',
            rewriteRule(t => (t.op === 'world' && t.fn.fn === reachesMap.fn ? FALSE : undefined)),
          ),
        },
      },
    ],
  },
];
