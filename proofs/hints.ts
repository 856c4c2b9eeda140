/**
 * What earlier proofs used, so that they are found again in a moment. A hint decides nothing: what it names is given to the
 * solver again, and where that is not enough, everything is.
 */
import type { Uses } from './prover.js';

export interface Hints {
  readonly uses: Uses;
  /** By design, the conjuncts that are not closed. */
  readonly open: ReadonlyMap<string, ReadonlySet<string>>;
}
export const NO_HINTS: Hints = { uses: new Map(), open: new Map() };

/** Names stand once, and lists of them are numbers: the file is read by nobody. */
interface HintsFile {
  readonly names: readonly string[];
  /** By goal, of each proof the digest and the names. */
  readonly uses: Readonly<Record<string, readonly (readonly [string, ...number[]])[]>>;
  readonly open: Readonly<Record<string, readonly string[]>>;
}

const byKey = <T>([a]: readonly [string, T], [b]: readonly [string, T]): number => (a < b ? -1 : 1);

export const hintsText = (h: Hints): string => {
  const names = [...new Set([...h.uses.values()].flat().flatMap(u => u.names))].sort();
  const at = new Map(names.map((n, i) => [n, i]));
  const lines = <T>(m: ReadonlyMap<string, T>, value: (v: T) => unknown): string =>
    [...m]
      .sort(byKey)
      .map(([k, v]) => `    ${JSON.stringify(k)}: ${JSON.stringify(value(v))}`)
      .join(',\n');
  const uses = lines(h.uses, v => v.map(u => [u.digest, ...u.names.map(n => at.get(n) ?? 0)]));
  const open = lines(h.open, v => [...v].sort());
  return `{\n  "names": ${JSON.stringify(names)},\n  "uses": {\n${uses}\n  },\n  "open": {\n${open}\n  }\n}\n`;
};

/** Reads what `hintsText` wrote. A text that is none gives no hints: they are a matter of speed only. */
export const readHints = (text: string): Hints => {
  try {
    const file = JSON.parse(text) as HintsFile;
    return {
      uses: new Map(
        Object.entries(file.uses).map(([k, v]) => [
          k,
          v.map(([digest, ...at]) => ({ digest, names: at.map(i => file.names[i] ?? '') })),
        ]),
      ),
      open: new Map(Object.entries(file.open).map(([k, v]) => [k, new Set(v)])),
    };
  } catch {
    return NO_HINTS;
  }
};
