/** The answers of `check`: what each design's verifier says of each program. */
import type { Design } from '../model/design.js';
import type { ProgramVerdict } from '../proofs/cell.js';
import type { Against } from './baseline.js';
import type { Problem } from './matrix.js';
import type { Sources } from './sources.js';
import type { Timing, Tool } from './tool.js';

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
  readonly timing: Timing;
  readonly sources: Sources;
}
