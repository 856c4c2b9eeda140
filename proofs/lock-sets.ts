/**
 * Which locks a run of the machine held at its operations on a structure (the lock sets of Eraser, Savage et al. 1997): where no
 * lock is common to all of them, the race is not one of timing but of a wrong lock.
 */
import type { Machine } from '../encodings/machine.js';
import { valueName } from '../encodings/instance.js';

export interface LockSets {
  /** Looks at the operations under way in a state. */
  readonly see: (s: Int32Array) => void;
  /** What is wrong with the locks of the structure that `run` works on in state `s`; null if one lock is held at all operations. */
  readonly diagnosis: (s: Int32Array, run: number) => string | null;
}

export const lockSets = (m: Machine): LockSets => {
  const { layout } = m;
  const lockVars = layout.vars.flatMap((v, i) => (v.cell.cell === 'locked' ? [{ i, run: v.at[0] ?? 0, v }] : []));
  const name = (sort: string, value: number): string => {
    const v = layout.vars.find(x => x.cell.sort.name === sort);
    return v === undefined ? '' : valueName(layout.inst, v.cell.sort, value);
  };
  const placeName = (alloc: number, off: number): string => {
    const o = name('Off', off);
    return `${name('Alloc', alloc)}+${o === 'zero' ? '0' : o}`;
  };
  const read = (cell: string, s: Int32Array, run: number): number => s[layout.cells.get(cell)?.table[run] ?? -1] ?? 0;
  const structureOf = (s: Int32Array, run: number): string | null => {
    const a = read('inside-alloc', s, run);
    return a === 0 ? null : placeName(a, read('inside-off', s, run));
  };
  const heldBy = (s: Int32Array, run: number): Set<string> =>
    new Set(lockVars.flatMap(l => (l.run === run && s[l.i] === 1 ? [placeName(l.v.at[1] ?? 0, l.v.at[2] ?? 0)] : [])));
  /** By structure and run, the locks held at every operation seen. */
  const sets = new Map<string, Map<number, Set<string>>>();
  return {
    see: s => {
      m.spec.runs.forEach((_, run) => {
        const structure = structureOf(s, run);
        if (structure === null) return;
        let mine = sets.get(structure);
        if (mine === undefined) sets.set(structure, (mine = new Map<number, Set<string>>()));
        const now = heldBy(s, run);
        const before = mine.get(run);
        mine.set(run, before === undefined ? now : new Set([...before].filter(l => now.has(l))));
      });
    },
    diagnosis: (s, run) => {
      const structure = structureOf(s, run);
      const used = structure === null ? undefined : sets.get(structure);
      if (structure === null || used === undefined || used.size < 2) return null;
      const [first, ...others] = [...used.values()];
      if (first === undefined || [...first].some(l => others.every(o => o.has(l)))) return null;
      const who = [...used].map(([r, held]) => {
        const locks = held.size === 0 ? 'no lock' : [...held].join(' and ');
        return `${m.spec.runs[r]?.name ?? String(r)} with ${locks}`;
      });
      return `no lock is held at all operations on ${structure}: ${who.join(', ')}`;
    },
  };
};
