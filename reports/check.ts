/** The answers of `check`: what each design's verifier says of each program. */
import type { Design } from '../model/design.js';
import type { ProgramVerdict } from '../proofs/cell.js';
import type { Against } from './baseline.js';
import type { Problem } from './matrix.js';
import type { Sources } from './sources.js';
import type { Tool } from './tool.js';

export interface CheckResult {
  readonly file: string;
  readonly design: string;
  readonly verdict: ProgramVerdict;
}

export interface Checked {
  readonly tool: Tool;
  readonly designs: readonly Design[];
  readonly results: readonly CheckResult[];
  readonly problems: readonly Problem[];
  /** What is different from an earlier run; absent where none was named. */
  readonly baseline?: Against;
  readonly exit: { readonly code: number; readonly meaning: string };
  readonly sources: Sources;
}

/** `accept`, `reject at unlock-same-lock: ...`, `unsupported: ...`. */
export const verdictText = (v: ProgramVerdict): string => {
  switch (v.verdict) {
    case 'accept':
      return 'accept';
    case 'reject':
      return `reject at ${v.guard ?? 'an unnamed guard'}: ${v.message ?? ''}`;
    default:
      return `${v.verdict}: ${v.reason ?? 'no reason given'}`;
  }
};

export interface Rejection {
  readonly file: string;
  readonly verdict: ProgramVerdict;
  /** The first of `designs`. */
  readonly design: Design;
  readonly designs: readonly string[];
}

/** All rejections; those of a program at the same guard and place, with the same message, are one. */
export const rejections = (c: Checked): readonly Rejection[] => {
  const groups = new Map<string, { file: string; verdict: ProgramVerdict; design: Design; designs: string[] }>();
  for (const { file, design: id, verdict } of c.results) {
    const design = c.designs.find(d => d.id === id);
    if (verdict.verdict !== 'reject' || design === undefined) continue;
    const key = JSON.stringify([file, verdict.program, verdict.guard, verdict.message, verdict.at]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { file, verdict, design, designs: [id] });
    else group.designs.push(id);
  }
  return [...groups.values()];
};
