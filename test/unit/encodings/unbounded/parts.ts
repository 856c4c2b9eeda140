/** Everything that the proofs of all designs speak of: steps, conjuncts and facts, and the cells, functions and sorts in them. */
import { allDesigns } from '../../../../model/designs/index.js';
import type { Rules } from '../../../../model/rules/index.js';
import { rulesOf } from '../../../../model/rules/index.js';
import type { Design } from '../../../../model/design.js';
import type { Cell, Sort, Term, WorldFn } from '../../../../model/term.js';
import { partsOf } from '../../../../encodings/unbounded/after.js';
import type { Step } from '../../../../encodings/unbounded/steps.js';
import { stepsOf } from '../../../../encodings/unbounded/steps.js';
import type { Conjunct } from '../../../../proofs/invariant/conjunct.js';
import { conjunctsOf } from '../../../../proofs/invariant/index.js';

export interface Parts {
  readonly design: Design;
  readonly rules: Rules;
  readonly steps: readonly Step[];
  readonly conjuncts: readonly Conjunct[];
}
export const partsOfDesign = (design: Design): Parts => {
  const rules = rulesOf(design);
  return { design, rules, steps: stepsOf(rules, design), conjuncts: conjunctsOf(design) };
};
export const design = (id: string): Design => {
  const d = allDesigns.find(x => x.id === id);
  if (d === undefined) throw new Error(`no design ${id}`);
  return d;
};

export interface Vocabulary {
  readonly cells: Map<string, Cell>;
  readonly functions: Map<string, WorldFn>;
  readonly sorts: Map<string, Sort>;
}
export const vocabulary = (): Vocabulary => ({ cells: new Map(), functions: new Map(), sorts: new Map() });

/** Adds what a term speaks of, the domains of its cells included. */
export const read = (t: Term, into: Vocabulary): void => {
  into.sorts.set(t.sort.name, t.sort);
  if (t.op === 'forall' || t.op === 'exists') into.sorts.set(t.over.sort.name, t.over.sort);
  const use = (f: Cell | WorldFn): void => {
    for (const s of [...f.index, f.sort]) into.sorts.set(s.name, s);
  };
  if (t.op === 'world') {
    into.functions.set(t.fn.fn, t.fn);
    use(t.fn);
  }
  if (t.op === 'read' && !into.cells.has(t.cell.cell)) {
    into.cells.set(t.cell.cell, t.cell);
    use(t.cell);
    const at = t.cell.index.map((sort, i): Term => ({ op: 'var', sort, name: `at.${String(i)}` }));
    if (t.cell.domain !== undefined) read(t.cell.domain(...at), into);
  }
  for (const p of partsOf(t)) read(p, into);
};
