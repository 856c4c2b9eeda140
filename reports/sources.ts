/** What a report may know of files: how to name one, and what stands in a line. Who reads them is not its business. */
import type { At } from '../model/program.js';

export interface Sources {
  /** The file as the reader of the report would name it. */
  readonly name: (file: string) => string;
  /** The line of the file, or null if it can't be read. */
  readonly line: (at: At) => string | null;
  /** The whole file, with \n at the ends of lines, or null if it can't be read. */
  readonly text: (file: string) => string | null;
}

export const noSources: Sources = { name: file => file, line: () => null, text: () => null };

/** For what concerns a file as a whole. */
export const wholeFile = (file: string): At => ({ file, line: 0, column: 0 });

/** `file:line:column`, as compilers write it; only the file for `wholeFile`. */
export const placeText = (at: At, sources: Sources): string =>
  at.line === 0 ? sources.name(at.file) : `${sources.name(at.file)}:${String(at.line)}:${String(at.column)}`;
