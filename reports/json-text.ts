/** JSON that may be printed anywhere: what a terminal would act upon is written as an escape, which means the same. */
const UNSEEN = /[\u007f-\u009f\p{Cf}\u2028\u2029]/gu;

const escapes = (c: string): string =>
  Array.from({ length: c.length }, (_, i) => `\\u${c.charCodeAt(i).toString(16).padStart(4, '0')}`).join('');

/** In one line unless `indent` is given. */
export const jsonText = (value: unknown, indent = 0): string =>
  JSON.stringify(value, null, indent).replace(UNSEEN, escapes);
