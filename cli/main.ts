#!/usr/bin/env node
/** The `holdfast` command: connects a command line to this process. */
import { run } from './command-line.js';
import type { Io } from './io.js';

const DEFAULT_WIDTH = 100;
const NARROWEST = 50;
const isOn = (value: string | undefined): boolean => value !== undefined && value !== '';

const { stdout, stderr, env } = process;
const interrupt = new AbortController();

const io: Io = {
  out: text => {
    stdout.write(text);
  },
  err: text => {
    stderr.write(text);
  },
  showsProgress: stderr.isTTY && env['TERM'] !== 'dumb',
  coloured: !isOn(env['NO_COLOR']) && (isOn(env['FORCE_COLOR']) || (stdout.isTTY && env['TERM'] !== 'dumb')),
  // A terminal that does not know its width says 0.
  width: stdout.isTTY && stdout.columns > 0 ? Math.max(NARROWEST, stdout.columns) : DEFAULT_WIDTH,
  cwd: process.cwd(),
  env,
  now: () => performance.now(),
  signal: interrupt.signal,
};

// A reader that has seen enough (`holdfast compare | head`) ends the output, not the answer.
for (const stream of [stdout, stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });

// The first signal stops the work; the second does not wait for it.
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    if (interrupt.signal.aborted) process.exit(130);
    interrupt.abort();
  });

const code = await run(process.argv.slice(2), io);
// Solver threads would keep the process alive: leave as soon as everything is written.
stdout.write('', () => {
  stderr.write('', () => process.exit(code));
});
