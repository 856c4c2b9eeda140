/** A boolean circuit with structural hashing: what every finite encoding is lowered to before it meets a solver. */

/** A literal: `+n` is node `n`, `-n` its negation. Node 1 is the constant true. */
export type Lit = number;

export const TRUE: Lit = 1;
export const FALSE: Lit = -1;

/** What a node is. `and` has two or more kids; `xor` two, both positive; `ite` three (condition positive, then, else). */
export const NodeKind = { constant: 0, input: 1, and: 2, xor: 3, ite: 4 } as const;

/**
 * A read-only picture of a circuit, indexed by node: `kinds[n]`, and the kids `kids[starts[n]] … kids[starts[n + 1] - 1]`.
 * A kid's node is always smaller than its parent, so a plain loop visits in topological order. No kid is a constant.
 */
export interface CircuitView {
  /** Nodes are `1 … size`. */
  readonly size: number;
  readonly kinds: Uint8Array;
  readonly starts: Int32Array;
  readonly kids: Int32Array;
}

/** Builds gates; equal gates are one node, and constants are folded away. Every function is total on literals of this circuit. */
export interface Circuit {
  /** Returns a new input; the name is a label for people and need not be unique. */
  fresh(name?: string): Lit;
  /** Returns the label that `fresh` was given for the node of this literal, if any. */
  nameOf(lit: Lit): string | undefined;
  not(a: Lit): Lit;
  and(a: Lit, b: Lit): Lit;
  or(a: Lit, b: Lit): Lit;
  xor(a: Lit, b: Lit): Lit;
  iff(a: Lit, b: Lit): Lit;
  implies(a: Lit, b: Lit): Lit;
  ite(condition: Lit, then: Lit, otherwise: Lit): Lit;
  /** The conjunction; TRUE of nothing. */
  all(lits: readonly Lit[]): Lit;
  /** The disjunction; FALSE of nothing. */
  any(lits: readonly Lit[]): Lit;
  /** True iff at most one *position* of the list is true: a literal listed twice must be false. May be negated. */
  atMostOne(lits: readonly Lit[]): Lit;
  /** True iff exactly one position of the list is true. May be negated. */
  exactlyOne(lits: readonly Lit[]): Lit;
  /** How many nodes were built so far. */
  size(): number;
  /** The picture of all nodes built so far; nodes built later are not in it. */
  view(): CircuitView;
}

/** Up to this many literals, pairs are no more clauses than a grid and need no gates of their own. */
const PAIRWISE_MAX = 6;

/** Returns an empty circuit. */
export function createCircuit(): Circuit {
  let size = 1;
  let kinds = new Uint8Array(1026);
  let starts = new Int32Array(1026);
  let kids = new Int32Array(4096);
  // Open addressing over node numbers; 0 is free. Never more than half full.
  let table = new Int32Array(2048);
  let gates = 0;
  // Literals on their way to a gate, as 2n or 2n+1, so that sorting brings `a` and `-a` together.
  let codes = new Int32Array(64);
  const names = new Map<number, string>();

  kinds[1] = NodeKind.constant;

  const checked = (lit: Lit): Lit => {
    if (lit === 0 || !Number.isInteger(lit) || Math.abs(lit) > size) throw new RangeError(`no such literal: ${lit}`);
    return lit;
  };

  /** Appends a node whose kids were written from `starts[size + 1]` on. */
  const push = (kind: number, kidCount: number): number => {
    size += 1;
    if (size + 2 > starts.length) {
      kinds = grown(kinds, Uint8Array, starts.length * 2);
      starts = grown(starts, Int32Array, starts.length * 2);
    }
    kinds[size] = kind;
    starts[size + 1] = starts[size] + kidCount;
    return size;
  };

  const hash = (kind: number, from: number, count: number): number => {
    let h = kind;
    for (let i = 0; i < count; i++) {
      h = Math.imul(h ^ kids[from + i], 0x9e3779b1);
      h ^= h >>> 15;
    }
    return h;
  };

  const same = (node: number, kind: number, from: number, count: number): boolean => {
    const start = starts[node];
    if (kinds[node] !== kind || starts[node + 1] - start !== count) return false;
    for (let i = 0; i < count; i++) if (kids[start + i] !== kids[from + i]) return false;
    return true;
  };

  const rehash = (): void => {
    table = new Int32Array(table.length * 2);
    const mask = table.length - 1;
    for (let node = 2; node <= size; node++) {
      if (kinds[node] === NodeKind.input) continue;
      const from = starts[node];
      let slot = hash(kinds[node], from, starts[node + 1] - from) & mask;
      while (table[slot] !== 0) slot = (slot + 1) & mask;
      table[slot] = node;
    }
  };

  /** Makes room for `count` kids of the next node and returns where they go. */
  const room = (count: number): number => {
    const from = starts[size + 1];
    if (from + count > kids.length) kids = grown(kids, Int32Array, Math.max(kids.length * 2, from + count));
    return from;
  };

  /** Returns the node with these kids (already written at `from`), old or new. */
  const node = (kind: number, from: number, count: number): number => {
    const mask = table.length - 1;
    let slot = hash(kind, from, count) & mask;
    for (let found = table[slot]; found !== 0; found = table[slot]) {
      if (same(found, kind, from, count)) return found;
      slot = (slot + 1) & mask;
    }
    const made = push(kind, count);
    table[slot] = made;
    gates += 1;
    if (gates * 2 > table.length) rehash();
    return made;
  };

  /** The conjunction of the first `count` codes, which are not constants. */
  const conjunction = (count: number): Lit => {
    sortCodes(codes, count);
    let kept = 0;
    for (let i = 0; i < count; i++) {
      const code = codes[i];
      if (kept > 0) {
        const last = codes[kept - 1];
        if (last === code) continue;
        if (last >> 1 === code >> 1) return FALSE;
      }
      codes[kept++] = code;
    }
    if (kept === 0) return TRUE;
    if (kept === 1) return literalOf(codes[0]);
    const from = room(kept);
    for (let i = 0; i < kept; i++) kids[from + i] = literalOf(codes[i]);
    return node(NodeKind.and, from, kept);
  };

  /** The conjunction of `sign * lit` over the list. */
  const conjoin = (lits: readonly Lit[], sign: 1 | -1): Lit => {
    if (lits.length > codes.length) codes = new Int32Array(lits.length * 2);
    let count = 0;
    for (const given of lits) {
      const lit = checked(given) * sign;
      if (lit === FALSE) return FALSE;
      if (lit !== TRUE) codes[count++] = codeOf(lit);
    }
    return conjunction(count);
  };

  const and = (a: Lit, b: Lit): Lit => {
    checked(a);
    checked(b);
    if (a === FALSE || b === FALSE) return FALSE;
    if (a === TRUE) return b;
    if (b === TRUE) return a;
    codes[0] = codeOf(a);
    codes[1] = codeOf(b);
    return conjunction(2);
  };

  const or = (a: Lit, b: Lit): Lit => -and(-a, -b);

  const xor = (a: Lit, b: Lit): Lit => {
    const sign = Math.sign(checked(a)) * Math.sign(checked(b));
    const low = Math.min(Math.abs(a), Math.abs(b));
    const high = Math.max(Math.abs(a), Math.abs(b));
    if (low === high) return sign > 0 ? FALSE : TRUE;
    if (low === TRUE) return -sign * high;
    const from = room(2);
    kids[from] = low;
    kids[from + 1] = high;
    return sign * node(NodeKind.xor, from, 2);
  };

  const ite = (condition: Lit, then: Lit, otherwise: Lit): Lit => {
    if (checked(condition) < 0) return ite(-condition, otherwise, then);
    checked(then);
    checked(otherwise);
    if (condition === TRUE || then === otherwise) return then;
    if (then === -otherwise) return -xor(condition, then);
    if (then === TRUE || then === condition) return or(condition, otherwise);
    if (then === FALSE || then === -condition) return and(-condition, otherwise);
    if (otherwise === TRUE || otherwise === -condition) return or(-condition, then);
    if (otherwise === FALSE || otherwise === condition) return and(condition, then);
    if (then < 0) return -ite(condition, -then, -otherwise);
    const from = room(3);
    kids[from] = condition;
    kids[from + 1] = then;
    kids[from + 2] = otherwise;
    return node(NodeKind.ite, from, 3);
  };

  const all = (lits: readonly Lit[]): Lit => conjoin(lits, 1);
  const any = (lits: readonly Lit[]): Lit => -conjoin(lits, -1);

  // Above a handful, the literals are laid out in a grid: two true ones differ in their row or their column, so at most
  // one is true iff at most one row and at most one column has a true one (Chen 2010). Linear size, and a function of
  // the literals in both directions, so the result may be negated.
  const atMostOne = (lits: readonly Lit[]): Lit => {
    const pairs: Lit[] = [];
    if (lits.length <= PAIRWISE_MAX) {
      for (const [i, a] of lits.entries()) for (const b of lits.slice(0, i)) pairs.push(-and(a, b));
      return all(pairs);
    }
    const width = Math.ceil(Math.sqrt(lits.length));
    const rows: Lit[][] = [];
    const columns: Lit[][] = Array.from({ length: width }, () => []);
    for (const [i, lit] of lits.entries()) {
      (rows[Math.floor(i / width)] ??= []).push(lit);
      columns[i % width]?.push(lit);
    }
    return and(atMostOne(rows.map(any)), atMostOne(columns.map(any)));
  };

  return {
    fresh(name) {
      const made = push(NodeKind.input, 0);
      if (name !== undefined) names.set(made, name);
      return made;
    },
    nameOf: lit => names.get(Math.abs(checked(lit))),
    not: a => -checked(a),
    and,
    or,
    xor,
    iff: (a, b) => -xor(a, b),
    implies: (a, b) => or(-a, b),
    ite,
    all,
    any,
    atMostOne,
    exactlyOne: lits => and(any(lits), atMostOne(lits)),
    size: () => size,
    view: () => ({
      size,
      kinds: kinds.subarray(0, size + 1),
      starts: starts.subarray(0, size + 2),
      kids: kids.subarray(0, starts[size + 1]),
    }),
  };
}

/**
 * Returns the value of every literal under these inputs: `inputs[n]` is 1 iff input node `n` is true, absent is false.
 *
 * Throws RangeError for a literal that was built after the call.
 */
export function evaluate(circuit: Circuit, inputs: ArrayLike<number>): (lit: Lit) => boolean {
  const { size, kinds, starts, kids } = circuit.view();
  const values = new Uint8Array(size + 1);
  const valueOf = (lit: Lit): number => (lit > 0 ? values[lit] : 1 - values[-lit]);
  for (let node = 1; node <= size; node++) {
    const from = starts[node];
    switch (kinds[node]) {
      case NodeKind.constant:
        values[node] = 1;
        break;
      case NodeKind.input:
        values[node] = inputs[node] === 1 ? 1 : 0;
        break;
      case NodeKind.xor:
        values[node] = valueOf(kids[from]) ^ valueOf(kids[from + 1]);
        break;
      case NodeKind.ite:
        values[node] = valueOf(kids[valueOf(kids[from]) === 1 ? from + 1 : from + 2]);
        break;
      default: {
        let value = 1;
        for (let i = from; i < starts[node + 1]; i++) value &= valueOf(kids[i]);
        values[node] = value;
      }
    }
  }
  return lit => {
    if (lit === 0 || !(Math.abs(lit) in values)) throw new RangeError(`literal ${lit} was not evaluated`);
    return valueOf(lit) === 1;
  };
}

/** Returns a copy with room for `length` elements. */
export function grown<A extends Int32Array | Uint8Array>(array: A, make: new (length: number) => A, length: number): A {
  const copy = new make(length);
  copy.set(array);
  return copy;
}

const codeOf = (lit: Lit): number => (lit > 0 ? 2 * lit : 1 - 2 * lit);
const literalOf = (code: number): Lit => ((code & 1) === 0 ? code >> 1 : -(code >> 1));

function sortCodes(codes: Int32Array, count: number): void {
  if (count > 24) {
    codes.subarray(0, count).sort();
    return;
  }
  for (let i = 1; i < count; i++) {
    const code = codes[i];
    let j = i - 1;
    for (; j >= 0 && codes[j] > code; j--) codes[j + 1] = codes[j];
    codes[j + 1] = code;
  }
}
