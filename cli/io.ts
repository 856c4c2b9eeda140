/** The outside world as commands see it. Tests give them another one. */
export interface Io {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Progress may be shown: standard error is a terminal. */
  readonly showsProgress: boolean;
  /** Standard output takes colours, as far as the environment says. */
  readonly coloured: boolean;
  readonly width: number;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds since some start. */
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/** The command line asks for something that does not exist or makes no sense. Exit code 64. */
export class UsageError extends Error {}

/** A file that everything else depends on makes no sense. Exit code 65. */
export class BadInput extends Error {}

/** Says in plain words why a file can't be read. */
export const whyUnreadable = (error: unknown): string => {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'there is no such file';
  if (code === 'EACCES' || code === 'EPERM') return 'we may not read this file';
  return `the file can't be read: ${messageOf(error)}`;
};

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
