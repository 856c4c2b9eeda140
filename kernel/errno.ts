/** Names of the error numbers that the kernel returns. */
import { constants } from 'node:os';

/** Numbers that user space never defined, or calls by another name than the kernel's documentation does. */
const ENOTSUPP = 524;
const own: ReadonlyMap<number, string> = new Map([
  [ENOTSUPP, 'ENOTSUPP'],
  [constants.errno.EOPNOTSUPP, 'EOPNOTSUPP'],
  [constants.errno.EAGAIN, 'EAGAIN'],
]);

/** Returns `EINVAL` for 22 and for -22; the number itself if nobody has a name for it. */
export const errnoName = (n: number): string => {
  const number = Math.abs(n);
  return (
    own.get(number) ?? Object.entries(constants.errno).find(([, value]) => value === number)?.[0] ?? String(number)
  );
};
