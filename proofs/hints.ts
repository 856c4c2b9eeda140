/**
 * What earlier proofs used, so that they are found again in a moment. A hint decides nothing: what it names is given to the
 * solver again, and where that is not enough, everything is.
 */
import type { Induction } from './induction.js';

export interface Hints {
  /** By obligation, the assumptions that were enough, one list for each kind of design that needed another. */
  readonly uses: ReadonlyMap<string, readonly (readonly string[])[]>;
  /** By design, the conjuncts that are not closed. */
  readonly open: ReadonlyMap<string, ReadonlySet<string>>;
}
export const NO_HINTS: Hints = { uses: new Map(), open: new Map() };

/** Adds what the proofs of one design used. */
export const withUses = (hints: Hints, x: Induction): Hints => {
  const uses = new Map(hints.uses);
  const add = (label: string, core: readonly string[]): void => {
    const before = uses.get(label) ?? [];
    const names = [...core].sort();
    // Whatever is enough already is within the new one.
    if (before.some(b => b.every(n => names.includes(n)))) return;
    uses.set(label, [...before, names]);
  };
  for (const [name, list] of [...x.of, ...x.properties])
    for (const o of list)
      if (o.verdict.outcome === 'proved' && o.verdict.core.length > 0) add(`${name}|${o.name}`, o.verdict.core);
  const open = new Map(hints.open);
  if (x.dropped.length > 0) open.set(x.design.id, new Set(x.dropped.map(d => d.conjunct.name)));
  return { uses, open };
};

/** Names stand once, and lists of them are numbers: the file is read by nobody. */
interface HintsFile {
  readonly names: readonly string[];
  readonly uses: Readonly<Record<string, readonly (readonly number[])[]>>;
  readonly open: Readonly<Record<string, readonly string[]>>;
}

export const hintsText = (h: Hints): string => {
  const names: string[] = [];
  const at = new Map<string, number>();
  const number = (n: string): number => {
    let i = at.get(n);
    if (i === undefined) {
      at.set(n, (i = names.length));
      names.push(n);
    }
    return i;
  };
  const byKey = <T>([a]: readonly [string, T], [b]: readonly [string, T]): number => (a < b ? -1 : 1);
  const uses = [...h.uses]
    .sort(byKey)
    .map(([k, v]) => `    ${JSON.stringify(k)}: ${JSON.stringify(v.map(l => l.map(number)))}`);
  const open = [...h.open].sort(byKey).map(([k, v]) => `    ${JSON.stringify(k)}: ${JSON.stringify([...v].sort())}`);
  return `{\n  "names": ${JSON.stringify(names)},\n  "uses": {\n${uses.join(',\n')}\n  },\n  "open": {\n${open.join(',\n')}\n  }\n}\n`;
};

/** Reads what `hintsText` wrote. A text that is none gives no hints. */
export const readHints = (text: string): Hints => {
  let file: HintsFile;
  try {
    file = JSON.parse(text) as HintsFile;
    const nameOf = (i: number): string => file.names[i] ?? '';
    return {
      uses: new Map(Object.entries(file.uses).map(([k, v]) => [k, v.map(l => l.map(nameOf))])),
      open: new Map(Object.entries(file.open).map(([k, v]) => [k, new Set(v)])),
    };
  } catch {
    return NO_HINTS;
  }
};
