/**
 * The all-programs system at a small finite size: each run carries the verifier state of its path beside its concrete state and
 * may take, at any time, any event that the design's verifier accepts there. Its reachable states cover every accepted program
 * of any length over these maps, slots and events; when a program exits, the run begins another.
 */
import type { Design } from '../model/design.js';
import { Phase, machineCells } from '../model/machine-state.js';
import type { Program, ProgramEvent, Unit } from '../model/program.js';
import type { EventRules, Rule } from '../model/rule.js';
import type { Rules } from '../model/rules/index.js';
import type { RunSpec, SystemSpec, UserEvent } from '../model/system.js';
import type { Formula, Term } from '../model/term.js';
import type { Assign, Cell } from '../model/term.js';
import { ModelBug, TRUE, and, eq, exists, lit, ne, not, or, set, variable } from '../model/term.js';
import { Doing, adding, argumentOf, doing, heldAlloc, heldWord, named, shapeOf } from '../model/any-program.js';
import { Kind, heldId, heldKind, id, ref, refHeld, run, verifierCells } from '../model/verifier-state.js';
import { Slot } from '../model/world.js';
import { bind, bindNamed } from './bind.js';
import { finiteWorld } from './finite-world.js';
import type { Symmetry } from './explore.js';
import type { Env, G, GroundRule, Grounder } from './ground.js';
import { domainTest } from './direct.js';
import { groundRule, grounder } from './ground.js';
import { initialState, layoutOf } from './instance.js';
import type { Machine, MachineEdge } from './machine.js';
import { userBound } from './machine.js';
import { ruleKey } from './rule-key.js';
import { lists } from './themes/lists.js';
import type { Sizes, Theme } from './themes/theme.js';
import { at, chainOf } from './themes/theme.js';

export type { Sizes, Theme } from './themes/theme.js';

/** The theme that is meant where none is named. */
export const DEFAULT_SIZES: Sizes = lists.sizes;

/** Equal for designs whose systems are the same: same maps, same rules for every event of the alphabet. */
export const allProgramsKey = (design: Design, rules: Rules, sizes: Sizes, theme: Theme = lists): string => {
  const unit = theme.unit(design);
  if (unit === null) return 'nothing';
  const events = new Set([
    ...theme.alphabet(unit, design, sizes.slots).map(e => e.event),
    'exit',
    'load_btf',
    'load_map',
    ...theme.user(unit).map(e => `user_${e.event}`),
  ]);
  const keys = [...events].map(name => {
    const r = rules.get(name);
    return r === undefined ? name : [r.verifier, ...r.machine.map(x => x.does)].map(ruleKey).join();
  });
  return [JSON.stringify(unit), JSON.stringify(sizes), ...keys].join('\n');
};

/**
 * What a proof remembers beside the state, as a step of an event gives it. Written here again, from the shape of programs, so that the
 * steps of the proofs are compared with something.
 */
const remembered = (e: EventRules, step: { from: number; to: number; does: Rule }): Assign[] => {
  const leaves = step.to === -1;
  const inside = lit(Doing, leaves ? 'nothing' : e.event);
  const instance = step.does.choices.find(c => c.of.sort.name === 'Ref');
  const fresh = e.verifier.choices.find(c => c.of.sort.name === 'Id');
  return [
    ...(leaves ? shapeOf(e).remembers : []),
    ...(instance === undefined || fresh === undefined ? [] : [set(named(run, instance.of), fresh.of)]),
    ...(e.machine.length > 1 && Doing.values.includes(e.event) ? [set(doing(run), inside)] : []),
    ...(step.from === 0 && !leaves ? e.verifier.params.map(p => set(argumentOf(p)(run), p)) : []),
  ];
};

/** A rule that does what the verifier's rule and one machine step do, together; guards become conditions. */
const together = (
  g: Grounder,
  e: EventRules,
  step: { from: number; to: number; does: Rule },
  env: Env,
  limit: (c: string) => readonly number[] | undefined,
  keepsGhosts = false,
): GroundRule[] => {
  const enters = step.from === 0;
  const leaves = step.to === -1;
  const mine = groundRule(g, step.does, env, limit);
  const theirs = leaves ? groundRule(g, e.verifier, env, limit) : [];
  const guards: G[] = enters ? e.verifier.guards.map(x => g.term(x.holds, env)) : [];
  return mine.flatMap(m =>
    (leaves ? theirs : [undefined]).flatMap(v => {
      const where = g.p.and([m.where, ...(v === undefined ? [] : [v.where]), ...guards]);
      if (where.k === 'const' && where.v === 0) return [];
      const chosen: Env = new Map([...m.env, ...(v?.env ?? [])]);
      const ghosts = keepsGhosts ? g.assigns(remembered(e, step), chosen, [...chosen].join(';')) : [];
      return [
        {
          ...m,
          where,
          guards: [],
          capacity: [...m.capacity, ...(v?.capacity ?? [])],
          next: new Map([...m.next, ...(v?.next ?? []), ...ghosts]),
        },
      ];
    }),
  );
};

/** The variable of a cell at a place, or -1. */
const varAt = (g: Grounder, cell: string, at: readonly number[]): number => {
  const place = g.layout.cells.get(cell);
  if (place === undefined) return -1;
  return place.table[at.reduce((ix, x, d) => ix * (place.dims[d] ?? 1) + x, 0)] ?? -1;
};

/**
 * One representative for states that behave alike. What a slot holds that the verifier calls a scalar (or knows to be NULL) can't
 * be used any more and is forgotten; ids and references of the run are named in the order in which its slots hold them.
 */
const tidy = (g: Grounder, run: number, slots: number, before: ReadonlyMap<number, G>): Map<number, G> => {
  const { p, layout } = g;
  const next = new Map(before);
  const now = (v: number): G => next.get(v) ?? p.variable(v, layout.vars[v]?.size ?? 2);
  const zero = p.constant(0);
  for (let s = 0; s < slots; s++) {
    const at = varAt(g, 'kind', [run, s]);
    const kind = before.get(at);
    if (kind === undefined) continue;
    const scalar = p.constant(Kind.values.indexOf('scalar'));
    const dead = p.or(['scalar', 'null', 'not-zero'].map(k => p.eq(kind, p.constant(Kind.values.indexOf(k)))));
    next.set(at, p.ite(dead, scalar, kind));
    for (const name of ['val', 'voff', 'vref', 'standing']) {
      const v = varAt(g, name, [run, s]);
      const cell = layout.vars[v];
      if (cell !== undefined) next.set(v, p.ite(dead, p.constant(cell.init), now(v)));
    }
  }
  /** Renames the values at `places` by first occurrence; `owned` are the variables indexed by the renamed values (1, 2, ...). */
  const rename = (places: readonly number[], owned: readonly (readonly number[])[]): void => {
    const touched = [...places, ...owned.flat()];
    if (!touched.some(v => next.has(v))) return;
    const old = places.map(now);
    const most = owned[0]?.length ?? places.length;
    // rank[k][i]: the k-th place gets name i.
    const rank: G[][] = [];
    old.forEach((x, k) => {
      const isZero = p.eq(x, zero);
      const same = old
        .slice(0, k)
        .map((y, j) => p.and([p.eq(x, y), p.not(isZero), ...old.slice(0, j).map(z => p.not(p.eq(x, z)))]));
      const isNew = p.and([p.not(isZero), ...old.slice(0, k).map(y => p.not(p.eq(x, y)))]);
      rank.push(
        Array.from({ length: most + 1 }, (_, i) => {
          if (i === 0) return isZero;
          const taken = (n: number): G => (n === 0 ? p.constant(1) : p.or(rank.map(r => r[n] ?? zero)));
          const fresh = p.and([isNew, taken(i - 1), p.not(taken(i))]);
          return p.or([fresh, ...same.map((c, j) => p.and([c, rank[j]?.[i] ?? zero]))]);
        }),
      );
    });
    const named = (k: number): G => (rank[k] ?? []).reduceRight((e, c, i) => p.ite(c, p.constant(i), e), zero);
    const renamed = places.map((_, k) => named(k));
    const values = owned.map(list => list.map(now));
    owned.forEach((list, o) =>
      list.forEach((v, i) => {
        // The new name i+1 belongs to whichever old name the first place of that rank had.
        let e: G = p.constant(layout.vars[v]?.init ?? 0);
        old.forEach((x, k) => {
          const here = rank[k]?.[i + 1] ?? zero;
          const was = (values[o] ?? []).reduceRight(
            (rest, val, j) => p.ite(p.eq(x, p.constant(j + 1)), val, rest),
            p.constant(layout.vars[v]?.init ?? 0),
          );
          e = p.ite(here, was, e);
        });
        next.set(v, e);
      }),
    );
    places.forEach((v, k) => next.set(v, renamed[k] ?? zero));
  };
  const each = Array.from({ length: slots }, (_, s) => s);
  const ids = layout.cells.get('ref-held')?.dims[1] ?? 1;
  const refs = layout.cells.get('holding')?.dims[1] ?? 1;
  rename(
    [...each.flatMap(s => [varAt(g, 'id', [run, s]), varAt(g, 'ref', [run, s])]), varAt(g, 'held-id', [run, 0])],
    [Array.from({ length: ids - 1 }, (_, i) => varAt(g, 'ref-held', [run, i + 1]))],
  );
  rename(
    each.map(s => varAt(g, 'vref', [run, s])),
    [Array.from({ length: refs - 1 }, (_, i) => varAt(g, 'holding', [run, i + 1]))],
  );
  for (const [v, x] of next) if (x.k === 'var' && x.i === v) next.delete(v);
  return next;
};

/**
 * Overwriting the last pointer that carries an unreleased reference, or the identity of the held lock, leaves a path that no
 * verifier lets exit: a program with such a path is never accepted, so the step is left out.
 */
export const finishable = (dst: number, src: number | undefined): Formula => {
  const d = elementVar('dst');
  if (src === dst) return TRUE;
  const elsewhere = (has: (s: Term) => Formula): Formula => exists(Slot, s => and(ne(s, d), has(s)));
  return and(
    or(
      eq(ref(run, d), 'zero'),
      not(refHeld(run, ref(run, d))),
      elsewhere(s => eq(ref(run, s), ref(run, d))),
    ),
    or(
      eq(heldKind(run, 'd0'), 'none'),
      eq(heldId(run, 'd0'), 'zero'),
      ne(id(run, d), heldId(run, 'd0')),
      elsewhere(s => eq(id(run, s), heldId(run, 'd0'))),
    ),
  );
};
const elementVar = (name: string): Term => variable(name, Slot);

/** The cells that keep operands of the events of a program that take several steps. */
const operands = (rules: Rules, p: Program): Cell[] =>
  [...new Set(p.edges.map(e => e.does.event))].flatMap(name => {
    const e = rules.get(name);
    return e === undefined || e.machine.length < 2 ? [] : e.verifier.params.map(argumentOf);
  });

/** Operands mean something only while their event is under way: after it they are as at first. */
const forgottenOperands = (g: Grounder, run: number): [number, G][] =>
  g.layout.vars.flatMap((v, i): [number, G][] =>
    v.cell.cell.startsWith('arg.') && v.at[0] === run ? [[i, g.p.constant(v.init)]] : [],
  );

export interface AllPrograms extends Machine {
  readonly symmetry: Symmetry;
  readonly theme: Theme;
  readonly sizes: Sizes;
  /** What a first step of an edge does: later steps of the same event are not in it. */
  readonly does: ReadonlyMap<MachineEdge, ProgramEvent | UserEvent>;
}

/** The program that may do anything of a theme at any time, over a unit. */
export const anyOf = (theme: Theme, unit: Unit, design: Design, slots: number): Program => ({
  name: 'any',
  section: theme.program.section,
  kind: 'program',
  sleepable: theme.program.sleepable,
  entry: 0,
  exit: 0,
  edges: theme.alphabet(unit, design, slots).map(does => ({ from: 0, to: 0, does, at })),
  slots: Array.from({ length: slots - 1 }, (_, i) => `p${String(i + 1)}`),
  scalars: ['key'],
  maps: unit.maps.map(m => m.name),
  types: unit.types.flatMap(t => (unit.maps.some(m => m.valueType === t.name) ? [] : [t.name])),
  at,
});

/** Cells that are constant only as long as nobody asks whether runs are under way. */
const OF_RUNS = new Set(['phase', 'readers']);

export interface AllProgramsForm {
  /**
   * Keep what a proof remembers (`model/any-program.ts`), runs that are under way, and every id as it is, so that the invariant of a
   * proof can be asked of the states. There are many more states then.
   */
  readonly keepsGhosts?: boolean;
}

/** The system of a theme under a design. Throws where the design has nothing of the theme. */
export const allPrograms = (
  design: Design,
  rules: Rules,
  sizes: Sizes,
  theme: Theme = lists,
  { keepsGhosts = false }: AllProgramsForm = {},
): AllPrograms => {
  const unit = theme.unit(design);
  if (unit === null) throw new ModelBug(`${design.id} has nothing of ${theme.id}`);
  const program = anyOf(theme, unit, design, sizes.slots);
  const programs = Array.from({ length: sizes.runs }, (_, i): RunSpec => ({
    kind: 'program',
    name: `run${String(i)}`,
    program,
    cpu: i,
    context: theme.program.context,
    interrupts: [],
    load: 1,
  }));
  const user = sizes.runs;
  const spec: SystemSpec = {
    unit,
    runs: [...programs, { kind: 'user', name: 'user space', events: [], at }],
    elements: new Map(),
  };
  const made = program.edges.find(e => e.does.event === 'bpf_obj_new')?.does;
  const type = made?.event === 'bpf_obj_new' ? made.type : 'node';
  const objects = Array.from({ length: sizes.nodes }, (_, i) => ({ run: 0, key: String(i), type }));
  const world = finiteWorld(spec, design, spec.runs, objects, sizes.ids, sizes.slots);
  const exists = domainTest(world.inst);
  const ghosts: Cell[] = keepsGhosts
    ? [doing, named, heldAlloc, heldWord, adding, ...new Map(operands(rules, program).map(c => [c.cell, c])).values()]
    : [];
  const layout = layoutOf(
    world.inst,
    [...verifierCells, ...machineCells, ...ghosts],
    (cell, where) =>
      (!theme.constant.has(cell.cell) || (keepsGhosts && OF_RUNS.has(cell.cell))) &&
      !(cell.index[0]?.name === 'Run' && where[0] === user && cell.cell !== 'phase') &&
      exists(cell, where),
  );
  const g = grounder(layout);
  const init = initialState(layout);
  layout.vars.forEach((v, i) => {
    if (v.cell.cell === 'phase') init[i] = Phase.values.indexOf('active');
  });
  const entry = layout.cells.get('entry');
  if (entry !== undefined)
    for (const [m, c, v] of world.entries) {
      const ix = entry.table[m * (entry.dims[1] ?? 1) + c] ?? -1;
      if (ix >= 0) init[ix] = v;
    }
  const graphs: { nodes: number; entry: number; exit: number }[] = [];
  const edges: MachineEdge[][][] = [];
  const does = new Map<MachineEdge, ProgramEvent | UserEvent>();
  const none = (): undefined => undefined;
  programs.forEach((_, r) => {
    const byNode: MachineEdge[][] = [[]];
    const push = (from: number, to: number, event: string, rule: GroundRule): MachineEdge => {
      const edge: MachineEdge = { run: r, from, to, event, rule, at: undefined, local: false };
      (byNode[from] ??= []).push(edge);
      return edge;
    };
    for (const e of program.edges) {
      const bounds = chainOf(e.does).flatMap(does => bind(rules, world, r, does));
      let first = 0;
      bounds.forEach((b, i) => {
        const last = i === bounds.length - 1 ? 0 : byNode.push([]) - 1;
        const dst = b.env.get('dst');
        const keeps = dst === undefined ? [] : [g.term(finishable(dst, b.env.get('src')), b.env)];
        const ids = Array.from({ length: sizes.ids }, (_, k) => k + 1);
        const limit = (choice: string): readonly number[] | undefined => (choice === 'fresh' ? ids : undefined);
        const inner = new Map<number, number>();
        const nodeAt = (k: number): number => {
          if (k === 0) return first;
          if (k === -1) return last;
          let n = inner.get(k);
          if (n === undefined) inner.set(k, (n = byNode.push([]) - 1));
          return n;
        };
        for (const step of b.rules.machine)
          for (const rule of together(g, b.rules, step, b.env, limit, keepsGhosts)) {
            const where = g.p.and([rule.where, ...(step.from === 0 ? keeps : [])]);
            if (where.k === 'const' && where.v === 0) continue;
            const edge = push(nodeAt(step.from), nodeAt(step.to), b.rules.event, {
              ...rule,
              where,
              capacity: [],
              next: keepsGhosts
                ? new Map([...rule.next, ...(step.to === -1 ? forgottenOperands(g, r) : [])])
                : tidy(g, r, sizes.slots, rule.next),
            });
            if (i === 0 && step.from === 0) does.set(edge, e.does);
          }
        first = last;
      });
    }
    // A program that exits is followed by another: the run's own state is as at the start.
    const exit = bindNamed(rules, 'exit', new Map([['run', r]]));
    const own = layout.vars.flatMap((v, i) => (v.at[0] === r && v.cell.index[0]?.name === 'Run' ? [i] : []));
    const reset = new Map(own.map(i => [i, g.p.constant(init[i])]));
    for (const step of exit.rules.machine)
      for (const rule of together(g, exit.rules, step, exit.env, none))
        does.set(push(0, 0, 'exit', { ...rule, next: keepsGhosts ? new Map([...rule.next, ...reset]) : reset }), {
          event: 'exit',
        });
    graphs.push({ nodes: byNode.length, entry: 0, exit: 0 });
    edges.push(byNode);
  });
  graphs.push({ nodes: 1, entry: 0, exit: 0 });
  edges.push([
    theme.user(unit).flatMap(e => {
      const b = userBound(rules, world, user, e);
      return b.rules.machine.flatMap(step =>
        together(g, b.rules, step, b.env, none).map(rule => {
          const edge = { run: user, from: 0, to: 0, event: b.rules.event, rule, at: undefined, local: false };
          does.set(edge, e);
          return edge;
        }),
      );
    }),
  ]);
  // All runs may run any program on a CPU of their own, and all nodes are of one type: both are interchangeable.
  const ofRun = (r: number): number[] => [
    ...layout.vars.flatMap((v, i) => (v.cell.index[0]?.name === 'Run' && v.at[0] === r ? [i] : [])),
    layout.vars.length + r,
  ];
  // Who was in an RCU section when an object was freed is kept by object and run: such runs are not exchanged.
  const isKeptByRun = layout.vars.some(v => v.cell.index.some((s, d) => d > 0 && s.name === 'Run'));
  const symmetry: Symmetry = {
    runs: isKeptByRun ? [] : programs.map((_, r) => ofRun(r)),
    allocs: objects.map(o => world.objectOf(o.run, o.key) ?? 0),
  };
  return { spec, world, layout, g, init, graphs, edges, content: '', symmetry, theme, sizes, does };
};
