/** Who owns an object: reference instances, links, kptr fields; and what may be borrowed. */
import type { Formula, Term } from '../../model/term.js';
import { and, eq, implies, ne, not, or } from '../../model/term.js';
import { addNode, addNodeOff, adding, addRoot, addRootOff, lessDepth, named } from '../../model/any-program.js';
import * as M from '../../model/machine-state.js';
import * as V from '../../model/verifier-state.js';
import * as W from '../../model/world.js';
import { Alloc, Id, Off, Ref, Run, Slot } from '../../model/world.js';
import type { Conjunct } from './conjunct.js';
import { all, conjunct, isActive, isObjectSlot, iff, lessThan, runs, slots } from './conjunct.js';

const live = (n: Term): Formula => eq(M.life(n), 'live');
const holds = (r: Term, x: Term): Formula => ne(M.holding(r, x), 'null');
const counted = (n: Term): Formula => W.refcounted(W.typeOf(n));

export const referenceConjuncts = (): Conjunct[] => [
  conjunct(
    'ref.carried',
    'A pointer that carries a reference, and is not NULL, is to the object that the reference counts on.',
    slots((r, s) =>
      implies(
        and(isObjectSlot(r, s), ne(V.ref(r, s), 'zero'), ne(M.val(r, s), 'null')),
        and(
          ne(M.vref(r, s), 'none'),
          eq(M.holding(r, M.vref(r, s)), M.val(r, s)),
          eq(named(r, M.vref(r, s)), V.ref(r, s)),
          eq(M.standing(r, s), 'plain'),
        ),
      ),
    ),
  ),
  conjunct(
    'ref.instance',
    'A pointer that carries a reference instance carries the reference that stands for it.',
    slots((r, s) =>
      implies(
        and(isObjectSlot(r, s), ne(M.vref(r, s), 'none')),
        and(
          eq(M.holding(r, M.vref(r, s)), M.val(r, s)),
          ne(M.val(r, s), 'null'),
          eq(V.ref(r, s), named(r, M.vref(r, s))),
        ),
      ),
    ),
  ),
  conjunct(
    'ref.null',
    'A pointer that carries the reference that stands for an instance carries that instance.',
    slots((r, s) =>
      all([Ref], x =>
        implies(
          and(isObjectSlot(r, s), ne(V.ref(r, s), 'zero'), holds(r, x), eq(named(r, x), V.ref(r, s))),
          eq(M.vref(r, s), x),
        ),
      ),
    ),
  ),
  conjunct(
    'ref.held',
    'A reference that a pointer carries is held.',
    slots((r, s) => implies(ne(V.ref(r, s), 'zero'), V.refHeld(r, V.ref(r, s)))),
  ),
  conjunct(
    'ref.named',
    'The verifier holds a reference for each reference instance, and different ones for different ones.',
    runs(r =>
      all([Ref], x =>
        implies(
          holds(r, x),
          and(
            V.refHeld(r, named(r, x)),
            ne(named(r, x), 'zero'),
            ne(x, 'none'),
            all([Ref], y => implies(and(holds(r, y), eq(named(r, x), named(r, y))), eq(x, y))),
          ),
        ),
      ),
    ),
  ),
  conjunct(
    'ref.depth',
    'A reference that is held is from this callback or one around it.',
    runs(r => all([Id], i => implies(V.refHeld(r, i), not(lessThan(V.callbackDepth(r), V.refDepth(r, i)))))),
  ),
  conjunct(
    'ref.alike',
    'Pointers that carry one reference are alike: one id, tested together.',
    runs(r =>
      all([Slot, Slot], (s, t) =>
        implies(
          and(ne(V.ref(r, s), 'zero'), eq(V.ref(r, s), V.ref(r, t))),
          and(eq(V.id(r, s), V.id(r, t)), iff(V.maybeNull(r, s), V.maybeNull(r, t))),
        ),
      ),
    ),
  ),
  conjunct(
    'ref.owned',
    'A pointer to an object that is not borrowed in any way carries a reference.',
    slots((r, s) =>
      implies(
        and(isObjectSlot(r, s), not(V.nonOwning(r, s)), not(V.rcu(r, s)), not(V.untrusted(r, s))),
        ne(V.ref(r, s), 'zero'),
      ),
    ),
  ),
  conjunct(
    'ref.plain',
    'A pointer that carries a reference is neither borrowed nor untrusted.',
    slots((r, s) =>
      implies(ne(V.ref(r, s), 'zero'), and(not(V.nonOwning(r, s)), not(V.rcu(r, s)), not(V.untrusted(r, s)))),
    ),
  ),
  conjunct(
    'object.held',
    'What a reference instance counts on is a live object.',
    all([Run, Ref], (r, x) =>
      implies(holds(r, x), and(W.isObject(M.holding(r, x)), live(M.holding(r, x)), isActive(r))),
    ),
  ),
  conjunct(
    'object.linked',
    'What is linked is a live object.',
    all([Alloc, Off, Alloc, Off], (a, o, n, m) => implies(M.linked(a, o, n, m), live(n))),
  ),
  conjunct(
    'object.stashed',
    'What a kptr field holds is a live object.',
    all([Alloc, Off, Alloc], (a, o, n) => implies(M.stashed(a, o, n), live(n))),
  ),
  conjunct(
    'owner.one-reference',
    'An object without a count has one owner: one reference.',
    all([Run, Ref, Run, Ref], (r, x, q, y) =>
      implies(
        and(holds(r, x), eq(M.holding(r, x), M.holding(q, y)), not(counted(M.holding(r, x)))),
        and(eq(r, q), eq(x, y)),
      ),
    ),
  ),
  conjunct(
    'owner.reference-or-link',
    'An object without a count is not both referenced and linked.',
    all([Run, Ref, Alloc, Off, Off], (r, x, a, o, m) =>
      not(and(holds(r, x), M.linked(a, o, M.holding(r, x), m), not(counted(M.holding(r, x))))),
    ),
  ),
  conjunct(
    'owner.reference-or-field',
    'An object without a count is not both referenced and in a kptr field.',
    all([Run, Ref, Alloc, Off], (r, x, a, o) =>
      not(and(holds(r, x), M.stashed(a, o, M.holding(r, x)), not(counted(M.holding(r, x))))),
    ),
  ),
  conjunct(
    'owner.link-or-field',
    'An object without a count is not both linked and in a kptr field.',
    all([Alloc, Off, Alloc, Off, Alloc, Off], (a, o, n, m, b, k) =>
      not(and(M.linked(a, o, n, m), M.stashed(b, k, n), not(counted(n)))),
    ),
  ),
  conjunct(
    'owner.one-link',
    'A node is in one structure through one link.',
    all([Alloc, Off, Alloc, Off, Alloc, Off], (a, o, n, m, b, k) =>
      implies(and(M.linked(a, o, n, m), M.linked(b, k, n, m)), and(eq(a, b), eq(o, k))),
    ),
  ),
  conjunct(
    'owner.one-of-links',
    'An object without a count is linked once.',
    all([Alloc, Off, Alloc, Off, Alloc, Off, Off], (a, o, n, m, b, k, l) =>
      implies(and(M.linked(a, o, n, m), M.linked(b, k, n, l), not(counted(n))), and(eq(a, b), eq(o, k), eq(m, l))),
    ),
  ),
  conjunct(
    'owner.one-field',
    'An object without a count is in one kptr field.',
    all([Alloc, Off, Alloc, Alloc, Off], (a, o, n, b, k) =>
      implies(and(M.stashed(a, o, n), M.stashed(b, k, n), not(counted(n))), and(eq(a, b), eq(o, k))),
    ),
  ),
  conjunct(
    'field.one-object',
    'A kptr field holds at most one object.',
    all([Alloc, Off, Alloc, Alloc], (a, o, n, m) => implies(and(M.stashed(a, o, n), M.stashed(a, o, m)), eq(n, m))),
  ),
  conjunct(
    'borrow.rcu',
    'What was loaded under RCU is there as long as the section lasts.',
    slots((r, s) =>
      implies(
        and(isObjectSlot(r, s), eq(M.standing(r, s), 'rcu'), ne(M.val(r, s), 'null')),
        and(
          M.inRcuSection(r),
          or(live(M.val(r, s)), and(eq(M.life(M.val(r, s)), 'zombie'), M.readers(M.val(r, s), r))),
        ),
      ),
    ),
  ),
  conjunct(
    'borrow.structure',
    'What was borrowed from a structure is there as long as the critical section lasts.',
    slots((r, s) =>
      implies(
        and(isObjectSlot(r, s), eq(M.standing(r, s), 'borrowed')),
        and(
          M.holdsLock(r),
          or(
            eq(M.val(r, s), 'null'),
            live(M.val(r, s)),
            and(eq(M.life(M.val(r, s)), 'zombie'), M.readers(M.val(r, s), r)),
          ),
        ),
      ),
    ),
  ),
  conjunct(
    'borrow.standing',
    'A pointer without a reference is borrowed from a structure, loaded under RCU, or a probe that is not trusted.',
    slots((r, s) => implies(and(isObjectSlot(r, s), eq(V.ref(r, s), 'zero')), ne(M.standing(r, s), 'plain'))),
  ),
  conjunct(
    'borrow.rcu-flag',
    'What the machine protects by RCU is what the verifier takes for borrowed under RCU.',
    slots((r, s) => implies(and(isObjectSlot(r, s), eq(M.standing(r, s), 'rcu')), V.rcu(r, s))),
  ),
  conjunct(
    'borrow.probe-rcu',
    'A pointer to memory that may be gone is not trusted, or was loaded under RCU and is not one to a node.',
    slots((r, s) =>
      implies(
        and(isObjectSlot(r, s), eq(M.standing(r, s), 'probed')),
        or(V.untrusted(r, s), and(V.rcu(r, s), not(V.nonOwning(r, s)))),
      ),
    ),
  ),
  conjunct(
    'borrow.probe',
    'A pointer to memory that may be gone is not trusted.',
    slots((r, s) => implies(and(isObjectSlot(r, s), eq(M.standing(r, s), 'probed')), V.untrusted(r, s))),
  ),
];

/** Insertion into a tree, while less() runs. */
export const insertionConjuncts = (): Conjunct[] => {
  const root = (r: Term): { a: Term; o: Term } => ({
    a: M.val(r, addRoot(r)),
    o: W.plus(M.voff(r, addRoot(r)), addRootOff(r)),
  });
  const node = (r: Term): { a: Term; o: Term } => ({
    a: M.val(r, addNode(r)),
    o: W.plus(M.voff(r, addNode(r)), addNodeOff(r)),
  });
  const whileAdding = (body: (r: Term) => Formula): Formula => runs(r => implies(eq(adding(r), 'true'), body(r)));
  return [
    conjunct(
      'add.node',
      'The node that is being inserted is owned, by a reference from before less().',
      whileAdding(r =>
        and(
          isObjectSlot(r, addNode(r)),
          ne(V.ref(r, addNode(r)), 'zero'),
          not(V.maybeNull(r, addNode(r))),
          implies(
            V.inLess(r),
            and(
              eq(lessDepth(r), V.succ(V.refDepth(r, V.ref(r, addNode(r))))),
              lessThan(V.refDepth(r, V.ref(r, addNode(r))), lessDepth(r)),
            ),
          ),
          implies(not(V.inLess(r)), eq(V.refDepth(r, V.ref(r, addNode(r))), V.callbackDepth(r))),
        ),
      ),
    ),
    conjunct(
      'add.root',
      'The root that is inserted into is one that the run may use.',
      whileAdding(r =>
        and(
          or(eq(V.kind(r, addRoot(r)), 'map-value'), isObjectSlot(r, addRoot(r))),
          not(V.maybeNull(r, addRoot(r))),
          not(V.untrusted(r, addRoot(r))),
          implies(
            isObjectSlot(r, addRoot(r)),
            and(
              ne(V.ref(r, addRoot(r)), 'zero'),
              implies(V.inLess(r), lessThan(V.refDepth(r, V.ref(r, addRoot(r))), lessDepth(r))),
            ),
          ),
          M.nodeMatches(root(r).a, root(r).o, node(r).a, node(r).o),
        ),
      ),
    ),
    conjunct(
      'add.less-depth',
      'less() is one of the callbacks that were entered.',
      runs(r =>
        implies(
          V.inLess(r),
          and(
            eq(adding(r), 'true'),
            ne(lessDepth(r), 'c0'),
            or(eq(lessDepth(r), V.callbackDepth(r)), lessThan(lessDepth(r), V.callbackDepth(r))),
          ),
        ),
      ),
    ),
    conjunct(
      'add.not-linked',
      'A node without a count that is being inserted is not in a structure yet.',
      whileAdding(r =>
        all([Alloc, Off, Off], (a, o, m) => implies(not(counted(node(r).a)), not(M.linked(a, o, node(r).a, m)))),
      ),
    ),
  ];
};
