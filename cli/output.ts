/** Delivers reports: to standard output, and to files that appear whole or not at all. */
import { accessSync, constants, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import type { At } from '../model/program.js';
import type { Part } from '../reports/part.js';
import type { Sources } from '../reports/sources.js';
import type { Io } from './io.js';
import { UsageError, messageOf } from './io.js';
import type { Format, Output, OutputOptions } from './options.js';
import { outputsOf } from './options.js';

/** Throws UsageError if there can be no such file. */
export const canWrite = (path: string, io: Io): void => {
  const full = resolve(io.cwd, path);
  try {
    accessSync(dirname(full), constants.W_OK);
  } catch {
    throw new UsageError(`can't write ${path}: there is no folder ${dirname(path)} that can be written to`);
  }
  if (statSync(full, { throwIfNoEntry: false })?.isDirectory() === true)
    throw new UsageError(`can't write ${path}: it is a folder`);
};

/** Returns where reports go; throws before anything is computed if one could not be written. */
export const plannedOutputs = <F extends Format>(o: OutputOptions<F>, io: Io): readonly Output<F | 'text'>[] => {
  const outputs = outputsOf(o);
  if (typeof outputs === 'string') throw new UsageError(outputs);
  for (const { path } of outputs) {
    if (path !== '-') canWrite(path, io);
  }
  return outputs;
};

/** The file has the whole text or what it had before. */
export const writeWhole = (path: string, text: string): void => {
  const temporary = join(dirname(path), `.${basename(path)}.${String(process.pid)}.tmp`);
  try {
    writeFileSync(temporary, text);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw new UsageError(`can't write ${path}: ${messageOf(error)}`);
  }
};

/** Stands for the id of a result where a format makes a file for each. */
const PLACE = '{id}';

const inPlaces = (path: string, parts: readonly Part[], names: readonly string[]): readonly [string, string][] => {
  if (path.includes(PLACE)) return parts.map((p, i) => [path.replaceAll(PLACE, names[i] ?? ''), p.text]);
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return [[path, only.text]];
  throw new UsageError(
    `there are ${String(parts.length)} to be written to ${path}, and a file holds one: name a file for each with ${PLACE}, such as trace-${PLACE}.json`,
  );
};

const writeParts = async (path: string, format: string, parts: readonly Part[], io: Io): Promise<void> => {
  const isStdout = path === '-';
  if (parts.length === 0) {
    io.err(`${format}: there is nothing to write${isStdout ? '' : `; ${path} is left as it is`}\n`);
    return;
  }
  const { fileNames } = await import('../reports/part.js');
  for (const [file, text] of inPlaces(path, parts, fileNames(parts))) {
    if (isStdout) io.out(text);
    else writeWhole(resolve(io.cwd, file), text);
  }
};

/** Writes every report, files first. A report is rendered when it is its turn: its format is loaded only then. */
export const deliver = async <F extends Format>(
  outputs: readonly Output<F>[],
  io: Io,
  render: (format: F, isStdout: boolean) => Promise<string | readonly Part[]>,
): Promise<void> => {
  let refused: UsageError | null = null;
  for (const { format, path } of [...outputs.filter(o => o.path !== '-'), ...outputs.filter(o => o.path === '-')]) {
    const isStdout = path === '-';
    const made = await render(format, isStdout);
    try {
      if (typeof made !== 'string') await writeParts(path, format, made, io);
      else if (isStdout) io.out(made);
      else writeWhole(resolve(io.cwd, path), made);
    } catch (error) {
      // One report that can't be written must not cost the others.
      if (!(error instanceof UsageError)) throw error;
      refused ??= error;
    }
  }
  if (refused !== null) throw refused;
};

/** The files as this process sees them: named from the current folder if they lie in it. */
export const sourcesOf = (io: Io): Sources => {
  const texts = new Map<string, readonly string[]>();
  const linesOf = (file: string): readonly string[] => {
    const known = texts.get(file);
    if (known !== undefined) return known;
    let lines: readonly string[] = [];
    try {
      lines = readFileSync(resolve(io.cwd, file), 'utf8').split(/\r?\n/);
    } catch {
      // A report without the line is still a report.
    }
    texts.set(file, lines);
    return lines;
  };
  return {
    name: file => {
      const fromHere = relative(io.cwd, resolve(io.cwd, file));
      return fromHere === '' || fromHere.startsWith('..') ? file : fromHere;
    },
    line: (at: At) => linesOf(at.file)[at.line - 1] ?? null,
    text: file => (linesOf(file).length === 0 ? null : linesOf(file).join('\n')),
  };
};
