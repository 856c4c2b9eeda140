/** Prints a refutation that the all-programs search found as BPF C, and reads that as a scenario. */
import type { Design } from '../../model/design.js';
import { modelOnlyStep } from '../../proofs/kernel-finding.js';
import type { Refutation } from '../../proofs/refute.js';
import { answerScenario } from '../../proofs/scenario-cells.js';
import { bpfC } from '../../reports/bpf-c.js';
import { parseHeader } from '../../scenarios/header.js';

/** What the front end and the scenario search make of the BPF C that a refutation is printed as. */
export const readBack = async (design: Design, r: Refutation) => {
  const text = bpfC({
    spec: r.spec,
    question: `What does ${design.id} accept that breaks?`,
    source: design.source,
    safety: r.property,
    expect: new Map([[design.id, { verdict: 'accept' as const }]]),
    modelOnly: modelOnlyStep(design, r.spec, r.counterexample),
  });
  const read = await parseHeader('found.bpf.c', text);
  if (read.kind !== 'header') throw new Error(JSON.stringify(read));
  const s = { id: 'found', file: 'found.bpf.c', source: text, header: read.header };
  const { cells, problems } = await answerScenario(s, [design], { timeoutMs: 1000 });
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  return { text, cell: cells[0] };
};
