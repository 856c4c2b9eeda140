/** Reads a file of BPF C: the front end's only door. */
import type { At, InputError, MapDef, Unit, Unsupported } from '../../model/program.js';
import { classify } from '../shared/classify.js';
import { isSleepable } from '../shared/section-types.js';
import { maySleep, mentioned, reachedFrom } from './callees.js';
import { layOut, type Data } from './data.js';
import { declare, type Declarations } from './declare.js';
import type { Draft } from '../shared/graph.js';
import type { FunctionIr, Loop, Value } from './ir.js';
import { PRELUDE } from './known-headers.js';
import type { Lowering } from './lower/context.js';
import { lowerFunction } from './lower/lower.js';
import { preprocess } from './preprocess.js';
import { attempt, newProblems, Stop, type Problems } from '../shared/problems.js';
import { newResolver, PRELUDE_FILE, type Resolver } from './resolve.js';
import type { FunctionDecl } from './scope.js';
import { simplify } from '../shared/simplify.js';
import { parse, type Syntax } from './syntax.js';
import type { Start, UnrollContext } from './unroll/context.js';
import { unroll } from './unroll/unroll.js';

export interface ReadOptions {
  readonly defines?: Record<string, string>;
  /** Iterations of loops that are not unrolled: by function (`drain`) or by function and line of the loop (`drain:42`). */
  readonly loopBounds?: Record<string, number>;
  readonly includeDirs?: string[];
}

export type ReadResult =
  { readonly ok: true; readonly unit: Unit } | { readonly ok: false; readonly problems: (Unsupported | InputError)[] };

const MOST_TEXT = 1_000_000;

/** Returns the unit that the text means, or why it has no meaning here. Never throws; `file` is only read from for its includes. */
export async function readC(file: string, text: string, options: ReadOptions = {}): Promise<ReadResult> {
  const problems = newProblems();
  const start: At = { file, line: 1, column: 1 };
  try {
    if (text.length > MOST_TEXT) problems.unsupported('a file of this size', start);
    else {
      const unit = await readUnit(file, text, options, problems);
      if (unit !== null && problems.list.length === 0) return { ok: true, unit };
    }
  } catch (e) {
    // a mistake of ours must not look like a verdict
    if (e instanceof RangeError) problems.unsupported('code nested or long beyond measure', start);
    else if (!(e instanceof Stop))
      problems.unsupported(`this file (the reader failed: ${String(e).slice(0, 200)})`, start);
  }
  if (problems.list.length === 0) problems.unsupported('this file', start);
  return { ok: false, problems: [...problems.list] };
}

async function readUnit(file: string, text: string, options: ReadOptions, problems: Problems): Promise<Unit | null> {
  const tokens = preprocess(
    { file: PRELUDE_FILE, text: PRELUDE },
    { file, text },
    { defines: options.defines ?? {}, includeDirs: options.includeDirs ?? [] },
    problems,
  );
  if (problems.list.length > 0) return null;
  const syntax = await parse(tokens, problems);
  if (syntax === null) return null;
  const resolver = newResolver(syntax, problems);
  const declarations = declare(syntax, resolver, problems);
  const functions = lowerAll(declarations, resolver, problems);
  checkUnreached(declarations, functions, syntax, problems);
  const data = layOut(declarations, resolver, problems);
  if (problems.list.length > 0) return null;
  const drafts = unrollAll(declarations, functions, data, options.loopBounds ?? {}, problems);
  if (problems.list.length > 0) return null;
  const classified = classify(drafts, problems);
  return classified === null ? null : { file, types: data.types, maps: data.maps, ...classified };
}

// libbpf: a question mark means "do not load by itself".
const sectionOf = (fn: FunctionDecl): string => (fn.section ?? '').replace(/^\?/, '');
const PROGRAM = (fn: FunctionDecl): boolean => fn.body !== null && fn.section !== null;
const isGlobalSubprogram = (fn: FunctionDecl): boolean =>
  fn.body !== null && fn.section === null && !fn.isStatic && !fn.isHidden;

/** Lowers the functions that programs reach, and adds the static variables inside them to the globals. */
function lowerAll(declarations: Declarations, resolver: Resolver, problems: Problems): Map<string, FunctionIr> {
  const result = new Map<string, FunctionIr>();
  const tried = new Set<string>();
  let nextId = 0;
  const unit: Lowering = {
    resolver,
    problems,
    fileScope: declarations.scope,
    newLocalId: () => nextId++,
    addStatic: global => {
      declarations.globals.push(global);
    },
  };
  const byName = new Map(declarations.functions.map(fn => [fn.name, fn]));
  const work = declarations.functions.filter(fn => PROGRAM(fn) || isGlobalSubprogram(fn)).toReversed();
  for (let fn = work.pop(); fn !== undefined; fn = work.pop()) {
    if (tried.has(fn.name)) continue;
    tried.add(fn.name);
    const ir = attempt(() => lowerFunction(fn, unit));
    if (ir === null) continue;
    result.set(fn.name, ir);
    for (const name of mentioned(ir)) {
      const callee = byName.get(name);
      if (callee !== undefined && callee.body !== null) work.push(callee);
    }
  }
  return result;
}

/** Functions that no program reaches (of headers, say) may do what we cannot read; but mistakes in them are reported. */
function checkUnreached(
  declarations: Declarations,
  reached: ReadonlyMap<string, FunctionIr>,
  syntax: Syntax,
  problems: Problems,
): void {
  if (problems.list.length > 0) return;
  const own = newProblems();
  const resolver = newResolver(syntax, own);
  const unit: Lowering = {
    resolver,
    problems: own,
    fileScope: declarations.scope,
    newLocalId: () => 0,
    addStatic: () => {},
  };
  for (const fn of declarations.functions) {
    if (fn.body === null || reached.has(fn.name)) continue;
    attempt(() => lowerFunction(fn, unit));
  }
  for (const p of own.list) if (p.kind === 'input-error') problems.inputError(p.message, p.at, p.remedy);
}

/**
 * A global subprogram is verified as a part of the program that calls it, so that it may sleep where the program may. Stops if it does
 * and is called by programs of both kinds.
 */
function sectionOfGlobal(
  fn: FunctionDecl,
  declarations: Declarations,
  functions: ReadonlyMap<string, FunctionIr>,
  problems: Problems,
): string {
  const named = (name: string): FunctionIr | null => functions.get(name) ?? null;
  const own = named(fn.name);
  if (own === null || !maySleep(own, named)) return '';
  const sections = declarations.functions.filter(PROGRAM).flatMap(p => {
    const ir = named(p.name);
    return ir !== null && reachedFrom(ir, named).has(own) ? [sectionOf(p)] : [];
  });
  const [first = ''] = sections;
  if (sections.some(s => isSleepable(s) !== isSleepable(first)))
    problems.stopUnsupported(`\`${fn.name}\`, which sleeps, called by programs that may sleep and by others,`, fn.at);
  return first;
}

function unrollAll(
  declarations: Declarations,
  functions: ReadonlyMap<string, FunctionIr>,
  data: Data,
  loopBounds: Readonly<Record<string, number>>,
  problems: Problems,
): Draft[] {
  const starts: Start[] = [];
  const seen = new Set<string>();
  const add = (start: Start): void => {
    const key = `${start.kind} ${start.fn.decl.name} ${start.async?.map ?? ''} ${start.async?.kind ?? ''}`;
    if (seen.has(key)) return;
    seen.add(key);
    starts.push(start);
  };
  for (const fn of declarations.functions) {
    const ir = functions.get(fn.name);
    if (ir === undefined) continue;
    if (PROGRAM(fn)) add({ fn: ir, kind: 'program', name: fn.name, section: sectionOf(fn) });
    else if (isGlobalSubprogram(fn))
      attempt(() => {
        const section = sectionOfGlobal(fn, declarations, functions, problems);
        add({ fn: ir, kind: 'global', name: fn.name, section });
      });
  }
  const context: UnrollContext = {
    problems,
    loopBounds,
    functionNamed: name => functions.get(name) ?? null,
    globalAt(global) {
      const place = data.places.get(global);
      if (place !== undefined) return place;
      return problems.stopUnsupported(`variable \`${global.name}\`, which lives outside the file`, global.at);
    },
    mapEntries: name => data.maps.find(m => m.name === name)?.maxEntries ?? null,
    addAsync(fn, kind, holder, at) {
      const map = holderMap(holder, kind, functions, data, problems, at);
      if (fn.params.length !== 3) problems.stopInput('a timer or work queue callback takes 3 arguments', fn.decl.at);
      add({ fn, kind: 'async-callback', name: fn.decl.name, section: '', async: { map, kind } });
    },
  };
  const bound = (loop: Loop): number | undefined => loopBounds[loop.name] ?? loopBounds[loop.fn];
  const drafts: Draft[] = [];
  for (let i = 0; i < starts.length && i < 1000; i++) {
    const start = starts[i];
    if (start === undefined) break;
    attempt(() => drafts.push(simplify(unroll(start, context), bound, problems)));
  }
  return drafts;
}

/** Returns the map whose values hold the timer or work queue behind a pointer. Stops if that is not clear. */
function holderMap(
  holder: Value,
  kind: 'bpf_timer' | 'bpf_wq',
  functions: ReadonlyMap<string, FunctionIr>,
  data: Data,
  problems: Problems,
  at: At,
): string {
  const hasIt = (map: MapDef): boolean =>
    map.isTemplate !== true &&
    data.types.find(t => t.name === map.valueType)?.fields.some(f => f.kind === kind) === true;
  let candidates = data.maps.filter(hasIt);
  const place = holder.kind === 'address' ? holder.place : null;
  const pointer = place?.base === 'memory' ? place.pointer : holder;
  if (place?.base === 'global') {
    const section = data.places.get(place.global)?.map;
    candidates = candidates.filter(m => m.name === section);
  } else if (pointer.kind === 'local' && pointer.place.type.kind === 'pointer') {
    const { to } = pointer.place.type;
    const name = to.kind === 'struct' ? to.decl.name : '';
    const same = candidates.filter(m => m.valueType === name);
    if (same.length > 0) candidates = same;
  }
  if (candidates.length > 1) {
    const named = new Set<string>();
    for (const ir of functions.values()) {
      for (const i of ir.code) {
        const arg = i.op === 'call' && i.fn === `${kind}_init` ? i.args[1]?.value : undefined;
        if (arg?.kind === 'map') named.add(arg.name);
      }
    }
    candidates = candidates.filter(m => named.has(m.name));
  }
  const only = candidates[0];
  if (only !== undefined && candidates.length === 1) return only.name;
  return problems.stopUnsupported(`a ${kind} callback whose map is not clear`, at);
}
