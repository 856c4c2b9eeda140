/** Runs one command line from arguments to exit code. Everything it touches comes in as `Io` and `Engine`. */
import type { Command } from 'commander';
import type { Define } from './context.js';
import type { Engine } from './engine.js';
import { engine as realEngine } from './engine.js';
import type { Finding } from '../reports/outcome.js';
import type { ExitCode } from './exit.js';
import { exitCode, exitLine, exitMeanings } from './exit.js';
import type { Io } from './io.js';
import { BadInput, UsageError, messageOf } from './io.js';
import { readTool } from './tool.js';

/** The commands; only the module of the one that is asked for is loaded. */
const commands: Readonly<
  Record<string, { readonly summary: string; readonly load: () => Promise<{ readonly define: Define }> }>
> = {
  check: {
    summary: 'would a design accept these programs? Verdict, guard and message for each',
    load: () => import('./check.js'),
  },
  compare: {
    summary: 'the matrix of scenarios and designs: ok, over-strict or unsound',
    load: () => import('./compare.js'),
  },
  explain: {
    summary: 'a rule, guard, property, design, scenario, fix or claim in words',
    load: () => import('./explain.js'),
  },
  prove: {
    summary: 'is every program that a design accepts safe? Proved for any number of everything, or refuted',
    load: () => import('./prove.js'),
  },
  verify: {
    summary: 'check the ledger of proofs again, with other solvers',
    load: () => import('./verify.js'),
  },
  history: {
    summary: 'bugs of the verifier that were fixed: what each fix is for, shown by undoing it',
    load: () => import('./history.js'),
  },
  report: {
    summary: 'saved JSON reports of check and compare, in any other format',
    load: () => import('./report.js'),
  },
  kernel: {
    summary: 'what does the running kernel say of these objects? It loads each program, and does nothing else with it',
    load: () => import('./kernel.js'),
  },
};

const exitCodesHelp = `
Exit codes:
${Object.entries(exitMeanings)
  .map(([code, meaning]) => `  ${code.padStart(3)}  ${meaning}`)
  .join('\n')}

Examples:
  holdfast check my.bpf.c
  holdfast compare identity
  holdfast explain bpf_spin_lock`;

/** After an interrupt the command may finish what it is doing, but not for longer than this. */
const GRACE_MS = 2000;
const interrupted = (signal: AbortSignal): Promise<'interrupted'> =>
  new Promise(resolve => {
    const later = (): void => {
      setTimeout(() => {
        resolve('interrupted');
      }, GRACE_MS).unref();
    };
    if (signal.aborted) later();
    else signal.addEventListener('abort', later, { once: true });
  });

const programFor = async (
  argv: readonly string[],
  io: Io,
  engine: Engine,
  found: (...f: readonly Finding[]) => void,
): Promise<Command> => {
  const { Command } = await import('commander');
  const tool = readTool();
  const program = new Command('holdfast')
    .description('Model checker for the lock and ownership rules of the Linux BPF verifier')
    .version(`${tool.name} ${tool.version}`, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .configureOutput({
      writeOut: io.out,
      writeErr: io.err,
      getOutHelpWidth: () => io.width,
      getErrHelpWidth: () => io.width,
    })
    .exitOverride()
    .addHelpText('after', exitCodesHelp);
  for (const [name, { summary, load }] of Object.entries(commands)) {
    const command = program.command(name).description(summary);
    if (argv.includes(name)) (await load()).define(command, { io, engine, tool, found });
  }
  return program;
};

/** How commander says that it has printed what was asked for. */
const printed = new Set(['commander.helpDisplayed', 'commander.version']);

const isCommanderError = (error: unknown): error is Error & { readonly code: string } =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('commander.');

const reportError = (error: unknown, argv: readonly string[], io: Io): Finding | null => {
  if (isCommanderError(error))
    return printed.has(error.code) || (error.code === 'commander.help' && argv[0] === 'help') ? null : 'usage';
  if (error instanceof UsageError) {
    io.err(`error: ${error.message}\n`);
    return 'usage';
  }
  if (error instanceof BadInput) {
    io.err(`error: ${error.message}\n`);
    return 'bad-input';
  }
  io.err(`holdfast: internal error: ${messageOf(error).split('\n')[0] ?? ''}\n`);
  const isDebugging = argv.includes('--verbose') || (io.env['HOLDFAST_DEBUG'] ?? '') !== '';
  if (isDebugging) io.err(`${error instanceof Error ? (error.stack ?? '') : ''}\n`);
  io.err(
    `This is a bug of holdfast. Please report it with the command line and its input${isDebugging ? '' : '; HOLDFAST_DEBUG=1 shows where it happened'}.\n`,
  );
  return 'internal';
};

/** Runs a command line. Never rejects; the last line on standard error says what a code other than 0 means. */
export const run = async (argv: readonly string[], io: Io, engine: Engine = realEngine): Promise<ExitCode> => {
  const found: Finding[] = [];
  const work = async (): Promise<void> => {
    try {
      const program = await programFor(argv, io, engine, (...f) => found.push(...f));
      await program.parseAsync([...argv], { from: 'user' });
    } catch (error) {
      // What breaks while everything is being stopped is no bug.
      if (io.signal.aborted) return;
      const finding = reportError(error, argv, io);
      if (finding !== null) found.push(finding);
    }
  };
  await Promise.race([work(), interrupted(io.signal)]);
  const code = exitCode(io.signal.aborted ? [...found, 'interrupted'] : found);
  if (code !== 0) io.err(`${exitLine(code)}\n`);
  return code;
};
