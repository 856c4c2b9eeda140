/** What counts as the same answer of model and kernel. */
import { expect, it } from 'vitest';
import type { KernelSaid } from '../../../proofs/agreement.js';
import { agreementOf } from '../../../proofs/agreement.js';
import type { ProgramVerdict } from '../../../proofs/cell.js';

const model = (verdict: ProgramVerdict['verdict'], message: string | null = null): ProgramVerdict => ({
  program: 'prog',
  verdict,
  guard: null,
  message,
  kernelFunction: null,
  reason: null,
  at: null,
  path: [],
});
const kernel = (verdict: KernelSaid['verdict'], message: string | null = null): KernelSaid => ({
  verdict,
  message,
  messages: message === null ? [] : [message],
});
const scalar = "R1 invalid mem access 'scalar'";

it.each([
  ['same', model('accept'), kernel('accept')],
  ['same', model('reject', "R%d invalid mem access '%s'"), kernel('reject', scalar)],
  ['other-message', model('reject', 'bpf_spin_unlock of different lock'), kernel('reject', scalar)],
  ['other-verdict', model('accept'), kernel('reject', scalar)],
  ['other-verdict', model('reject', scalar), kernel('accept')],
  ['unsupported', model('unsupported'), kernel('accept')],
  ['unanswered', model('accept'), kernel('error', 'no answer within 1 ms')],
  // The kernel speaks of itself, not of the program.
  [
    'unanswered',
    model('accept'),
    kernel('reject', 'verifier bug: add backedge: no SCC in verification path, insn_idx 44'),
  ],
] as const)('%s', (wanted, said, asked) => {
  expect(agreementOf(said, asked)).toBe(wanted);
});
