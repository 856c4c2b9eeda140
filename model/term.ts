/**
 * The language the rules are written in: typed terms as plain data.
 *
 * A term has a sort. Bool and enum sorts have named values; index sorts (runs, slots, allocations, ...) have as many elements as
 * the interpreter gives them: a fixed number (finite systems) or any number (proofs). Terms are total.
 * Nothing here computes: encodings/ interprets.
 */

export interface Sort<N extends string = string> {
  readonly name: N;
  readonly kind: 'enum' | 'index';
  /** Enum: all values, the first is the default. Index: the distinguished elements, which come first in every finite size. */
  readonly values: readonly string[];
}

export interface Var<N extends string = string> {
  readonly op: 'var';
  readonly sort: Sort<N>;
  readonly name: string;
}

/** A component of the state: a function from index sorts to a sort. */
export interface Cell<N extends string = string> {
  (...at: readonly Arg[]): Read<N>;
  readonly cell: string;
  readonly doc: string;
  readonly index: readonly Sort[];
  readonly sort: Sort<N>;
  /** Value in the initial state unless the system says otherwise. */
  readonly init: string;
  /** Where the cell exists, as a term over the world; elsewhere it reads as `init` and can't be written. */
  readonly domain?: (...at: Term[]) => Term<'Bool'>;
}

/** A fact of the world: an immutable function that the scenario (or the proof's axioms) fixes. */
export interface WorldFn<N extends string = string> {
  (...at: readonly Arg[]): Term<N>;
  readonly fn: string;
  readonly doc: string;
  readonly index: readonly Sort[];
  readonly sort: Sort<N>;
}

export interface Read<N extends string = string> {
  readonly op: 'read';
  readonly cell: Cell<N>;
  readonly at: readonly Term[];
  readonly sort: Sort<N>;
}

export type Term<N extends string = string> =
  | { readonly op: 'lit'; readonly sort: Sort<N>; readonly value: string }
  | Var<N>
  | Read<N>
  | { readonly op: 'world'; readonly fn: WorldFn<N>; readonly at: readonly Term[]; readonly sort: Sort<N> }
  | { readonly op: 'eq'; readonly sort: Sort<N>; readonly args: readonly [Term, Term] }
  | { readonly op: 'not'; readonly sort: Sort<N>; readonly args: readonly [Term<'Bool'>] }
  | { readonly op: 'and' | 'or'; readonly sort: Sort<N>; readonly args: readonly Term<'Bool'>[] }
  | { readonly op: 'ite'; readonly sort: Sort<N>; readonly args: readonly [Term<'Bool'>, Term<N>, Term<N>] }
  | { readonly op: 'forall' | 'exists'; readonly sort: Sort<N>; readonly over: Var; readonly body: Term<'Bool'> }
  /** The same as `of`; keeps the English beside the formula. */
  | { readonly op: 'called'; readonly sort: Sort<N>; readonly words: string; readonly of: Term<'Bool'> };

export type Formula = Term<'Bool'>;
/** Where a term is expected the name of a value of its sort will do. */
export type Arg = Term | string;

export const enumSort = <N extends string>(name: N, ...values: string[]): Sort<N> => ({ name, kind: 'enum', values });
export const indexSort = <N extends string>(name: N, ...distinguished: string[]): Sort<N> => ({
  name,
  kind: 'index',
  values: distinguished,
});

export const Bool = enumSort('Bool', 'false', 'true');

/** Thrown when the model itself is ill-formed: a bug of ours, found when the rules are built. */
export class ModelBug extends Error {}

export const lit = <N extends string>(sort: Sort<N>, value: string): Term<N> => {
  if (!sort.values.includes(value)) throw new ModelBug(`${sort.name} has no value '${value}'`);
  return { op: 'lit', sort, value };
};
export const variable = <N extends string>(name: string, sort: Sort<N>): Var<N> => ({ op: 'var', sort, name });

export const TRUE: Formula = lit(Bool, 'true');
export const FALSE: Formula = lit(Bool, 'false');

/** Lifts a value name to a literal of the sort, and checks the sort of anything else. */
export const as = <N extends string>(sort: Sort<N>, arg: Arg, where: string): Term<N> => {
  if (typeof arg === 'string') return lit(sort, arg);
  if (arg.sort !== (sort as Sort)) throw new ModelBug(`${where}: expected ${sort.name}, got ${arg.sort.name}`);
  return arg as Term<N>;
};

export const eq = (a: Term, b: Arg): Formula => ({ op: 'eq', sort: Bool, args: [a, as(a.sort, b, 'eq')] });
export const ne = (a: Term, b: Arg): Formula => not(eq(a, b));
export const not = (p: Formula): Formula => (p.op === 'not' ? p.args[0] : { op: 'not', sort: Bool, args: [p] });
export const and = (...args: readonly Formula[]): Formula => ({ op: 'and', sort: Bool, args });
export const or = (...args: readonly Formula[]): Formula => ({ op: 'or', sort: Bool, args });
export const implies = (p: Formula, q: Formula): Formula => or(not(p), q);
export const oneOf = (a: Term, ...values: readonly Arg[]): Formula => or(...values.map(v => eq(a, v)));
export const called = (words: string, of: Formula): Formula => ({ op: 'called', sort: Bool, words, of });

export const ite = <N extends string>(p: Formula, t: Term<N>, e: Term<N> | string): Term<N> => ({
  op: 'ite',
  sort: t.sort,
  args: [p, t, as(t.sort, e, 'ite')],
});

let bound = 0;
const quantified = (op: 'forall' | 'exists', sort: Sort, body: (x: Var) => Formula): Formula => {
  const over = variable(`${sort.name.toLowerCase()}.${String(bound++)}`, sort);
  return { op, sort: Bool, over, body: body(over) };
};
export const forall = (sort: Sort, body: (x: Var) => Formula): Formula => quantified('forall', sort, body);
export const exists = (sort: Sort, body: (x: Var) => Formula): Formula => quantified('exists', sort, body);

const applied = (name: string, index: readonly Sort[], at: readonly Arg[]): Term[] => {
  if (at.length !== index.length) throw new ModelBug(`${name} takes ${String(index.length)} arguments`);
  return at.map((a, i) => as(index[i], a, name));
};

export const cell = <N extends string>(
  name: string,
  index: readonly Sort[],
  sort: Sort<N>,
  doc: string,
  options: { init?: string; domain?: (...at: Term[]) => Formula } = {},
): Cell<N> => {
  const self: Cell<N> = Object.assign(
    (...at: readonly Arg[]): Read<N> => ({ op: 'read', cell: self, at: applied(name, index, at), sort }),
    {
      cell: name,
      doc,
      index,
      sort,
      init: options.init ?? sort.values[0] ?? '',
      ...(options.domain && { domain: options.domain }),
    },
  );
  return self;
};

export const worldFn = <N extends string>(
  name: string,
  index: readonly Sort[],
  sort: Sort<N>,
  doc: string,
): WorldFn<N> => {
  const self: WorldFn<N> = Object.assign(
    (...at: readonly Arg[]): Term<N> => ({ op: 'world', fn: self, at: applied(name, index, at), sort }),
    { fn: name, doc, index, sort },
  );
  return self;
};

/** One assignment of an effect: for all values of `vars`, the cell at `at` becomes `value`. */
export interface Assign {
  readonly target: Read;
  readonly vars: readonly Var[];
  readonly value: Term;
}

export const set = (target: Read, value: Arg): Assign => ({
  target,
  vars: [],
  value: as(target.sort, value, target.cell.cell),
});

/** Assigns to every element of a sort at once: `each(Slot, s => [set(kind(run, s), ...)])`. */
export const each = (sort: Sort, body: (x: Var) => readonly Assign[]): Assign[] => {
  const x = variable(`${sort.name.toLowerCase()}.${String(bound++)}`, sort);
  return body(x).map(a => ({ ...a, vars: [x, ...a.vars] }));
};

/** Makes assignments happen only if `p` holds. */
export const when = (p: Formula, ...assigns: readonly Assign[]): Assign[] =>
  assigns.map(a => ({ ...a, value: ite(p, a.value, a.target) }));
