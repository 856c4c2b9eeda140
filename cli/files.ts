/** Files that appear together: all of them have their new texts, or all are as they were. */
import { copyFileSync, existsSync, linkSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { UsageError, messageOf } from './io.js';

export interface WholeFile {
  readonly path: string;
  readonly text: string;
}

interface Staged extends WholeFile {
  /** The new text, beside its place. */
  readonly fresh: string;
  /** What was there, until all are in place. */
  readonly old: string;
}

/** A pipe, a terminal or /dev/null is written to, never replaced. */
const isStream = (path: string): boolean => {
  const there = statSync(path, { throwIfNoEntry: false });
  return there !== undefined && !there.isFile() && !there.isDirectory();
};

const stagedAt = (file: WholeFile, i: number): Staged => {
  // What a link points to gets the text; the link stays one.
  const path = existsSync(file.path) ? realpathSync(file.path) : file.path;
  const beside = join(dirname(path), `.holdfast-${String(process.pid)}-${String(i)}`);
  return { path, text: file.text, fresh: `${beside}.tmp`, old: `${beside}.old.tmp` };
};

const keepOld = (s: Staged): void => {
  if (!existsSync(s.path)) return;
  try {
    linkSync(s.path, s.old);
  } catch {
    // Not every file system has links, and not every file may be linked to.
    copyFileSync(s.path, s.old);
  }
};

const putBack = (s: Staged): void => {
  if (existsSync(s.old)) renameSync(s.old, s.path);
  else rmSync(s.path, { force: true });
};

/**
 * Writes all files or none; nothing else is left behind. Throws UsageError if one can't be written.
 *
 * It does not yield: a signal is heard before or after, never in between.
 */
export const writeAll = (files: readonly WholeFile[]): void => {
  const staged = files.filter(f => !isStream(f.path)).map(stagedAt);
  const inPlace: Staged[] = [];
  let at = '';
  try {
    for (const s of staged) {
      at = s.path;
      if (statSync(s.path, { throwIfNoEntry: false })?.isDirectory() === true) throw new Error('it is a folder');
      writeFileSync(s.fresh, s.text);
      keepOld(s);
    }
    for (const s of staged) {
      at = s.path;
      renameSync(s.fresh, s.path);
      inPlace.push(s);
    }
    // What was written to a stream can't be taken back, so streams come last.
    for (const f of files.filter(f => isStream(f.path))) {
      at = f.path;
      writeFileSync(f.path, f.text);
    }
  } catch (error) {
    inPlace.reverse().forEach(putBack);
    throw new UsageError(`can't write ${at}: ${messageOf(error)}`);
  } finally {
    for (const s of staged) {
      rmSync(s.fresh, { force: true });
      rmSync(s.old, { force: true });
    }
  }
};
