/**
 * Whether anything can be left out of programs that break a property: they are minimal if no run, no event, no branch and no
 * act of user space can.
 */
import type { Design } from '../model/design.js';
import { dialectOf } from '../model/design.js';
import type { Edge, EventName, Program } from '../model/program.js';
import type { PropertyId } from '../model/properties.js';
import type { Rules } from '../model/rules/index.js';
import { rulesOf } from '../model/rules/index.js';
import type { SystemSpec } from '../model/system.js';
import type { Library } from './changed-rules.js';
import type { Claim } from './claims.js';
import { refutes } from './refutations.js';
import { cellUnder } from './scenario-cells.js';

/** Events that begin a call inside which something happens, and those that end one. */
const OPENS: ReadonlySet<EventName> = new Set<EventName>(['bpf_rbtree_add', 'enter_callback', 'call_static']);
const CLOSES: ReadonlySet<EventName> = new Set<EventName>(['rbtree_added', 'leave_callback', 'return_static']);
/** What a statement needs before it can be made, or what a callback is given: no programmer leaves it out alone. */
const PART: ReadonlySet<EventName> = new Set<EventName>([
  ...CLOSES,
  'callback_value',
  'less_args',
  'global',
  'move',
  'null',
  'set',
  'copy',
  'jump',
  'exit',
]);

const mentions = (edges: readonly Edge[]): number =>
  new Set(edges.flatMap(({ does }) => ('map' in does && typeof does.map === 'string' ? [does.map] : []))).size;

/**
 * At the edge's beginning nothing happens and control is at `to`. Null if a map is mentioned nowhere then: it would not be loaded
 * with the program, and nothing would be asked about it.
 */
const skipping = (p: Program, e: Edge, to: number): Program | null => {
  const jump: Edge = { from: e.from, to, does: { event: 'jump' }, at: e.at };
  const edges = [...p.edges.filter(x => x.from !== e.from), jump];
  const seen = new Set([p.entry]);
  for (const n of seen) for (const x of edges) if (x.from === n) seen.add(x.to);
  const left = edges.filter(x => seen.has(x.from));
  return mentions(left) === mentions(p.edges) ? { ...p, edges: left } : null;
};

/** Every program that has one thing less: a statement, a branch with its test, or a call with all that happens inside. */
export const programsLess = function* (p: Program): Generator<Program> {
  const less = (e: Edge, to: number): Program[] => {
    const q = skipping(p, e, to);
    return q === null ? [] : [q];
  };
  for (const e of p.edges) {
    // The body of a global subprogram is there twice, here for the machine and once by itself.
    if (PART.has(e.does.event) || e.only === 'machine' || isValue(p, e)) continue;
    if (!OPENS.has(e.does.event)) yield* less(e, e.to);
    else
      for (const close of p.edges)
        if (CLOSES.has(close.does.event) && close.to !== e.from && isOneCall(e, close)) yield* less(e, close.to);
  }
};
/** A call that is made for the number it returns. */
const isValue = (p: Program, e: Edge): boolean =>
  e.does.event === 'call' && p.edges.some(x => x.from === e.to && x.does.event === 'set' && x.at.line === e.at.line);
const isOneCall = (a: Edge, b: Edge): boolean =>
  ('fn' in a.does && 'fn' in b.does && a.does.fn === b.does.fn) ||
  ('kind' in a.does && 'kind' in b.does && a.does.kind === b.does.kind) ||
  (a.does.event === 'bpf_rbtree_add' && b.does.event === 'rbtree_added' && a.at.line === b.at.line);

/** Every system that has one thing less. */
export const systemsLess = function* (s: SystemSpec): Generator<SystemSpec> {
  for (const [i, r] of s.runs.entries()) {
    const others = s.runs.filter((_, k) => k !== i);
    const isNeeded = others.some(o => o.kind === 'program' && o.interrupts.includes(r.name));
    if (others.some(o => o.kind === 'program') && !isNeeded) yield { ...s, runs: others };
    if (r.kind === 'user') {
      for (const k of r.events.keys()) {
        const events = r.events.filter((_, j) => j !== k);
        if (events.length > 0) yield { ...s, runs: s.runs.map(x => (x === r ? { ...r, events } : x)) };
      }
    }
  }
  for (const p of s.unit.programs.filter(x => x.kind !== 'global'))
    for (const less of programsLess(p)) {
      const runs = s.runs.map(r => (r.kind === 'program' && r.program === p ? { ...r, program: less } : r));
      yield { ...s, unit: { ...s.unit, programs: s.unit.programs.map(x => (x === p ? less : x)) }, runs };
    }
};

// The same systems for every design, so that answers which designs share are found once.
const known = new WeakMap<SystemSpec, readonly SystemSpec[]>();
const allLess = (spec: SystemSpec): readonly SystemSpec[] => {
  const all = known.get(spec) ?? [...systemsLess(spec)];
  known.set(spec, all);
  return all;
};

/**
 * Returns a system with one thing less that the design still accepts and that breaks the property in no more steps; null if
 * there is none, so that the programs are minimal.
 */
export const lessThatBreaks = async (
  spec: SystemSpec,
  design: Design,
  rules: Rules,
  property: PropertyId,
  steps: number,
): Promise<SystemSpec | null> => {
  for (const less of allLess(spec)) {
    const cell = await cellUnder({ id: '', spec: less, design, rules }, { timeoutMs: 0 });
    if (refutes(cell, property) && (cell.counterexample?.steps.length ?? 0) <= steps) return less;
  }
  return null;
};

/** The names of the claims whose refutation is minimal: nothing can be left out of its programs. */
export const minimalRefutations = async (
  designs: readonly Design[],
  claims: readonly Claim[],
  library: Library,
  o: { readonly signal?: AbortSignal; readonly onProgress?: (done: number, total: number, what: string) => void } = {},
): Promise<ReadonlySet<string>> => {
  const refuted = claims.filter(c => c.refutation !== null);
  const minimal = new Set<string>();
  for (const [i, c] of refuted.entries()) {
    if (o.signal?.aborted === true) break;
    o.onProgress?.(i, refuted.length, 'what can be left out of refutations');
    const design = designs.find(d => d.id === c.design);
    const { refutation: r } = c;
    if (design === undefined || r === null) continue;
    const systems = await library.systems(dialectOf(design));
    const spec = r.found?.spec ?? systems.find(s => s.id === r.scenario)?.spec;
    if (spec !== undefined && (await lessThatBreaks(spec, design, rulesOf(design), c.property, r.steps)) === null)
      minimal.add(c.name);
  }
  return minimal;
};
