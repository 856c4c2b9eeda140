/** Whether the model says what a kernel said of the same program. */
import type { ProgramVerdict } from './cell.js';

/** What a kernel said, as far as it is compared. */
export interface KernelSaid {
  /** `error`: it was not asked, or did not answer. */
  readonly verdict: 'accept' | 'reject' | 'error';
  /** That of the verdict, and all that ended its log: where a map or the types were refused, the log has another. */
  readonly message: string | null;
  readonly messages: readonly string[];
}

export const agreements = ['same', 'other-message', 'other-verdict', 'unsupported', 'unanswered'] as const;
/** `unsupported`: the model has no verdict. `unanswered`: the kernel has none, or only reports a bug of its own. */
export type Agreement = (typeof agreements)[number];

/** Returns true iff the text is the message with its holes (`%d`, `%s`) filled. */
export const isFilled = (message: string, text: string): boolean => {
  const pattern = message
    .split(/%(?:ll)?[du]|%s/)
    .map(part => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
    .join('.*');
  return new RegExp(`^${pattern}$`, 's').test(text);
};

/** What the kernel says of itself, and not of the program (kernel: verifier_bug). */
const isOwnBug = (message: string): boolean => message.startsWith('verifier bug');

/** Registers and numbers are what a hole holds, so messages are compared with holes filled by anything. */
export const agreementOf = (model: ProgramVerdict, kernel: KernelSaid): Agreement => {
  const said = kernel.message === null ? kernel.messages : [...kernel.messages, kernel.message];
  if (kernel.verdict === 'error' || said.some(isOwnBug)) return 'unanswered';
  if (model.verdict !== 'accept' && model.verdict !== 'reject') return 'unsupported';
  if (model.verdict !== kernel.verdict) return 'other-verdict';
  if (model.verdict === 'accept') return 'same';
  return said.some(m => isFilled(model.message ?? '', m)) ? 'same' : 'other-message';
};
