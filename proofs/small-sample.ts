/**
 * One-step preservation on a seeded sample: walks among states in which all clauses hold, by changing cells at random and by taking
 * steps, and takes every step that is possible in each of them.
 */
import type { Checker } from '../checker/checker.js';
import type { Tables } from '../checker/evaluate.js';
import { sizeIn } from '../checker/universe.js';

export interface Disagreement {
  readonly kind: 'not-invariant' | 'not-preserved';
  /** The clause that is false. */
  readonly clause: string;
  /** The step that breaks it, with its operands. */
  readonly step?: string;
  /** The state, or the one before the step: what is not as it is at first. */
  readonly state: readonly string[];
}

export interface Sampled {
  /** States in which all clauses hold, and of which every step was taken. */
  readonly states: number;
  /** Changes at random that left all clauses true. */
  readonly changes: number;
  /** Pairs of a state and a step possible in it, with operands; those that break a property are not among them. */
  readonly pairs: number;
  /** Pairs by name of the step. */
  readonly perStep: ReadonlyMap<string, number>;
  /** Steps that were possible and would break a property, by property and step: nothing is said of what comes after them. */
  readonly breaks: ReadonlyMap<string, number>;
  readonly disagreement: Disagreement | undefined;
}

/** Numbers from 0 to 1 that depend on the seed alone (mulberry32). */
export const chance = (seed: number): (() => number) => {
  let a = seed | 0;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), a | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
};

/** Most changes at random that are tried before the steps of a state are taken. */
const TRIES = 10;
/** States that a walk visits before it begins anew. */
const WALK = 8;

/** Cells by which a walk tells shapes of states apart. */
const SHAPE = new Set(['kind', 'type', 'maybe-null', 'held-kind', 'doing', 'adding', 'in-less', 'wait-alloc']);

/** All clauses hold in the states of `from`. */
export const sampleSteps = (c: Checker, from: readonly Tables[], samples: number, seed: number): Sampled => {
  const random = chance(seed);
  const below = (n: number): number => Math.min(n - 1, Math.floor(random() * n));
  const perStep = new Map<string, number>();
  const breaks = new Map<string, number>();
  const changeable = c.cells.flatMap((cell, n) => (c.placesOf(n).length > 0 ? [{ cell, n }] : []));
  let [states, changes, pairs] = [0, 0, 0];
  let disagreement: Disagreement | undefined;
  const isOver = (): boolean => disagreement !== undefined;
  /** The state with one place of a cell, or two, changed; undefined if a clause is false then. */
  const changed = (s: Tables): Tables | undefined => {
    const to = [...s];
    for (let k = 1 + below(2); k > 0; k--) {
      const { cell, n } = changeable[below(changeable.length)] ?? { cell: undefined, n: 0 };
      if (cell === undefined) return undefined;
      const where = c.placesOf(n);
      const table = Int32Array.from(to[n]);
      table[where[below(where.length)] ?? 0] = below(sizeIn(c.universe, cell.sort));
      to[n] = table;
    }
    return c.broken(to, s) === undefined ? to : undefined;
  };
  // Walks begin at, and go on to, states of a shape that few walks had: else few come to what takes many steps.
  const shaping = c.cells.flatMap((cell, n) => (SHAPE.has(cell.cell) ? [n] : []));
  const after = new Map<string, Map<string, Tables>>();
  const gone = new Map<string, number>();
  const rarest = (shapes: readonly string[]): string => {
    const some = Array.from({ length: random() < 0.3 ? 1 : 12 }, () => shapes[below(shapes.length)] ?? '');
    const name = some.reduce((x, y) => ((gone.get(x) ?? 0) <= (gone.get(y) ?? 0) ? x : y));
    gone.set(name, (gone.get(name) ?? 0) + 1);
    return name;
  };
  const beginning = (): Tables | undefined => {
    const shapes = after.get(rarest([...after.keys()]));
    return shapes?.get(rarest([...shapes.keys()]));
  };
  let s: Tables | undefined;
  for (let i = 0; i < samples && from.length > 0; i++) {
    if (isOver()) break;
    if (i % WALK === 0 || s === undefined) s = (random() < 0.8 ? beginning() : undefined) ?? from[below(from.length)];
    if (s === undefined) break;
    for (let t = random() < 0.5 ? 0 : below(TRIES); t > 0; t--) {
      const next = changed(s);
      if (next === undefined) continue;
      changes++;
      s = next;
    }
    states++;
    const here: Tables = s;
    const ways = new Map<string, Tables>();
    c.successors(here, taken => {
      const { step, to } = taken;
      if (taken.breaks !== undefined) {
        const what = `${taken.breaks} at ${step}`;
        breaks.set(what, (breaks.get(what) ?? 0) + 1);
        return false;
      }
      pairs++;
      perStep.set(step, (perStep.get(step) ?? 0) + 1);
      const clause = c.broken(to, here);
      if (clause !== undefined) {
        disagreement = { kind: 'not-preserved', clause, step: `${step}(${taken.operands()})`, state: c.text(here) };
        return true;
      }
      ways.set(`${step}|${shaping.map(n => to[n].join('')).join('|')}`, to);
      return false;
    });
    for (const [shape, to] of ways) {
      const step = shape.slice(0, shape.indexOf('|'));
      const shapes = after.get(step) ?? new Map<string, Tables>();
      after.set(step, shapes.set(shape, to));
    }
    s = ways.get(rarest([...ways.keys()]));
  }
  return { states, changes, pairs, perStep, breaks, disagreement };
};
