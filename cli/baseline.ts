/** `--baseline FILE`: an earlier run to compare with, and what it excuses. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { Option } from 'commander';
import type { Baseline } from '../reports/baseline.js';
import type { Io } from './io.js';
import { BadInput, UsageError, whyUnreadable } from './io.js';
import type { Format, Output } from './options.js';

export interface BaselineOptions {
  readonly baseline?: string;
  readonly failOn?: 'all' | 'new';
}

export const withBaseline = (command: Command): Command =>
  command
    .option('--baseline <FILE>', 'an earlier run, saved with --out baseline:FILE or json:FILE; what flips fails')
    .addOption(
      new Option(
        '--fail-on <WHAT>',
        'new: what the baseline has already does not fail; all: it does (default: all)',
      ).choices(['all', 'new']),
    );

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';

const textOf = (file: string, io: Io): string | null => {
  try {
    return readFileSync(resolve(io.cwd, file), 'utf8');
  } catch (error) {
    if (isMissing(error)) return null;
    throw new BadInput(`${file}: ${whyUnreadable(error)}`);
  }
};

/**
 * Returns the baseline, or null where none is named or there is none yet; that is a note, so that the first run can write one.
 * Throws BadInput if the file is no report of this question, UsageError if this run would write over it.
 */
export const chosenBaseline = async (
  o: BaselineOptions,
  question: 'check' | 'compare',
  outputs: readonly Output<Format>[],
  io: Io,
): Promise<Baseline | null> => {
  const { baseline: file } = o;
  if (file === undefined) {
    if (o.failOn === 'new') throw new UsageError('--fail-on new: name what is known, with --baseline FILE');
    return null;
  }
  if (outputs.some(x => x.path !== '-' && resolve(io.cwd, x.path) === resolve(io.cwd, file)))
    throw new UsageError(`${file} is the baseline: write the new one to another file, or without --baseline`);
  const text = textOf(file, io);
  if (text === null) {
    io.err(`note: there is no baseline ${file}, so nothing is compared; --out baseline:${file} writes one\n`);
    return null;
  }
  const { readBaseline } = await import('../reports/read-baseline.js');
  const read = readBaseline(file, text, question);
  if ('wrong' in read) throw new BadInput(`${file}: ${read.wrong}; it takes a report of --out baseline:FILE`);
  return read;
};
