/**
 * A rule: what one event needs and does, as data.
 *
 * A verifier rule has guards: the first one that fails is the verdict, with the kernel's message. A machine rule has bad things:
 * the first that is true breaks its property. Effects are simultaneous: all values are read before any is written, a later
 * assignment to the same place overrides an earlier one, and what is not mentioned keeps its value.
 */
import type { Assign, Formula, Term, Var } from './term.js';
import { ModelBug, TRUE } from './term.js';
import type { PropertyId } from './properties.js';

/** Where a rule or guard comes from: a kernel function, a mail, or our own reading. */
export interface Source {
  readonly kernel?: string;
  readonly mail?: string;
  readonly reading?: string;
}

/**
 * What stands in a hole of a message. A term is told by the name of its value (an offset, a struct, a map); of the slot of an operand,
 * the register that it is in, what the kernel calls its type, with or without its struct, the offset that is meant, and the special
 * field there; of a type, where its lock is; and the function that is called.
 */
export type Hole =
  | { readonly value: Term }
  | { readonly register: Term }
  | { readonly kindOf: Term }
  | { readonly typeOf: Term }
  | { readonly offsetOf: Term }
  | { readonly fieldAt: Term }
  | { readonly placeOf: 'bpf_spin_lock' | 'bpf_res_spin_lock'; readonly in: Term }
  | 'function';

/** A text of the kernel: holes (register numbers, offsets) are written as in its sources, `%d`, `%s` and their like. */
export interface Message {
  readonly message: string;
  /** What stands in the holes, in their order, where the model knows it. */
  readonly holes?: readonly Hole[];
}

export interface Guard extends Message {
  readonly name: string;
  readonly holds: Formula;
  /** What the kernel says instead in special cases: the first that holds. */
  readonly unless?: readonly ({ readonly when: Formula } & Message)[];
  /** The kernel function that makes the test. */
  readonly kernel: string;
  /** The properties it is there for; `policy` with the reason when it protects none. */
  readonly protects: readonly PropertyId[] | { readonly policy: string };
}

export interface Bad {
  readonly property: PropertyId;
  readonly when: Formula;
  /** One clause a kernel developer would say. */
  readonly reason: string;
}

/** A bound of the model: where it does not hold, the answer is `bound-reached`. */
export interface Capacity {
  readonly holds: Formula;
  /** What there are too many of. */
  readonly of: string;
}

/** A choice the program does not make: which element a lookup returns, which id is fresh. */
export interface Choice {
  readonly of: Var;
  /** `any`: every candidate is tried. `first`: all candidates behave alike (tested), so the lowest will do. */
  readonly take: 'any' | 'first';
}

export interface Rule {
  readonly name: string;
  readonly doc: string;
  readonly source: readonly Source[];
  /** Fixed by the program: slots, offsets, types. */
  readonly params: readonly Var[];
  readonly choices: readonly Choice[];
  /** When the event can happen at all: branch feasibility, a lock being free, freshness of a choice. */
  readonly where: Formula;
  readonly guards: readonly Guard[];
  readonly bads: readonly Bad[];
  readonly effects: readonly Assign[];
  /** A bound of the model: when false, the answer is `bound-reached`. */
  readonly capacity: readonly Capacity[];
}

export const rule = (name: string, doc: string, parts: Partial<Omit<Rule, 'name' | 'doc'>>): Rule => {
  const r: Rule = {
    name,
    doc,
    source: [],
    params: [],
    choices: [],
    where: TRUE,
    guards: [],
    bads: [],
    effects: [],
    capacity: [],
    ...parts,
  };
  const names = r.guards.map(g => g.name);
  const twice = names.find((n, i) => names.indexOf(n) !== i);
  if (twice !== undefined) throw new ModelBug(`${name}: two guards are named ${twice}`);
  for (const a of r.effects)
    a.target.at.forEach((t, i) => {
      if (t.sort !== a.target.cell.index[i]) throw new ModelBug(`${name}: bad index of ${a.target.cell.cell}`);
    });
  return r;
};

/** One machine step of an event: control is at `from` (0: before the event) and goes to `to` (-1: past it). */
export interface MachineStep {
  readonly from: number;
  readonly to: number;
  readonly does: Rule;
}

/** An event of programs or of user space, as the verifier and as the machine see it. */
export interface EventRules {
  readonly event: string;
  readonly verifier: Rule;
  readonly machine: readonly MachineStep[];
}
