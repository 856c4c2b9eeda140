/** One question about a circuit: can these outputs all be true at once? */

import type { Budget, DimacsAnswer, Unknown } from './answer.js';
import { FALSE, TRUE, evaluate } from './circuit.js';
import type { Circuit, Lit } from './circuit.js';
import { decodeModel, toCnf, toDimacs } from './cnf.js';

/** Answer about a circuit; `value` reads any literal under the model, `inputs[n]` is 1 iff input node `n` is true. */
export type CircuitAnswer =
  | { readonly status: 'sat'; readonly inputs: Uint8Array; readonly value: (lit: Lit) => boolean }
  | { readonly status: 'unsat' }
  | Unknown;

/** The part of a pool that is needed here. */
export interface DimacsSolver {
  solveDimacs(text: string, budget?: Budget): Promise<DimacsAnswer> | DimacsAnswer;
}

/**
 * Answers `sat` iff some inputs make all outputs true, with such inputs, re-checked in the circuit: a model that fails
 * there throws SolverError. Outputs that are constant never reach the solver.
 */
export async function solveCircuit(
  solver: DimacsSolver,
  circuit: Circuit,
  outputs: readonly Lit[],
  budget: Budget = {},
): Promise<CircuitAnswer> {
  if (outputs.includes(FALSE)) return { status: 'unsat' };
  const cnf = toCnf(circuit, outputs);
  let model = new Uint8Array(1);
  if (outputs.some(lit => lit !== TRUE)) {
    const answer = await solver.solveDimacs(toDimacs(cnf), budget);
    if (answer.status !== 'sat') return answer;
    model = Uint8Array.from(answer.model);
  }
  const inputs = decodeModel(circuit, outputs, cnf, model);
  return { status: 'sat', inputs, value: evaluate(circuit, inputs) };
}
