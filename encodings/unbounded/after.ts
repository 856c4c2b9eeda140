/**
 * What a formula means one step later, said about the state before it: the weakest precondition of an effect.
 *
 * Terms go in and come out, so nothing is encoded here and no cell needs a second copy.
 */
import type { Assign, Cell, Formula, Read, Term, Var } from '../../model/term.js';
import { ModelBug, and, eq, ite } from '../../model/term.js';

/** Applies `f` to all direct parts of a term. */
export const mapParts = (t: Term, f: (x: Term) => Term): Term => {
  switch (t.op) {
    case 'lit':
    case 'var':
      return t;
    case 'read':
      return { ...t, at: t.at.map(f) };
    case 'world':
      return { ...t, at: t.at.map(f) };
    case 'forall':
    case 'exists':
      return { ...t, body: f(t.body) as Formula };
    case 'called':
      return { ...t, of: f(t.of) as Formula };
    default:
      return { ...t, args: t.args.map(f) } as unknown as Term;
  }
};

/** Puts terms for variables, by name. Bound variables of the model have unique names, so nothing is captured. */
export const substitute = (t: Term, by: ReadonlyMap<string, Term>): Term => {
  if (by.size === 0) return t;
  const go = (x: Term): Term => (x.op === 'var' ? (by.get(x.name) ?? x) : mapParts(x, go));
  return go(t);
};

/** The value that one assignment gives to a place, or what it had. */
const assigned = (a: Assign, place: Read, before: Term): Term => {
  const bound = new Set(a.vars.map(v => v.name));
  const by = new Map<string, Term>();
  const conditions: Formula[] = [];
  a.target.at.forEach((t, i) => {
    const here = place.at[i];
    if (here === undefined) throw new ModelBug(`${a.target.cell.cell}: an index is missing`);
    if (t.op === 'var' && bound.has(t.name) && !by.has(t.name)) by.set(t.name, here);
    else conditions.push(eq(t.op === 'var' ? (by.get(t.name) ?? t) : t, here));
  });
  const loose = a.vars.find((v: Var) => !by.has(v.name));
  if (loose !== undefined)
    throw new ModelBug(`${a.target.cell.cell}: '${loose.name}' is not an index of what is assigned`);
  const domain = a.target.cell.domain?.(...place.at);
  return ite(and(...conditions, ...(domain === undefined ? [] : [domain])), substitute(a.value, by), before);
};

/** The term as it will be after the effects. Values and indices of the effects are those before it. */
export const after = (effects: readonly Assign[], t: Term): Term => {
  const byCell = new Map<string, Assign[]>();
  for (const a of effects) {
    const list = byCell.get(a.target.cell.cell);
    if (list === undefined) byCell.set(a.target.cell.cell, [a]);
    else list.push(a);
  }
  const go = (x: Term): Term => {
    const y = mapParts(x, go);
    if (y.op !== 'read') return y;
    return (byCell.get(y.cell.cell) ?? []).reduce((before: Term, a) => assigned(a, y, before), y);
  };
  return go(t);
};

/** The direct parts of a term. */
export const partsOf = (t: Term): readonly Term[] => {
  const parts: Term[] = [];
  mapParts(t, x => {
    parts.push(x);
    return x;
  });
  return parts;
};

/** The cells that a term reads, by name. */
export const cellsIn = (t: Term, into = new Map<string, Cell>()): ReadonlyMap<string, Cell> => {
  if (t.op === 'read') into.set(t.cell.cell, t.cell);
  for (const p of partsOf(t)) cellsIn(p, into);
  return into;
};
/** Their names. */
export const cellsOf = (t: Term): ReadonlySet<string> => new Set(cellsIn(t).keys());
