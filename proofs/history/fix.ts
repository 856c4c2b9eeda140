/** A bug of the verifier that was fixed, as data: what undoing the fix changes in the rules, and the program that then shows it. */
import type { Change as RulesChange } from '../../encodings/change.js';
import type { Design } from '../../model/design.js';
import type { Program } from '../../model/program.js';
import type { PropertyId } from '../../model/properties.js';
import type { Formula } from '../../model/term.js';

/** What is different between the verifier with the fix and without it. */
export interface Change {
  readonly rules?: RulesChange;
  /** A part of the design. */
  readonly design?: (d: Design) => Design;
  /** How pruning compares ids. */
  readonly ids?: Formula;
  /** Which paths the verifier follows. */
  readonly paths?: (p: Program) => Program;
}

/** A design that the fix is about: one that has it, and `change` takes it away; or one that lacks it, and `change` adds it. */
export interface Case {
  readonly design: string;
  readonly has: boolean;
  readonly change: Change;
  /** Changed on both sides: a later fix that hides the bug is undone with it and without it. */
  readonly under?: Change;
}

interface Told {
  /** What `holdfast history` calls it; its scenario has the same name, unless an older one shows the bug already. */
  readonly name: string;
  /** Commits of the kernel, or the CVE; none where the title is all that is known. */
  readonly fix: readonly string[];
  readonly year: number;
  readonly title: string;
  /** What went wrong. */
  readonly mechanism: string;
  /** What the fix keeps true. */
  readonly invariant: string;
}

export interface ExpressibleFix extends Told {
  readonly kind: 'expressible';
  /** What undoing the fix is here, and what of the kernel is left out. */
  readonly undone: string;
  /** Fixes that came later and must be undone too, or they hide the bug. */
  readonly together?: readonly string[];
  readonly scenario: string;
  readonly property: PropertyId;
  /** With the fix: the guard that rejects the scenario, or null if it is accepted and safe. */
  readonly guard: string | null;
  readonly cases: readonly Case[];
}

export interface InexpressibleFix extends Told {
  readonly kind: 'not-expressible';
  readonly reason: string;
}

export type Fix = ExpressibleFix | InexpressibleFix;
