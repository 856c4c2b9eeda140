/** What checking a ledger again has shown. */
import type { Verification } from '../proofs/verify.js';
import { nativeSolvers } from '../proofs/verify.js';
import { count, indented } from './layout.js';
import type { Tool } from './tool.js';
import { SCHEMA_VERSION } from './tool.js';

export interface VerificationReport {
  readonly tool: Tool;
  readonly result: Verification;
  readonly exit: { readonly code: number; readonly meaning: string };
}

export const verificationText = ({ result: r }: VerificationReport, width: number): string => {
  const lines = [
    `${count(r.claims, 'claim')} in the ledger; ${count(r.texts, 'distinct obligation')} put together from the rules`,
    `${count(r.replayed, 'refutation')} run again`,
    ...r.solvers.map(s =>
      s.version === null
        ? `${s.solver} is not installed (${nativeSolvers.find(n => n.binary === s.solver)?.install ?? ''})`
        : `${s.version}: ${s.agreed.toLocaleString('en')} of ${s.asked.toLocaleString('en')} proved again`,
    ),
    ...r.small.map(
      s =>
        `small checker, ${s.design} (seed ${String(s.seed)}): ${s.reachable
          .reduce((n, x) => n + x.states, 0)
          .toLocaleString(
            'en',
          )} reachable states, ${s.sampled.pairs.toLocaleString('en')} steps from ${s.sampled.states.toLocaleString('en')} states, ${s.disagreement === undefined ? 'none leaves the invariant' : 'and the invariant is left'}`,
    ),
    ...r.disagreements.flatMap(d => indented(`disagreement: ${d}`, width, 0, 2)),
    ...r.inconclusive.flatMap(d => indented(`not checked: ${d}`, width, 0, 2)),
  ];
  return `${lines.join('\n')}\n`;
};

export const verificationJson = (r: VerificationReport): string =>
  `${JSON.stringify({ schemaVersion: SCHEMA_VERSION, tool: r.tool, ...r.result, exit: r.exit }, null, 2)}\n`;
