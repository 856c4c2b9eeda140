/**
 * Facts about every world: what types, maps and memory are like before anything runs. Proofs assume them; a test checks them in
 * the world of every scenario.
 */
import type { Rules } from '../model/rules/index.js';
import type { Formula, Term } from '../model/term.js';
import { TRUE, and, eq, implies, ne, not, or } from '../model/term.js';
import * as M from '../model/machine-state.js';
import * as V from '../model/verifier-state.js';
import * as W from '../model/world.js';
import { Alloc, Class, Fn, Off, Ptr, Run, Type } from '../model/world.js';
import { substitute } from '../encodings/unbounded/after.js';
import type { Conjunct } from './invariant/conjunct.js';
import { all, conjunct, iff } from './invariant/conjunct.js';

const notOuter = (m: Term): Formula => all([Alloc], w => not(W.fits(m, w)));

/** What holds in every world, whatever the design. */
const worldFacts: readonly Conjunct[] = [
  conjunct(
    'offset-zero',
    'Adding zero to an offset changes nothing.',
    all([Off], o => and(eq(W.plus(o, 'zero'), o))),
  ),
  conjunct(
    'kinds-of-memory',
    'Memory is a map, a map value or an object, and no two of these.',
    all([Alloc], a =>
      and(
        iff(ne(a, 'null'), or(W.isMap(a), W.isMapValue(a), W.isObject(a))),
        not(and(W.isMap(a), W.isMapValue(a))),
        not(and(W.isMap(a), W.isObject(a))),
        not(and(W.isMapValue(a), W.isObject(a))),
        implies(or(eq(a, 'null'), W.isMap(a)), eq(W.typeOf(a), 'none')),
      ),
    ),
  ),
  conjunct(
    'values-belong-to-maps',
    'A map value belongs to a map and has the type of its values.',
    all([Alloc], a =>
      and(
        implies(W.isMapValue(a), and(W.isMap(W.valueOf(a)), eq(W.typeOf(a), W.elementType(W.valueOf(a))))),
        implies(not(W.isMapValue(a)), eq(W.valueOf(a), 'null')),
      ),
    ),
  ),
  conjunct(
    'no-type-no-fields',
    'What has no type has no special fields.',
    all([Off], o =>
      and(
        eq(W.lockAt('none', o), 'none'),
        eq(W.graphAt('none', o), 'none'),
        eq(W.nodeAt('none', o), 'none'),
        eq(W.kptrAt('none', o), 'none'),
        not(W.specialAt('none', o)),
        eq(W.lockOf('none'), 'none'),
        not(W.refcounted('none')),
      ),
    ),
  ),
  conjunct(
    'one-lock',
    'A type that has not several locks has at most one.',
    all([Type, Off, Off], (t, o, p) =>
      implies(and(not(W.severalLocks(t)), ne(W.lockAt(t, o), 'none'), ne(W.lockAt(t, p), 'none')), eq(o, p)),
    ),
  ),
  conjunct(
    'lock-of-type',
    'A type has a lock if and only if it has one at the place of its first.',
    all([Type, Off], (t, o) =>
      and(
        implies(ne(W.lockAt(t, o), 'none'), ne(W.lockOf(t), 'none')),
        implies(ne(W.lockOf(t), 'none'), eq(W.lockAt(t, W.lockOffset(t)), W.lockOf(t))),
        implies(and(ne(W.graphAt(t, o), 'none'), not(W.headWithoutLock(t))), ne(W.lockOf(t), 'none')),
      ),
    ),
  ),
  conjunct(
    'lock-of-map',
    'A map has a lock or a head if the type of its values has one.',
    all([Ptr, Off], (p, o) =>
      and(
        iff(W.hasLock(p), ne(W.lockOf(W.valueType(p)), 'none')),
        implies(ne(W.graphAt(W.valueType(p), o), 'none'), W.hasGraph(p)),
      ),
    ),
  ),
  conjunct(
    'special-fields',
    'Locks, heads and nodes are special fields, and no two of them are at one place.',
    all([Type, Off], (t, o) =>
      and(
        implies(
          or(ne(W.lockAt(t, o), 'none'), ne(W.graphAt(t, o), 'none'), ne(W.nodeAt(t, o), 'none')),
          W.specialAt(t, o),
        ),
        or(eq(W.lockAt(t, o), 'none'), eq(W.graphAt(t, o), 'none')),
        implies(ne(W.kptrAt(t, o), 'none'), and(eq(W.lockAt(t, o), 'none'), eq(W.graphAt(t, o), 'none'))),
      ),
    ),
  ),
  conjunct(
    'two-links',
    'A type with a list node and a tree node has two links.',
    all([Type, Off, Off], (t, o, p) =>
      implies(and(eq(W.nodeAt(t, o), 'list'), eq(W.nodeAt(t, p), 'rbtree')), W.twoLinks(t)),
    ),
  ),
  conjunct(
    'no-self-containment',
    'A structure that is not too deep does not contain its own type.',
    all([Type, Off], (t, o) =>
      implies(and(not(W.longChain(t)), ne(W.graphAt(t, o), 'none')), ne(W.containsType(t, o), t)),
    ),
  ),
  conjunct(
    'names-of-maps',
    'What a program calls a map is a map, with values of the type that its name has.',
    all([Run, Ptr], (r, p) =>
      and(
        implies(ne(W.mapOf(r, p), 'null'), W.isMap(W.mapOf(r, p))),
        implies(
          and(ne(W.mapOf(r, p), 'null'), eq(W.innerOf(p), 'none')),
          and(eq(W.elementType(W.mapOf(r, p)), W.valueType(p)), notOuter(W.mapOf(r, p))),
        ),
        implies(ne(W.innerOf(p), 'none'), eq(W.mapOf(r, W.innerOf(p)), 'null')),
        implies(
          ne(W.globalOf(r, p), 'null'),
          and(W.isMapValue(W.globalOf(r, p)), eq(W.valueOf(W.globalOf(r, p)), W.mapOf(r, p))),
        ),
        implies(ne(W.globalOf(r, p), 'null'), and(ne(W.mapOf(r, p), 'null'), eq(W.innerOf(p), 'none'))),
        implies(or(eq(p, 'btf'), eq(p, 'none')), and(eq(W.mapOf(r, p), 'null'), eq(W.innerOf(p), 'none'))),
        ne(W.innerOf(p), 'btf'),
      ),
    ),
  ),
  conjunct(
    'inner-maps',
    'Only a map of maps takes maps: those whose values are of the type of its template.',
    and(
      all([Run, Ptr, Alloc], (r, p, m) =>
        implies(
          and(ne(W.mapOf(r, p), 'null'), ne(W.innerOf(p), 'none'), W.fits(W.mapOf(r, p), m)),
          eq(W.elementType(m), W.valueType(W.innerOf(p))),
        ),
      ),
      all([Alloc, Alloc], (m, w) => implies(W.fits(m, w), and(W.isMap(m), W.isMap(w), notOuter(w)))),
      all([Alloc, Alloc], (v, w) => not(W.fits(W.valueOf(v), w))),
      all([Run, Ptr, Alloc], (r, p, v) =>
        implies(
          and(ne(W.innerOf(p), 'none'), ne(W.mapOf(r, p), 'null'), W.isMapValue(v)),
          ne(W.valueOf(v), W.mapOf(r, p)),
        ),
      ),
    ),
  ),
  conjunct(
    'reach',
    'A run reaches the maps that its program refers to, and the maps that those may hold.',
    all([Run, Alloc], (r, m) =>
      implies(
        W.usesMap(r, m),
        and(
          W.reachesMap(r, m),
          all([Alloc], w => implies(W.fits(m, w), W.reachesMap(r, w))),
        ),
      ),
    ),
  ),
  conjunct(
    'known-entries',
    'The address of an entry is known where entries do not come and go, and in maps of maps.',
    all([Alloc, Class], (m, c) =>
      implies(and(ne(W.knownEntry(m, c), 'null'), W.isHash(m)), W.fits(m, W.knownEntry(m, c))),
    ),
  ),
  conjunct(
    'locks-of-inner-maps',
    'A map of maps has inner locks if the values of its template have a lock.',
    all([Ptr], p => implies(and(ne(W.innerOf(p), 'none'), W.hasLock(W.innerOf(p))), W.innerHasLock(p))),
  ),
  conjunct(
    'sections',
    'A section has one value; only sections of the program are sections of locks; a declared lock is in a section.',
    and(
      all([Run, Ptr, Alloc], (r, p, v) =>
        implies(
          and(ne(W.globalOf(r, p), 'null'), W.isMapValue(v), eq(W.valueOf(v), W.mapOf(r, p))),
          eq(v, W.globalOf(r, p)),
        ),
      ),
      all([Run, Ptr], (r, p) =>
        implies(and(W.inLocksSection(p), ne(W.mapOf(r, p), 'null')), ne(W.globalOf(r, p), 'null')),
      ),
      not(W.inLocksSection('btf')),
      not(W.inLocksSection('none')),
      all([Ptr], p => implies(ne(W.innerOf(p), 'none'), not(W.inLocksSection(W.innerOf(p))))),
      all([Type, Off], (t, o) => ne(W.guardPtr(t, o), 'btf')),
    ),
  ),
  conjunct(
    'calls-under-lock',
    'No call that is allowed under a lock may sleep.',
    all([Fn], f => not(and(W.allowedUnderLock(f), W.sleeps(f)))),
  ),
  conjunct(
    'interrupts',
    'A run interrupts only runs on its own CPU, and not itself.',
    all([Run, Run], (r, q) =>
      implies(W.interrupts(r, q), and(eq(W.cpuOf(r), W.cpuOf(q)), not(W.interrupts(q, r)), ne(r, q))),
    ),
  ),
];

/** Cells read as their first value where they do not exist. */
const domains = (): Conjunct[] => {
  const out: Conjunct[] = [];
  for (const c of M.machineCells) {
    const { domain } = c;
    if (domain === undefined) continue;
    const holds = all(c.index, (...at) =>
      or(domain(...at), eq((c as unknown as (...x: Term[]) => Term)(...at), c.init)),
    );
    out.push(conjunct(`domain.${c.cell}`, `The cell ${c.cell} exists only where it has a meaning.`, holds));
  }
  return out;
};

/** What the verifier has checked before the first instruction: the guards of loading, for all that programs refer to. */
const loaded = (rules: Rules): Conjunct[] => {
  const btf = rules.get('load_btf')?.verifier;
  const map = rules.get('load_map')?.verifier;
  const [type] = btf?.params ?? [];
  const [ptr] = map?.params ?? [];
  return [
    ...(btf === undefined || type === undefined
      ? []
      : btf.guards.map(g =>
          conjunct(
            `loaded.${g.name}`,
            `The types of objects have passed ${g.name}.`,
            all([Alloc], a =>
              implies(W.isObject(a), substitute(g.holds, new Map([[type.name, W.typeOf(a)]])) as Formula),
            ),
          ),
        )),
    ...(map === undefined || ptr === undefined
      ? []
      : map.guards.map(g =>
          conjunct(
            `loaded.${g.name}`,
            `The maps of programs have passed ${g.name}.`,
            all([Run, Ptr], (r, p) =>
              implies(
                and(not(W.isUser(r)), ne(W.mapOf(r, p), 'null'), W.usesMap(r, W.mapOf(r, p))),
                substitute(
                  g.holds,
                  new Map<string, Term>([
                    [ptr.name, p],
                    [V.run.name, r],
                  ]),
                ) as Formula,
              ),
            ),
          ),
        )),
  ].filter(c => c.holds !== TRUE);
};

export const factsOf = (rules: Rules): Conjunct[] => [...worldFacts, ...domains(), ...loaded(rules)];

/** What is known of the state before anything runs, for cells that the system fills: which map holds what. */
export const initialEntries: readonly Conjunct[] = [
  conjunct(
    'initial-entries',
    'A map holds values of its own, a map of maps those that fit its template, and known entries are there.',
    all([Alloc, Class], (m, c) =>
      and(
        implies(
          ne(M.entry(m, c), 'null'),
          or(and(W.isMapValue(M.entry(m, c)), eq(W.valueOf(M.entry(m, c)), m)), W.fits(m, M.entry(m, c))),
        ),
        implies(ne(W.knownEntry(m, c), 'null'), eq(M.entry(m, c), W.knownEntry(m, c))),
      ),
    ),
  ),
];
