/** The child process as a thing that answers one question at a time, and that may be lost: it is killed when it is late. */
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Question, Replies } from './protocol.js';

/** How much of its last words is kept. */
const LAST_WORDS = 2000;

/** Node 20 loads no TypeScript: from sources (under vitest) the compiled child in `out/` is run. */
const childFile = (): string => {
  const compiled = !import.meta.url.endsWith('.ts');
  const file = fileURLToPath(new URL(compiled ? './child.js' : '../out/kernel/child.js', import.meta.url));
  if (!existsSync(file)) throw new Error(`nothing at ${file}: run "npm run build" first`);
  return file;
};

export type Reply<T> = { readonly reply: T } | { readonly lost: string };

export interface Asker {
  /** Resolves with the answer, or with why there is none; a child that is late or dies is replaced at the next question. */
  readonly ask: <Q extends Question>(question: Q, budgetMs: number) => Promise<Reply<Replies[Q['ask']]>>;
  readonly close: () => void;
}

interface Running {
  readonly process: ChildProcess;
  /** Called with the next line, or with null when the child is gone. */
  onLine: (line: string | null) => void;
  lastWords: string;
}

/** Callers wait for an answer before they ask again. */
export const createAsker = (): Asker => {
  const file = childFile();
  let running: Running | null = null;

  const start = (): Running => {
    const child = spawn(process.execPath, [file], { stdio: ['pipe', 'pipe', 'pipe'] });
    const state: Running = { process: child, onLine: () => {}, lastWords: '' };
    createInterface({ input: child.stdout }).on('line', line => {
      state.onLine(line);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      state.lastWords = (state.lastWords + chunk.toString()).slice(-LAST_WORDS);
    });
    // Writing to a child that has died is told by its end.
    child.stdin.on('error', () => {});
    child.on('error', error => {
      state.lastWords += error.message;
      state.onLine(null);
    });
    child.on('close', () => {
      state.onLine(null);
    });
    const kill = (): boolean => child.kill('SIGKILL');
    process.once('exit', kill);
    child.once('close', () => {
      process.off('exit', kill);
    });
    return state;
  };
  const drop = (state: Running): void => {
    if (running === state) running = null;
    state.onLine = () => {};
    state.process.kill('SIGKILL');
  };

  return {
    ask: (question, budgetMs) =>
      new Promise(resolve => {
        const state = (running ??= start());
        const lose = (lost: string): void => {
          clearTimeout(timer);
          drop(state);
          resolve({ lost });
        };
        const late = (): void => {
          lose(`no answer within ${String(budgetMs)} ms`);
        };
        const begin = performance.now();
        const timer = setTimeout(late, budgetMs);
        state.onLine = line => {
          if (line === null) {
            lose(`the process that asks the kernel died: ${state.lastWords.trim() || 'it said nothing'}`);
            return;
          }
          // This process may have been busy when the time was over.
          if (performance.now() - begin > budgetMs) {
            late();
            return;
          }
          clearTimeout(timer);
          state.onLine = () => {};
          resolve({ reply: JSON.parse(line) as Replies[(typeof question)['ask']] });
        };
        state.process.stdin?.write(`${JSON.stringify(question)}\n`);
      }),
    close: () => {
      const state = running;
      if (state === null) return;
      // Whoever waits for an answer is told that there will be none.
      state.onLine(null);
      drop(state);
    },
  };
};
