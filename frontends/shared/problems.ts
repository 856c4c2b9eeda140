/** The problems of one file: collected where they are found, reported together, never thrown at the caller. */
import type { At, InputError, Unsupported } from '../../model/program.js';

export type Problem = Unsupported | InputError;

const MOST = 10;

/** Unwinds to the nearest declaration or function, whose problem is already collected. Never leaves the front ends. */
export class Stop extends Error {}

/** Goes on after what stops at a problem: it is collected, and there is no result. */
export const attempt = <T>(f: () => T): T | null => {
  try {
    return f();
  } catch (e) {
    if (e instanceof Stop) return null;
    throw e;
  }
};

/** The end of an exhaustive switch: a missing case fails to type. */
export function unreachable(value: never): never {
  throw new Error(`an impossible case: ${JSON.stringify(value)}`);
}

export interface Problems {
  readonly list: readonly Problem[];
  unsupported(construct: string, at: At): void;
  inputError(message: string, at: At, remedy?: string): void;
  /** Collects and unwinds: the surrounding construct has no meaning any more. */
  stopUnsupported(construct: string, at: At): never;
  stopInput(message: string, at: At, remedy?: string): never;
}

/** Returns an empty collection, which keeps the first ten different problems. */
export function newProblems(): Problems {
  const list: Problem[] = [];
  const seen = new Set<string>();
  const add = (problem: Problem): void => {
    const key = JSON.stringify(problem);
    if (list.length >= MOST || seen.has(key)) return;
    seen.add(key);
    list.push(problem);
  };
  const unsupported = (construct: string, at: At): void => add({ kind: 'unsupported', construct, at });
  const inputError = (message: string, at: At, remedy?: string): void =>
    add(remedy === undefined ? { kind: 'input-error', message, at } : { kind: 'input-error', message, remedy, at });
  return {
    list,
    unsupported,
    inputError,
    stopUnsupported(construct, at) {
      unsupported(construct, at);
      throw new Stop(construct);
    },
    stopInput(message, at, remedy) {
      inputError(message, at, remedy);
      throw new Stop(message);
    },
  };
}
