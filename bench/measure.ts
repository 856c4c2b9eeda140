/** Medians of interleaved runs, and rows of a table. What counts is a ratio: both sides ran in the same minute on one machine. */
import { spawnSync } from 'node:child_process';

export interface Row {
  readonly what: string;
  readonly ours: string;
  /** What it is compared with, and how that did. */
  readonly against: string;
  readonly ratio: number | null;
  /** `most`: the ratio must not pass it; `least`: it must reach it. Null: for information. */
  readonly target: { readonly most: number } | { readonly least: number } | null;
  readonly note?: string;
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (i: number): number => sorted[i] ?? Number.NaN;
  const half = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? at(half) : (at(half - 1) + at(half)) / 2;
};

/** Runs every task once a round, one after another, and returns the median time of each in milliseconds. */
export const interleaved = async <N extends string>(
  tasks: Readonly<Record<N, () => unknown>>,
  rounds = 5,
): Promise<Record<N, number>> => {
  const names = Object.keys(tasks) as N[];
  const times = new Map<N, number[]>(names.map(n => [n, []]));
  for (let round = 0; round < rounds; round++)
    for (const n of names) {
      const begin = performance.now();
      await tasks[n]();
      times.get(n)?.push(performance.now() - begin);
    }
  return Object.fromEntries(names.map(n => [n, median(times.get(n) ?? [])])) as Record<N, number>;
};

export const time = (ms: number): string => (ms < 1000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(2)} s`);

/** A script of ours with one argument, in a process of its own, which prints milliseconds and kibibytes; both have a budget. */
export const budgetRow = (
  what: string,
  script: string,
  argument: string,
  most: { readonly ms: number; readonly mib: number },
): Row => {
  const { stdout } = spawnSync(process.execPath, [script, argument], { encoding: 'utf8' });
  const [ms = Number.NaN, kib = Number.NaN] = JSON.parse(stdout) as number[];
  const mib = kib / 1024;
  return {
    what,
    ours: `${time(ms)}, ${mib.toFixed(0)} MiB`,
    against: `${time(most.ms)}, ${String(most.mib)} MiB`,
    ratio: Math.max(ms / most.ms, mib / most.mib),
    target: { most: 1 },
  };
};
/** What such a script prints: since then, and at the most. */
export const printSpent = (begin: number): void => {
  process.stdout.write(JSON.stringify([performance.now() - begin, process.resourceUsage().maxRSS]));
};

export const isMet = (r: Row): boolean | null => {
  if (r.target === null || r.ratio === null) return null;
  return 'most' in r.target ? r.ratio <= r.target.most : r.ratio >= r.target.least;
};
