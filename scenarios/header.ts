/** The YAML header of a scenario: what is asked, who runs where, and what is expected of each design. */

import { readdir, readFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { ErrorObject, ValidateFunction } from 'ajv';
import type { Document } from 'yaml';
import type { At, InputError } from '../model/program.js';

/** The bad things of design.md 5. */
export type PropertyId =
  | 'list-race'
  | 'wrong-lock'
  | 'wild-access'
  | 'context-leak'
  | 'self-deadlock'
  | 'lock-cycle'
  | 'lock-leak'
  | 'unlock-not-held'
  | 'double-owner'
  | 'use-after-free'
  | 'dangling-ref'
  | 'object-leak'
  | 'bad-free'
  | 'teardown-race'
  | 'user-tamper'
  | 'bad-prune';

export type Safety = 'safe' | PropertyId;
export type Verdict = 'accept' | 'reject' | 'not-applicable';

/** What a scenario expects of one design. `guard` is absent unless the verdict is reject. */
export interface Expectation {
  readonly verdict: Verdict;
  readonly guard?: string;
  /** What the machine can do with these runs under this design, whatever the verdict is. */
  readonly safety: Safety;
  readonly at: At;
}

export type Context = 'task' | 'irq' | 'nmi';

/** One execution of a program. */
export interface ProgramRun {
  readonly kind: 'program';
  readonly name: string;
  readonly program: string;
  readonly cpu: number;
  /** Absent when it follows from the program's section; see `contextOfSection`. */
  readonly context?: Context;
  /** Names of the runs inside which alone this one may start. Empty: it starts at any time. */
  readonly interrupts: readonly string[];
  /** Which load of the object it belongs to, from 1. */
  readonly load: number;
  readonly at: At;
}

/** What user space may do; see the list in scenarios/README.md. */
export type UserEvent =
  | {
      readonly event: 'update' | 'update_unmasked' | 'update_locked' | 'delete' | 'delete_inner' | 'read_locked';
      readonly map: string;
      readonly key: number;
    }
  | { readonly event: 'replace_inner'; readonly map: string; readonly key: number; readonly with: string }
  | { readonly event: 'mmap'; readonly section: string }
  | { readonly event: 'mmap_write'; readonly section: string; readonly var: string }
  | { readonly event: 'free_map'; readonly map: string }
  | { readonly event: 'unload'; readonly program: string };

/** A user-space process: its events happen in order, each once, at any time. */
export interface UserRun {
  readonly kind: 'user';
  readonly name: string;
  readonly events: readonly UserEvent[];
  readonly at: At;
}

export type Run = ProgramRun | UserRun;

export type Origin =
  { readonly message: string; readonly author: string; readonly kernel?: string } | { readonly kernel: string };

export interface Header {
  readonly question: string;
  /** Numbers of proposals.md 4. */
  readonly asks: readonly number[];
  readonly origin: Origin;
  /** The row of the table of hypotheses (end of proposals.md) that the expectations copy. */
  readonly hypothesis?: string;
  /** `true`, or the reason why no kernel could load it. */
  readonly loadable: true | string;
  readonly runs: readonly Run[];
  /** Keys that exist at the start, by hash map or map in maps. */
  readonly elements: ReadonlyMap<string, readonly number[]>;
  /** How often the machine may call a callback, by function. 1 where nothing is said. */
  readonly callbacks: ReadonlyMap<string, number>;
  /** Bounds of loops, by function. */
  readonly loops: ReadonlyMap<string, number>;
  /** Expectations by `default`, design, or design/variant. Read it through `expectationOf`. */
  readonly expect: ReadonlyMap<string, Expectation>;
  readonly safety: Safety;
  readonly at: At;
}

export interface Scenario {
  /** Path below the scenarios folder without `.bpf.c`: `identity/two-loads`. */
  readonly id: string;
  readonly file: string;
  readonly source: string;
  readonly header: Header;
}

export type HeaderResult =
  | { readonly kind: 'header'; readonly header: Header }
  /** The file has no header: it can be checked, but it is no scenario. */
  | { readonly kind: 'no-header' }
  | { readonly kind: 'errors'; readonly errors: readonly InputError[] };

/**
 * The section policies are rows of their own, laid over `ptr-id`: a scenario expects something of one only where it
 * names the policy, or all of them by `section-policies`. Its `default` says nothing about them.
 */
export const SECTION_POLICIES: readonly string[] = [
  'bss-private',
  'private-suffix',
  'reserved-prefix',
  'custom-hidden',
  'custom-mapped',
  'hidden-vars',
];

const isSectionPolicy = (design: string): boolean => SECTION_POLICIES.includes(design.split('/', 1)[0] ?? '');

/**
 * Returns what the scenario expects of `design` (or `design/variant`), or undefined if it asks nothing of it.
 * The most specific entry wins: the variant, then the design, then `default`.
 */
export const expectationOf = (header: Header, design: string): Expectation | undefined => {
  const named = header.expect.get(design) ?? header.expect.get(design.split('/', 1)[0] ?? '');
  return named ?? header.expect.get(isSectionPolicy(design) ? 'section-policies' : 'default');
};

/** Returns where a program of this section runs if its run does not say: tracing programs run in NMI. */
export const contextOfSection = (section: string): Context =>
  /^(kprobe|kretprobe|fentry|fexit|tracepoint|tp|raw_tp|raw_tracepoint|tp_btf|perf_event)(\.s)?(\/|\.|$)/.test(section)
    ? 'nmi'
    : 'task';

// The shape of the YAML once the schema has accepted it.
interface RawExpectation {
  verdict: Verdict;
  guard?: string;
  safety?: Safety;
}
type RawUserEvent = Record<string, { map?: string; key?: number; section?: string; var?: string; program?: string }>;
type RawRun =
  | { user: RawUserEvent[]; name?: string }
  | { program: string; cpu: number; context?: Context; interrupts?: string[]; load?: number; name?: string };
interface RawHeader {
  question: string;
  asks: number[];
  origin: Origin;
  hypothesis?: string;
  loadable: true | string;
  runs: RawRun[];
  elements?: Record<string, number[]>;
  callbacks?: Record<string, number>;
  loops?: Record<string, number>;
  expect: { safety: Safety } & Record<string, Verdict | RawExpectation | Safety>;
}

const OPEN = /^\s*\/\*---[ \t]*\r?\n/;
const CLOSE = '---*/';

type Path = readonly (string | number)[];

/** Turns offsets and paths of the YAML into places of the C file. */
interface Places {
  at(offset: number): At;
  /** The value at `path`, or the closest ancestor that exists. */
  of(path: Path): At;
  /** The key named `key` in the map at `path`. */
  ofKey(path: Path, key: string): At;
}

const isPair = (item: unknown): item is { key: { value: unknown; range: [number, number, number] } } =>
  typeof item === 'object' && item !== null && 'key' in item;

const places = (file: string, source: string, base: number, doc: Document.Parsed): Places => {
  const at = (offset: number): At => {
    const before = source.slice(0, base + offset).split('\n');
    return { file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
  };
  const node = (path: Path): unknown => (path.length === 0 ? doc.contents : doc.getIn(path, true));
  const startOf = (n: unknown): number | undefined =>
    typeof n === 'object' && n !== null && 'range' in n && Array.isArray(n.range) ? Number(n.range[0]) : undefined;
  const of = (path: Path): At => {
    const offset = startOf(node(path));
    return offset !== undefined || path.length === 0 ? at(offset ?? 0) : of(path.slice(0, -1));
  };
  const ofKey = (path: Path, key: string): At => {
    const map = node(path);
    const items =
      typeof map === 'object' && map !== null && 'items' in map && Array.isArray(map.items) ? map.items : [];
    const pair = items.filter(isPair).find(item => String(item.key.value) === key);
    return pair === undefined ? of(path) : at(pair.key.range[0]);
  };
  return { at, of, ofKey };
};

let compiled: ValidateFunction<RawHeader> | undefined;

/** The schema's validator. Loaded on first use: start-up time matters to commands that read no header. */
const validator = async (): Promise<ValidateFunction<RawHeader>> => {
  if (compiled === undefined) {
    const [{ Ajv }, schema] = await Promise.all([
      import('ajv'),
      import('./header.schema.json', { with: { type: 'json' } }),
    ]);
    compiled = new Ajv({ allErrors: true, strict: true, strictTypes: false, strictRequired: false }).compile<RawHeader>(
      schema.default,
    );
  }
  return compiled;
};

const pathOf = (pointer: string, value: unknown): Path => {
  const path: (string | number)[] = [];
  let current: unknown = value;
  for (const raw of pointer.split('/').slice(1)) {
    const name = raw.replaceAll('~1', '/').replaceAll('~0', '~');
    const step = Array.isArray(current) ? Number(name) : name;
    path.push(step);
    current =
      typeof current === 'object' && current !== null ? (current as Record<string | number, unknown>)[step] : undefined;
  }
  return path;
};

const schemaError = (error: ErrorObject, value: unknown, where: Places): InputError | undefined => {
  const path = pathOf(error.instancePath, value);
  const place = path.length === 0 ? 'the header' : `\`${path.join('.')}\``;
  const params: Record<string, unknown> = error.params;
  switch (error.keyword) {
    case 'if': // the branch that failed says why
      return undefined;
    case 'not':
      return { kind: 'input-error', message: `${place} must be true or a reason`, at: where.of(path) };
    case 'additionalProperties': {
      const key = String(params['additionalProperty']);
      return { kind: 'input-error', message: `unknown key \`${key}\` in ${place}`, at: where.ofKey(path, key) };
    }
    case 'required':
    case 'dependencies': {
      const key = String(params['missingProperty']);
      return { kind: 'input-error', message: `\`${key}\` is missing in ${place}`, at: where.of(path) };
    }
    case 'enum': {
      const allowed = Array.isArray(params['allowedValues']) ? params['allowedValues'].join(', ') : '';
      const message = `${place} is none of: ${allowed}`;
      return { kind: 'input-error', message, at: where.of(path) };
    }
    default:
      return { kind: 'input-error', message: `${place} ${error.message ?? 'is not valid'}`, at: where.of(path) };
  }
};

/** The schema has checked that there is one event, and which arguments go with it. */
const userEvents = (raw: RawUserEvent): readonly UserEvent[] =>
  Object.entries(raw).map(([event, args]) => ({ event, ...args }) as UserEvent);

const runOf = (raw: RawRun, index: number, where: Places): Run => {
  const at = where.of(['runs', index]);
  if ('user' in raw) return { kind: 'user', name: raw.name ?? 'user', events: raw.user.flatMap(userEvents), at };
  const { program, cpu, name = program, interrupts = [], load = 1, context } = raw;
  return {
    kind: 'program',
    name,
    program,
    cpu,
    interrupts,
    load,
    at,
    ...(context === undefined ? {} : { context }),
  };
};

const runErrors = (runs: readonly Run[]): readonly InputError[] => {
  const errors: InputError[] = [];
  const error = (run: Run, message: string, remedy: string): number =>
    errors.push({ kind: 'input-error', message, remedy, at: run.at });
  runs.forEach((run, index) => {
    if (runs.findIndex(other => other.name === run.name) !== index)
      error(run, `two runs are called \`${run.name}\``, 'Give one of them a `name`.');
    if (run.kind === 'user') return;
    for (const name of run.interrupts) {
      const target = runs.find(other => other.name === name);
      if (target === undefined || target.kind === 'user' || target === run)
        error(
          run,
          `\`${run.name}\` interrupts \`${name}\`, which is no other program run`,
          'Name a run of this header.',
        );
      else if (target.cpu !== run.cpu)
        error(run, `\`${run.name}\` interrupts \`${name}\` on another CPU`, 'Put both on the same `cpu`.');
    }
  });
  if (runs.every(run => run.kind === 'user')) {
    const at = runs[0]?.at;
    if (at !== undefined) errors.push({ kind: 'input-error', message: 'no run is of a program', at });
  }
  return errors;
};

const expectations = (raw: RawHeader, where: Places): [Map<string, Expectation>, InputError[]] => {
  const expect = new Map<string, Expectation>();
  const errors: InputError[] = [];
  for (const [design, value] of Object.entries(raw.expect)) {
    if (design === 'safety') continue;
    const at = where.ofKey(['expect'], design);
    // The schema leaves a verdict or an expectation under every key but `safety`.
    const given = (typeof value === 'string' ? { verdict: value } : value) as RawExpectation;
    const error = (message: string, remedy: string): number =>
      errors.push({ kind: 'input-error', message: `\`${design}\`: ${message}`, remedy, at });
    if (given.verdict !== 'reject' && given.guard !== undefined)
      error(`\`${given.verdict}\` and a guard contradict each other`, 'Only a rejection happens at a guard.');
    if (given.verdict === 'not-applicable' && given.safety !== undefined)
      error('nothing runs under a design that is not applicable', 'Drop `safety`.');
    const { verdict, guard, safety = raw.expect.safety } = given;
    expect.set(design, { verdict, safety, at, ...(guard === undefined ? {} : { guard }) });
  }
  return [expect, errors];
};

const asMap = <T>(record: Record<string, T> | undefined): ReadonlyMap<string, T> =>
  new Map(Object.entries(record ?? {}));

/** Reads the header of one scenario. Programs, maps and sections it names are for the caller to look up. */
export const parseHeader = async (file: string, source: string): Promise<HeaderResult> => {
  const open = OPEN.exec(source);
  if (open === null) return { kind: 'no-header' };
  const base = open[0].length;
  const length = source.slice(base).indexOf(CLOSE);
  if (length < 0) {
    const at = { file, line: 1, column: 1 };
    const remedy = `End the comment with \`${CLOSE}\`.`;
    return { kind: 'errors', errors: [{ kind: 'input-error', message: 'the header does not end', remedy, at }] };
  }
  const { parseDocument } = await import('yaml');
  const doc = parseDocument(source.slice(base, base + length), { prettyErrors: false });
  const where = places(file, source, base, doc);
  const problems = [...doc.errors, ...doc.warnings];
  if (problems.length > 0) {
    const errors = problems.map(({ message, pos }): InputError => ({
      kind: 'input-error',
      message,
      at: where.at(pos[0]),
    }));
    return { kind: 'errors', errors };
  }
  const value: unknown = doc.toJS();
  const validate = await validator();
  if (!validate(value)) {
    const errors = (validate.errors ?? []).map(error => schemaError(error, value, where)).filter(e => e !== undefined);
    return { kind: 'errors', errors };
  }
  const runs = value.runs.map((run, index) => runOf(run, index, where));
  const [expect, contradictions] = expectations(value, where);
  const errors = [...runErrors(runs), ...contradictions];
  if (errors.length > 0) return { kind: 'errors', errors };
  const { question, asks, origin, hypothesis, loadable } = value;
  const header: Header = {
    question,
    asks,
    origin,
    loadable,
    runs,
    elements: asMap(value.elements),
    callbacks: asMap(value.callbacks),
    loops: asMap(value.loops),
    expect,
    safety: value.expect.safety,
    at: where.at(0),
    ...(hypothesis === undefined ? {} : { hypothesis }),
  };
  return { kind: 'header', header };
};

/** Reads every `.bpf.c` below `directory` that has a header, in the order of their ids. */
export const loadScenarios = async (
  directory: string,
): Promise<{ readonly scenarios: readonly Scenario[]; readonly errors: readonly InputError[] }> => {
  const names = (await readdir(directory, { recursive: true })).filter(name => name.endsWith('.bpf.c')).sort();
  const scenarios: Scenario[] = [];
  const errors: InputError[] = [];
  for (const name of names) {
    const file = join(directory, name);
    const source = await readFile(file, 'utf8');
    const result = await parseHeader(file, source);
    if (result.kind === 'errors') errors.push(...result.errors);
    if (result.kind !== 'header') continue;
    const id = name.slice(0, -'.bpf.c'.length).split(sep).join('/');
    scenarios.push({ id, file, source, header: result.header });
  }
  return { scenarios, errors };
};
