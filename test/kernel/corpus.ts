/** The corpus: BPF C in this folder, compiled with clang, and what kernels said of it. */
import { execFile, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { KernelAnswer } from '../../kernel/answer.js';

// Compiled, this file lies one folder deeper.
export const folder = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '.' : '../../../test/kernel', import.meta.url),
);
const include = join(folder, '../../scenarios/include');
const EXTENSION = '.bpf.c';

/** What a kernel said of a program. Where only sources were read, what was not read of is absent. */
export interface Recorded {
  readonly verdict: KernelAnswer['verdict'];
  readonly message?: string;
  /** Messages that came before it. */
  readonly before?: readonly string[];
}

export interface Recording {
  /** As `6.18.44`. */
  readonly kernel: string;
  /** A kernel was asked, or only its sources were read. */
  readonly confirmed: boolean;
  /** Which clang made the objects: registers and instruction numbers in messages are its choice. */
  readonly clang?: string;
  readonly note?: string;
  /** By file without `.bpf.c`, then by program. */
  readonly programs: Readonly<Record<string, Readonly<Record<string, Recorded>>>>;
}

/** The files of the corpus, without `.bpf.c`. */
export const corpusFiles = (): readonly string[] =>
  readdirSync(folder)
    .filter(f => f.endsWith(EXTENSION))
    .map(f => f.slice(0, -EXTENSION.length))
    .toSorted();

export const sourceOf = (file: string): string => readFileSync(join(folder, `${file}${EXTENSION}`), 'utf8');

/** Returns the names of the programs that a file declares, in order. */
export const programsIn = (text: string): readonly string[] =>
  [...text.matchAll(/^SEC\("\?[^"]+"\)\nint (\w+)\(/gm)].map(m => m[1] ?? '');

export const recordingFile = (baseline: string): string => join(folder, 'expected', `${baseline}.json`);

/** Returns what was recorded of a release, or null if nothing was. */
export const recordingOf = (baseline: string): Recording | null => {
  const file = recordingFile(baseline);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Recording) : null;
};

/** Returns the version of clang, such as `14.0.6`, or null if there is none. */
export const clangVersion = (): string | null => {
  const { status, stdout } = spawnSync('clang', ['--version'], { encoding: 'utf8' });
  return status === 0 ? (/version (\d+\.\d+\.\d+)/.exec(stdout)?.[1] ?? 'unknown') : null;
};

const run = promisify(execFile);
// A program that looks at nothing it gets is a program of the corpus.
const FLAGS = ['--target=bpf', '-O2', '-g', '-Wall', '-Wno-unused', '-Werror', '-I', include, '-I', folder];

/** Compiles files of the corpus into a folder, and returns the objects in order. Throws what clang says. */
export const compiled = async (files: readonly string[], into: string): Promise<readonly string[]> => {
  const queue = [...files];
  const worker = async (): Promise<void> => {
    for (let file = queue.shift(); file !== undefined; file = queue.shift())
      await run('clang', [...FLAGS, '-c', join(folder, `${file}${EXTENSION}`), '-o', join(into, `${file}.o`)]);
  };
  await Promise.all([worker(), worker()]);
  return files.map(f => join(into, `${f}.o`));
};

export const recordedAnswer = (a: KernelAnswer): Recorded => {
  const before = a.messages.filter(m => m !== a.message);
  return {
    verdict: a.verdict,
    ...(a.message === null ? {} : { message: a.message }),
    ...(before.length === 0 ? {} : { before }),
  };
};

/** Another compiler may choose other registers, and count other instructions. */
export const blank = (r: Recorded): Recorded => {
  const text = (m: string): string => m.replaceAll(/\bR\d+\b/g, 'R?').replaceAll(/\d+/g, '?');
  return {
    verdict: r.verdict,
    ...(r.message === undefined ? {} : { message: text(r.message) }),
    ...(r.before === undefined ? {} : { before: r.before.map(text) }),
  };
};
