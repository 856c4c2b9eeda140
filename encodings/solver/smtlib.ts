/** SMT-LIB text of a circuit query, so that a native solver can be asked the same question without our CNF. */

import { NodeKind } from './circuit.js';
import type { Circuit, Lit } from './circuit.js';

/**
 * Returns a closed SMT-LIB 2 text (logic `QF_UF`, booleans only) that is `sat` iff all outputs can be true at once.
 *
 * Input `n` is `i<n>`, gate `n` is `g<n>`; the labels of inputs stand in comments, so they cannot clash.
 */
export function toSmtlib(circuit: Circuit, outputs: readonly Lit[]): string {
  const { size, kinds, starts, kids } = circuit.view();
  const needed = new Uint8Array(size + 1);
  for (const lit of outputs) needed[Math.abs(lit)] = 1;
  for (let node = size; node >= 2; node--) {
    if (needed[node] === 0) continue;
    for (let i = starts[node]; i < starts[node + 1]; i++) needed[Math.abs(kids[i])] = 1;
  }
  const name = (lit: Lit): string => {
    const node = Math.abs(lit);
    const positive = node === 1 ? 'true' : `${kinds[node] === NodeKind.input ? 'i' : 'g'}${node}`;
    return lit > 0 ? positive : `(not ${positive})`;
  };
  const operator: Readonly<Record<number, string>> = {
    [NodeKind.and]: 'and',
    [NodeKind.xor]: 'xor',
    [NodeKind.ite]: 'ite',
  };
  const lines = ['(set-logic QF_UF)'];
  for (let node = 2; node <= size; node++) {
    if (needed[node] === 0) continue;
    if (kinds[node] === NodeKind.input) {
      const label = circuit.nameOf(node);
      const comment = label === undefined ? '' : ` ; ${label.replaceAll(/[^ -~]/g, '?')}`;
      lines.push(`(declare-fun i${node} () Bool)${comment}`);
      continue;
    }
    const operands = Array.from(kids.subarray(starts[node], starts[node + 1]), name);
    lines.push(`(define-fun g${node} () Bool (${operator[kinds[node]]} ${operands.join(' ')}))`);
  }
  for (const lit of outputs) lines.push(`(assert ${name(lit)})`);
  lines.push('(check-sat)', '');
  return lines.join('\n');
}
