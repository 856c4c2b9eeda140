/** How a path that was cut off anywhere can be brought to an accepted `exit`: what is held is released, in the fewest steps. */
import type { ProgramEvent } from '../model/program.js';
import type { VerifierWalk } from '../encodings/verifier-walk.js';
import type { Body, Step } from './body.js';
import { otherwise } from './body.js';

/** The events that let go of something, find out whether there is anything to let go of, or come by the name of a held lock again. */
const RELEASES = /unlock|restore$|preempt_enable$|^bpf_obj_drop$|^test_null$|^global$/;
const MAX_STATES = 3_000;
const MAX_STEPS = 12;

interface Option {
  readonly does: ProgramEvent;
  readonly to: string;
  /** Where the other branch of a test leads; undefined if it can't be taken. */
  readonly other?: { readonly does: ProgramEvent; readonly to: string | undefined };
}
interface Found {
  readonly state: Int32Array;
  readonly ends: boolean;
  options: readonly Option[];
  cost: number;
  best: Option | undefined;
}

const EXIT: ProgramEvent = { event: 'exit' };

export interface Completer {
  /** The fewest steps from the state to an accepted exit, on all branches; null if none were found. */
  readonly complete: (state: Int32Array) => Body | null;
  /**
   * The line with every loose end tied: the other branch of each test, and the end. Null if the verifier rejects the line or an
   * end can't be tied. A line may end with `exit`.
   */
  readonly finish: (line: readonly ProgramEvent[]) => Body | null;
}

export const completerOf = (walk: VerifierWalk, alphabet: readonly ProgramEvent[]): Completer => {
  const releases = alphabet.filter(e => RELEASES.test(e.event));
  const keyOf = (s: Int32Array): string => String.fromCharCode(...s);
  const bodies = new Map<string, Body | null>();
  const complete = (start: Int32Array): Body | null => {
    const key = keyOf(start);
    const known = bodies.get(key);
    if (known !== undefined) return known;
    const body = search(start);
    bodies.set(key, body);
    return body;
  };
  const search = (start: Int32Array): Body | null => {
    const found = new Map<string, Found>();
    const add = (state: Int32Array): string => {
      const k = keyOf(state);
      if (!found.has(k)) {
        const ends = walk.step(state, EXIT).kind === 'on';
        found.set(k, { state, ends, options: [], cost: ends ? 0 : Infinity, best: undefined });
        if (!ends) todo.push(k);
      }
      return k;
    };
    let todo: string[] = [];
    const first = add(start);
    for (let depth = 0; depth < MAX_STEPS && todo.length > 0 && found.size < MAX_STATES; depth++) {
      const layer = todo;
      todo = [];
      for (const k of layer) {
        const f = found.get(k);
        if (f !== undefined) f.options = releases.flatMap(does => optionOf(f.state, does, k, add) ?? []);
      }
      settle(found);
      if ((found.get(first)?.cost ?? Infinity) < Infinity) break;
    }
    return (found.get(first)?.cost ?? Infinity) < Infinity ? bodyFrom(found, first) : null;
  };
  const optionOf = (
    state: Int32Array,
    does: ProgramEvent,
    from: string,
    add: (s: Int32Array) => string,
  ): Option | undefined => {
    const other = otherwise(does);
    // Either order of the two branches is the same test: the one whose main line is the branch of NULL is left out.
    if (does.event === 'test_null' && does.isNull) return undefined;
    if (walk.loses(state, does)) return undefined;
    const a = walk.step(state, does);
    if (a.kind !== 'on' || keyOf(a.state) === from) return undefined;
    if (other === undefined) return { does, to: add(a.state) };
    const b = walk.step(state, other);
    if (b.kind === 'never') return { does, to: add(a.state), other: { does: other, to: undefined } };
    return b.kind === 'on' ? { does, to: add(a.state), other: { does: other, to: add(b.state) } } : undefined;
  };
  const finish = (line: readonly ProgramEvent[]): Body | null => {
    const body: Step[] = [];
    let state = walk.start;
    for (const does of line) {
      const to = walk.step(state, does);
      if (to.kind !== 'on') return null;
      if (does.event === 'exit') return body;
      const other = otherwise(does);
      if (other === undefined) body.push({ kind: 'do', does });
      else {
        const there = walk.step(state, other);
        const aside = there.kind === 'on' ? complete(there.state) : there.kind === 'never' ? [] : null;
        if (aside === null) return null;
        body.push({ kind: 'fork', does, otherwise: other, aside });
      }
      ({ state } = to);
    }
    const end = complete(state);
    return end === null ? null : [...body, ...end];
  };
  return { complete, finish };
};

/** Costs to the nearest exit, until none gets less. */
const settle = (found: ReadonlyMap<string, Found>): void => {
  const costOf = (k: string | undefined): number => (k === undefined ? 0 : (found.get(k)?.cost ?? Infinity));
  for (let changed = true; changed;) {
    changed = false;
    for (const f of found.values())
      for (const o of f.options) {
        const cost = 1 + costOf(o.to) + (o.other === undefined ? 0 : costOf(o.other.to));
        if (cost >= f.cost) continue;
        f.cost = cost;
        f.best = o;
        changed = true;
      }
  }
};

const bodyFrom = (found: ReadonlyMap<string, Found>, from: string): Body => {
  const body: Step[] = [];
  let at = found.get(from);
  while (at !== undefined && !at.ends && at.best !== undefined) {
    const { does, to, other } = at.best;
    if (other === undefined) body.push({ kind: 'do', does });
    else
      body.push({
        kind: 'fork',
        does,
        otherwise: other.does,
        aside: other.to === undefined ? [] : bodyFrom(found, other.to),
      });
    at = found.get(to);
  }
  return body;
};
