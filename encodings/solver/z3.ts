/**
 * The one module that calls z3-solver: raw synchronous exports, one query at a time, one fresh context a query.
 *
 * Never the asynchronous API: its `eval_smtlib2_string` reads a string that has been freed and answers wrongly.
 */

import { SolverError, clip, readStatus } from './answer.js';
import type { DimacsAnswer, Limits, SmtAnswer, Unknown } from './answer.js';
import { checkSmtText } from './check-text.js';
import { firstFalseClause, parseDimacs } from './cnf.js';

/** One Z3 instance. Every call blocks its thread until Z3 answers, so a long query belongs in the pool. */
export interface Z3Session {
  /** Z3's own version, such as `Z3 5.1.0.0`; not that of the npm package. */
  readonly version: string;
  /** False once Z3 ran out of memory or stack: the instance is then unusable, and every later call throws. */
  alive(): boolean;
  /** Solves a DIMACS text with tactic `sat`. A model is checked against every clause of the text; a false one throws. */
  solveDimacs(text: string, limits?: Limits): DimacsAnswer;
  /**
   * Solves a text with exactly one `(check-sat)`, and asks for the model or, with `core`, the unsat core of the named
   * assertions. Anything that Z3 prints beside the status throws, `(error …)` first of all.
   */
  solveSmtlib2(text: string, limits?: SmtLimits): SmtAnswer;
}

export interface SmtLimits extends Limits {
  readonly core?: boolean | undefined;
}

export interface Z3Options {
  /** Z3's own memory limit; without one the instance ends at the 2 GiB of its heap. Either way it does not survive. */
  readonly memoryMb?: number | undefined;
}

/** Loads a Z3 instance (about 150 ms; nothing of z3-solver is read before). */
export async function openZ3(options: Z3Options = {}): Promise<Z3Session> {
  const { init } = await import('z3-solver');
  const said: string[] = [];
  const quiet = { print: (line: string) => said.push(line), printErr: (line: string) => said.push(line) };
  const em = (await init(quiet)).em as Raw;
  const utf8 = new TextEncoder();
  let dead: string | undefined;

  /** Calls `use` with a copy of the text on Z3's heap: strings that `ccall` makes live on a stack of 20 MB. */
  const withText = <T>(text: string, use: (pointer: number) => T): T => {
    const bytes = utf8.encode(text);
    const pointer = em._malloc(bytes.length + 1);
    em.HEAPU8.set(bytes, pointer);
    em.HEAPU8[pointer + bytes.length] = 0;
    return thenClean(
      () => use(pointer),
      () => em._free(pointer),
    );
  };

  // Options set inside a text are global to the instance: without this, one query's limits would hold for the next.
  const resetOptions = (): void => {
    em._Z3_global_param_reset_all();
    const { memoryMb } = options;
    if (memoryMb === undefined) return;
    withText('memory_max_size', key => withText(String(memoryMb), value => em._Z3_global_param_set(key, value)));
  };

  /** Runs one query in a context of its own. What Z3 does not survive becomes `unknown`, and the end of this session. */
  const query = <Answer>(solve: (z3: Calls) => Answer): Answer | Unknown => {
    if (dead !== undefined) throw new SolverError(`this Z3 instance is dead: ${dead}`);
    try {
      resetOptions();
      const config = em._Z3_mk_config();
      const context = em._Z3_mk_context_rc(config);
      em._Z3_del_config(config);
      em._set_noop_error_handler(context);
      return thenClean(
        () => solve(callsOf(em, context)),
        () => em._Z3_del_context(context),
      );
    } catch (error) {
      if (error instanceof SolverError) throw error;
      dead = `Z3 crashed: ${clip([error instanceof Error ? error.message : String(error), ...said].join('; '))}`;
      return { status: 'unknown', reason: dead };
    }
  };

  return {
    version: em.UTF8ToString(em._Z3_get_full_version()),
    alive: () => dead === undefined,

    solveDimacs(text, limits = {}) {
      const clauses = parseDimacs(text);
      const rlimit = stepsOf(limits);
      return query<DimacsAnswer>(z3 => {
        const tactic = withText('sat', name => z3('_Z3_mk_tactic', name));
        z3('_Z3_tactic_inc_ref', tactic);
        const solver = z3('_Z3_mk_solver_from_tactic', tactic);
        z3('_Z3_solver_inc_ref', solver);
        const params = z3('_Z3_mk_params');
        z3('_Z3_params_inc_ref', params);
        const key = withText('rlimit', name => z3('_Z3_mk_string_symbol', name));
        z3('_Z3_params_set_uint', params, key, rlimit);
        z3('_Z3_solver_set_params', solver, params);
        withText(text, pointer => z3('_Z3_solver_from_string', solver, pointer));
        const result = z3('_Z3_solver_check', solver);
        if (result === L_FALSE) return { status: 'unsat' };
        if (result !== L_TRUE) {
          return unknown(em.UTF8ToString(z3('_Z3_solver_get_reason_unknown', solver)), limits);
        }
        const model = readModel(z3, z3('_Z3_solver_get_model', solver), clauses.variables);
        const broken = firstFalseClause(clauses, model);
        if (broken !== 0) throw new SolverError(`Z3 says sat, but its model makes clause ${broken} false`);
        return { status: 'sat', model };
      });
    },

    solveSmtlib2(text, limits = {}) {
      checkSmtText(text);
      const rlimit = stepsOf(limits);
      return query<SmtAnswer>(z3 => {
        // Z3 ignores a context's own rlimit here, and a core must be asked for before anything else.
        const options = `(set-option :rlimit ${rlimit})${limits.core === true ? '(set-option :produce-unsat-cores true)' : ''}`;
        const ask = (input: string): string =>
          withText(input, pointer => em.UTF8ToString(z3('_Z3_eval_smtlib2_string', pointer)));
        const status = readStatus(ask(`${options}${text}`));
        const follow = (command: string): string => {
          const output = ask(command);
          if (output.includes('(error')) throw new SolverError(`Z3 answered ${command} with ${clip(output)}`);
          return output.trim();
        };
        if (status === 'sat') return { status, model: follow('(get-model)') };
        if (status === 'unknown') return unknown(follow('(get-info :reason-unknown)'), limits);
        return limits.core === true ? { status, core: follow('(get-unsat-core)') } : { status };
      });
    },
  };
}

const L_FALSE = -1;
const L_TRUE = 1;

/** The exports in use: numbers in, numbers out; a name that is not exported fails on its first call. */
type Raw = Record<`_Z3_${string}`, (...args: number[]) => number> & {
  readonly HEAPU8: Uint8Array;
  UTF8ToString(pointer: number): string;
  _malloc(size: number): number;
  _free(pointer: number): void;
  _set_noop_error_handler(context: number): void;
};

/** Calls an export with the context put first, and throws SolverError if that call left an error behind. */
type Calls = (name: `_Z3_${string}`, ...args: number[]) => number;

const callsOf =
  (em: Raw, context: number): Calls =>
  (name, ...args) => {
    const result = em[name](context, ...args);
    const code = em._Z3_get_error_code(context);
    if (code === 0) return result;
    // Raw exports do not throw: after a parse error the solver is simply empty, and satisfiable.
    const message = em.UTF8ToString(em._Z3_get_error_msg(context, code)).trim();
    if (code === Z3_MEMOUT_FAIL || OUT_OF_MEMORY.test(message)) throw new Error(message);
    throw new SolverError(`${name} failed: ${clip(message)}`);
  };

const Z3_MEMOUT_FAIL = 7;
/** Not a mistake of the query, but the end of the instance, even where Z3 returns: its next `del_context` may abort. */
const OUT_OF_MEMORY = /out of memory|memout/i;

function unknown(reason: string, { rlimit }: Limits): Unknown {
  if (OUT_OF_MEMORY.test(reason)) throw new Error(reason);
  // Nothing else cancels a synchronous query, so both of Z3's words for it mean the step limit.
  const stopped = rlimit !== undefined && /canceled|resource limit/.test(reason);
  return { status: 'unknown', reason: stopped ? `step limit of ${rlimit}` : reason };
}

/** Cleans up after success and after a SolverError. Not after a crash: touching a dead instance only hides its reason. */
function thenClean<T>(run: () => T, clean: () => void): T {
  let result: T;
  try {
    result = run();
  } catch (error) {
    if (error instanceof SolverError) clean();
    throw error;
  }
  clean();
  return result;
}

/** Variables that Z3's model leaves open read as false; the caller checks the result against the clauses. */
function readModel(z3: Calls, model: number, variables: number): Uint8Array {
  z3('_Z3_model_inc_ref', model);
  const values = new Uint8Array(variables + 1);
  const count = z3('_Z3_model_get_num_consts', model);
  for (let i = 0; i < count; i++) {
    const declaration = z3('_Z3_model_get_const_decl', model, i);
    // DIMACS variables come back as integer symbols; anything else is an error that Z3 reports here.
    const variable = z3('_Z3_get_symbol_int', z3('_Z3_get_decl_name', declaration));
    const value = z3('_Z3_get_bool_value', z3('_Z3_model_get_const_interp', model, declaration));
    if (variable < values.length) values[variable] = value === L_TRUE ? 1 : 0;
  }
  return values;
}

/** 0 is no limit to Z3, so it must not come from a caller who meant none of the time. */
function stepsOf({ rlimit }: Limits): number {
  if (rlimit === undefined) return 0;
  if (!Number.isInteger(rlimit) || rlimit < 1 || rlimit > 0xffffffff) throw new SolverError(`not an rlimit: ${rlimit}`);
  return rlimit;
}
