/** The merged safety query of a scenario: is anything bad reachable? As `proofs/smt.ts` asks it, with the circuit left open. */
import type { Machine, MachineEdge } from '../encodings/machine.js';
import { forgottenAt } from '../encodings/machine.js';
import type { Circuit, Lit } from '../encodings/solver/circuit.js';
import { TRUE, createCircuit } from '../encodings/solver/circuit.js';
import type { Check } from '../encodings/symbolic.js';
import { TooManyLocations, unrollSymbolic } from '../encodings/symbolic.js';

export interface Query {
  readonly circuit: Circuit;
  readonly outputs: readonly Lit[];
  readonly locations: number;
  readonly gates: number;
}

/** Returns null if there are too many locations, or nothing is left to solve. */
export const mergedQuery = (m: Machine, maxLocations = 60_000): Query | null => {
  const circuit = createCircuit();
  const forget = forgottenAt(m);
  try {
    const u = unrollSymbolic<MachineEdge>(circuit, {
      init: m.init,
      entries: m.graphs.map(g => g.entry),
      edges: m.edges,
      checks: e => [
        ...e.rule.capacity.map((of): Check => ({ name: 'capacity', failsWhen: 0, of })),
        ...e.rule.bads.map((of): Check => ({ name: 'bad', failsWhen: 1, of })),
      ],
      isLocal: (r, n) => m.edges[r]?.[n]?.every(e => e.local) ?? false,
      forget: (r, n) => forget[r]?.[n] ?? [],
      splitOn: [],
      maxLocations,
    });
    const goal = circuit.any(u.outcomes.filter(o => o.check.name === 'bad').map(o => o.lit));
    const outputs = [goal, ...u.constraints].filter(l => l !== TRUE);
    return { circuit, outputs, locations: u.locations, gates: circuit.view().size };
  } catch (error) {
    if (error instanceof TooManyLocations) return null;
    throw error;
  }
};
