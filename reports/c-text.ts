/** C as text: where its code is, as against comments and strings, and how to change a call of a macro in it. Nothing is parsed. */

/**
 * The text with every character of comments and inside quotes as a space, so that what is found in it is code and stands at the
 * same place. Lines stay as they are.
 */
export const codeOf = (text: string): string => {
  const blank = (s: string): string => s.replaceAll(/[^\n]/g, ' ');
  return text.replaceAll(
    /\/\*[^]*?(?:\*\/|$)|\/\/[^\n]*|"((?:\\.|[^"\\\n])*)"|'((?:\\.|[^'\\\n])*)'/g,
    (all: string, double: string | undefined, single: string | undefined) => {
      if (double !== undefined) return `"${blank(double)}"`;
      return single === undefined ? blank(all) : `'${blank(single)}'`;
    },
  );
};

/** A call of a function or macro: `name(a, b)`. */
export interface Call {
  readonly start: number;
  /** One past the closing parenthesis. */
  readonly end: number;
  readonly args: readonly string[];
}

/** The call whose name starts there; null if none does, or if its parentheses do not close. */
export const callAt = (text: string, start: number, code = codeOf(text)): Call | null => {
  const open = /^\w+\s*\(/.exec(code.slice(start, start + 200))?.[0];
  if (open === undefined) return null;
  const args: string[] = [];
  let from = start + open.length;
  let depth = 1;
  for (let i = from; i < code.length; i++) {
    const c = code.charAt(i);
    if (c === '(' || c === '[' || c === '{') depth++;
    else if (c === ')' || c === ']' || c === '}') depth--;
    if (depth > 0 && (c !== ',' || depth > 1)) continue;
    args.push(text.slice(from, i).trim());
    if (depth === 0) return { start, end: i + 1, args };
    from = i + 1;
  }
  return null;
};

/** Calls of a name, in order. */
export const callsOf = (text: string, name: string): readonly Call[] => {
  const code = codeOf(text);
  return [...code.matchAll(new RegExp(`\\b${name}(?=\\s*\\()`, 'g'))].flatMap(m => callAt(text, m.index, code) ?? []);
};

/** Every call of a name rewritten. */
export const withCalls = (text: string, name: string, write: (args: readonly string[]) => string): string =>
  callsOf(text, name).reduceRight((t, c) => t.slice(0, c.start) + write(c.args) + t.slice(c.end), text);

/** True iff the name stands in the code. */
export const mentions = (text: string, name: string): boolean => new RegExp(`\\b${name}\\b`).test(codeOf(text));

/** Where a line and column are, both from 1; null if there is no such place. */
export const offsetOf = (text: string, line: number, column: number): number | null => {
  const before = text.split('\n').slice(0, line);
  const last = before[line - 1];
  if (last === undefined || column < 1 || column > last.length) return null;
  return before.slice(0, -1).reduce((n, l) => n + l.length + 1, 0) + column - 1;
};

/** Text that may stand in a comment: it ends none, begins none, and holds nothing that a terminal or an editor obeys. */
export const inComment = (text: string): string =>
  text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, '?')
    .replaceAll(/\*(?=\/)/g, '* ')
    .replaceAll(/\/(?=\*)/g, '/ ');

/** A string of C. */
export const stringOf = (text: string): string =>
  `"${text.replaceAll(/["\\]/g, String.raw`\$&`).replaceAll('\n', String.raw`\n`)}"`;
