/** Terms as SMT-LIB 2 over uninterpreted sorts: index sorts are declared, enum sorts are datatypes, cells are functions. */
import type { Cell, Formula, Sort, Term, WorldFn } from '../../model/term.js';
import { ModelBug } from '../../model/term.js';

const sortName = (s: Sort): string => (s.name === 'Bool' ? 'Bool' : s.name);
const literal = (s: Sort, value: string): string => (s.name === 'Bool' ? value : `${s.name}.${value}`);
const list = (head: string, args: readonly string[]): string =>
  args.length === 0 ? head : `(${head} ${args.join(' ')})`;

/** Variables have names of their own: a cell may be called the same. */
const variableName = (name: string): string => `$${name}`;

/** Bound variables are named by their depth, so that equal formulas have equal texts in every process. */
const boundName = (depth: number): string => `?${String(depth)}`;

/** The text of a term. Free variables are constants of the same name. */
export const smtTerm = (t: Term, bound: readonly string[] = []): string => {
  const go = (x: Term): string => smtTerm(x, bound);
  switch (t.op) {
    case 'lit':
      return literal(t.sort, t.value);
    case 'var': {
      const depth = bound.lastIndexOf(t.name);
      return depth < 0 ? variableName(t.name) : boundName(depth);
    }
    case 'read':
      return list(t.cell.cell, t.at.map(go));
    case 'world':
      return list(t.fn.fn, t.at.map(go));
    case 'eq':
      return `(= ${go(t.args[0])} ${go(t.args[1])})`;
    case 'not':
      return `(not ${go(t.args[0])})`;
    case 'and':
      return t.args.length === 0 ? 'true' : `(and ${t.args.map(go).join(' ')})`;
    case 'or':
      return t.args.length === 0 ? 'false' : `(or ${t.args.map(go).join(' ')})`;
    case 'ite':
      return `(ite ${t.args.map(go).join(' ')})`;
    case 'forall':
    case 'exists': {
      const vars: string[] = [];
      const inner = [...bound];
      let body: Term = t;
      while (body.op === t.op) {
        vars.push(`(${boundName(inner.length)} ${sortName(body.over.sort)})`);
        inner.push(body.over.name);
        body = body.body;
      }
      return `(${t.op} (${vars.join(' ')}) ${smtTerm(body, inner)})`;
    }
    case 'called':
      return go(t.of);
  }
};

interface Signature {
  readonly sorts: Map<string, Sort>;
  readonly functions: Map<string, { readonly index: readonly Sort[]; readonly sort: Sort }>;
}

/** The sorts and functions that a term speaks of. */
const gather = (t: Term, into: Signature, bound: ReadonlySet<string>): void => {
  const useSort = (s: Sort): void => {
    if (s.name !== 'Bool') into.sorts.set(s.name, s);
  };
  const useFunction = (name: string, f: Cell | WorldFn): void => {
    into.functions.set(name, f);
    f.index.forEach(useSort);
    useSort(f.sort);
  };
  useSort(t.sort);
  const go = (x: Term): void => gather(x, into, bound);
  switch (t.op) {
    case 'lit':
      return;
    case 'var':
      if (!bound.has(t.name)) into.functions.set(variableName(t.name), { index: [], sort: t.sort });
      return;
    case 'read':
      useFunction(t.cell.cell, t.cell);
      t.at.forEach(go);
      return;
    case 'world':
      useFunction(t.fn.fn, t.fn);
      t.at.forEach(go);
      return;
    case 'forall':
    case 'exists':
      useSort(t.over.sort);
      gather(t.body, into, new Set(bound).add(t.over.name));
      return;
    case 'called':
      go(t.of);
      return;
    default:
      t.args.forEach(go);
  }
};

export interface Assertion {
  /** A name that may stand in an unsat core. */
  readonly name: string;
  readonly formula: Formula;
}

interface Rendered {
  readonly text: string;
  readonly signature: Signature;
}
const known = new WeakMap<Formula, Rendered>();
const rendered = (f: Formula): Rendered => {
  let r = known.get(f);
  if (r === undefined) {
    const signature: Signature = { sorts: new Map(), functions: new Map() };
    gather(f, signature, new Set());
    known.set(f, (r = { text: smtTerm(f), signature }));
  }
  return r;
};

const declareSort = (s: Sort): string[] => {
  const names = s.values.map(v => literal(s, v));
  if (s.kind === 'enum') return [`(declare-datatypes ((${s.name} 0)) ((${names.map(n => `(${n})`).join(' ')})))`];
  return [
    `(declare-sort ${s.name} 0)`,
    ...names.map(n => `(declare-fun ${n} () ${s.name})`),
    ...(names.length > 1 ? [`(assert (distinct ${names.join(' ')}))`] : []),
  ];
};

/**
 * A closed text that is `unsat` iff the assertions contradict one another. Sorts have at least the elements that are named in
 * the model, all different. Throws ModelBug on two functions of one name.
 */
export const smtQuery = (assertions: readonly Assertion[], comment: readonly string[] = []): string => {
  const sorts = new Map<string, Sort>();
  const functions = new Map<string, string>();
  const asserts: string[] = [];
  for (const a of assertions) {
    const { text, signature } = rendered(a.formula);
    for (const [name, s] of signature.sorts) sorts.set(name, s);
    for (const [name, f] of signature.functions) {
      const line = `(declare-fun ${name} (${f.index.map(sortName).join(' ')}) ${sortName(f.sort)})`;
      if ((functions.get(name) ?? line) !== line) throw new ModelBug(`two functions are called ${name}`);
      functions.set(name, line);
    }
    asserts.push(`(assert (! ${text} :named ${a.name}))`);
  }
  const byName = <T>([a]: readonly [string, T], [b]: readonly [string, T]): number => (a < b ? -1 : 1);
  return [
    ...comment.map(c => `; ${c.replaceAll(/[^ -~]/g, '?')}`),
    '(set-logic ALL)',
    ...[...sorts].sort(byName).flatMap(([, s]) => declareSort(s)),
    ...[...functions].sort(byName).map(([, line]) => line),
    ...asserts,
    '(check-sat)',
    '',
  ].join('\n');
};
