/** Options that several commands have, and what their values mean. */
import { availableParallelism } from 'node:os';
import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';
import type { Io } from './io.js';

/** Formats that every command writes. */
export const plainFormats = ['text', 'json', 'jsonl', 'markdown'] as const;
export type PlainFormat = (typeof plainFormats)[number];
/** Formats that are rendered from the report model: for the commands that make a report. */
export const reportFormats = [...plainFormats, 'github', 'sarif', 'junit', 'itf', 'html', 'baseline'] as const;
/** A selftest is made of a scenario and tried before it is written: no report holds one. */
export const compareFormats = [...reportFormats, 'selftest'] as const;
export type Format = (typeof compareFormats)[number];

const formatNamed =
  <F extends Format>(written: readonly F[]) =>
  (name: string): F => {
    const format = written.find(f => f === name);
    if (format !== undefined) return format;
    throw new InvalidArgumentError(
      compareFormats.some(f => f === name)
        ? `${name} is not written by this command; it writes ${written.join(', ')}.`
        : `The formats are ${written.join(', ')}.`,
    );
  };

export interface Output<F extends Format = PlainFormat> {
  readonly format: F;
  /** A file, or `-` for standard output. */
  readonly path: string;
}

const outputNamed =
  <F extends Format>(written: readonly F[]) =>
  (value: string, before: readonly Output<F>[] = []): readonly Output<F>[] => {
    const colon = value.indexOf(':');
    if (colon < 0 || colon === value.length - 1)
      throw new InvalidArgumentError('Write FORMAT:PATH, such as json:matrix.json or markdown:-');
    return [...before, { format: formatNamed(written)(value.slice(0, colon)), path: value.slice(colon + 1) }];
  };

const number = (isInteger: boolean, least: number) => (value: string) => {
  const n = Number(value);
  if (value.trim() === '' || !Number.isFinite(n) || n < least || (isInteger && !Number.isInteger(n)))
    throw new InvalidArgumentError(`It is ${isInteger ? 'a whole number' : 'a number'} of at least ${String(least)}.`);
  return n;
};

export const secondsNamed = number(false, 0.001);
export const countNamed = number(true, 0);
const jobsNamed = (value: string): number => (value === 'auto' ? availableParallelism() : number(true, 1)(value));

export const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

export interface OutputOptions<F extends Format = PlainFormat> {
  readonly format?: F;
  readonly out?: readonly Output<F>[];
  readonly quiet?: boolean;
  readonly color: boolean;
  readonly verbose?: boolean;
}

/** How a report of the model is shown, for the commands that make one. */
export interface ReportOptions extends OutputOptions<Format> {
  readonly wrap?: number;
}
/** Narrower than this, nothing can be said. */
const NARROWEST_WRAP = 40;

/** How to write a report, in one of the formats that the command writes. */
export const withOutput = (command: Command, written: readonly Format[] = plainFormats): Command =>
  command
    .addOption(
      new Option('-f, --format <FORMAT>', `what to print: ${written.join(', ')} (default: text)`).argParser(
        formatNamed(written),
      ),
    )
    .addOption(
      new Option('-o, --out <FORMAT:PATH>', 'write a report to a file, - is standard output (repeatable)').argParser(
        outputNamed(written),
      ),
    )
    .option('-q, --quiet', 'no progress, and only what is wrong')
    .option('--no-color', 'no colours (also: NO_COLOR)')
    .option('--verbose', 'the stack of an internal error (also: HOLDFAST_DEBUG=1)');

/** The same for the commands that make a report of the model. */
export const withReport = (command: Command, written: readonly Format[] = reportFormats): Command =>
  withOutput(command, written).addOption(
    new Option(
      '--wrap <COLUMNS>',
      'text for a mail: ASCII, no colours, no line wider than this, links to mails',
    ).argParser(number(true, NARROWEST_WRAP)),
  );

export const withDesigns = (command: Command, byDefault: string): Command =>
  command.option(
    '-d, --design <D|FILE.yaml>',
    `a design, a pattern such as 'ptr-id*', or a proposal of yours (repeatable; default: ${byDefault})`,
    collect,
  );

export interface EngineOptions {
  readonly jobs: number;
  readonly timeout: number;
  readonly engine: 'both' | 'explicit';
}
const DEFAULT_TIMEOUT_S = 60;

export const withJobs = (command: Command): Command =>
  command.addOption(
    new Option('-j, --jobs <N>', 'solvers at work at once, or auto')
      .argParser(jobsNamed)
      .default(availableParallelism(), 'one for each processor'),
  );

export const withEngine = (command: Command): Command =>
  withJobs(command)
    .addOption(
      new Option('-t, --timeout <SECONDS>', 'budget of one solver query')
        .argParser(secondsNamed)
        .default(DEFAULT_TIMEOUT_S),
    )
    .addOption(
      new Option('--engine <WHICH>', 'both engines, which must agree, or the explicit one only')
        .choices(['both', 'explicit'])
        .default('both'),
    );

/** What goes to standard output, and what to files. With `--out` to files only, the text is still printed. */
export const outputsOf = <F extends Format>(o: OutputOptions<F>): readonly Output<F | 'text'>[] | string => {
  const files = o.out ?? [];
  const outputs: readonly Output<F | 'text'>[] =
    o.format === undefined && files.some(f => f.path === '-')
      ? files
      : [{ format: o.format ?? 'text', path: '-' }, ...files];
  return outputs.filter(x => x.path === '-').length > 1
    ? 'two reports go to standard output; send one to a file with --out FORMAT:PATH'
    : outputs;
};

export const isColoured = (o: OutputOptions<Format>, io: Io): boolean => o.color && io.coloured;
