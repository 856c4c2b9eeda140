/** Delivers reports: to standard output, and to files that appear whole or not at all. */
import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import type { At } from '../model/program.js';
import type { Part } from '../reports/part.js';
import type { Sources } from '../reports/sources.js';
import type { WholeFile } from './files.js';
import { writeAll } from './files.js';
import type { Io } from './io.js';
import { UsageError } from './io.js';
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

/** Throws UsageError if one file would have two texts, however it is named. */
const areDistinct = (paths: readonly string[], io: Io): void => {
  const seen = new Set<string>();
  for (const path of paths) {
    const full = resolve(io.cwd, path);
    if (seen.has(full)) throw new UsageError(`two reports go to ${path}`);
    seen.add(full);
  }
};

/** Returns where reports go; throws before anything is computed if one could not be written. */
export const plannedOutputs = <F extends Format>(o: OutputOptions<F>, io: Io): readonly Output<F | 'text'>[] => {
  const outputs = outputsOf(o);
  if (typeof outputs === 'string') throw new UsageError(outputs);
  const files = outputs.map(x => x.path).filter(p => p !== '-');
  files.forEach(f => {
    canWrite(f, io);
  });
  areDistinct(files, io);
  return outputs;
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

/** The texts of one output, each with its path. */
const textsOf = async (
  { path, format }: Output<Format>,
  made: string | readonly Part[],
  io: Io,
): Promise<readonly (readonly [string, string])[]> => {
  if (typeof made === 'string') return [[path, made]];
  if (made.length === 0) {
    io.err(`${format}: there is nothing to write${path === '-' ? '' : `; ${path} is left as it is`}\n`);
    return [];
  }
  const { fileNames } = await import('../reports/part.js');
  return inPlaces(path, made, fileNames(made));
};

/** Renders every report, then writes all files or none, then standard output. Nothing is written after an interrupt. */
export const deliver = async <F extends Format>(
  outputs: readonly Output<F>[],
  io: Io,
  render: (format: F, isStdout: boolean) => Promise<string | readonly Part[]>,
): Promise<void> => {
  const files: WholeFile[] = [];
  const printed: string[] = [];
  for (const output of outputs)
    for (const [path, text] of await textsOf(output, await render(output.format, output.path === '-'), io)) {
      if (path === '-') printed.push(text);
      else files.push({ path: resolve(io.cwd, path), text });
    }
  if (io.signal.aborted) return;
  // One file for each of several parts may have the name of another report.
  areDistinct(
    files.map(f => f.path),
    io,
  );
  writeAll(files);
  printed.forEach(io.out);
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
