/** Releases of the kernel: what answers are recorded under. */

/** Returns `linux-6.18` for `6.18.44-something`; `linux` and all of it for what does not begin with two numbers. */
export const baselineOf = (release: string): string => {
  const found = /^(\d+)\.(\d+)(?=[.\-+]|$)/.exec(release);
  return found === null ? `linux-${release}` : `linux-${found[1] ?? ''}.${found[2] ?? ''}`;
};
