/** The answers of `check`, file by file, kept so that only what changed is asked again. */
import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Design } from '../model/design.js';
import type { CheckResult } from '../reports/check.js';
import type { Problem } from '../reports/matrix.js';
import { wholeFile } from '../reports/sources.js';
import type { Engine } from './engine.js';
import type { Io } from './io.js';
import { messageOf, whyUnreadable } from './io.js';

/** What there is to say of one file. */
export interface FileAnswer {
  readonly results: readonly CheckResult[];
  readonly problems: readonly Problem[];
  /** True iff it tripped us up. */
  readonly internal: boolean;
}

const badFile = (file: string, message: string, remedy?: string): Problem => ({
  kind: 'input-error',
  message,
  at: wholeFile(file),
  ...(remedy === undefined ? {} : { remedy }),
});

const ELF_MAGIC = [0x7f, 0x45, 0x4c, 0x46];

/** Returns the text of a C file, the bytes of an object, or why there is neither. */
const readSource = (file: string, io: Io): { text: string } | { bytes: Uint8Array } | { problem: Problem } => {
  const path = resolve(io.cwd, file);
  try {
    if (statSync(path).isDirectory())
      return { problem: badFile(file, 'this is a folder', 'Name the files: holdfast check DIR/*.bpf.c') };
    const bytes = readFileSync(path);
    if (ELF_MAGIC.every((b, i) => bytes[i] === b)) return { bytes };
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return text.includes('\0') ? { problem: badFile(file, 'this is not a C file: it has zero bytes') } : { text };
  } catch (error) {
    return {
      problem: badFile(
        file,
        error instanceof TypeError ? 'this is not a C file: it is not UTF-8' : whyUnreadable(error),
      ),
    };
  }
};

/** Never throws: one file that trips us up must not cost the answers for the others. It is told by `tripped`. */
export const answerFile = async (
  file: string,
  designs: readonly Design[],
  engine: Engine,
  io: Io,
  tripped: (error: unknown) => void,
): Promise<FileAnswer> => {
  const read = readSource(file, io);
  if ('problem' in read) return { results: [], problems: [read.problem], internal: false };
  try {
    const { results, problems } =
      'bytes' in read
        ? await engine.checkObject(file, read.bytes, designs)
        : await engine.checkFile(file, read.text, designs);
    return { results, problems, internal: false };
  } catch (error) {
    tripped(error);
    return { results: [], problems: [], internal: true };
  }
};

/** Tells of an internal error; its stack on request. */
export const tellTripped =
  (file: string, io: Io, isVerbose: boolean) =>
  (error: unknown): void => {
    io.err(`holdfast: internal error in ${file}: ${messageOf(error)}\n`);
    if (isVerbose || io.env['HOLDFAST_DEBUG'] !== undefined)
      io.err(`${error instanceof Error ? (error.stack ?? '') : ''}\n`);
  };
