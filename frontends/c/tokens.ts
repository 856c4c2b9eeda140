/** Splits C text into tokens that know where they stand in their file. */
import type { At } from '../../model/program.js';

export type TokenKind = 'name' | 'number' | 'string' | 'char' | 'punct' | 'newline' | 'stray';

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly at: At;
  /** White space or a comment stands before it: decides between `#define f(x)` and `#define f (x)`. */
  readonly spaced: boolean;
}

const PUNCTS = [
  '<<=', '>>=', '...', '->', '++', '--', '<<', '>>', '<=', '>=', '==', '!=', '&&', '||', '+=', '-=', '*=', '/=', '%=',
  '&=', '|=', '^=', '##',
]; // prettier-ignore
const SINGLE = new Set('[](){}.&*+-~!/%<>^|?:;=,#'.split(''));
const NAME = /[A-Za-z_$][A-Za-z0-9_$]*/y;
const NUMBER = /\.?[0-9](?:[eEpP][+-]|[A-Za-z0-9_.])*/y;
const STRING = /"(?:[^"\\\n]|\\[^])*"/y;
const CHAR = /'(?:[^'\\\n]|\\[^])+'/y;

/** Returns the tokens of a text; line ends are tokens, because directives end at them. What is no C token is `stray`. */
export function tokenize(file: string, text: string): Token[] {
  const tokens: Token[] = [];
  let line = 1;
  let lineStart = 0;
  let i = 0;
  let spaced = false;
  const push = (kind: TokenKind, length: number): void => {
    const spelled = text.slice(i, i + length);
    tokens.push({ kind, text: spelled, at: { file, line, column: i - lineStart + 1 }, spaced });
    for (let k = spelled.indexOf('\n'); k >= 0; k = spelled.indexOf('\n', k + 1)) {
      line++;
      lineStart = i + k + 1;
    }
    i += length;
    spaced = false;
  };
  const match = (pattern: RegExp): number => {
    pattern.lastIndex = i;
    const found = pattern.exec(text);
    return found === null ? 0 : found[0].length;
  };
  const skipTo = (end: number): void => {
    for (let k = text.indexOf('\n', i); k >= 0 && k < end; k = text.indexOf('\n', k + 1)) {
      line++;
      lineStart = k + 1;
    }
    i = end;
    spaced = true;
  };
  while (i < text.length) {
    const c = text.charAt(i);
    const next = text.charAt(i + 1);
    if (c === '\n') {
      tokens.push({ kind: 'newline', text: '\n', at: { file, line, column: i - lineStart + 1 }, spaced });
      skipTo(i + 1);
    } else if (c === ' ' || c === '\t' || c === '\r' || c === '\f' || c === '\v') {
      i++;
      spaced = true;
    } else if (c === '\\' && (next === '\n' || (next === '\r' && text.charAt(i + 2) === '\n'))) {
      skipTo(i + (next === '\n' ? 2 : 3));
    } else if (c === '/' && next === '/') {
      const end = text.indexOf('\n', i);
      skipTo(end < 0 ? text.length : end);
    } else if (c === '/' && next === '*') {
      const end = text.indexOf('*/', i + 2);
      if (end < 0) push('stray', 2);
      else skipTo(end + 2);
    } else {
      const name = match(NAME);
      const number = name > 0 ? 0 : match(NUMBER);
      const string = c === '"' ? match(STRING) : 0;
      const char = c === "'" ? match(CHAR) : 0;
      if (name > 0) push('name', name);
      else if (number > 0) push('number', number);
      else if (string > 0) push('string', string);
      else if (char > 0) push('char', char);
      else {
        const punct = PUNCTS.find(p => text.startsWith(p, i));
        if (punct !== undefined) push('punct', punct.length);
        else push(SINGLE.has(c) ? 'punct' : 'stray', 1);
      }
    }
  }
  return tokens;
}
