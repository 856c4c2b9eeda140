/** What a solver is asked and can say: the words that the wrapper, the pool, and their callers share. */

/** A solver that gave up: the reason is for people, and an `unknown` is never a pass. */
export interface Unknown {
  readonly status: 'unknown';
  readonly reason: string;
}

/** Answer to a DIMACS query; `model[v]` is 1 iff variable `v` is true (`model[0]` is unused). Shared: do not write to it. */
export type DimacsAnswer =
  { readonly status: 'sat'; readonly model: Uint8Array } | { readonly status: 'unsat' } | Unknown;

/** Answer to an SMT-LIB query: the solver's own text of the model, or of the core where one was asked for. */
export type SmtAnswer =
  { readonly status: 'sat'; readonly model: string } | { readonly status: 'unsat'; readonly core?: string } | Unknown;

/** Limits that the solver keeps itself. `rlimit` counts its steps: the same number gives the same answer everywhere. */
export interface Limits {
  readonly rlimit?: number | undefined;
}

/** Limits of a pool query: `timeoutMs` of wall clock from when a ready worker takes it, and a signal that cancels it. */
export interface Budget extends Limits {
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Thrown when a solver or an encoding is wrong, or is misused: never a finding, and never an `unknown`. */
export class SolverError extends Error {
  override readonly name = 'SolverError';
}

/**
 * Returns the status iff the solver printed that one word and nothing else; throws otherwise.
 *
 * Strict because Z3 prints `(error …)` and goes on to print `sat`, and ignores what it does not support with a remark.
 */
export function readStatus(output: string): 'sat' | 'unsat' | 'unknown' {
  const word = output.trim();
  if (word === 'sat' || word === 'unsat' || word === 'unknown') return word;
  throw new SolverError(`expected one of sat, unsat, unknown from the solver, got: ${clip(word)}`);
}

/** Returns the text, cut to a length that fits an error message. */
export function clip(text: string): string {
  return text.length <= 300 ? text || '(nothing)' : `${text.slice(0, 300)}…`;
}
