/** The keys of what a path knows: registers, bytes of the stack, ranges that tests found, how many iterators are open. */
import type { Known } from '../../shared/values.js';

/** Where a path keeps how many iterators are open. */
export const ITERATORS = 'iterators';

export const reg = (depth: number, n: number): string => `${depth}r${n}`;
export const registerOf = (key: string): { readonly depth: number; readonly n: number } | null => {
  const m = /^(\d+)r(\d+)$/.exec(key);
  return m === null ? null : { depth: Number(m[1]), n: Number(m[2]) };
};

export const stackKey = (depth: number, off: number, size: number): string => `${depth}s${off}/${size}`;
export const stackBytesOf = (
  key: string,
): { readonly depth: number; readonly off: number; readonly size: number } | null => {
  const m = /^(\d+)s(-?\d+)\/(\d+)$/.exec(key);
  return m === null ? null : { depth: Number(m[1]), off: Number(m[2]), size: Number(m[3]) };
};
export const overlapping = (key: string, depth: number, off: number, size: number): boolean => {
  const bytes = stackBytesOf(key);
  return bytes !== null && bytes.depth === depth && bytes.off < off + size && off < bytes.off + bytes.size;
};

/** Whether this is a register or the stack of that frame. */
export const isOfFrame = (key: string, depth: number): boolean =>
  key.startsWith(`${depth}r`) || key.startsWith(`${depth}s`);

/** Beside what registers and the stack hold: the ranges that tests found scalars to be in. */
const TESTED = 'tested ';
export const tested = (cell: string): string => `${TESTED}${cell}`;
/** The scalar of such a range. */
export const testedCellOf = (key: string): string | null => (key.startsWith(TESTED) ? key.slice(TESTED.length) : null);

/** Returns a text that is equal for equal knowledge. */
export const envKey = (env: ReadonlyMap<string, Known>): string =>
  [...env]
    .map(([k, v]) => `${k}=${v.kind === 'alias' ? `&${v.local.id}+${v.off}${v.vague ? '?' : ''}` : JSON.stringify(v)}`)
    .sort()
    .join(';');
