/**
 * Does every guard and every effect matter? Drops one at a time and looks for a cell of the matrix that changes.
 *
 *   node out/bench/mutants.js [--jobs N] [--only TEXT] [--killed] [--design D]... [--proofs]
 *
 * With `--design` only what the rules of these designs have is dropped; scenarios are still asked under all. With `--proofs` the
 * proofs of these designs (`ptr-id` unless given) are found again without it, and a mutant is killed if a scenario or a proof
 * notices it. `--killed` says where.
 *
 * Exit codes: 0 every mutant is killed or explained in proofs/mutants.yaml; 20 nothing is proved of a design; 30 a mutant survives
 * without a reason, or a reason is stale: a scenario notices the mutant, or there is none; 64 usage; 65 a scenario or the list of
 * reasons can't be read.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Worker, isMainThread, parentPort } from 'node:worker_threads';
import { parse } from 'yaml';
import type { Design, Dialect } from '../model/design.js';
import { dialectOf } from '../model/design.js';
import { allDesigns, designNamed } from '../model/designs/index.js';
import type { Program } from '../model/program.js';
import type { Rules } from '../model/rules/index.js';
import { rulesOf } from '../model/rules/index.js';
import type { ProgramRun, SystemSpec } from '../model/system.js';
import { ModelBug } from '../model/term.js';
import { explore } from '../encodings/explore.js';
import { isMapped } from '../encodings/finite-world.js';
import { TooLarge } from '../encodings/graph.js';
import { machineOf } from '../encodings/machine.js';
import type { Mutant } from '../encodings/mutation.js';
import { mutantsOf } from '../encodings/mutation.js';
import { createPool } from '../encodings/solver/pool.js';
import type { Verdict } from '../encodings/verifier.js';
import { verifierOfProgram, verify } from '../encodings/verifier.js';
import { lacks, verdictsOf } from '../proofs/answers.js';
import { readHints } from '../proofs/hints.js';
import { createProver } from '../proofs/prover.js';
import { plainSystem, readUnit, systemOf } from '../proofs/scenario.js';
import type { Scenario } from '../scenarios/header.js';
import { loadScenarios } from '../scenarios/header.js';
import type { Notice } from './proof-mutants.js';
import { proofSurvey } from './proof-mutants.js';

/** Asked first: each differs from the others in a part that rules read. */
const FIRST = [
  'ptr-id',
  'linux-6.18',
  'linux-6.12',
  'fresh-id',
  'ptr-id-many-locks',
  'guarded-by/global-names',
  'lock-address',
  'locks-offset',
  'rbtree-owns-lock',
  'lock-type',
  'hidden-vars',
];
/** A mutant is given this many times the states that the machine has without it, and at least a few. */
const STATES = 20;
const FEW_STATES = 10_000;
/** The answers about a system are forgotten after so many mutants, since most are of no use to the next. */
const KEEP = 100;

/** Where a mutant shows: a cell of the matrix, and what it says without and with the change. */
export interface Kill {
  readonly scenario: string;
  readonly design: string;
  readonly was: string;
  readonly is: string;
}

interface System {
  spec: SystemSpec;
  readonly programs: readonly ProgramRun[];
  /** The events of each program, and those of user space. */
  readonly events: readonly ReadonlySet<string>[];
  readonly userEvents: ReadonlySet<string>;
  /** What the machine does, by what it grounds to. */
  safeties: Map<string, Safety>;
  uses: number;
}
interface Safety {
  /** `safe`, or the property that breaks first. */
  readonly text: string;
  readonly states: number;
  /** Equal for designs under which the machine is the same. */
  readonly same: string;
}
const digest = (text: string): string => createHash('sha1').update(text).digest('base64');

/** What a cell says of one of its programs; the verdict on the scenario follows from these. */
const verdictText = (p: ProgramRun, v: Verdict): string =>
  `${p.program.name}: ${v.kind === 'reject' ? `reject at ${v.guard}, line ${String(v.at?.line ?? 0)}` : v.kind}`;

/** The rules that a program meets, and those of what is loaded before it. */
const eventsOf = (p: Program): ReadonlySet<string> => {
  const names = new Set(['load_btf', 'load_map', 'create_map', 'start', 'exit']);
  for (const { does } of p.edges) {
    names.add(does.event);
    if (does.event === 'call' && does.pointers.length > 0) names.add('pass');
    if (does.event === 'bpf_kptr_xchg' && does.obj === null) names.add('null');
  }
  return names;
};

/** Every program that the verifier is asked about, as `verdictsOf` chooses them: each once for each load. */
const programRuns = (spec: SystemSpec): readonly ProgramRun[] => {
  const runs = spec.runs.filter((r): r is ProgramRun => r.kind === 'program');
  const others = spec.unit.programs.filter(p => p.kind !== 'program' && !runs.some(r => r.program === p));
  return [
    ...runs.filter((r, i) => runs.findIndex(x => x.program === r.program && x.load === r.load) === i),
    ...plainSystem({ ...spec.unit, programs: others }).runs.filter((r): r is ProgramRun => r.kind === 'program'),
  ];
};

export interface Survey {
  /** The ids of all mutants, of all designs: those of the verifier first. */
  readonly ids: readonly string[];
  /** The first cell found that a mutant changes. */
  readonly kill: (id: string) => Promise<Kill | undefined>;
}

/** The mutants of a design's rules. Rules of calls that the design's kernel lacks are never asked. */
const mutantsUnder = (design: Design): readonly Mutant[] =>
  mutantsOf(rulesOf(design)).filter(m => lacks(design, m.event) === undefined);

/** Asks for mutants one by one; what the rules say unchanged is found out once. */
export const survey = (scenarios: readonly Scenario[], designs: readonly Design[]): Survey => {
  const order = [
    ...FIRST.flatMap(id => designs.filter(d => d.id === id)),
    ...designs.filter(d => !FIRST.includes(d.id)),
  ].map(design => ({
    design,
    rules: rulesOf(design),
    mutants: new Map(mutantsUnder(design).map(m => [m.id, m])),
  }));
  const sided = (side: Mutant['side']): string[] =>
    order.flatMap(o => [...o.mutants.values()].filter(m => m.side === side).map(m => m.id));
  const systems = new Map<string, Promise<System | undefined>>();
  const systemFor = (s: Scenario, dialect: Dialect): Promise<System | undefined> => {
    const key = `${s.id}|${dialect}`;
    const read = async (): Promise<System | undefined> => {
      const unit = await readUnit(s.file, s.source, dialect, new Map([...s.header.loops, ...s.header.callbacks]));
      const sys = unit.ok ? systemOf(s, unit.unit) : undefined;
      if (sys?.ok !== true) return undefined;
      const programs = programRuns(sys.spec);
      const events = programs.map(r => eventsOf(r.program));
      const users = sys.spec.runs.flatMap(r => (r.kind === 'user' ? r.events : []));
      const userEvents = new Set(users.map(e => `user_${e.event}`));
      return { spec: sys.spec, programs, events, userEvents, safeties: new Map(), uses: 0 };
    };
    let system = systems.get(key);
    if (system === undefined) systems.set(key, (system = read()));
    return system;
  };
  const mapped = (s: System, d: Design): string => s.spec.unit.maps.map(m => isMapped(d.sections, m)).join();
  const safety = (s: System, d: Design, rules: Rules, maxStates?: number): Safety => {
    try {
      const m = machineOf(s.spec, d, rules);
      const key = digest(`${mapped(s, d)}|${m.content}`);
      let answer = s.safeties.get(key);
      if (answer === undefined) {
        const x = explore(m, maxStates === undefined ? {} : { maxStates });
        const text = x.kind === 'violated' ? x.first.property : x.kind === 'safe' ? 'safe' : 'unknown';
        s.safeties.set(key, (answer = { text, states: x.states, same: key }));
      }
      return answer;
    } catch (error) {
      if (!(error instanceof TooLarge)) throw error;
      return { text: 'unknown', states: 0, same: '' };
    }
  };

  interface Plain {
    readonly applies: boolean;
    /** What is said of each program. `same` is equal for designs under which it meets the same rules. */
    readonly programs: readonly { readonly text: string; readonly same: string }[];
    safety?: Safety;
  }
  const plain = new Map<string, Plain>();
  const plainOf = async (s: Scenario, sys: System, d: Design, rules: Rules): Promise<Plain> => {
    const key = `${s.id}|${d.id}`;
    let p = plain.get(key);
    if (p === undefined) {
      const told = (await verdictsOf(sys.spec, d, rules, { timeoutMs: 0 })).programs;
      const applies = told.every(v => v.verdict !== 'not-applicable');
      const programs = sys.programs.map(r => {
        if (!applies) return { text: '', same: '' };
        const v = verifierOfProgram(sys.spec, d, rules, r);
        return { text: verdictText(r, verify(v)), same: digest(`${d.baseline}|${mapped(sys, d)}|${v.content}`) };
      });
      plain.set(key, (p = { applies, programs }));
    }
    return p;
  };

  /** The same as `userVerdicts` of the matrix makes of a mapping: a section that is mapped or not. */
  const userText = async (s: System, d: Design, rules: Rules): Promise<string> =>
    (await verdictsOf(s.spec, d, rules, { timeoutMs: 0 })).programs
      .map(p => `${p.program}: ${p.verdict} ${p.guard ?? ''}`)
      .join('; ');

  /** `asked` holds what has been asked about the scenario and the mutant under other designs. */
  const ask = async (
    m: Mutant,
    s: Scenario,
    sys: System,
    d: Design,
    rules: Rules,
    asked: Set<string>,
  ): Promise<Kill | undefined> => {
    const isNew = (same: string): boolean => !asked.has(same) && asked.add(same).size > 0;
    const base = await plainOf(s, sys, d, rules);
    if (!base.applies) return undefined;
    const found = (was: string, is: string): Kill | undefined =>
      was === is ? undefined : { scenario: s.id, design: d.id, was, is };
    try {
      if (m.side === 'verifier') {
        if (sys.userEvents.has(m.event)) return found(await userText(sys, d, rules), await userText(sys, d, m.rules()));
        for (const [i, r] of sys.programs.entries()) {
          const was = base.programs[i];
          if (was === undefined || !(sys.events[i]?.has(m.event) ?? false) || !isNew(`${String(i)} ${was.same}`))
            continue;
          const kill = found(was.text, verdictText(r, verify(verifierOfProgram(sys.spec, d, m.rules(), r))));
          if (kill !== undefined) return kill;
        }
        return undefined;
      }
      const before = (base.safety ??= safety(sys, d, rules));
      if (!isNew(before.same)) return undefined;
      const after = safety(sys, d, m.rules(), Math.max(FEW_STATES, STATES * before.states));
      return found(before.text, after.text);
    } catch (error) {
      if (!(error instanceof ModelBug)) throw error;
      return found('well-formed', `the model is ill-formed: ${error.message}`);
    }
  };

  return {
    ids: [...new Set([...sided('verifier'), ...sided('machine')])],
    kill: async id => {
      const asked = new Map(scenarios.map(s => [s.id, new Set<string>()]));
      for (const { design, rules, mutants } of order) {
        const m = mutants.get(id);
        if (m === undefined) continue;
        for (const s of scenarios) {
          const sys = await systemFor(s, dialectOf(design));
          if (sys === undefined || !(sys.userEvents.has(m.event) || sys.events.some(e => e.has(m.event)))) continue;
          if (++sys.uses % KEEP === 0) {
            // What is known of a system hangs on its spec and unit.
            sys.spec = { ...sys.spec, unit: { ...sys.spec.unit } };
            sys.safeties = new Map();
          }
          const k = await ask(m, s, sys, design, rules, asked.get(s.id) ?? new Set());
          if (k !== undefined) return k;
        }
      }
      return undefined;
    },
  };
};

const ROOT = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? '..' : '../..', import.meta.url));

/** `bpf_spin_unlock:lose-effect:{ptr,id}` stands for two mutants. */
const expanded = (id: string): string[] => {
  const m = /^(.*?)\{([^}]*)\}(.*)$/.exec(id);
  const [, before = '', among = '', after = ''] = m ?? [];
  return m === null ? [id] : among.split(',').flatMap(x => expanded(`${before}${x.trim()}${after}`));
};

/** Why a mutant changes no cell, by id. */
export const explained = async (): Promise<ReadonlyMap<string, string>> => {
  const file = await readFile(`${ROOT}/proofs/mutants.yaml`, 'utf8');
  const groups = parse(file) as readonly { readonly reason: string; readonly mutants: readonly string[] }[];
  return new Map(groups.flatMap(g => g.mutants.flatMap(expanded).map(id => [id, g.reason] as const)));
};

/** All scenarios, those that are quick to answer first. */
export const allScenarios = async (): Promise<readonly Scenario[]> => {
  const { scenarios, errors } = await loadScenarios(`${ROOT}/scenarios`);
  const [error] = errors;
  if (error !== undefined) throw new Error(`${error.at.file}:${String(error.at.line)}: ${error.message}`);
  return [...scenarios].sort(
    (a, b) => a.header.runs.length - b.header.runs.length || a.source.length - b.source.length,
  );
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

type Answer = readonly [id: string, kill: Kill | undefined];

const work = async (): Promise<void> => {
  const s = survey(await allScenarios(), allDesigns);
  parentPort?.on('message', (id: string) => {
    void s.kill(id).then(k => parentPort?.postMessage([id, k] satisfies Answer));
  });
};

const progress = (done: number, total: number, started: number, what: string): void => {
  const seconds = String(Math.round((performance.now() - started) / 1000));
  process.stderr.write(`${String(done)}/${String(total)} mutants${what}, ${seconds} s\n`);
};

/**
 * Asks about all of `ids`, by several workers. Every other worker starts from the end, where the machine's mutants are: what
 * both sides need of the unmutated matrix is then found out once.
 */
const askAll = async (ids: readonly string[], jobs: number): Promise<ReadonlyMap<string, Kill | undefined>> => {
  const answers = new Map<string, Kill | undefined>();
  const queue = [...ids];
  const started = performance.now();
  const one = (which: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = new Worker(fileURLToPath(import.meta.url), { resourceLimits: { maxYoungGenerationSizeMb: 128 } });
      const next = (): void => {
        const id = which % 2 === 0 ? queue.shift() : queue.pop();
        if (id !== undefined) worker.postMessage(id);
        else void worker.terminate().then(() => resolve());
      };
      worker.on('error', reject);
      worker.on('message', ([id, kill]: Answer) => {
        answers.set(id, kill);
        if (answers.size % 50 === 0 || answers.size === ids.length) progress(answers.size, ids.length, started, '');
        next();
      });
      next();
    });
  await Promise.all(Array.from({ length: Math.min(jobs, ids.length) }, (_, i) => one(i)));
  return answers;
};

/** Puts the mutants of each design to its proofs, one after the other. A mutant that one design noticed is not asked again. */
const askProofs = async (
  ids: ReadonlySet<string>,
  designs: readonly Design[],
  jobs: number,
  onNotice: (id: string, n: Notice) => void,
): Promise<ReadonlyMap<string, Notice>> => {
  const hints = readHints(await readFile(`${ROOT}/proofs/hints.json`, 'utf8'));
  const pool = createPool({ jobs });
  try {
    const prover = createProver(pool, { hints: hints.uses });
    const noticed = new Map<string, Notice>();
    for (const d of designs) {
      const started = performance.now();
      const s = await proofSurvey(d, prover, { hints });
      if (s.proved.length === 0) throw new NothingProved(`nothing is proved of ${d.id}`);
      process.stderr.write(`proved: ${s.proved.join(', ')}\n`);
      const mutants = mutantsUnder(d).filter(m => ids.has(m.id) && !noticed.has(m.id));
      for (const [i, m] of mutants.entries()) {
        const n = await s.notice(m);
        if (n !== undefined) {
          noticed.set(m.id, n);
          onNotice(m.id, n);
        }
        if ((i + 1) % 25 === 0 || i + 1 === mutants.length)
          progress(i + 1, mutants.length, started, ` put to the proofs of ${d.id}, ${String(noticed.size)} noticed`);
      }
    }
    return noticed;
  } finally {
    await pool.close();
  }
};
class NothingProved extends Error {}

const chosen = (names: readonly string[]): Design[] =>
  names.map(name => {
    const d = designNamed(name);
    if (d === undefined) throw new Error(`there is no design ${name}`);
    return d;
  });

const main = async (): Promise<number> => {
  let options: { jobs: string; only: string; killed: boolean; proofs: boolean };
  let designs: readonly Design[];
  try {
    const { values } = parseArgs({
      options: {
        jobs: { type: 'string', default: String(Math.min(4, availableParallelism())) },
        only: { type: 'string', default: '' },
        killed: { type: 'boolean', default: false },
        design: { type: 'string', multiple: true, default: [] },
        proofs: { type: 'boolean', default: false },
      },
    });
    options = values;
    designs = chosen(values.proofs && values.design.length === 0 ? ['ptr-id'] : values.design);
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
    return 64;
  }
  const isWhole = options.only === '' && designs.length === 0;
  let reasons: ReadonlyMap<string, string>;
  let all: readonly string[];
  try {
    reasons = await explained();
    all = survey(await allScenarios(), allDesigns).ids;
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
    return 65;
  }
  const theirs = new Set(designs.flatMap(mutantsUnder).map(m => m.id));
  const ids = all.filter(id => id.includes(options.only) && (designs.length === 0 || theirs.has(id)));
  const jobs = Math.max(1, Number(options.jobs));
  const width = Math.max(0, ...ids.map(id => id.length));
  const say = (what: string, id: string, why: string): void => console.log(`${what}  ${id.padEnd(width)}  ${why}`);
  let noticed: ReadonlyMap<string, Notice> = new Map();
  try {
    const onNotice = (id: string, n: Notice): void => {
      if (options.killed) say('noticed ', id, `${n.claim}: ${n.open}`);
    };
    if (options.proofs) noticed = await askProofs(new Set(ids), designs, jobs, onNotice);
  } catch (error) {
    if (!(error instanceof NothingProved)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 20;
  }
  const answers = await askAll(ids, jobs);
  const isKilled = (id: string): boolean => answers.get(id) !== undefined;
  const survivors = ids.filter(id => !isKilled(id) && !noticed.has(id));
  const open = survivors.filter(id => !reasons.has(id));
  const stale = [...reasons.keys()].filter(id => (ids.includes(id) ? isKilled(id) : isWhole));
  if (options.killed)
    for (const [id, k] of answers)
      if (k !== undefined) say('killed  ', id, `${k.scenario} under ${k.design}: ${k.was} -> ${k.is}`);
  for (const id of survivors) say('survives', id, reasons.get(id) ?? 'NOT EXPLAINED');
  for (const id of stale)
    say('stale   ', id, `explained, but ${ids.includes(id) ? 'killed' : 'there is no such mutant'}`);
  const count = (isMeant: (id: string) => boolean): string => String(ids.filter(isMeant).length);
  if (options.proofs) {
    const gaveUp = [...noticed.values()].filter(n => !n.isShown).length;
    console.log(
      `${count(isKilled)} noticed by scenarios, ${count(id => noticed.has(id))} by proofs ` +
        `(of ${String(gaveUp)} the solver says only that it gave up), ` +
        `${count(id => isKilled(id) && noticed.has(id))} by both, ${String(survivors.length)} by neither`,
    );
  }
  console.log(
    `${String(ids.length)} mutants, ${String(ids.length - survivors.length)} killed, ` +
      `${String(survivors.length)} survive (${String(survivors.length - open.length)} explained)`,
  );
  return open.length + stale.length > 0 ? 30 : 0;
};

if (!isMainThread) await work();
else if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = await main();
