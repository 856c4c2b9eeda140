/** The scenario system: the given runs, interleaved, as a finite ground transition system. */
import type { Design } from '../model/design.js';
import { machineCells } from '../model/machine-state.js';
import type { At } from '../model/program.js';
import type { Rules } from '../model/rules/index.js';
import type { SystemSpec, UserEvent } from '../model/system.js';
import type { PropertyId } from '../model/properties.js';
import type { Bound } from './bind.js';
import { bind, bindNamed } from './bind.js';
import type { FiniteWorld, ObjectSite } from './finite-world.js';
import { finiteWorld, isMapped } from './finite-world.js';
import type { Unrolled } from './graph.js';
import { unroll } from './graph.js';
import type { G, GroundRule, Grounder } from './ground.js';
import { liveness, reads } from './liveness.js';
import { ruleKey } from './rule-key.js';
import { domainTest } from './direct.js';
import { groundRule, grounder } from './ground.js';
import type { Layout } from './instance.js';
import { initialState, layoutOf } from './instance.js';

/** One thing a run may do at a node of its graph. */
export interface MachineEdge {
  readonly run: number;
  readonly from: number;
  readonly to: number;
  readonly event: string;
  readonly rule: GroundRule;
  readonly at: At | undefined;
  /** Touches only the run's own cells and breaks nothing: others need not be interleaved with it. */
  readonly local: boolean;
}

export interface Machine {
  readonly spec: SystemSpec;
  readonly world: FiniteWorld;
  readonly layout: Layout;
  readonly g: Grounder;
  readonly init: Int32Array;
  /** Number of nodes, entry and exit by run. */
  readonly graphs: readonly { readonly nodes: number; readonly entry: number; readonly exit: number }[];
  /** Edges by run and node. */
  readonly edges: readonly (readonly (readonly MachineEdge[])[])[];
  /** Equal for machines that ground to the same (of one spec): designs that differ in nothing the machine sees. */
  readonly content: string;
}

/** Cells that only their own run looks at. */
const OWN_CELLS = new Set(['val', 'voff', 'vref', 'standing', 'class']);

interface RawEdge {
  readonly from: number;
  readonly to: number;
  readonly bound: Bound;
  readonly at: At | undefined;
  readonly object?: string;
}

/** What user space does, as a rule with its parameters fixed. */
export const userBound = (rules: Rules, w: FiniteWorld, run: number, e: UserEvent): Bound => {
  const base: [string, number][] = [['run', run]];
  switch (e.event) {
    case 'update':
    case 'update_unmasked':
    case 'update_locked':
    case 'delete':
    case 'delete_inner':
    case 'read_locked':
      return bindNamed(
        rules,
        `user_${e.event}`,
        new Map([...base, ['map', w.mapAlloc(e.map, 1)], ['key', w.keyClass(e.key)]]),
      );
    case 'replace_inner':
      return bindNamed(
        rules,
        'user_replace_inner',
        new Map([...base, ['map', w.mapAlloc(e.map, 1)], ['key', w.keyClass(e.key)], ['with', w.mapAlloc(e.with, 1)]]),
      );
    case 'mmap':
      return bindNamed(rules, 'user_mmap', new Map([...base, ['section', w.ptr(e.section)]]));
    case 'mmap_write':
      return bindNamed(
        rules,
        'user_mmap_write',
        new Map([...base, ['section', w.ptr(e.section)], ['off', w.off(offsetOfVar(w, e))]]),
      );
    case 'free_map':
      return bindNamed(rules, 'user_free_map', new Map([...base, ['map', w.mapAlloc(e.map, 1)]]));
    case 'unload':
      return bindNamed(rules, 'user_unload', new Map([...base, ['program', w.program(e.program)]]));
  }
};
const sectionVars = new WeakMap<FiniteWorld, SystemSpec>();
const offsetOfVar = (w: FiniteWorld, e: { section: string; var: string }): number =>
  sectionVars
    .get(w)
    ?.unit.maps.find(m => m.name === e.section || m.section?.name === e.section)
    ?.section?.vars.find(v => v.name === e.var)?.offset ?? 0;

/** What all designs share that see the same world: only rules differ between them. */
interface Base {
  /** The reference that an acquiring step takes, by run and step. */
  readonly refOf: ReadonlyMap<string, number>;
  readonly unrolled: readonly (Unrolled | undefined)[];
  readonly world: FiniteWorld;
  readonly layout: Layout;
  readonly g: Grounder;
  readonly init: Int32Array;
  readonly ground: Map<string, readonly { readonly rule: GroundRule; readonly local: boolean }[]>;
}
const bases = new WeakMap<SystemSpec, Map<string, Base>>();

/** Events after which a run may hold one more reference. */
const ACQUIRES = /^bpf_(obj_new|list_pop|list_del|rbtree_remove|kptr_xchg|refcount_acquire)/;

const makeBase = (spec: SystemSpec, design: Design): Base => {
  // Objects: one for each execution of bpf_obj_new, so that memory is never reused and every stale use is seen as one.
  const unrolled = spec.runs.map(r => (r.kind === 'program' ? unroll(r.program, 'machine') : undefined));
  const objects: ObjectSite[] = [];
  let refs = 0;
  const refOf = new Map<string, number>();
  unrolled.forEach((u, run) => {
    let acquires = 0;
    u?.edges.forEach((e, i) => {
      const d = e.edge.does;
      if (d.event === 'bpf_obj_new') objects.push({ run, key: `${String(run)}.${String(i)}`, type: d.type });
      // Each acquire has a reference of its own, so that a run never lacks one.
      if (ACQUIRES.test(d.event)) refOf.set(`${String(run)}.${String(i)}`, ++acquires);
    });
    refs = Math.max(refs, acquires);
  });
  const world = finiteWorld(spec, design, spec.runs, objects, 0, refs);
  sectionVars.set(world, spec);
  const layout = layoutOf(world.inst, machineCells, domainTest(world.inst));
  const init = initialState(layout);
  const place = layout.cells.get('entry');
  if (place !== undefined)
    for (const [m, c, v] of world.entries) {
      const ix = place.table[m * (place.dims[1] ?? 1) + c] ?? -1;
      if (ix >= 0) init[ix] = v;
    }
  return { unrolled, refOf, world, layout, g: grounder(layout), init, ground: new Map() };
};

const baseOf = (spec: SystemSpec, design: Design): Base => {
  let mine = bases.get(spec);
  if (mine === undefined) bases.set(spec, (mine = new Map<string, Base>()));
  // Of a design's world the machine sees only which sections are mapped, and only if somebody maps one.
  const maps = spec.runs.some(
    r => r.kind === 'user' && r.events.some(e => e.event === 'mmap' || e.event === 'mmap_write'),
  );
  const key = maps ? spec.unit.maps.map(m => isMapped(design.sections, m)).join() : '';
  let base = mine.get(key);
  if (base === undefined) mine.set(key, (base = makeBase(spec, design)));
  return base;
};

/** The world of the scenario system, and its first state, without its steps. Throws as machineOf. */
export const beginningOf = (spec: SystemSpec, design: Design): Pick<Machine, 'world' | 'layout' | 'init'> =>
  baseOf(spec, design);

/** The scenario system under a design. Throws TooLarge when a program unrolls past the bound of the model. */
export const machineOf = (spec: SystemSpec, design: Design, rules: Rules): Machine => {
  const { unrolled, refOf, world, layout, g, init, ground } = baseOf(spec, design);
  const graphs: { nodes: number; entry: number; exit: number }[] = [];
  const edges: MachineEdge[][][] = [];
  const content: string[] = [];
  spec.runs.forEach((r, run) => {
    const raw: RawEdge[] = [];
    const u = unrolled[run];
    let nodes: number;
    let exit: number;
    const entry = 0;
    // Node 0 is before the start; the program's own nodes follow.
    const start = bindNamed(rules, 'start', new Map([['run', run]]));
    if (r.kind === 'program' && u !== undefined) {
      nodes = u.nodes + 1;
      exit = u.exit + 1;
      raw.push({ from: 0, to: u.entry + 1, bound: start, at: undefined });
      u.edges.forEach((e, i) => {
        const list = bind(rules, world, run, e.edge.does);
        let from = e.from + 1;
        list.forEach((bound, k) => {
          const to = k === list.length - 1 ? e.to + 1 : nodes++;
          raw.push({ from, to, bound, at: e.edge.at, object: `${String(run)}.${String(i)}` });
          from = to;
        });
      });
    } else {
      const events = r.kind === 'user' ? r.events : [];
      nodes = events.length + 3;
      exit = nodes - 1;
      raw.push({ from: 0, to: 1, bound: start, at: undefined });
      events.forEach((e, i) => {
        const at = r.kind === 'user' ? r.at : undefined;
        raw.push({ from: i + 1, to: i + 2, bound: userBound(rules, world, run, e), at });
      });
      const end = bindNamed(rules, 'exit', new Map([['run', run]]));
      raw.push({ from: events.length + 1, to: exit, bound: end, at: undefined });
    }
    const byNode: MachineEdge[][] = [];
    for (const e of raw) {
      const obj = e.object === undefined ? undefined : world.objectOf(run, e.object);
      const ref = e.object === undefined ? undefined : refOf.get(e.object);
      const inner = new Map<number, number>();
      const nodeAt = (k: number): number => {
        if (k === 0) return e.from;
        if (k === -1) return e.to;
        let n = inner.get(k);
        if (n === undefined) inner.set(k, (n = nodes++));
        return n;
      };
      for (const step of e.bound.rules.machine) {
        const key = `${ruleKey(step.does)}|${[...e.bound.env].join(';')}|${String(obj)}|${String(ref)}`;
        content.push(key);
        let here = ground.get(key);
        if (here === undefined) {
          const limit = (choice: string): readonly number[] | undefined =>
            choice === 'obj' && obj !== undefined
              ? [0, obj]
              : choice === 'new-ref' && ref !== undefined
                ? [ref]
                : undefined;
          here = groundRule(g, step.does, e.bound.env, limit).map(rule => ({
            rule,
            local: isLocal(layout, run, rule),
          }));
          ground.set(key, here);
        }
        const from = nodeAt(step.from);
        const to = nodeAt(step.to);
        for (const x of here) (byNode[from] ??= []).push({ run, from, to, event: e.bound.rules.event, ...x, at: e.at });
      }
    }
    for (let n = 0; n < nodes; n++) byNode[n] ??= [];
    graphs.push({ nodes, entry, exit });
    edges.push(byNode);
  });
  return { spec, world, layout, g, init, graphs, edges, content: content.join('\n') };
};

/** Reads and writes only cells of the run itself that no other run's rule looks at, and can't break anything. */
const isLocal = (layout: Layout, run: number, r: GroundRule): boolean => {
  if (r.bads.some(b => b.k !== 'const' || b.v === 1)) return false;
  const own = (i: number): boolean => {
    const v = layout.vars[i];
    return v !== undefined && OWN_CELLS.has(v.cell.cell) && v.at[0] === run;
  };
  if (r.where.k === 'const' ? false : [...reads(r.where)].some(i => !own(i))) return false;
  for (const [v, g] of r.next) {
    if (!own(v)) return false;
    for (const i of reads(g)) if (!own(i)) return false;
  }
  return true;
};

export const badsOf = (e: MachineEdge): { property: PropertyId; reason: string; when: G }[] =>
  e.rule.rule.bads.map((b, i) => ({ property: b.property, reason: b.reason, when: e.rule.bads[i] }));

/** By run and node: the run's own variables that it will not look at again from there, which an engine may forget. */
export const forgottenAt = (m: Machine): readonly (readonly (readonly number[])[])[] =>
  m.edges.map((byNode, run) => {
    const mine = m.layout.vars.flatMap((v, i) => (OWN_CELLS.has(v.cell.cell) && v.at[0] === run ? [i] : []));
    const own = new Set(mine);
    const live = liveness(
      n =>
        (byNode[n] ?? []).map(e => ({
          to: e.to,
          readsMine: true,
          ways: () => [{ uses: [e.rule.where, ...e.rule.bads, ...e.rule.capacity], next: e.rule.next }],
        })),
      i => own.has(i),
    );
    return byNode.map((_, n) => {
      const still = live(n);
      return mine.filter(i => !still.has(i));
    });
  });
