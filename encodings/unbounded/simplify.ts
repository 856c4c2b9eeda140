/** Folds away what is constant in a term: literals, the same thing twice, branches that cannot be taken. */
import type { Formula, Term } from '../../model/term.js';
import { FALSE, TRUE } from '../../model/term.js';
import { termText } from '../rule-key.js';

const isTrue = (t: Term): boolean => t.op === 'lit' && t.sort.name === 'Bool' && t.value === 'true';
const isFalse = (t: Term): boolean => t.op === 'lit' && t.sort.name === 'Bool' && t.value === 'false';
const negate = (f: Formula): Formula =>
  isTrue(f) ? FALSE : isFalse(f) ? TRUE : f.op === 'not' ? f.args[0] : { op: 'not', sort: TRUE.sort, args: [f] };

const junction = (op: 'and' | 'or', args: readonly Formula[]): Formula => {
  const stop = op === 'and' ? isFalse : isTrue;
  const skip = op === 'and' ? isTrue : isFalse;
  const flat: Formula[] = [];
  const seen = new Set<string>();
  for (const a of args.flatMap(x => (x.op === op ? x.args : [x]))) {
    if (stop(a)) return a;
    if (skip(a)) continue;
    const text = termText(a);
    if (seen.has(text)) continue;
    seen.add(text);
    flat.push(a);
  }
  for (const a of flat) if (a.op === 'not' && seen.has(termText(a.args[0]))) return op === 'and' ? FALSE : TRUE;
  const [only] = flat;
  if (only === undefined) return op === 'and' ? TRUE : FALSE;
  return flat.length === 1 ? only : { op, sort: TRUE.sort, args: flat };
};

const equal = (a: Term, b: Term): Formula => {
  if (a.op === 'lit' && b.op === 'lit') return a.value === b.value ? TRUE : FALSE;
  if (termText(a) === termText(b)) return TRUE;
  if (a.sort.name === 'Bool') {
    if (b.op === 'lit') return isTrue(b) ? (a as Formula) : negate(a as Formula);
    if (a.op === 'lit') return isTrue(a) ? (b as Formula) : negate(b as Formula);
  }
  // A conditional against a literal: each branch is decided alone.
  for (const [x, y] of [
    [a, b],
    [b, a],
  ] as const)
    if (x.op === 'ite' && y.op === 'lit') {
      const t = equal(x.args[1], y);
      const e = equal(x.args[2], y);
      if (t.op === 'lit' || e.op === 'lit') return choice(x.args[0], t, e) as Formula;
    }
  return { op: 'eq', sort: TRUE.sort, args: [a, b] };
};

const choice = (p: Formula, t: Term, e: Term): Term => {
  if (isTrue(p)) return t;
  if (isFalse(p)) return e;
  if (termText(t) === termText(e)) return t;
  if (t.sort.name === 'Bool') {
    const [x, y] = [t as Formula, e as Formula];
    if (isTrue(x)) return junction('or', [p, y]);
    if (isFalse(x)) return junction('and', [negate(p), y]);
    if (isTrue(y)) return junction('or', [negate(p), x]);
    if (isFalse(y)) return junction('and', [p, x]);
  }
  return { op: 'ite', sort: t.sort, args: [p, t, e] };
};

/** An equal term without constant parts. */
export const simplify = (t: Term): Term => {
  switch (t.op) {
    case 'lit':
    case 'var':
      return t;
    case 'read':
      return { ...t, at: t.at.map(simplify) };
    case 'world':
      return { ...t, at: t.at.map(simplify) };
    case 'called':
      return simplify(t.of);
    case 'eq':
      return equal(simplify(t.args[0]), simplify(t.args[1]));
    case 'not':
      return negate(simplify(t.args[0]) as Formula);
    case 'and':
    case 'or':
      return junction(
        t.op,
        t.args.map(a => simplify(a) as Formula),
      );
    case 'ite': {
      const p = simplify(t.args[0]) as Formula;
      if (isTrue(p)) return simplify(t.args[1]);
      if (isFalse(p)) return simplify(t.args[2]);
      return choice(p, simplify(t.args[1]), simplify(t.args[2]));
    }
    case 'forall':
    case 'exists': {
      const body = simplify(t.body) as Formula;
      return body.op === 'lit' ? body : { ...t, body };
    }
  }
};
