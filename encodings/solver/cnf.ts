/** From circuit outputs to clauses (Plaisted–Greenbaum 1986) and DIMACS text, and from a solver's model back to inputs. */

import { SolverError, clip } from './answer.js';
import { FALSE, NodeKind, TRUE, evaluate, grown } from './circuit.js';
import type { Circuit, CircuitView, Lit } from './circuit.js';

/** Clauses over variables `1 … variables`, one after another in `literals`, each closed by a 0. */
export interface Clauses {
  readonly variables: number;
  readonly clauses: number;
  readonly literals: Int32Array;
}

/** The clauses of some outputs; `inputOf[v]` is the circuit input that variable `v` stands for, or 0 for a gate. */
export interface Cnf extends Clauses {
  readonly inputOf: Int32Array;
}

/** Directions in which a gate is used: a gate used only positively needs only the clauses "gate implies kids". */
const POSITIVE = 1;
const NEGATIVE = 2;

/**
 * Returns clauses that are satisfiable iff all outputs can be true at once; every model of them, restricted to the
 * inputs, makes the outputs true. Only the cone of the outputs is looked at.
 */
export function toCnf(circuit: Circuit, outputs: readonly Lit[]): Cnf {
  const view = circuit.view();
  const { size, kinds, starts, kids } = view;
  const roots = outputs.filter(lit => lit !== TRUE);
  const { polarity, uses } = coneOf(view, roots);
  const inlined = inlinedGates(view, roots, polarity, uses);
  const out = clauseBuffer();

  const variable = new Int32Array(size + 1);
  const inputs: number[] = [0];
  for (let node = 2; node <= size; node++) {
    if (polarity[node] === 0 || inlined[node] === 1) continue;
    variable[node] = inputs.length;
    inputs.push(kinds[node] === NodeKind.input ? node : 0);
  }
  const varOf = (lit: Lit): number => {
    const found = variable[Math.abs(lit)];
    // A 0 would end the clause early, and say so nowhere.
    if (found === 0) throw new SolverError(`literal ${lit} is used where it has no variable`);
    return lit > 0 ? found : -found;
  };

  /** The conjuncts of an `and`, those of `and`s inlined into it included. */
  const conjuncts = (gate: number): Lit[] => {
    const found: Lit[] = [];
    const open = [gate];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      for (let i = starts[next]; i < starts[next + 1]; i++) {
        const kid = kids[i];
        if (kid > 0 && inlined[kid] === 1) open.push(kid);
        else found.push(kid);
      }
    }
    return found;
  };

  /** Emits "prefix or lit", where a negated inlined `and` is the disjunction of its negated conjuncts. */
  const require = (prefix: number, lit: Lit): void => {
    if (prefix !== 0) out.literal(prefix);
    if (lit < 0 && inlined[-lit] === 1) for (const kid of conjuncts(-lit)) out.literal(-varOf(kid));
    else out.literal(varOf(lit));
    out.close();
  };

  for (const root of roots) {
    if (root === FALSE) out.close();
    else if (root > 0 && inlined[root] === 1) for (const kid of conjuncts(root)) require(0, kid);
    else require(0, root);
  }
  for (let node = 2; node <= size; node++) {
    const gate = variable[node];
    if (gate === 0 || kinds[node] === NodeKind.input) continue;
    const used = polarity[node];
    const from = starts[node];
    if (kinds[node] === NodeKind.and) {
      const parts = conjuncts(node);
      if ((used & POSITIVE) !== 0) for (const part of parts) require(-gate, part);
      if ((used & NEGATIVE) !== 0) {
        out.literal(gate);
        for (const part of parts) out.literal(-varOf(part));
        out.close();
      }
    } else if (kinds[node] === NodeKind.xor) {
      const a = varOf(kids[from]);
      const b = varOf(kids[from + 1]);
      if ((used & POSITIVE) !== 0) out.clause(-gate, a, b).clause(-gate, -a, -b);
      if ((used & NEGATIVE) !== 0) out.clause(gate, -a, b).clause(gate, a, -b);
    } else {
      const c = varOf(kids[from]);
      const t = varOf(kids[from + 1]);
      const e = varOf(kids[from + 2]);
      // The third clause of each line follows from the first two, but lets the solver conclude without knowing c.
      if ((used & POSITIVE) !== 0) out.clause(-gate, -c, t).clause(-gate, c, e).clause(-gate, t, e);
      if ((used & NEGATIVE) !== 0) out.clause(gate, -c, -t).clause(gate, c, -e).clause(gate, -t, -e);
    }
  }
  return { variables: inputs.length - 1, inputOf: Int32Array.from(inputs), ...out.done() };
}

/**
 * Returns the inputs of a solver's model, indexed by circuit node, iff they make every output true in the circuit itself;
 * throws SolverError otherwise: then the encoding or the solver is wrong.
 */
export function decodeModel(circuit: Circuit, outputs: readonly Lit[], cnf: Cnf, model: Uint8Array): Uint8Array {
  const inputs = new Uint8Array(circuit.view().size + 1);
  for (let v = 1; v <= cnf.variables; v++) if (model[v] === 1) inputs[cnf.inputOf[v]] = 1;
  inputs[0] = 0;
  const value = evaluate(circuit, inputs);
  for (const lit of outputs) {
    if (!value(lit)) {
      throw new SolverError(`the solver says sat, but output ${lit} is false in the circuit under its model`);
    }
  }
  return inputs;
}

/** Returns the DIMACS text of the clauses: a header, then one clause a line. */
export function toDimacs({ variables, clauses, literals }: Clauses): string {
  // Digits are written as bytes and decoded once: several times faster than joining strings of numbers.
  const header = `p cnf ${variables} ${clauses}\n`;
  const width = String(variables).length + 2;
  const bytes = new Uint8Array(header.length + literals.length * width);
  let end = 0;
  for (; end < header.length; end++) bytes[end] = header.charCodeAt(end);
  for (const literal of literals) {
    if (literal === 0) {
      bytes[end++] = 48;
      bytes[end++] = 10;
      continue;
    }
    let rest = literal;
    if (literal < 0) {
      bytes[end++] = 45;
      rest = -literal;
    }
    let digits = 1;
    for (let power = 10; power <= rest; power *= 10) digits += 1;
    for (let i = end + digits - 1; i >= end; i--) {
      bytes[i] = 48 + (rest % 10);
      rest = Math.floor(rest / 10);
    }
    end += digits;
    bytes[end++] = 32;
  }
  return Buffer.from(bytes.buffer, 0, end).toString('latin1');
}

/**
 * Returns the clauses of a DIMACS text; throws SolverError unless the header comes first and tells the truth.
 *
 * Stricter than Z3, which takes a text cut short at the end of a line, or one with no header at all, for a smaller query.
 */
export function parseDimacs(text: string): Clauses {
  const header = /^p cnf (\d{1,9}) (\d{1,9})\n/.exec(text);
  if (header === null) throw new SolverError(`a DIMACS text begins with "p cnf VARIABLES CLAUSES": ${clip(text)}`);
  const variables = Number(header[1]);
  const claimed = Number(header[2]);
  const out = clauseBuffer();
  let open = false;
  for (let i = header[0].length; i < text.length;) {
    let c = text.charCodeAt(i++);
    if (c === 32 || c === 10) continue;
    const negative = c === 45;
    if (negative) c = text.charCodeAt(i++);
    let value = c - 48;
    if (!(value >= 0 && value <= 9)) throw new SolverError(`not a DIMACS literal at character ${i - 1}`);
    for (c = text.charCodeAt(i); c >= 48 && c <= 57; c = text.charCodeAt(++i)) value = value * 10 + c - 48;
    if (c !== 32 && c !== 10) throw new SolverError(`a DIMACS literal runs into something else at character ${i}`);
    if (value > variables) throw new SolverError(`DIMACS literal ${value} is above the ${variables} variables`);
    open = value !== 0;
    if (open) out.literal(negative ? -value : value);
    else out.close();
  }
  const { clauses, literals } = out.done();
  if (open || clauses !== claimed) {
    throw new SolverError(
      `the DIMACS header claims ${claimed} clauses, the text has ${clauses}${open ? ' and a bit' : ''}`,
    );
  }
  return { variables, clauses, literals };
}

/** Returns the number (from 1) of the first clause that the model makes false, or 0 if there is none. */
export function firstFalseClause({ literals }: Clauses, model: Uint8Array): number {
  let clause = 1;
  let holds = false;
  for (const literal of literals) {
    if (literal === 0) {
      if (!holds) return clause;
      clause += 1;
      holds = false;
    } else if (!holds) {
      holds = literal > 0 ? model[literal] === 1 : model[-literal] !== 1;
    }
  }
  return 0;
}

/** For every node under the roots: the directions it is used in, and how often it is mentioned. */
function coneOf(view: CircuitView, roots: readonly Lit[]): { polarity: Uint8Array; uses: Int32Array } {
  const { size, kinds, starts, kids } = view;
  const polarity = new Uint8Array(size + 1);
  const uses = new Int32Array(size + 1);
  const mention = (lit: Lit, used: number): void => {
    const node = Math.abs(lit);
    const flipped = ((used & POSITIVE) << 1) | ((used & NEGATIVE) >> 1);
    polarity[node] = polarity[node] | (lit > 0 ? used : flipped);
    uses[node] = uses[node] + 1;
  };
  for (const root of roots) mention(root, POSITIVE);
  for (let node = size; node >= 2; node--) {
    const used = polarity[node];
    if (used === 0) continue;
    const from = starts[node];
    const to = starts[node + 1];
    for (let i = from; i < to; i++) {
      const both = kinds[node] === NodeKind.xor || (kinds[node] === NodeKind.ite && i === from);
      mention(kids[i], both ? POSITIVE | NEGATIVE : used);
    }
  }
  return { polarity, uses };
}

/**
 * Marks the `and`s that need no variable: mentioned once, by an `and` (the outputs are one), either positively, or
 * negatively where that `and` is only used positively, so that the mention stands in a clause.
 */
function inlinedGates(view: CircuitView, roots: readonly Lit[], polarity: Uint8Array, uses: Int32Array): Uint8Array {
  const { size, kinds, starts, kids } = view;
  const inlined = new Uint8Array(size + 1);
  const consider = (lit: Lit, parentPolarity: number): void => {
    const node = Math.abs(lit);
    if (kinds[node] === NodeKind.and && uses[node] === 1 && (lit > 0 || parentPolarity === POSITIVE)) inlined[node] = 1;
  };
  for (const root of roots) consider(root, POSITIVE);
  for (let node = 2; node <= size; node++) {
    if (polarity[node] === 0 || kinds[node] !== NodeKind.and) continue;
    for (let i = starts[node]; i < starts[node + 1]; i++) consider(kids[i], polarity[node]);
  }
  return inlined;
}

interface ClauseBuffer {
  literal(literal: number): void;
  close(): void;
  clause(...literals: number[]): ClauseBuffer;
  done(): { clauses: number; literals: Int32Array };
}

function clauseBuffer(): ClauseBuffer {
  let literals = new Int32Array(4096);
  let length = 0;
  let clauses = 0;
  const literal = (value: number): void => {
    if (length === literals.length) literals = grown(literals, Int32Array, length * 2);
    literals[length++] = value;
  };
  const close = (): void => {
    literal(0);
    clauses += 1;
  };
  const buffer: ClauseBuffer = {
    literal,
    close,
    clause(...values) {
      for (const value of values) literal(value);
      close();
      return buffer;
    },
    done: () => ({ clauses, literals: literals.slice(0, length) }),
  };
  return buffer;
}
