/** What a command is given, and how it answers. */
import type { Command } from 'commander';
import type { Tool } from '../reports/tool.js';
import type { Engine } from './engine.js';
import type { Finding } from '../reports/outcome.js';
import type { Io } from './io.js';

export interface Context {
  readonly io: Io;
  readonly engine: Engine;
  readonly tool: Tool;
  /** Adds what was found; the exit code follows from all of it. */
  readonly found: (...findings: readonly Finding[]) => void;
}

/** What the module of a command exports: it adds arguments, options, help and action to the command of its name. */
export type Define = (command: Command, context: Context) => void;
