/** English for terms, guards and effects: an interpreter of the rules that people read. The words of `called` are preferred to the formula. */
import type { Rule } from '../model/rule.js';
import type { Assign, Formula, Read, Sort, Term, Var } from '../model/term.js';
import { FALSE, TRUE, and, not, or } from '../model/term.js';
import { isFreeRef, isFresh } from '../model/rules/parts.js';
import { heldCells, slotCells } from '../model/verifier-state.js';

/** What a Bool cell or fact says when it is true, and when it is not. `{n}` is its n-th index. */
const sentences: Readonly<Record<string, readonly [string, string]>> = {
  'maybe-null': ['{1} may be NULL', '{1} is known not to be NULL'],
  'non-owning': ['{1} is non-owning', '{1} is not non-owning'],
  rcu: ['{1} is borrowed under RCU', '{1} is not borrowed under RCU'],
  untrusted: ['{1} is untrusted', '{1} is trusted'],
  'ref-held': ['{1} is a held reference', '{1} is not a held reference'],
  'rcu-locked': ['an RCU section is open', 'no RCU section is open'],
  'in-less': ['less() is running', 'less() is not running'],
  may: ['{1} may be in {2}', '{1} cannot be in {2}'],
  class: ['{1} may be in {2}', '{1} cannot be in {2}'],
  'in-rcu': ['{0} is in an RCU section', '{0} is in no RCU section'],
  'no-preempt': ['{0} has preemption disabled', '{0} has preemption enabled'],
  'no-irq': ['{0} has interrupts disabled', '{0} has interrupts enabled'],
  'irq-saved': ['{1} is taken', '{1} is free'],
  'irq-by-lock': ['{1} was saved by taking a lock', '{1} was saved by bpf_local_irq_save'],
  'saved-irq': ['the state that {1} keeps had interrupts off', 'the state that {1} keeps had interrupts on'],
  'uses-map': ['the program of {0} refers to {1}', 'the program of {0} does not refer to {1}'],
  'reaches-map': ['{0} may come to {1}', '{0} can not come to {1}'],
  'other-frame': ['{1} and {2} belong to different functions', '{1} and {2} belong to one function'],
  'is-user': ['{0} is user space', '{0} is a program'],
  readers: ['{1} was reading {0} when it was freed', '{1} was not reading {0} when it was freed'],
  'map-freed': ['{0} is freed', '{0} is not freed'],
  locked: ['{0} holds the lock of {1} at {2}', '{0} does not hold the lock of {1} at {2}'],
  'structure-locked': [
    '{0} holds the own lock of the structure of {1} at {2}',
    '{0} does not hold the own lock of the structure of {1} at {2}',
  ],
  linked: [
    'the node of {2} at {3} is in the structure of {0} at {1}',
    'the node of {2} at {3} is not in the structure of {0} at {1}',
  ],
  stashed: ['the kptr of {0} at {1} holds {2}', 'the kptr of {0} at {1} does not hold {2}'],
  'special-at': ['a special field of {0} covers {1}', 'no special field of {0} covers {1}'],
  refcounted: ['{0} has a bpf_refcount', '{0} has no bpf_refcount'],
  'graph-node': ['{0} has a list or tree node', '{0} has no list or tree node'],
  'in-locks-section': ['{0} is a .locks section', '{0} is not a .locks section'],
  'several-locks': ['{0} has more than one lock', '{0} has at most one lock'],
  'head-without-lock': ['{0} has a head or root and no lock', '{0} has no head or root without a lock'],
  'broken-contains': ['a head of {0} has no usable __contains', 'every head of {0} has a usable __contains'],
  'lock-map-type': ['the map type of {0} may hold locks', 'the map type of {0} may not hold locks'],
  'graph-map-type': [
    'the map type of {0} may hold heads and roots',
    'the map type of {0} may not hold heads and roots',
  ],
  'inner-has-lock': ['the inner values of {0} have locks', 'the inner values of {0} have no locks'],
  'has-lock': ['the value of {0} has a lock', 'the value of {0} has no lock'],
  'has-kptr': ['the value of {0} has a kptr', 'the value of {0} has no kptr'],
  'kptr-map-type': ['maps of the type of {0} may have kptrs', 'maps of the type of {0} may not have kptrs'],
  'sleepable-map-type': [
    'sleepable programs may use maps of the type of {0}',
    'sleepable programs may not use maps of the type of {0}',
  ],
  limited: ['programs may only read {0}, or only write it', 'programs may both read and write {0}'],
  'without-btf': ['{0} was created without BTF', '{0} was created with BTF'],
  'contains-unknown': [
    'a head of {0} names a struct that there is not',
    'every head of {0} names a struct that there is',
  ],
  'socket-filter': ['{0} is a socket filter', '{0} is no socket filter'],
  'in-node': ['a list or tree node of {0} covers {1}', 'no list or tree node of {0} covers {1}'],
  'kptr-covers': ['a kptr of {0} covers {1}', 'no kptr of {0} covers {1}'],
  'is-kfunc': ['{0} is a kfunc', '{0} is a helper'],
  'has-graph': ['the value of {0} has a head or root', 'the value of {0} has no head or root'],
  'two-links': ['{0} has a list node and a tree node', '{0} has at most one kind of node'],
  'too-many-fields': ['{0} has more than 11 special fields', '{0} has at most 11 special fields'],
  'long-chain': [
    'the ownership chain from {0} is too long, or a cycle',
    'the ownership chain from {0} is short enough',
  ],
  'program-locks': [
    'programs of this type may use maps with locks',
    'programs of this type may not use maps with locks',
  ],
  'program-graphs': [
    'programs of this type may use maps with heads and roots',
    'programs of this type may not use maps with heads and roots',
  ],
  'program-objects': [
    'programs of this type may call the functions of objects',
    'programs of this type may not call the functions of objects',
  ],
  'section-mapped': ['user space can map {0}', 'user space cannot map {0}'],
  'is-map': ['{0} is a map', '{0} is not a map'],
  'is-map-value': ['{0} is a map value', '{0} is not a map value'],
  'is-object': ['{0} is an object', '{0} is not an object'],
  'is-hash': ['{0} is a hash', '{0} is not a hash'],
  fits: ['{1} fits the template of {0}', '{1} does not fit the template of {0}'],
  'inner-value-of': ['{0} is a value of an inner map', '{0} is not a value of an inner map'],
  interrupts: ['{0} interrupts {1}', '{0} does not interrupt {1}'],
  sleepable: ['the program of {0} is sleepable', 'the program of {0} is not sleepable'],
  'in-set': ['{1} is in {0}', '{1} is not in {0}'],
  'allowed-under-lock': ['{0} is allowed under a lock', '{0} is not allowed under a lock'],
  sleeps: ['{0} may sleep', '{0} does not sleep'],
};

/** Nouns for the others. */
const nouns: Readonly<Record<string, string>> = {
  kind: 'the kind of {1}',
  ptr: 'the ptr of {1}',
  id: 'the id of {1}',
  off: 'the offset of {1}',
  type: 'the type of {1}',
  ref: 'the reference of {1}',
  known: 'the known address of {1}',
  'held-kind': 'the kind of {1}',
  'held-ptr': 'the ptr of {1}',
  'held-id': 'the id of {1}',
  'held-off': 'the offset of {1}',
  'held-type': 'the type of {1}',
  'held-known': 'the known address of {1}',
  'ref-depth': 'the callback depth of {1}',
  'preempt-off': 'the nesting of bpf_preempt_disable',
  'irq-off': 'the nesting of bpf_local_irq_save',
  'irq-flags': 'the variable of {1}',
  'program-of': 'the program of {0}',
  'callback-depth': 'the callback depth',
  'static-in-less': 'the static calls since less()',
  phase: 'the phase of {0}',
  val: 'what {1} points to',
  voff: 'where {1} points in it',
  vref: 'the reference instance of {1}',
  standing: 'the standing of {1}',
  'inside-alloc': 'the memory {0} works on',
  'inside-off': 'where in it {0} works',
  'wait-alloc': 'the memory whose lock {0} waits for',
  'wait-off': 'the offset of the lock {0} waits for',
  working: 'what {0} is about to drain',
  life: 'the life of {0}',
  entry: 'the entry of {0} at {1}',
  holding: 'the object that {0} counts on through {1}',
  'lock-at': 'the lock of {0} at {1}',
  'lock-of': 'the lock of {0}',
  'lock-offset': 'the lock offset of {0}',
  'graph-at': 'the structure of {0} at {1}',
  'node-at': 'the node of {0} at {1}',
  'contains-type': 'the type that the head of {0} at {1} contains',
  'contains-offset': 'the node offset that the head of {0} at {1} contains',
  'kptr-at': 'the kptr type of {0} at {1}',
  'guard-ptr': 'the section of the lock declared for {0} at {1}',
  'guard-offset': 'the offset of the lock declared for {0} at {1}',
  'guard-alloc': 'the memory of the lock bound to {0} at {1}',
  'value-type': 'the value type of {0}',
  'inner-of': 'the inner map template of {0}',
  'map-of': 'the map that {0} means by {1}',
  'global-of': 'the section that {0} means by {1}',
  'known-entry': 'the entry of {0} at {1} when the program is loaded',
  'type-of': 'the type of {0}',
  'value-of': 'the map of {0}',
  'element-type': 'the type of the values of {0}',
  'cpu-of': 'the CPU of {0}',
  'context-of': 'the context of {0}',
  plus: '{0} plus {1}',
};

/** A noun compared with one value, where English has a word for it. */
const comparisons: Readonly<Record<string, readonly [string, string]>> = {
  'ref zero': ['{1} carries no reference', '{1} carries a reference'],
  'known null': ['the address of {1} is not known', 'the address of {1} is known'],
  'preempt-off c0': ['preemption is not disabled', 'preemption is disabled'],
  'irq-off c0': ['interrupts are not disabled', 'interrupts are disabled'],
  'held-kind none': ['{1} is free', '{1} is taken'],
  'phase active': ['{0} is under way', '{0} is not under way'],
  'val null': ['{1} is NULL', '{1} is not NULL'],
  'vref none': ['{1} carries no reference instance', '{1} carries a reference instance'],
  'holding null': ['{1} of {0} counts on nothing', '{1} of {0} counts on an object'],
  'wait-alloc null': ['{0} waits for no lock', '{0} waits for a lock'],
  'inside-alloc null': ['{0} is inside no structure', '{0} is inside a structure'],
  'standing dangling': ['{1} dangles', '{1} does not dangle'],
  'standing gone': ['{1} is gone', '{1} is not gone'],
  'standing borrowed': ['{1} is borrowed', '{1} is not borrowed'],
  'standing rcu': ['{1} is protected by RCU', '{1} is not protected by RCU'],
  'standing probed': ['{1} is a probe', '{1} is not a probe'],
  'life live': ['{0} is live', '{0} is not live'],
  'lock-at none': ['{0} has no lock at {1}', '{0} has a lock at {1}'],
  'graph-at none': ['{0} has no head or root at {1}', '{0} has a head or root at {1}'],
  'node-at none': ['{0} has no node at {1}', '{0} has a node at {1}'],
  'kptr-at none': ['{0} has no kptr at {1}', '{0} has a kptr at {1}'],
  'inner-of none': ['{0} is no map of maps', '{0} is a map of maps'],
  'guard-ptr none': ['no global lock is declared for {0} at {1}', 'a global lock is declared for {0} at {1}'],
};

const sortWords: Readonly<Record<string, readonly [word: string, letter: string]>> = {
  Run: ['run', 'r'],
  Slot: ['slot', 's'],
  Alloc: ['allocation', 'a'],
  Off: ['offset', 'o'],
  Id: ['id', 'i'],
  Ref: ['reference', 'x'],
  Class: ['class', 'c'],
  Type: ['type', 't'],
  Ptr: ['map', 'm'],
};

/** Formulas that many rules share and that have no words of their own. */
const known: ReadonlyMap<Formula, string> = new Map([
  [isFresh, '`fresh` is an id that nothing uses'],
  [isFreeRef, '`new-ref` is a reference instance that is not in use'],
]);

/** How tightly a text binds: quantifiers and conditionals least, then or, and, single sentences. */
const LOOSE = 0;
const OR = 1;
const AND = 2;
const ATOM = 3;
interface Said {
  readonly text: string;
  readonly binds: number;
}

interface Scope {
  readonly names: ReadonlyMap<string, string>;
  /** The last held lock, when taken, is told as the innermost; see `overStack`. */
  readonly lastIsInnermost: boolean;
  /** Named formulas are told as what they stand for. */
  readonly spellsOut: boolean;
  /** Letters for long formulas that occur several times, by key. */
  readonly letters: ReadonlyMap<string, string>;
}
const top: Scope = { names: new Map(), lastIsInnermost: false, spellsOut: false, letters: new Map() };

const fill = (template: string, args: readonly string[]): string =>
  template.replaceAll(/\{(\d)\}/g, (_, n: string) => args[Number(n)] ?? '?');
const atom = (text: string): Said => ({ text, binds: ATOM });
const within = (s: Said, binds: number): string => (s.binds <= binds ? `(${s.text})` : s.text);

const isRead = (t: Term, name: string): t is Read => t.op === 'read' && t.cell.cell === name;
const literal = (t: Term | undefined): string | undefined => (t?.op === 'lit' ? t.value : undefined);
const depthOf = (t: Term | undefined): number =>
  t?.op === 'lit' && t.sort.name === 'Depth' ? t.sort.values.indexOf(t.value) : -1;
const LAST_DEPTH = 2;
/** The two stacks of the model, and what lies on them. */
const stacks = ['held lock', 'saved state'] as const;
type Stack = (typeof stacks)[number];

/** Two terms with one key are the same term. */
const keyOf = (t: Term): string => {
  const seen = keys.get(t);
  if (seen !== undefined) return seen;
  const key = newKey(t);
  keys.set(t, key);
  return key;
};
const keys = new WeakMap<Term, string>();
const newKey = (t: Term): string => {
  switch (t.op) {
    case 'lit':
      return `${t.sort.name}.${t.value}`;
    case 'var':
      return `?${t.name}`;
    case 'read':
      return `${t.cell.cell}(${t.at.map(keyOf).join()})`;
    case 'world':
      return `${t.fn.fn}<${t.at.map(keyOf).join()}>`;
    case 'forall':
    case 'exists':
      return `${t.op} ${t.over.name} ${keyOf(t.body)}`;
    case 'called':
      return keyOf(t.of);
    default:
      return `${t.op}[${t.args.map(a => keyOf(a)).join()}]`;
  }
};

const valueWord = (sort: Sort, value: string): string => {
  if (sort.name === 'Depth') return `held lock ${String(sort.values.indexOf(value) + 1)}`;
  if (sort.name === 'Count') return value.slice(1);
  if (value === 'zero') return '0';
  if (value === 'null') return 'NULL';
  return value;
};

const named = (v: Var, scope: Scope): string =>
  v.name === 'run' ? 'the run' : (scope.names.get(v.name) ?? `\`${v.name}\``);

const termOf = (t: Term, scope: Scope): string => {
  switch (t.op) {
    case 'lit':
      return valueWord(t.sort, t.value);
    case 'var':
      return named(t, scope);
    case 'read':
    case 'world': {
      const name = t.op === 'read' ? t.cell.cell : t.fn.fn;
      // The place of an operand is told in one word: it is its offset as the programmer wrote it.
      if (name === 'plus') {
        const [base, add] = t.at;
        if (base?.op === 'read' && (base.cell.cell === 'off' || base.cell.cell === 'voff') && add?.op === 'var') {
          const slot = base.at[1];
          if (slot?.op === 'var' && add.name === `${slot.name}.add`) return `the offset of ${termOf(slot, scope)}`;
        }
      }
      if (t.sort.name === 'Bool') return say(t as Formula, true, scope).text;
      return fill(nouns[name] ?? generic(name, t.at.length), argsOf(name, t.at, scope));
    }
    case 'ite':
      if (t.sort.name === 'Bool') return say(t as Formula, true, scope).text;
      return `${termOf(t.args[1], scope)} if ${within(say(t.args[0], true, scope), LOOSE)}, else ${termOf(t.args[2], scope)}`;
    default:
      return say(t as Formula, true, scope).text;
  }
};
/** Places of the stack of saved interrupt states are counted like those of held locks, and told apart here. */
const argsOf = (name: string, at: readonly Term[], scope: Scope): readonly string[] =>
  at.map(a => termOf(a, scope)).map(x => (name.startsWith('irq-') ? x.replace('held lock', 'saved state') : x));

const generic = (name: string, arity: number): string =>
  `the ${name.replaceAll('-', ' ')} of ${Array.from({ length: arity }, (_, i) => `{${String(i)}}`).join(' and ')}`;

/** A place of one of the two stacks, and whether the formula says that something is in it. */
const placeOf = (f: Formula | undefined): { stack: Stack; depth: number; isTaken: boolean } | undefined => {
  if (f?.op === 'not') {
    const inner = placeOf(f.args[0]);
    return inner && { ...inner, isTaken: !inner.isTaken };
  }
  if (f?.op === 'eq' && isRead(f.args[0], 'irq-saved')) {
    const isTaken = literal(f.args[1]) === 'true';
    return { stack: 'saved state', depth: depthOf(f.args[0].at[1]), isTaken };
  }
  if (f?.op === 'read' && f.cell.cell === 'irq-saved')
    return { stack: 'saved state', depth: depthOf(f.at[1]), isTaken: true };
  if (f?.op === 'eq' && isRead(f.args[0], 'held-kind') && literal(f.args[1]) === 'none')
    return { stack: 'held lock', depth: depthOf(f.args[0].at[1]), isTaken: false };
  return undefined;
};
const placeWord = (stack: Stack, depth: number): string => `${stack} ${String(depth + 1)}`;

/** `isTop` and `isNextFree` of the model, told in words. */
const stackShape = (t: Formula): string | undefined => {
  if (t.op !== 'and' || t.args.length !== 2) return undefined;
  const [a, b] = t.args.map(placeOf);
  if (a === undefined || b === undefined || a.stack !== b.stack || a.isTaken === b.isTaken) return undefined;
  if (a.isTaken && b.depth === a.depth + 1) return `${placeWord(a.stack, a.depth)} is the innermost`;
  if (!a.isTaken && b.depth === a.depth - 1) return `${placeWord(a.stack, a.depth)} is the next free`;
  return undefined;
};
/** What the ends of a stack say where all places are told alike: the last one, if taken, is the innermost. */
const endShape = (t: Formula, positive: boolean, scope: Scope): string | undefined => {
  const place = scope.lastIsInnermost ? placeOf(t) : undefined;
  if (place === undefined) return undefined;
  const isTaken = place.isTaken === positive;
  if (isTaken && place.depth === LAST_DEPTH) return `${placeWord(place.stack, LAST_DEPTH)} is the innermost`;
  if (!isTaken && place.depth === 0) return `${placeWord(place.stack, 0)} is the next free`;
  return undefined;
};

/** Texts that say the same of each place of a stack, as one that says it of `it`. */
const alikeOver = (said: readonly string[]): { readonly stack: Stack; readonly text: string } | undefined => {
  if (said.length !== LAST_DEPTH + 1) return undefined;
  for (const stack of stacks) {
    const places = said.map((_, i) => placeWord(stack, i));
    const same = new Set(said.map((x, i) => x.replaceAll(places[i] ?? '', 'it')));
    const [text] = same;
    if (
      same.size === 1 &&
      text !== undefined &&
      !text.includes(stack) &&
      said.every((x, i) => x.includes(places[i] ?? ''))
    )
      return { stack, text };
  }
  return undefined;
};

/** One sentence instead of one for each place of a stack, if they say the same of each. */
const overStack = (args: readonly Formula[], positive: boolean, scope: Scope): string | undefined => {
  for (const lastIsInnermost of [false, true]) {
    const alike = alikeOver(args.map(a => say(a, positive, { ...scope, lastIsInnermost }).text));
    if (alike !== undefined) return `${positive ? 'for some' : 'for every'} ${alike.stack}: ${alike.text}`;
  }
  return undefined;
};

/** `a is x or y`: alternatives for one noun. */
const alternatives = (args: readonly Formula[], positive: boolean, scope: Scope): string | undefined => {
  const nouns: string[] = [];
  const values: string[] = [];
  for (const a of args) {
    if (a.op !== 'eq' || a.args[1].op !== 'lit') return undefined;
    nouns.push(termOf(a.args[0], scope));
    values.push(termOf(a.args[1], scope));
  }
  if (args.length < 2 || new Set(nouns).size !== 1) return undefined;
  const last = values.pop() ?? '';
  return positive
    ? `${nouns[0] ?? ''} is ${values.join(', ')} or ${last}`
    : `${nouns[0] ?? ''} is neither ${values.join(', ')} nor ${last}`;
};

/** Two neighbours that together say where a stack ends stay together. */
const paired = (args: readonly Formula[], op: 'and' | 'or'): readonly Formula[] => {
  const at = args.findIndex((a, i) => {
    const next = args[i + 1];
    return (
      op === 'and' &&
      args.length > 2 &&
      next !== undefined &&
      stackShape({ op, sort: a.sort, args: [a, next] }) !== undefined
    );
  });
  const [a, b] = args.slice(at, at + 2);
  if (at < 0 || a === undefined || b === undefined) return args;
  return [...args.slice(0, at), { op, sort: a.sort, args: [a, b] }, ...args.slice(at + 2)];
};

/** Nested connectives of one kind are one. */
const flat = (t: Formula, op: 'and' | 'or', scope: Scope): Formula[] => {
  if (t.op === 'called' && scope.spellsOut && t.of.op === op) return flat(t.of, op, scope);
  return t.op === op && !known.has(t) && stackShape(t) === undefined
    ? paired(t.args, op).flatMap(a => flat(a, op, scope))
    : [t];
};
const isTrivial = (t: Formula, value: 'true' | 'false'): boolean => literal(t) === value;

const joined = (op: 'and' | 'or', args: readonly Formula[], positive: boolean, scope: Scope): Said => {
  const isOr = (op === 'or') === positive;
  const neutral = op === 'and' ? 'true' : 'false';
  if (args.some(a => isTrivial(a, op === 'and' ? 'false' : 'true')))
    return atom((op === 'or') === positive ? 'always' : 'never');
  const kept = args.filter(a => !isTrivial(a, neutral));
  if (kept.length === 0) return atom((op === 'and') === positive ? 'always' : 'never');
  const [one, two] = kept;
  if (kept.length === 1 && one !== undefined) return say(one, positive, scope);
  if (op === 'or') {
    const values = alternatives(kept, positive, scope);
    if (values !== undefined) return atom(values);
    if (positive && kept.length === 2 && one?.op === 'not' && two !== undefined)
      return {
        text: `if ${within(say(one.args[0], true, scope), OR)}, then ${within(say(two, true, scope), LOOSE)}`,
        binds: LOOSE,
      };
  }
  const said = [...new Set(kept.map(a => within(say(a, positive, scope), AND)))];
  // The innermost lock is taken: that goes without saying.
  const told = said.filter(x => !(x.endsWith(' is taken') && said.includes(x.replace(/taken$/, 'the innermost'))));
  return { text: told.join(isOr ? ' or ' : ' and '), binds: told.length === 1 ? ATOM : isOr ? OR : AND };
};

const quantified = (t: Formula & { op: 'forall' | 'exists' }, positive: boolean, scope: Scope): Said => {
  const names = new Map(scope.names);
  const parts: string[] = [];
  let body: Formula = t;
  while (body.op === t.op) {
    const [word, letter] = sortWords[body.over.sort.name] ?? [
      body.over.sort.name.toLowerCase(),
      body.over.sort.name.charAt(0).toLowerCase(),
    ];
    const before = [...names.values()].filter(
      n => n === letter || (n.startsWith(letter) && /^\d+$/.test(n.slice(letter.length))),
    ).length;
    const name = before === 0 ? letter : `${letter}${String(before + 1)}`;
    names.set(body.over.name, name);
    parts.push(`${word} ${name}`);
    body = body.body;
  }
  const some = positive
    ? t.op === 'exists'
      ? 'for some'
      : 'for every'
    : t.op === 'exists'
      ? 'for no'
      : 'not for every';
  return {
    text: `${some} ${parts.join(' and ')}, ${within(say(body, true, { ...scope, names }), LOOSE)}`,
    binds: LOOSE,
  };
};

const equation = (a: Term, b: Term, positive: boolean, scope: Scope): Said => {
  if (a.sort.name === 'Bool') {
    const value = literal(b);
    if (value !== undefined) return say(a as Formula, positive === (value === 'true'), scope);
    return {
      text: `${termOf(a, scope)} is ${positive ? '' : 'not '}whether ${within(say(b as Formula, true, scope), LOOSE)}`,
      binds: AND,
    };
  }
  const value = literal(b);
  if (value !== undefined && (a.op === 'read' || a.op === 'world')) {
    const name = a.op === 'read' ? a.cell.cell : a.fn.fn;
    const args = a.at.map(x => termOf(x, scope));
    const words = comparisons[`${name} ${value}`];
    if (words !== undefined) return atom(fill(words[positive ? 0 : 1], args));
  }
  const compound = (t: Term): string => (t.op === 'ite' ? `(${termOf(t, scope)})` : termOf(t, scope));
  return atom(`${compound(a)} is ${positive ? '' : 'not '}${compound(b)}`);
};

/** `not` before the words of a named formula, or inside them where the English has a place for it. */
const negated = (words: string): string => {
  const verb = verbs.find(([yes]) => words.includes(yes));
  if (verb === undefined) return `not ${words}`;
  return /^(a|some|another) /.test(words)
    ? `no ${words.replace(/^(a|some|another) /, m => (m === 'another ' ? 'other ' : ''))}`
    : words.replace(...verb);
};
const verbs: readonly (readonly [string, string])[] = [
  [' is ', ' is not '],
  [' has ', ' does not have '],
  [' holds ', ' does not hold '],
  [' owns ', ' does not own '],
  [' can ', ' cannot '],
  [' are off', ' are on'],
];

const say = (t: Formula, positive: boolean, scope: Scope): Said => {
  const end = endShape(t, positive, scope);
  if (end !== undefined) return atom(end);
  if (scope.letters.size > 0) {
    const yes = scope.letters.get(keyOf(t));
    if (yes !== undefined) return atom(positive ? yes : `not ${yes}`);
    const no = scope.letters.get(keyOf(not(t)));
    if (no !== undefined) return atom(positive ? `not ${no}` : no);
  }
  switch (t.op) {
    case 'lit':
      return atom((t.value === 'true') === positive ? 'always' : 'never');
    case 'var': {
      const name = named(t, scope);
      return atom(positive ? name : `not ${name}`);
    }
    case 'called':
      return scope.spellsOut ? say(t.of, positive, scope) : atom(positive ? t.words : negated(t.words));
    case 'not':
      return say(t.args[0], !positive, scope);
    case 'and':
    case 'or': {
      const words = known.get(t);
      if (words !== undefined) return atom(positive ? words : negated(words));
      const shape = stackShape(t);
      if (shape !== undefined) return atom(positive ? shape : shape.replace(' is ', ' is not '));
      const all = t.op === 'or' ? overStack(t.args, positive, scope) : undefined;
      if (all !== undefined) return { text: all, binds: LOOSE };
      return joined(t.op, flat(t, t.op, scope), positive, scope);
    }
    case 'eq':
      return equation(t.args[0], t.args[1], positive, scope);
    case 'ite': {
      const [p, a, b] = t.args;
      const both = (op: 'and' | 'or', x: Formula, y: Formula): Said =>
        say({ op, sort: t.sort, args: [x, y] }, positive, scope);
      const notP: Formula = { op: 'not', sort: t.sort, args: [p] };
      if (literal(a) === 'true') return both('or', p, b);
      if (literal(a) === 'false') return both('and', notP, b);
      if (literal(b) === 'false') return both('and', p, a);
      if (literal(b) === 'true') return both('or', notP, a);
      return {
        text: `if ${within(say(p, true, scope), LOOSE)}, then ${within(say(a, positive, scope), LOOSE)}, else ${within(say(b, positive, scope), LOOSE)}`,
        binds: LOOSE,
      };
    }
    case 'forall':
    case 'exists':
      return quantified(t, positive, scope);
    default: {
      const name = t.op === 'read' ? t.cell.cell : t.fn.fn;
      const args = argsOf(name, t.at, scope);
      const words = sentences[name] ?? [`${name}(${args.join(', ')})`, `not ${name}(${args.join(', ')})`];
      return atom(fill(words[positive ? 0 : 1], args));
    }
  }
};

/** Returns the English of a term: a sentence for a formula, a noun for anything else. */
export const prose = (t: Term): string => (t.sort.name === 'Bool' ? say(t as Formula, true, top).text : termOf(t, top));

/** Returns the English of a formula with the words of every `called` spelled out, for readers who ask what they stand for. */
export const spelledOut = (t: Formula): string => say(t, true, { ...top, spellsOut: true }).text;

// Effects

interface Change {
  readonly vars: readonly Var[];
  readonly when: Formula | null;
  readonly target: Read;
  readonly value: Term;
}

/** `it or p`, `it and q`, `p ? x : it` written with connectives: a Bool place that mostly keeps its value. */
const changeOfBool = (v: Formula, self: string): { readonly when: Formula; readonly value: Formula } | undefined => {
  if (v.op !== 'or' && v.op !== 'and') return undefined;
  const others = v.args.filter(x => keyOf(x) !== self);
  if (others.length < v.args.length)
    return v.op === 'or' ? { when: or(...others), value: TRUE } : { when: not(and(...others)), value: FALSE };
  const [then, otherwise] = v.args;
  if (v.op !== 'or' || v.args.length !== 2 || then?.op !== 'and' || otherwise?.op !== 'and') return undefined;
  const [p, ...values] = then.args;
  const [notP, kept, ...rest] = otherwise.args;
  if (p === undefined || notP === undefined || kept === undefined || rest.length > 0) return undefined;
  return keyOf(notP) === keyOf(not(p)) && keyOf(kept) === self ? { when: p, value: and(...values) } : undefined;
};

/** Takes an assignment apart: when it changes the place at all, and to what. Undefined if it changes nothing. */
const changeOf = (a: Assign): Change | undefined => {
  const self = keyOf(a.target);
  const v = a.value;
  const base = { vars: a.vars, target: a.target };
  if (keyOf(v) === self) return undefined;
  if (v.op === 'ite' && keyOf(v.args[2]) === self) {
    const inner = changeOf({ ...a, value: v.args[1] });
    if (inner === undefined) return undefined;
    const [p] = v.args;
    return { ...inner, when: inner.when === null ? p : { op: 'and', sort: p.sort, args: [p, inner.when] } };
  }
  const bool = changeOfBool(v as Formula, self);
  if (bool !== undefined) return { ...base, ...bool };
  return { ...base, when: null, value: v };
};

/** Cells that are told together: all of one slot, all of one held lock. */
const wholes: readonly (readonly string[])[] = [slotCells.map(c => c.cell), heldCells.map(c => c.cell)];
const wholeOf = (c: Change): readonly string[] | undefined => wholes.find(w => w.includes(c.target.cell.cell));
const short: Readonly<Record<string, string>> = {
  off: 'offset',
  ref: 'reference',
  'maybe-null': 'maybe NULL',
  known: 'known address',
};

/** The values of a slot or held lock in one phrase; what is at its default goes without saying. */
const wholeText = (subject: string, changes: readonly Change[], whole: readonly string[], scope: Scope): string => {
  const isInit = (c: Change): boolean => literal(c.value) === c.target.cell.init;
  const isWhole = changes.length === whole.length;
  const kind = changes.find(c => c.target.cell.cell === 'kind');
  if (isWhole && changes.every(isInit))
    return kind === undefined ? `${subject} is no longer held` : `${subject} becomes unusable`;
  if (isWhole && kind !== undefined && literal(kind.value) === 'null' && changes.every(c => c === kind || isInit(c)))
    return `${subject} becomes NULL`;
  const copyOf = (c: Change): string | undefined =>
    c.value.op === 'read' && c.value.cell === c.target.cell && c.value.at[1] !== undefined
      ? termOf(c.value.at[1], scope)
      : undefined;
  const [source] = changes.map(copyOf).filter(x => x !== undefined);
  const isCopy =
    isWhole && source !== undefined && changes.filter(c => copyOf(c) === source).length >= whole.length - 1;
  const told = changes
    .filter(c => (isCopy ? copyOf(c) !== source : !isWhole || !isInit(c)))
    .map(c => {
      const cell = c.target.cell.cell.replace('held-', '');
      const name = short[cell] ?? cell;
      const value = literal(c.value);
      if (c.target.sort.name === 'Bool')
        return value === 'true'
          ? name
          : value === 'false'
            ? `not ${name}`
            : `${name} iff ${within(say(c.value as Formula, true, scope), AND)}`;
      return `${name} ${c.value.op === 'ite' ? `(${termOf(c.value, scope)})` : termOf(c.value, scope)}`;
    });
  if (isCopy) return [`${subject} becomes a copy of ${source}`, ...told].join('; its ');
  return `${subject} becomes: ${told.join(', ')}`;
};

const oneText = (c: Change, given: Scope): string => {
  // What is so afterwards is told plainly; the ends of a stack are those from before.
  const scope: Scope = { ...given, lastIsInnermost: false };
  const target = c.target as Term;
  if (c.target.sort.name === 'Bool') {
    const value = literal(c.value);
    if (value !== undefined) return `afterwards ${say(target as Formula, value === 'true', scope).text}`;
    return `afterwards ${say(target as Formula, true, scope).text} iff ${within(say(c.value as Formula, true, scope), LOOSE)}`;
  }
  return `${termOf(target, scope)} becomes ${termOf(c.value, scope)}`;
};

const partsOf = (t: Term): readonly Term[] => {
  switch (t.op) {
    case 'lit':
    case 'var':
    case 'called':
      return [];
    case 'read':
    case 'world':
      return t.at;
    case 'forall':
    case 'exists':
      return [t.body];
    default:
      return t.args;
  }
};
/** All formulas inside a term, itself included. What a named formula stands for is not looked at. */
const formulasIn = (t: Term): readonly Formula[] => [
  ...(t.sort.name === 'Bool' ? [t as Formula] : []),
  ...partsOf(t).flatMap(formulasIn),
];

/** True iff the formula says the same wherever it stands: it speaks of no variable that is bound outside it. */
const isClosed = (t: Term, bound: readonly string[] = []): boolean => {
  switch (t.op) {
    case 'lit':
      return true;
    case 'var':
      return bound.includes(t.name) || !/\.\d+$/.test(t.name);
    case 'read':
    case 'world':
      return t.at.every(a => isClosed(a, bound));
    case 'forall':
    case 'exists':
      return isClosed(t.body, [...bound, t.over.name]);
    case 'called':
      return isClosed(t.of, bound);
    default:
      return t.args.every(a => isClosed(a, bound));
  }
};

const LONG = 100;
/** Letters for the long conditions that several changes share, the longest first; those inside others get none. */
const lettersFor = (changes: readonly Change[]): readonly { readonly letter: string; readonly of: Formula }[] => {
  const uses = new Map<string, { of: Formula; count: number }>();
  for (const c of changes) {
    const own = new Map([c.when ?? TRUE, c.value].flatMap(formulasIn).map(f => [keyOf(f), f] as const));
    for (const [key, of] of own) uses.set(key, { of, count: (uses.get(key)?.count ?? 0) + 1 });
  }
  const shared = [...uses.values()].filter(
    u =>
      u.count > 1 &&
      (u.of.op === 'and' || u.of.op === 'or' || u.of.op === 'exists' || u.of.op === 'forall') &&
      isClosed(u.of) &&
      prose(u.of).length > LONG,
  );
  const outermost = shared.filter(u => !shared.some(v => v !== u && keyOf(v.of).includes(keyOf(u.of))));
  return outermost.map((u, i) => ({ letter: `(${String.fromCharCode(65 + i)})`, of: u.of }));
};

/**
 * Returns what a rule's assignments do, a sentence each. All read the state before the rule; what is not mentioned stays.
 * Assignments to one slot are told together.
 */
export const effectProse = (effects: readonly Assign[]): readonly string[] => {
  const changes = effects.map(changeOf).filter(c => c !== undefined);
  const shared = lettersFor(changes);
  const letters = new Map(shared.map(x => [keyOf(x.of), x.letter]));
  const groups = new Map<
    string,
    { subject: string; whole: readonly string[] | undefined; changes: Change[]; scope: Scope; prefix: string }
  >();
  for (const c of changes) {
    const names = new Map<string, string>();
    const parts = c.vars.map(v => {
      const [word, letter] = sortWords[v.sort.name] ?? [v.sort.name.toLowerCase(), v.sort.name.charAt(0).toLowerCase()];
      const before = [...names.values()].filter(n => n.startsWith(letter)).length;
      const name = before === 0 ? letter : `${letter}${String(before + 1)}`;
      names.set(v.name, name);
      return `${word} ${name}`;
    });
    const whole = wholeOf(c);
    // The last held lock has none above it to tell it from: taken, it is the innermost. The first, if free, is the next free.
    const scope: Scope = { ...top, names, lastIsInnermost: c.target.cell.index.some(x => x.name === 'Depth'), letters };
    const subject = whole === undefined ? '' : termOf(c.target.at[1], scope);
    const prefix = [
      ...(parts.length > 0 ? [`for every ${parts.join(' and ')}`] : []),
      ...(c.when === null ? [] : [`if ${within(say(c.when, true, scope), LOOSE)}`]),
    ].join(', ');
    const key = `${prefix}|${subject}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { subject, whole, changes: [c], scope, prefix });
    else group.changes.push(c);
  }
  const lines = [...groups.values()].map(g => {
    const text =
      g.whole === undefined
        ? g.changes.map(c => oneText(c, g.scope)).join('; ')
        : wholeText(g.subject, g.changes, g.whole, g.scope);
    return g.prefix === '' ? text : `${g.prefix}: ${text}`;
  });
  return [...shared.map(x => `${x.letter} stands for: ${prose(x.of)}`), ...collapse(lines)];
};

/** Sentences that say the same of each held lock become one. */
const collapse = (lines: readonly string[]): readonly string[] => {
  const out: string[] = [];
  for (let i = 0; i < lines.length; i++) {
    const alike = alikeOver(lines.slice(i, i + LAST_DEPTH + 1));
    if (alike !== undefined) {
      out.push(
        alike.text.replace(
          /^if (?:(.+) and )?it is the (innermost|next free): /,
          (_, when?: string, which?: string) => {
            const place = `for the ${which === 'innermost' ? 'innermost' : 'next'} ${alike.stack}`;
            return when === undefined ? `${place}: ` : `if ${when}, ${place}: `;
          },
        ),
      );
      i += LAST_DEPTH;
    } else out.push(lines[i]);
  }
  return out;
};

/** Returns when an event can happen at all, without the condition that every step of the machine has; null if always. */
export const whereProse = (r: Rule): string | null => {
  const args = flat(r.where, 'and', top).filter(
    a => !isTrivial(a, 'true') && !(a.op === 'called' && a.words === 'nothing interrupts the run'),
  );
  if (args.length === 0) return null;
  return joined('and', args, true, top).text;
};

/** True iff the cell or fact has English of its own; others are told by their names. */
export const hasWords = (name: string): boolean => Object.hasOwn(sentences, name) || Object.hasOwn(nouns, name);
