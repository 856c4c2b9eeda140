/** One line on a terminal's standard error that says how far we are. Silent anywhere else. */
import type { Io } from './io.js';

export interface Progress {
  readonly show: (done: number, total: number, what: string) => void;
  /** Takes the line away, so that the report starts on a clean one. */
  readonly clear: () => void;
}

const CLEAR = '\r\u001B[2K';
const BETWEEN_UPDATES_MS = 100;
/** Nobody needs to be told of what is over at once. */
const BEFORE_FIRST_MS = 300;

const elapsed = (ms: number): string => {
  const seconds = ms / 1000;
  return seconds < 60
    ? `${seconds.toFixed(1)} s`
    : `${String(Math.floor(seconds / 60))} min ${String(Math.floor(seconds % 60))} s`;
};

export const progressOn = (io: Io, isQuiet: boolean): Progress => {
  if (!io.showsProgress || isQuiet) return { show: () => undefined, clear: () => undefined };
  const start = io.now();
  let last = -Infinity;
  let isShown = false;
  return {
    show: (done, total, what) => {
      const now = io.now();
      if (now - start < BEFORE_FIRST_MS) return;
      if (now - last < BETWEEN_UPDATES_MS && done < total) return;
      last = now;
      isShown = true;
      const line = `  ${String(done)}/${String(total)}  ${what}  ${elapsed(now - start)}`;
      io.err(CLEAR + (line.length >= io.width ? `${line.slice(0, io.width - 2)}…` : line));
    },
    clear: () => {
      if (isShown) io.err(CLEAR);
      isShown = false;
    },
  };
};
