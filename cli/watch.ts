/** `--watch`: files that are saved, in batches. How an editor saves does not matter: folders are watched, not files. */
import { dirname, resolve } from 'node:path';
import type { FSWatcher } from 'chokidar';
import { count } from '../reports/layout.js';
import { exitLine } from './exit.js';
import type { ExitCode } from './exit.js';
import type { Io } from './io.js';
import { UsageError, messageOf } from './io.js';

export interface Watcher {
  /** Also listens to these files, there or not, and to everything in these folders. Returns once nothing is missed. */
  readonly follow: (files: Iterable<string>, folders?: Iterable<string>) => Promise<void>;
  /** The files that changed since, when no more change for a moment; null after an interrupt. */
  readonly next: () => Promise<ReadonlySet<string> | null>;
  readonly close: () => Promise<void>;
}

/** An editor takes several steps to save a file, and a checkout saves many. */
const QUIET_MS = 100;
const isOfInterest = (path: string): boolean => /\.(c|h|o|ya?ml|json)$/.test(path);
const isSkipped = (path: string): boolean => /[\\/](node_modules|\.git)$/.test(path);

export const createWatcher = async (signal: AbortSignal): Promise<Watcher> => {
  const { watch } = await import('chokidar');
  const changed = new Set<string>();
  const known = new Set<string>();
  let failure: Error | null = null;
  let isQuiet = true;
  let timer: NodeJS.Timeout | undefined;
  let wake = (): void => undefined;
  const isOver = (): boolean => signal.aborted || failure !== null;
  const isSettled = (): boolean => changed.size > 0 && isQuiet;
  signal.addEventListener('abort', () => {
    wake();
  });

  const opened: FSWatcher[] = [];
  const open = async (folders: readonly string[], depth: number | undefined): Promise<void> => {
    const fresh = folders.filter(f => !known.has(f));
    if (fresh.length === 0) return;
    fresh.forEach(f => known.add(f));
    const watcher = watch(fresh, {
      ignoreInitial: true,
      ignored: (path, stats) => isSkipped(path) || (stats?.isFile() === true && !isOfInterest(path)),
      ...(depth === undefined ? {} : { depth }),
    });
    opened.push(watcher);
    watcher.on('all', (_event, path) => {
      changed.add(resolve(path));
      isQuiet = false;
      clearTimeout(timer);
      timer = setTimeout(() => {
        isQuiet = true;
        wake();
      }, QUIET_MS);
    });
    watcher.on('error', error => {
      failure = new UsageError(`can't watch ${fresh.join(', ')}: ${messageOf(error)}`);
      wake();
    });
    await new Promise<void>(done => {
      watcher.once('ready', done);
      watcher.once('error', () => {
        done();
      });
    });
  };

  return {
    follow: async (files, folders = []) => {
      await open([...folders], undefined);
      const isCovered = (folder: string): boolean => [...folders].some(f => folder === f || folder.startsWith(`${f}/`));
      await open(
        [...new Set([...files].map(f => dirname(f)))].filter(f => !isCovered(f)),
        0,
      );
    },
    next: async () => {
      while (!isOver() && !isSettled())
        await new Promise<void>(done => {
          wake = done;
        });
      if (signal.aborted) return null;
      if (failure !== null) throw failure;
      const batch = new Set(changed);
      changed.clear();
      return batch;
    },
    close: async () => {
      clearTimeout(timer);
      await Promise.all(opened.map(w => w.close()));
    },
  };
};

/** What a round has to be told of. */
export interface Places {
  readonly files: readonly string[];
  readonly folders: readonly string[];
}

/**
 * Calls `round` at once, and again after every batch of changes with what it returned before, until an interrupt. What makes no sense
 * after a change is told, and waited out: somebody is in the middle of something.
 */
export const answerAgain = async <S>(
  io: Io,
  places: (last: S | null) => Places,
  round: (before: S | null, changed: ReadonlySet<string>) => Promise<S>,
): Promise<void> => {
  const watcher = await createWatcher(io.signal);
  let last: S | null = null;
  const follow = async (): Promise<void> => {
    const { files, folders } = places(last);
    await watcher.follow(files, folders);
  };
  try {
    // Nothing that is saved while the first answers are on their way may be missed.
    await follow();
    last = await round(null, new Set());
    await follow();
    for (let batch = await watcher.next(); batch !== null; batch = await watcher.next()) {
      try {
        last = await round(last, batch);
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        io.err(`error: ${error.message}\n`);
      }
      await follow();
    }
  } finally {
    await watcher.close();
  }
};

/** One line on standard error after every round: how much was answered, and where everything stands. */
export const tellAgain = (
  io: Io,
  tookMs: number,
  answers: number,
  total: string,
  exit: { readonly code: number },
): void => {
  io.err(
    `${count(answers, 'answer')} in ${(tookMs / 1000).toFixed(1)} s; all: ${total}; ${exitLine(exit.code as ExitCode)}\n`,
  );
};
