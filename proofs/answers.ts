/** Answers Q1 and Q2 for one scenario under one design, from both engines. */
import type { Formula } from '../model/term.js';
import { ModelBug } from '../model/term.js';
import { baselineOf } from '../model/baseline.js';
import type { Design } from '../model/design.js';
import type { Program, Unit } from '../model/program.js';
import type { Rules } from '../model/rules/index.js';
import type { ProgramRun, SystemSpec } from '../model/system.js';
import { bindNamed } from '../encodings/bind.js';
import { isMapped } from '../encodings/finite-world.js';
import { explore } from '../encodings/explore.js';
import { TooLarge, unroll } from '../encodings/graph.js';
import { groundRule } from '../encodings/ground.js';
import type { Machine } from '../encodings/machine.js';
import { machineOf } from '../encodings/machine.js';
import { rulesKey, termId } from '../encodings/rule-key.js';
import type { SolverPool } from '../encodings/solver/pool.js';
import type { Verdict, VerifierSystem, VerifyOptions } from '../encodings/verifier.js';
import { pruningBy, verifierOf, verifierOfProgram, verify } from '../encodings/verifier.js';
import type { Counterexample, Disagreement, ProgramVerdict } from './cell.js';
import { eventText } from './event-text.js';
import { safetyQuestions, verdictQuestions } from './smt.js';
import { replay } from './trace.js';

export interface Engines {
  /** Absent: only the explicit engine is asked. */
  readonly pool?: SolverPool;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** How the explicit verifier goes about it. */
  readonly verify?: VerifyOptions;
}

export interface SafetyAnswer {
  readonly safety: 'safe' | 'violated' | 'unknown';
  readonly counterexample: Counterexample | null;
  readonly explicit: string;
  readonly smt: string;
  readonly disagreements: readonly Disagreement[];
}
export interface VerdictAnswer {
  readonly programs: readonly ProgramVerdict[];
  readonly smt: string;
  readonly disagreements: readonly Disagreement[];
}

const number = (n: number): string => n.toLocaleString('en');

const safeties = new WeakMap<SystemSpec, Map<string, Promise<SafetyAnswer>>>();

/** Q2: can any interleaving break something? One answer for all designs that differ in nothing the machine sees. */
export const safetyOf = (spec: SystemSpec, design: Design, rules: Rules, e: Engines): Promise<SafetyAnswer> => {
  let mine = safeties.get(spec);
  if (mine === undefined) safeties.set(spec, (mine = new Map<string, Promise<SafetyAnswer>>()));
  const mapped = spec.unit.maps.map(d => isMapped(design.sections, d)).join();
  const key = [e.pool !== undefined, mapped, rulesKey(rules, eventsOfSystem(spec), 'machine')].join('|');
  let answer = mine.get(key);
  if (answer === undefined) {
    answer = Promise.resolve().then(() => {
      try {
        return answerSafety(machineOf(spec, design, rules), e);
      } catch (error) {
        if (!(error instanceof TooLarge)) throw error;
        const explicit = `bound-reached: ${error.message}`;
        return { safety: 'unknown', counterexample: null, explicit, smt: 'not asked', disagreements: [] };
      }
    });
    mine.set(key, answer);
  }
  return answer;
};

/** The rules that every program may meet, besides those of its own events: loading it, giving pointers to calls, NULL as a value. */
const ALWAYS = ['load_btf', 'load_map', 'create_map', 'start', 'exit', 'pass', 'null', 'call'];
const programEvents = new WeakMap<Program, ReadonlySet<string>>();
const eventsOfProgram = (p: Program): ReadonlySet<string> => {
  let found = programEvents.get(p);
  if (found === undefined) programEvents.set(p, (found = new Set([...ALWAYS, ...p.edges.map(x => x.does.event)])));
  return found;
};
const systemEvents = new WeakMap<SystemSpec, ReadonlySet<string>>();
const eventsOfSystem = (spec: SystemSpec): ReadonlySet<string> => {
  let found = systemEvents.get(spec);
  if (found === undefined) {
    const names = spec.runs.flatMap(r =>
      r.kind === 'program' ? [...eventsOfProgram(r.program)] : r.events.map(x => `user_${x.event}`),
    );
    systemEvents.set(spec, (found = new Set([...ALWAYS, ...names])));
  }
  return found;
};

const answerSafety = async (m: Machine, e: Engines): Promise<SafetyAnswer> => {
  const x = explore(m);
  const explicit = x.kind === 'bound-reached' ? `bound-reached: ${x.of}` : `${x.kind}, ${number(x.states)} states`;
  const counterexample = x.kind === 'violated' ? replay(m, x.first) : null;
  const safety = x.kind === 'bound-reached' ? 'unknown' : x.kind;
  if (e.pool === undefined) return { safety, counterexample, explicit, smt: 'not asked', disagreements: [] };
  const steps = x.kind === 'violated' ? x.first.trace.length : undefined;
  const q = safetyQuestions(m, e.pool, e.timeoutMs, steps, e.signal);
  if (q === null)
    return { safety: 'unknown', counterexample, explicit, smt: 'bound-reached: too many locations', disagreements: [] };
  const asked = x.kind === 'violated' ? await q.property(x.first.property) : await q.any();
  const bound = x.kind === 'safe' ? await q.bound() : undefined;
  const sooner = x.kind === 'violated' ? await q.sooner() : undefined;
  const smt = `${asked.kind === 'unknown' ? `unknown: ${asked.reason}` : asked.kind}, ${number(q.locations())} locations${asked.kind !== 'unknown' && asked.trivial ? ', folded' : ''}`;
  const wanted = x.kind === 'violated' ? 'reachable' : 'unreachable';
  const disagreements: Disagreement[] = [];
  if (x.kind !== 'bound-reached' && asked.kind !== 'unknown' && asked.kind !== wanted)
    disagreements.push({
      question: x.kind === 'violated' ? `is ${x.first.property} reachable?` : 'is anything bad reachable?',
      explicit,
      smt,
    });
  // The solver's run is replayed too: a model of the formula that is no run of the machine is a bug of the encoding.
  if (x.kind === 'violated' && asked.kind === 'reachable') {
    try {
      replay(m, { property: x.first.property, reason: x.first.reason, trace: asked.trace });
    } catch (error) {
      if (!(error instanceof ModelBug)) throw error;
      disagreements.push({
        question: "is the solver's run a run of the machine?",
        explicit: error.message,
        smt: 'reachable',
      });
    }
  }
  if (sooner?.kind === 'reachable')
    disagreements.push({
      question: `is anything bad reachable in fewer than ${String(steps)} steps?`,
      explicit,
      smt: 'reachable',
    });
  if (bound?.kind === 'reachable')
    disagreements.push({ question: 'is a bound of the model reached?', explicit, smt: 'reachable' });
  const known = [asked, bound, sooner].every(a => a?.kind !== 'unknown') && disagreements.length === 0;
  return { safety: known ? safety : 'unknown', counterexample, explicit, smt, disagreements };
};

const GRAPH_EVENT = /^bpf_(list|rbtree|obj|refcount|kptr)_|^(load|access)_kptr/;

/** Says why programs of the design can't have the event; undefined if they can. */
export const lacks = (design: Design, event: string): string | undefined => {
  const base = baselineOf[design.baseline];
  if (base.missing.has(event)) return `${base.id} has no ${event}`;
  return !design.hasGraphs && GRAPH_EVENT.test(event) ? `${design.id} is from before ${event}` : undefined;
};

const missing = (design: Design, spec: SystemSpec, programs: readonly Program[]): string | undefined => {
  for (const p of programs)
    for (const e of p.edges) {
      const why = lacks(design, e.does.event === 'call' ? e.does.fn : e.does.event);
      if (why !== undefined) return why;
    }
  if (
    !design.hasGraphs &&
    spec.unit.types.some(t => t.fields.some(f => f.kind === 'bpf_list_head' || f.kind === 'bpf_rb_root'))
  )
    return `${design.id} is from before lists and trees`;
  return undefined;
};

/** Steps of the verifier that no line of the program asks for. */
const UNTOLD = new Set(['jump', 'set', 'copy', 'enter_callback', 'leave_callback', 'call_static', 'return_static']);

/** Guards of maps that a kernel from before lists and trees has too. */
const OLD_MAP_GUARDS = new Set([
  'inner-map-lock',
  'lock-map-type',
  'program-type-lock',
  'sleepable-lock',
  'one-lock-per-value',
]);

/** Kernels from before lists and trees still say no to what has nothing to do with them, such as an inner map with a lock. */
const rejectedBefore = (spec: SystemSpec, design: Design, rules: Rules, runs: readonly ProgramRun[]): boolean =>
  !design.hasGraphs &&
  runs.some(r => {
    const v = verify(verifierOfProgram(spec, design, rules, r));
    return (
      v.kind === 'reject' &&
      (OLD_MAP_GUARDS.has(v.guard) || (v.guard === 'unlock-same-lock' && !v.path.some(e => GRAPH_EVENT.test(e.event))))
    );
  });

const told = (p: Program, v: Verdict, classes: Unit['classes']): ProgramVerdict => {
  const program = p.name;
  const none = {
    program,
    guard: null,
    message: null,
    kernelFunction: null,
    reason: null,
    at: null,
    path: [],
  };
  switch (v.kind) {
    case 'accept':
      if (v.mixed !== null)
        return {
          ...none,
          verdict: 'unsupported',
          reason: 'an instruction that accesses memory through pointers of different kinds on two paths',
          at: v.mixed,
        };
      return {
        ...none,
        verdict: 'accept',
        ...(v.badPrune !== null && {
          badPrune: `a path that the verifier skips would fail at ${v.badPrune.guard} (${v.badPrune.event}, line ${String(v.badPrune.at?.line ?? 0)})`,
        }),
      };
    case 'not-applicable':
      return { ...none, verdict: 'not-applicable', reason: v.reason };
    case 'bound-reached':
      return { ...none, verdict: 'unknown', reason: `bound-reached: ${v.of}` };
    case 'reject':
      return {
        program,
        verdict: 'reject',
        guard: v.guard,
        message: v.message,
        kernelFunction: v.kernelFunction,
        reason: null,
        at: v.at,
        path: v.path.flatMap(e =>
          // A call that is given pointers is several steps; the last one is the call.
          e.at === undefined || e.does === undefined || e.does.event !== e.event || UNTOLD.has(e.event)
            ? []
            : [{ event: e.event, text: eventText(e.does, p, classes), at: e.at }],
        ),
      };
  }
};

/** Loops are unrolled this far for the solver; the explicit verifier follows them until nothing new is found. */
const LOOP_UNROLLING = 3;

interface ProgramAnswer {
  readonly verdict: ProgramVerdict;
  readonly smt: string;
  readonly disagreements: readonly Disagreement[];
  /** Global subprograms that are verified because of it. */
  readonly called: ReadonlySet<string>;
}

/** Global subprograms that some explored path calls; of what is not accepted, all that it mentions. */
const calledIn = (p: Program, v: Verdict): ReadonlySet<string> =>
  v.kind === 'accept' ? v.called : new Set(p.edges.flatMap(x => (x.does.event === 'call_global' ? [x.does.fn] : [])));

const answerProgram = async (
  spec: SystemSpec,
  design: Design,
  rules: Rules,
  run: ProgramRun,
  e: Engines,
  system: VerifierSystem,
  ids: Formula | undefined,
): Promise<ProgramAnswer> => {
  const v = verify(ids === undefined ? system : pruningBy(system, spec, design, run, ids), e.verify);
  const verdict = told(run.program, v, spec.unit.classes);
  const called = calledIn(run.program, v);
  if (e.pool === undefined || (v.kind !== 'accept' && v.kind !== 'reject'))
    return { verdict, smt: 'not asked', disagreements: [], called };
  const looping = run.program.edges.some(x => x.bound !== undefined);
  let unrolled = system;
  if (looping) {
    try {
      const edges = run.program.edges.map(x =>
        x.bound === undefined ? x : { ...x, bound: Math.max(x.bound, LOOP_UNROLLING) },
      );
      const u = unroll({ ...run.program, edges }, 'verifier');
      unrolled = verifierOf(spec, design, rules, run, u.edges, u.nodes, u.entry, u.exit);
    } catch (error) {
      if (!(error instanceof TooLarge)) throw error;
      return {
        verdict: { ...verdict, verdict: 'unknown', reason: error.message },
        smt: `bound-reached: ${error.message}`,
        disagreements: [],
        called,
      };
    }
  }
  const q = verdictQuestions(unrolled, e.pool, e.timeoutMs, e.signal);
  if (q === null)
    return {
      verdict: { ...verdict, verdict: 'unknown', reason: 'too many locations' },
      smt: 'bound-reached',
      disagreements: [],
      called,
    };
  // The solver knows no pruning: what fails on a path that is skipped is what it must find.
  const fails = v.kind === 'reject' ? v : v.badPrune;
  const asked = fails === null ? await q.anyGuard() : await q.guard(fails.guard, fails.event, fails.at?.line ?? 0);
  const wanted = fails === null ? 'unreachable' : 'reachable';
  const smt = asked.kind === 'unknown' ? `unknown: ${asked.reason}` : asked.kind;
  if (asked.kind === 'unknown')
    return { verdict: { ...verdict, verdict: 'unknown', reason: asked.reason }, smt, disagreements: [], called };
  const disagreements =
    asked.kind === wanted
      ? []
      : [
          {
            question:
              fails === null
                ? `${run.program.name}: can any guard fail?`
                : `${run.program.name}: can ${fails.guard} fail at line ${String(fails.at?.line ?? 0)}?`,
            explicit: v.kind,
            smt,
          },
        ];
  return { verdict, smt, disagreements, called };
};

const answered = new WeakMap<Unit, Map<string, Promise<ProgramAnswer>>>();

/** One answer for all designs under which the program meets the same rules. */
const verdictOfProgram = (
  spec: SystemSpec,
  design: Design,
  rules: Rules,
  run: ProgramRun,
  e: Engines,
  ids: Formula | undefined,
): Promise<ProgramAnswer> => {
  let mine = answered.get(spec.unit);
  if (mine === undefined) answered.set(spec.unit, (mine = new Map<string, Promise<ProgramAnswer>>()));
  const mapped = spec.unit.maps.map(d => isMapped(design.sections, d)).join();
  const met = rulesKey(rules, eventsOfProgram(run.program), 'verifier');
  const key = [
    run.program.name,
    run.program.kind,
    run.load,
    run.context,
    e.pool !== undefined,
    design.baseline,
    mapped,
    met,
    ids === undefined ? '' : termId(ids),
  ].join('|');
  let answer = mine.get(key);
  if (answer === undefined) {
    answer = Promise.resolve().then(() => {
      let system: VerifierSystem;
      try {
        system = verifierOfProgram(spec, design, rules, run);
      } catch (error) {
        if (!(error instanceof TooLarge)) throw error;
        const large: Verdict = { kind: 'bound-reached', of: error.message };
        const verdict = told(run.program, large, spec.unit.classes);
        return { verdict, smt: 'not asked', disagreements: [], called: calledIn(run.program, large) };
      }
      return answerProgram(spec, design, rules, run, e, system, ids);
    });
    mine.set(key, answer);
  }
  return answer;
};

/**
 * Q1: the verdict on every program of the scenario, and on what user space asks the design for. `ids` is how pruning compares
 * ids, where that is not as it is today.
 */
export const verdictsOf = async (
  spec: SystemSpec,
  design: Design,
  rules: Rules,
  e: Engines,
  ids?: Formula,
): Promise<VerdictAnswer> => {
  const runs = spec.runs.filter((r): r is ProgramRun => r.kind === 'program');
  const distinct = runs.filter((r, i) => runs.findIndex(x => x.program === r.program && x.load === r.load) === i);
  const others = spec.unit.programs
    .filter(p => p.kind !== 'program' && !distinct.some(r => r.program === p))
    .map((program): ProgramRun => ({
      kind: 'program',
      name: program.name,
      program,
      cpu: 0,
      context: 'task',
      interrupts: [],
      load: 1,
    }));
  const all = [...distinct, ...others];
  const why = missing(
    design,
    spec,
    all.map(r => r.program),
  );
  if (
    why !== undefined &&
    (!/lists|_(list|rbtree|obj|refcount|kptr)/.test(why) || !rejectedBefore(spec, design, rules, all))
  )
    return {
      programs: all.map(r => told(r.program, { kind: 'not-applicable', reason: why }, spec.unit.classes)),
      smt: 'not asked',
      disagreements: [],
    };
  const programs: ProgramVerdict[] = [];
  const disagreements: Disagreement[] = [];
  const smt = new Set<string>();
  const called = new Set<string>();
  const waiting = [...all.filter(r => r.program.kind !== 'global'), ...all.filter(r => r.program.kind === 'global')];
  const next = (): ProgramRun | undefined => {
    const i = waiting.findIndex(r => r.program.kind !== 'global' || called.has(r.program.name));
    return i < 0 ? undefined : waiting.splice(i, 1)[0];
  };
  for (let r = next(); r !== undefined; r = next()) {
    const a = await verdictOfProgram(spec, design, rules, r, e, ids);
    a.called.forEach(fn => called.add(fn));
    programs.push(a.verdict);
    disagreements.push(...a.disagreements);
    smt.add(a.smt);
  }
  programs.push(...userVerdicts(spec, design, rules));
  return { programs, smt: [...smt].join('; '), disagreements };
};

/** What user space asks for and the design refuses: a mapping of a section. */
const userVerdicts = (spec: SystemSpec, design: Design, rules: Rules): ProgramVerdict[] => {
  const users = spec.runs.filter(r => r.kind === 'user' && r.events.some(x => x.event === 'mmap'));
  if (users.length === 0) return [];
  const m = machineOf(spec, design, rules);
  return users.flatMap((r): ProgramVerdict[] => {
    if (r.kind !== 'user') return [];
    for (const ev of r.events) {
      if (ev.event !== 'mmap') continue;
      const b = bindNamed(
        rules,
        'user_mmap',
        new Map([
          ['run', spec.runs.indexOf(r)],
          ['section', m.world.ptr(ev.section)],
        ]),
      );
      for (const g of groundRule(m.g, b.rules.verifier, b.env)) {
        const k = g.guards.findIndex(x => x.k === 'const' && x.v === 0);
        const guard = g.rule.guards[k];
        if (guard !== undefined)
          return [
            {
              program: r.name,
              verdict: 'reject',
              guard: guard.name,
              message: guard.message,
              kernelFunction: guard.kernel,
              reason: null,
              at: null,
              path: [],
            },
          ];
      }
    }
    return [
      {
        program: r.name,
        verdict: 'accept',
        guard: null,
        message: null,
        kernelFunction: null,
        reason: null,
        at: null,
        path: [],
      },
    ];
  });
};
