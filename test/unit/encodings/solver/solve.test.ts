import { describe, expect, it } from 'vitest';
import { SolverError } from '../../../../encodings/solver/answer.js';
import type { DimacsAnswer } from '../../../../encodings/solver/answer.js';
import { FALSE, TRUE, createCircuit } from '../../../../encodings/solver/circuit.js';
import { solveCircuit } from '../../../../encodings/solver/solve.js';
import type { DimacsSolver } from '../../../../encodings/solver/solve.js';

/** A solver that says what it is told to. */
const saying = (answer: DimacsAnswer): DimacsSolver => ({ solveDimacs: () => answer });
const silent: DimacsSolver = {
  solveDimacs() {
    throw new Error('the solver was asked');
  },
};

describe('solveCircuit', () => {
  it('throws on a model that the circuit does not confirm: a lying solver gives no result', async () => {
    const c = createCircuit();
    const outputs = [c.xor(c.fresh(), c.fresh())];
    const sat = (...model: number[]): DimacsSolver => saying({ status: 'sat', model: Uint8Array.from([0, ...model]) });
    await expect(solveCircuit(sat(1, 1, 1), c, outputs)).rejects.toThrow(SolverError);
    await expect(solveCircuit(sat(), c, outputs)).rejects.toThrow(SolverError);
    expect(await solveCircuit(sat(1, 0, 1), c, outputs)).toMatchObject({ status: 'sat' });
  });

  it('answers constants without the solver', async () => {
    const c = createCircuit();
    expect(await solveCircuit(silent, c, [c.fresh(), FALSE])).toEqual({ status: 'unsat' });
    expect(await solveCircuit(silent, c, [TRUE])).toMatchObject({ status: 'sat' });
    expect(await solveCircuit(silent, c, [])).toMatchObject({ status: 'sat' });
  });

  it('passes unsat and unknown on', async () => {
    const c = createCircuit();
    expect(await solveCircuit(saying({ status: 'unsat' }), c, [c.fresh()])).toEqual({ status: 'unsat' });
    const unknown = { status: 'unknown', reason: 'tired' } as const;
    expect(await solveCircuit(saying(unknown), c, [c.fresh()])).toEqual(unknown);
  });
});
