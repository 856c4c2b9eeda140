/**
 * Selftests of the kernel: made of one scenario, and tried before anybody gets them. Our own front end reads them back; clang, where
 * there is one, compiles them; the running kernel, where one can be asked, loads them and says whether the prediction is right.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { KernelAnswer } from '../kernel/answer.js';
import type { Design } from '../model/design.js';
import { designNamed } from '../model/designs/index.js';
import type { Cell, ProgramVerdict } from '../proofs/cell.js';
import type { Selftest } from '../proofs/selftest.js';
import type { Finding } from '../reports/outcome.js';
import { codeOf } from '../reports/c-text.js';
import { count } from '../reports/layout.js';
import { whyUnknown } from '../reports/matrix.js';
import type { Scenario } from '../scenarios/header.js';
import type { Context } from './context.js';
import { packageRoot } from './tool.js';

const run = promisify(execFile);
const COMPILE_MS = 60_000;
const LOAD_MS = 20_000;

/** A selftest, and what became of it when it was tried; a reason where there is none. */
export type Made =
  | { readonly text: string; readonly found: readonly Finding[] }
  | { readonly none: string; readonly found: readonly Finding[] };

/** Why no selftest is made of a cell; null if one is. */
export const whyNone = (c: Cell): string | null => {
  if (c.counterexample?.replayed === false) return 'the counterexample was not replayed';
  if (c.verdict === 'not-applicable') return `${c.design} has no such thing`;
  return c.cell === 'unknown' || c.disagreements.length > 0 ? `the cell has no answer: ${whyUnknown(c)}` : null;
};

const clangVersion = async (): Promise<string | null> => {
  try {
    const { stdout } = await run('clang', ['--version']);
    return /version (\d+(?:\.\d+)*)/.exec(stdout)?.[1] ?? 'of unknown version';
  } catch {
    return null;
  }
};

/** Returns null once there is an object, or why this clang makes none of any file. Throws for what it does not take. */
const compile = async (source: string, object: string, beside: string, signal: AbortSignal): Promise<string | null> => {
  const include = join(packageRoot(), 'scenarios/include');
  const flags = ['--target=bpf', '-O2', '-g', '-I', include, '-I', beside, '-c', source, '-o', object];
  try {
    await run('clang', flags, { signal, timeout: COMPILE_MS });
    return null;
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr) : '';
    if (/unable to create target|unknown target triple/.test(said)) return 'it has no BPF target';
    const lines = said.split('\n').filter(l => /\berror:/.test(l));
    throw new Error(
      `the selftest does not compile, so it is not written: ${(lines[0] ?? String(error)).replaceAll(source, 'selftest')}`,
      { cause: error },
    );
  }
};

const saidText = (v: Pick<ProgramVerdict | KernelAnswer, 'verdict' | 'message'>): string =>
  (v.message === null ? v.verdict : `${v.verdict}: ${v.message}`).replaceAll('\n', ' ');

interface Answered {
  /** One line on what became of it. */
  readonly line: string;
  /** Where the kernel says otherwise. */
  readonly wrong: readonly string[];
  /** Programs that it said nothing of. */
  readonly unanswered: readonly string[];
}
const untold = (line: string): Answered => ({ line, wrong: [], unanswered: [] });

const askRunning = async (object: string, t: Selftest, { engine, io }: Context): Promise<Answered> => {
  const asked = await engine.askKernel([object], { budgetMs: LOAD_MS, signal: io.signal });
  if ('lacks' in asked) return untold(asked.message);
  const running = `the running kernel ${asked.release}`;
  if (asked.baseline !== t.kernel) return untold(`${running} is not asked about ${t.kernel}`);
  const { agreementOf } = await import('../proofs/agreement.js');
  const predicted = t.programs.filter(p => p.verdict === 'accept' || p.verdict === 'reject');
  const kernel = designNamed(t.kernel);
  const { results } = await engine.checkObject(object, readFileSync(object), kernel === undefined ? [] : [kernel]);
  const wrong: string[] = [];
  const unanswered: string[] = [];
  for (const p of predicted) {
    const answer = asked.answers.find(a => a.program === p.program);
    const agreement = answer === undefined ? 'unanswered' : agreementOf(p, answer);
    if (answer === undefined || agreement === 'unanswered')
      unanswered.push(`${p.program}: no answer: ${answer?.message ?? asked.bad[0]?.message ?? 'it was not asked'}`);
    else if (agreement !== 'same') {
      const compiled = results.find(r => r.verdict.program === p.program)?.verdict;
      const isSame = compiled !== undefined && agreementOf(compiled, answer) === 'same';
      const also = isSame ? ', and so does the model of what clang made of it' : '';
      wrong.push(`${p.program}: predicted ${saidText(p)}; the kernel says ${saidText(answer)}${also}`);
    }
  }
  const right = predicted.length - wrong.length - unanswered.length;
  const line = `${running} says what was predicted of ${String(right)} of ${count(predicted.length, 'program')}`;
  return { line, wrong, unanswered };
};

/** Compiles it and asks the kernel, as far as there is either. Throws if it does not compile. */
const tried = async (text: string, t: Selftest, s: Scenario, context: Context): Promise<Answered> => {
  const clang = await clangVersion();
  if (clang === null) return untold('no clang: not compiled (apt install clang)');
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-'));
  try {
    const source = join(folder, 'selftest.bpf.c');
    const object = join(folder, 'selftest.bpf.o');
    writeFileSync(source, text);
    const none = await compile(source, object, dirname(s.file), context.io.signal);
    if (none !== null) return untold(`not compiled by clang ${clang}: ${none}`);
    const compiled = `compiled by clang ${clang}`;
    if (/\bMODEL_ONLY\b/.test(codeOf(text))) {
      if (!readFileSync(object).includes('bpf_model_only'))
        throw new Error('the selftest is not written: its compiled object could be loaded, which it must not');
      return untold(`${compiled}; not loaded: one step is written so that no kernel has it`);
    }
    if (t.loadable !== true) return untold(`${compiled}; not loaded: ${t.loadable}`);
    const answered = await askRunning(object, t, context);
    return { ...answered, line: `${compiled}; ${answered.line}` };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** Makes the selftest of a scenario, about what the designs say of it, and tries it. `write` gives the text. */
export const madeSelftest = async (
  s: Scenario,
  designs: readonly Design[],
  context: Context,
  write: (selftest: Selftest) => string,
): Promise<Made> => {
  const { engine } = context;
  const known = await engine.selftestOf(s, designs);
  if (!known.ok) {
    const [p] = known.problems;
    const why = p === undefined ? 'it can not be read' : p.kind === 'unsupported' ? p.construct : p.message;
    return { none: `in the words of a kernel: ${why}`, found: ['inconclusive'] };
  }
  const { selftest } = known;
  const { NoSelftest } = await import('../reports/selftest.js');
  let text: string;
  try {
    text = write(selftest);
  } catch (error) {
    if (error instanceof NoSelftest) return { none: error.message, found: ['inconclusive'] };
    throw error;
  }
  const other = await engine.otherVerdicts(text, s, selftest);
  if (other.length > 0) throw new Error(`the selftest is not what it was made of: ${other.join('; ')}`);
  const { line, wrong, unanswered } = await tried(text, selftest, s, context);
  context.io.err([line, ...wrong, ...unanswered].map(l => `selftest: ${l}\n`).join(''));
  const found: readonly Finding[] = wrong.length > 0 ? ['disagreement'] : unanswered.length > 0 ? ['inconclusive'] : [];
  return { text, found };
};
