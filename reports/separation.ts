/** The smallest program that tells two verifiers apart, or a verifier from the machine: a C file, or why there is none. */
import type { Answer, Looked, Rejected, Separation } from '../proofs/separate.js';
import type { Expected } from './bpf-c.js';
import { bpfC } from './bpf-c.js';
import type { Tool } from './tool.js';

export interface Told {
  readonly tool: Tool;
  readonly question: 'separate' | 'over-strict';
  readonly designs: readonly string[];
  readonly answer: Answer<Rejected | Separation>;
  readonly bound: number;
  readonly exit: { readonly code: number; readonly meaning: string };
}

const count = (n: number): string => n.toLocaleString('en');
const lookedText = (l: Looked): string => `${l.theme} (${count(l.states)} states)`;

const bound = (t: Told): string =>
  `one run over the themes ${t.answer.looked.map(lookedText).join(', ')}, up to ${count(t.bound)} states each`;

const notes = (t: Told, found: Rejected | Separation): string[] => [
  ...('acceptedBy' in found ? [`${found.acceptedBy}: accept`] : []),
  `${found.design}: reject at ${found.guard} (${found.kernelFunction})`,
  `  ${found.message.replaceAll('\n', ' ')}`,
  found.safety === 'safe'
    ? 'acceptedBy' in found
      ? 'One run of it alone breaks nothing.'
      : 'Nothing breaks, neither in one run nor in two at once.'
    : `A run of it breaks ${found.safety}.`,
  `Nothing can be left out of it. Looked through: ${t.answer.looked.map(l => l.theme).join(', ')}.`,
];

/** The C file, with what is to be said of it in a comment; null if nothing was found. */
export const separationC = (t: Told): string | null => {
  const { found } = t.answer;
  if (found === null) return null;
  const expect = new Map<string, Expected>();
  if ('acceptedBy' in found) expect.set(found.acceptedBy, { verdict: 'accept' });
  expect.set(found.design, { verdict: 'reject', guard: found.guard });
  return bpfC({
    spec: found.spec,
    question:
      'acceptedBy' in found
        ? `What does ${found.acceptedBy} accept that ${found.design} rejects?`
        : `What does ${found.design} reject though nothing breaks?`,
    source: { kernel: found.kernelFunction },
    safety: found.safety,
    expect,
    notes: notes(t, found),
    modelOnly: found.modelOnly,
  });
};

export const separationText = (t: Told): string => {
  const text = separationC(t);
  if (text !== null) return text;
  if (t.answer.reason !== null) return `Nothing to look through: ${t.answer.reason}.\n`;
  const what =
    t.question === 'separate'
      ? `that ${t.designs.join(' and ')} judge differently`
      : `that ${t.designs.join()} rejects though nothing breaks`;
  return `None within the bound: no program was found ${what}.\nBound: ${bound(t)}.\nThis proves nothing about larger programs.\n`;
};

export const separationJson = (t: Told): string => {
  const { found, theme, looked, reason } = t.answer;
  const value = {
    schemaVersion: 1,
    tool: t.tool,
    question: t.question,
    designs: t.designs,
    found:
      found === null
        ? null
        : {
            acceptedBy: 'acceptedBy' in found ? found.acceptedBy : null,
            rejectedBy: found.design,
            guard: found.guard,
            message: found.message,
            kernelFunction: found.kernelFunction,
            safety: found.safety,
            theme,
            program: separationC(t),
          },
    bound: { states: t.bound, looked },
    reason,
    exit: t.exit,
  };
  return `${JSON.stringify(value, null, 2)}\n`;
};
