/** Runs a native SMT solver, where one is installed, on a text or a file: a second opinion, never a need. */

import { spawn } from 'node:child_process';
import { SolverError, clip, readStatus } from './answer.js';

export interface NativeRun {
  /** The program; `z3` unless given. */
  readonly binary?: string | undefined;
  /** Its arguments; `-in` unless given, which makes z3 read SMT-LIB from its input. A file's path may stand here. */
  readonly args?: readonly string[] | undefined;
  /** What it reads from its input. */
  readonly input?: string | undefined;
  /** The program is killed after this much wall clock. */
  readonly deadlineMs: number;
}

/**
 * Returns the status that a native solver prints, `unknown` with the reason if it is killed at its deadline or dies, and
 * null iff there is no such program. Throws SolverError if it prints anything beside the status, as z3 does on errors.
 */
export async function runNative(
  run: NativeRun,
): Promise<{ readonly status: 'sat' | 'unsat' } | { readonly status: 'unknown'; readonly reason: string } | null> {
  const ended = await collect(run);
  if (ended === null) return null;
  if (ended.late) return { status: 'unknown', reason: `killed after ${run.deadlineMs} ms` };
  if (ended.signal !== null) return { status: 'unknown', reason: `the solver died of ${ended.signal}` };
  if (ended.code !== 0) throw new SolverError(`the solver exited with ${ended.code}: ${clip(ended.output.trim())}`);
  const status = readStatus(ended.output);
  return status === 'unknown' ? { status, reason: 'the solver says unknown' } : { status };
}

/**
 * Puts several texts to one process, which forgets everything between them. Returns a status for each, or null iff there is no
 * such program. Where the process is killed, dies or says less than it was asked, the rest is `unknown`; where it says anything
 * beside the statuses, all are.
 */
export async function runNativeBatch(
  run: Omit<NativeRun, 'input'>,
  texts: readonly string[],
): Promise<readonly ('sat' | 'unsat' | 'unknown')[] | null> {
  const ended = await collect({ ...run, input: texts.join('(reset)\n') });
  if (ended === null) return null;
  const words = ended.output.split('\n').map(l => l.trim());
  const wrong = words.find(w => w.startsWith('(error'));
  if (wrong !== undefined) throw new SolverError(`the solver says ${clip(wrong)}`);
  // A line that is no status would move the answers: then none of them is known to be that of its text.
  const said = words.filter(w => w !== '');
  const isPlain = said.length <= texts.length && said.every(w => w === 'sat' || w === 'unsat' || w === 'unknown');
  return texts.map((_, i) => {
    const word = isPlain ? said[i] : undefined;
    return word === 'sat' || word === 'unsat' ? word : 'unknown';
  });
}

/** Returns the first line that `binary --version` prints, or null iff there is no such program. */
export async function nativeVersion(binary = 'z3'): Promise<string | null> {
  const ended = await collect({ binary, args: ['--version'], deadlineMs: 10_000 });
  if (ended === null) return null;
  return ended.output.split('\n', 1)[0] ?? '';
}

interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly late: boolean;
  /** What it printed, on both of its outputs. */
  readonly output: string;
}

function collect({ binary = 'z3', args = ['-in'], input = '', deadlineMs }: NativeRun): Promise<Ended | null> {
  return new Promise((resolve, reject) => {
    const child = spawn(binary, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    const chunks: Buffer[] = [];
    let late = false;
    const kill = (): boolean => child.kill('SIGKILL');
    const timer = setTimeout(() => {
      late = true;
      kill();
    }, deadlineMs);
    // A solver that is still running when this process ends would outlive it.
    process.once('exit', kill);
    const over = (): void => {
      clearTimeout(timer);
      process.off('exit', kill);
    };
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    // A solver that stops reading early closes the pipe; its answer or exit code says why.
    child.stdin.on('error', () => {});
    child.on('error', (error: NodeJS.ErrnoException) => {
      over();
      if (error.code === 'ENOENT') resolve(null);
      else reject(new SolverError(`cannot run ${binary}: ${error.message}`));
    });
    child.on('close', (code, signal) => {
      over();
      resolve({ code, signal, late, output: Buffer.concat(chunks).toString() });
    });
    child.stdin.end(input);
  });
}
