/** The verifier of a design as an executable: explores a program's paths in the kernel's order and stops at the first failure. */
import type { Design } from '../model/design.js';
import type { At, Edge, Program, ProgramEvent, Unit } from '../model/program.js';
import type { Rule } from '../model/rule.js';
import type { Rules } from '../model/rules/index.js';
import { statesEqual } from '../model/rules/states-equal.js';
import type { Formula } from '../model/term.js';
import { verifierCells } from '../model/verifier-state.js';
import type { ProgramRun, SystemSpec } from '../model/system.js';
import type { Bound } from './bind.js';
import { accessKinds } from './access-kinds.js';
import { bind, bindNamed } from './bind.js';
import { closures } from './closures.js';
import type { Direct, Taken } from './direct.js';
import { direct, domainTest } from './direct.js';
import type { FiniteWorld } from './finite-world.js';
import { finiteWorld, isMapped } from './finite-world.js';
import type { GroundRule, Grounder } from './ground.js';
import { groundRule, grounder } from './ground.js';
import type { Layout } from './instance.js';
import { initialState, layoutOf } from './instance.js';
import { liveness } from './liveness.js';
import { messageOf } from './message.js';
import { ruleKey } from './rule-key.js';
import { cellsIn } from './unbounded/after.js';

export interface VerifierEdge {
  readonly from: number;
  readonly to: number;
  readonly event: string;
  /** What the program does here; absent for what is checked before its first instruction. */
  readonly does: ProgramEvent | undefined;
  readonly at: At | undefined;
  /** What the first possible choice of the rule makes of a state. */
  readonly take: (state: Int32Array) => Taken;
  readonly rule: Rule;
  /** The same, ground: one rule for each choice that is possible; at most one is enabled at a time. Made when first needed. */
  readonly rules: readonly GroundRule[];
  /** The event gives its result a fresh id, and can happen whenever one is left. */
  readonly needsId: boolean;
}
/** The verifier of a design, specialised to one program. */
export interface VerifierSystem {
  readonly unit: Unit;
  readonly program: Program;
  readonly world: FiniteWorld;
  readonly layout: Layout;
  readonly g: Grounder;
  readonly direct: Direct;
  readonly entry: number;
  readonly exit: number;
  readonly edges: readonly (readonly VerifierEdge[])[];
  /** Variables that still matter at a node; the others are forgotten. */
  readonly live: (node: number) => ReadonlySet<number>;
  /** Ids may run out if dead variables keep theirs. */
  readonly reusesIds: boolean;
  /** The variables that may be forgotten where they are not live. */
  readonly forgettable: ReadonlySet<number>;
  readonly covers: (old: Int32Array, cur: Int32Array) => boolean;
  /** Equal for systems that ground to the same: designs that differ in nothing the program meets. */
  readonly content: string;
}

export type Verdict =
  | {
      readonly kind: 'accept';
      readonly states: number;
      /** A guard that would fail on a path that pruning skips: a hole in the pruning rule. */
      readonly badPrune: { readonly guard: string; readonly event: string; readonly at: At | null } | null;
      /** Global subprograms that some path calls: they are verified too, the others are not. */
      readonly called: ReadonlySet<string>;
      /** An instruction that accesses memory through pointers of different kinds on two paths; null if none does. */
      readonly mixed: At | null;
    }
  | {
      readonly kind: 'reject';
      readonly guard: string;
      readonly message: string;
      readonly kernelFunction: string;
      readonly event: string;
      readonly at: At | null;
      readonly node: number;
      readonly path: readonly VerifierEdge[];
      readonly states: number;
    }
  | { readonly kind: 'not-applicable'; readonly reason: string }
  | { readonly kind: 'bound-reached'; readonly of: string };

/** What of a specialisation depends on the rules only rule by rule: shared by all designs that see the same world. */
interface Base {
  readonly world: FiniteWorld;
  readonly layout: Layout;
  readonly g: Grounder;
  readonly direct: Direct;
  readonly ground: Map<string, readonly GroundRule[]>;
  readonly systems: Map<string, VerifierSystem>;
  /** Whether the verifier may skip the second state because of the first (made when first needed). */
  readonly covers: (old: Int32Array, cur: Int32Array) => boolean;
}
const bases = new WeakMap<Unit, Map<string, Base>>();
const baseOf = (spec: SystemSpec, design: Design, run: ProgramRun, ids: number): Base => {
  let mine = bases.get(spec.unit);
  if (mine === undefined) bases.set(spec.unit, (mine = new Map<string, Base>()));
  const mapped = spec.unit.maps.map(m => isMapped(design.sections, m));
  const key = [run.program.name, run.program.kind, run.load, run.context, design.baseline, mapped, ids].join('|');
  let base = mine.get(key);
  if (base === undefined) {
    const world = finiteWorld(spec, design, [run], [], ids, 0);
    const layout = layoutOf(world.inst, verifierCells, domainTest(world.inst));
    mine.set(
      key,
      (base = {
        world,
        layout,
        g: grounder(layout),
        direct: direct(layout),
        ground: new Map(),
        systems: new Map(),
        covers: coversIn(spec, design, run, ids, layout, statesEqual),
      }),
    );
  }
  return base;
};

/** Compares two states of one run through the pruning rule, which speaks of two runs. */
export const coversIn = (
  spec: SystemSpec,
  design: Design,
  run: ProgramRun,
  ids: number,
  layout: Layout,
  rule: () => Formula,
): ((old: Int32Array, cur: Int32Array) => boolean) => {
  let test: ((old: Int32Array, cur: Int32Array) => boolean) | undefined;
  return (a, b) => {
    if (test === undefined) {
      const pair = finiteWorld(spec, design, [run, { ...run, name: `${run.name}'` }], [], ids, 0);
      const both = layoutOf(pair.inst, verifierCells, domainTest(pair.inst));
      const holds = closures()(
        grounder(both).term(
          rule(),
          new Map([
            ['old', 0],
            ['cur', 1],
          ]),
        ),
      );
      const from = both.vars.map(v => {
        const place = layout.cells.get(v.cell.cell);
        const ix = v.at.reduce((n, x, d) => n * (place?.dims[d] ?? 1) + (d === 0 ? 0 : x), 0);
        return { second: v.at[0] === 1, i: place?.table[ix] ?? 0 };
      });
      const s = new Int32Array(both.vars.length);
      test = (x, y) => {
        from.forEach((f, i) => {
          s[i] = (f.second ? y : x)[f.i];
        });
        return holds(s) === 1;
      };
    }
    return test(a, b);
  };
};

/** The same verifier with another pruning rule, in how it compares ids. */
export const pruningBy = (
  v: VerifierSystem,
  spec: SystemSpec,
  design: Design,
  run: ProgramRun,
  ids: Formula,
): VerifierSystem => {
  const used = (v.world.inst.names.get('Id')?.length ?? 1) - 1;
  return { ...v, covers: coversIn(spec, design, run, used, v.layout, () => statesEqual(ids)) };
};

const isFreshEvent = (b: Bound): boolean => b.rules.verifier.choices.some(c => c.of.name === 'fresh');
/** Cells of variables in the program; locks, references and regions are never forgotten. */
const FORGETTABLE = new Set([
  'kind',
  'ptr',
  'id',
  'off',
  'type',
  'ref',
  'maybe-null',
  'non-owning',
  'rcu',
  'untrusted',
  'known',
  'may',
]);
const decidedByForgettable = new WeakMap<Rule, boolean>();
/** Whether what may be forgotten decides the rule, or flows into what is never forgotten. */
const needsForgettable = (r: Rule): boolean => {
  let needs = decidedByForgettable.get(r);
  if (needs === undefined) {
    const asked = [r.where, ...r.guards.map(g => g.holds), ...r.capacity.map(c => c.holds)];
    const kept = r.effects.filter(a => !FORGETTABLE.has(a.target.cell.cell));
    const terms = [...asked, ...kept.flatMap(a => [...a.target.at, a.value])];
    decidedByForgettable.set(r, (needs = terms.some(t => [...cellsIn(t).keys()].some(c => FORGETTABLE.has(c)))));
  }
  return needs;
};
const COPIES_IN_LOOPS = 3;
/** Ids of one program; more calls than this share them. */
const MOST_IDS = 96;

/** Specialises the rules to a program. `edges` are the program's own, or an unrolling of them. */
export const verifierOf = (
  spec: SystemSpec,
  design: Design,
  rules: Rules,
  run: ProgramRun,
  edges: readonly { from: number; to: number; edge: Edge }[],
  nodes: number,
  entry: number,
  exit: number,
): VerifierSystem => {
  const cyclic =
    edges.some(e => e.edge.bound !== undefined) &&
    edges.length === run.program.edges.filter(e => e.only !== 'machine').length;
  const copies = cyclic ? COPIES_IN_LOOPS : 1;
  const probe = edges.filter(e =>
    /lookup|obj_new|pop|remove|first|front|back|left|right|root|del$|acquire|xchg|kptr|global|callback_value/.test(
      e.edge.does.event,
    ),
  ).length;
  const base = baseOf(spec, design, run, Math.min(MOST_IDS, Math.max(1, probe * copies)));
  const { world, layout, g, ground, systems, covers } = base;
  const byNode: VerifierEdge[][] = [];
  let count = nodes;
  let nextId = 1;
  const content: string[] = [];
  const ids = world.inst.names.get('Id')?.length ?? 1;
  const push = (from: number, to: number, b: Bound, at?: At, does?: ProgramEvent): void => {
    let own: number[] = [];
    if (isFreshEvent(b)) {
      // An id that nothing has any more may be chosen again; where one is still in use, that is a bound reached.
      own = Array.from({ length: copies }, (_, k) => ((nextId - 1 + k) % (ids - 1)) + 1);
      nextId += copies;
    }
    const rule = b.rules.verifier;
    const candidates = (choice: string): readonly number[] | undefined => (choice === 'fresh' ? own : undefined);
    const key = `${ruleKey(rule)}|${[...b.env].join(';')}|${own.join()}`;
    (byNode[from] ??= []).push({
      from,
      to,
      event: b.rules.event,
      does,
      at,
      rule,
      take: state => base.direct.take(rule, b.env, state, candidates),
      get rules() {
        let rulesHere = ground.get(key);
        if (rulesHere === undefined) ground.set(key, (rulesHere = groundRule(g, rule, b.env, candidates)));
        return rulesHere;
      },
      needsId: isFreshEvent(b),
    });
    content.push(`${String(from)}>${String(to)}${key}`);
  };
  // What is loaded before the program: types, then the maps it mentions.
  // What is called later was checked against them with the program that sets it up.
  const mentioned = run.program.kind === 'async-callback' ? [] : run.program.maps;
  const sections = new Set(spec.unit.maps.flatMap(m => (m.section === undefined ? [] : [m.valueType])));
  const preamble: Bound[] = [
    ...spec.unit.types
      .filter(t => !sections.has(t.name) && t.fields.length > 0)
      .map(t =>
        bindNamed(
          rules,
          'load_btf',
          new Map([
            ['run', 0],
            ['type', world.type(t.name)],
          ]),
        ),
      ),
    ...spec.unit.maps
      .filter(m => m.isTemplate !== true && !mentioned.includes(m.name))
      .map(m =>
        bindNamed(
          rules,
          'create_map',
          new Map([
            ['run', 0],
            ['map', world.ptr(m.name)],
          ]),
        ),
      ),
    ...mentioned.map(m =>
      bindNamed(
        rules,
        'load_map',
        new Map([
          ['run', 0],
          ['map', world.ptr(m)],
        ]),
      ),
    ),
    ...mentioned.flatMap(m =>
      spec.unit.maps.find(x => x.name === m)?.inner === undefined
        ? []
        : [
            bindNamed(
              rules,
              'load_map',
              new Map([
                ['run', 0],
                ['map', world.ptr(`${m}:inner`)],
              ]),
            ),
          ],
    ),
  ];
  let first = entry;
  for (const b of [...preamble].reverse()) {
    const n = count++;
    push(n, first, b);
    first = n;
  }
  for (const e of edges) {
    const list = bind(rules, world, 0, e.edge.does);
    let from = e.from;
    list.forEach((b, k) => {
      const to = k === list.length - 1 ? e.to : count++;
      push(from, to, b, e.edge.at, e.edge.does);
      from = to;
    });
  }
  const text = content.join('\n');
  const known = systems.get(text);
  if (known !== undefined) return known;
  for (let n = 0; n < count; n++) byNode[n] ??= [];
  const forgettable = new Set(layout.vars.flatMap((x, i) => (FORGETTABLE.has(x.cell.cell) ? [i] : [])));
  const system: VerifierSystem = {
    unit: spec.unit,
    program: run.program,
    world,
    layout,
    g,
    direct: base.direct,
    entry: first,
    exit,
    edges: byNode,
    live: liveness(
      n =>
        (byNode[n] ?? []).map(e => ({
          to: e.to,
          readsMine: needsForgettable(e.rule),
          ways: () => e.rules.map(r => ({ uses: [r.where, ...r.guards, ...r.capacity], next: r.next })),
        })),
      i => forgettable.has(i),
    ),
    reusesIds: cyclic || nextId > ids,
    forgettable,
    covers,
    content: text,
  };
  systems.set(text, system);
  return system;
};

/** The verifier over the program as it is written: loops are followed until nothing new is found. */
export const verifierOfProgram = (spec: SystemSpec, design: Design, rules: Rules, run: ProgramRun): VerifierSystem => {
  const edges = run.program.edges
    .filter(e => e.only !== 'machine')
    .map(edge => ({ from: edge.from, to: edge.to, edge }));
  const nodes = 1 + Math.max(run.program.entry, run.program.exit, ...edges.flatMap(e => [e.from, e.to]));
  return verifierOf(spec, design, rules, run, edges, nodes, run.program.entry, run.program.exit);
};

export interface VerifyOptions {
  readonly maxStates?: number;
  readonly pruned?: 'followed' | 'left';
}

/**
 * Explores every path, depth first in the order of the edges. Paths that the kernel prunes are followed too, apart: a failure
 * on one of them is no verdict but a hole in the pruning rule (`bad-prune`). `pruned: 'left'` does as the kernel does: the verdict is the
 * same, holes are not looked for, and what takes minutes takes moments.
 */
export const verify = (
  v: VerifierSystem,
  { maxStates = 100_000, pruned = 'followed' }: VerifyOptions = {},
): Verdict => {
  const forgettable = [...v.forgettable];
  const withIds = forgettable.filter(i => v.layout.vars[i]?.cell.sort.name === 'Id');
  const forget = (node: number, state: Int32Array, among: readonly number[]): void => {
    const live = v.live(node);
    for (const i of among) if (!live.has(i)) state[i] = v.layout.vars[i]?.init ?? 0;
  };
  const cores = new WeakMap<Int32Array, Int32Array>();
  /** What still matters of a state: states are compared by it. The state itself keeps the rest, for messages. */
  const coreOf = (node: number, state: Int32Array): Int32Array => {
    let core = cores.get(state);
    if (core === undefined) {
      cores.set(state, (core = Int32Array.from(state)));
      forget(node, core, forgettable);
    }
    return core;
  };
  const keyOf = (state: Int32Array, after: boolean): string => `${after ? '~' : ''}${String.fromCharCode(...state)}`;
  /** By node: the states that came here. Most nodes see one: then nothing is compared, and nobody asks what still matters. */
  const only = v.edges.map((): { readonly state: Int32Array; readonly after: boolean } | undefined => undefined);
  const seen = v.edges.map((): Set<string> | undefined => undefined);
  const explored = v.edges.map((): Int32Array[] => []);
  let badPrune: Extract<Verdict, { kind: 'accept' }>['badPrune'] = null;
  const called = new Set<string>();
  const mixes = accessKinds(v.layout, v.direct);
  let mixed: At | null = null;
  let states = 0;
  interface Frame {
    readonly node: number;
    readonly state: Int32Array;
    edge: number;
    readonly via: VerifierEdge | undefined;
    /** The kernel does not come here: an explored state covers this one, or one before it. */
    readonly skipped: boolean;
  }
  /** Returns true iff the same state was here before. */
  const isKnown = (node: number, state: Int32Array, after: boolean): boolean => {
    // An id that nothing needs any more is free for the next call.
    if (v.reusesIds) forget(node, state, withIds);
    const first = only[node];
    let set = seen[node];
    if (set === undefined) {
      if (first === undefined) {
        only[node] = { state, after };
        return false;
      }
      seen[node] = set = new Set([keyOf(coreOf(node, first.state), first.after)]);
    }
    const key = keyOf(coreOf(node, state), after);
    if (set.has(key)) return true;
    set.add(key);
    return false;
  };
  const enter = (node: number, state: Int32Array, via: VerifierEdge | undefined, after: boolean): Frame | undefined => {
    // Where a path ends nothing matters any more.
    const isEnd = v.edges[node].length === 0;
    if (!isEnd && isKnown(node, state, after)) return undefined;
    states++;
    const isCovered = (): boolean => explored[node].some(o => v.covers(coreOf(node, o), coreOf(node, state)));
    const skipped = after || (!isEnd && isCovered());
    if (skipped && pruned === 'left') return undefined;
    return { node, state, edge: 0, via, skipped };
  };
  const start = enter(v.entry, initialState(v.layout), undefined, false);
  const stack: Frame[] = start === undefined ? [] : [start];
  while (stack.length > 0) {
    const f = stack.at(-1) as Frame;
    const e = v.edges[f.node]?.[f.edge++];
    if (e === undefined) {
      stack.pop();
      if (!f.skipped) explored[f.node]?.push(f.state);
      continue;
    }
    const taken = e.take(f.state);
    switch (taken.kind) {
      case 'impossible':
        // A step that needs a fresh id and finds none is a bound of the model, never the end of a path.
        if (e.needsId) return { kind: 'bound-reached', of: 'ids of one call in a loop' };
        break;
      case 'full':
        return { kind: 'bound-reached', of: taken.of };
      case 'fails': {
        const guard = e.rule.guards[taken.guard];
        const at = e.at ?? null;
        if (f.skipped) {
          // The kernel has accepted what covers this path and does not look: remembered, and the path is left.
          badPrune ??= { guard: guard.name, event: e.event, at };
          break;
        }
        return {
          kind: 'reject',
          guard: guard.name,
          message: messageOf({
            guard,
            direct: v.direct,
            layout: v.layout,
            env: taken.env,
            state: f.state,
            does: e.does,
            event: e.event,
            slots: v.program.slots,
            unit: v.unit,
            isCompiled: at?.insn !== undefined,
          }),
          kernelFunction: guard.kernel,
          event: e.event,
          at,
          node: f.node,
          path: [...stack.flatMap(x => (x.via === undefined ? [] : [x.via])), e],
          states,
        };
      }
      case 'on': {
        if (e.does?.event === 'call_global') called.add(e.does.fn);
        if (e.does !== undefined && e.at !== undefined) mixed ??= mixes(e.does, e.at, f.state);
        const to = enter(e.to, taken.next, e, f.skipped);
        if (to !== undefined) stack.push(to);
      }
    }
    if (states > maxStates) return { kind: 'bound-reached', of: `${String(maxStates)} verifier states` };
  }
  return { kind: 'accept', states, badPrune, called, mixed };
};
