/** The C preprocessor: directives, includes and macros. Every token it returns still knows its place in the user's files. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { At } from '../../model/program.js';
import { isKnownHeader } from './known-headers.js';
import type { Problems } from '../shared/problems.js';
import { tokenize, type Token } from './tokens.js';

interface Macro {
  readonly name: string;
  /** Absent for object-like macros. */
  readonly params?: readonly string[];
  /** Name of the parameter that takes the remaining arguments. */
  readonly rest?: string;
  readonly body: readonly Token[];
}

/** A token under expansion, with the macros it came out of: those are not expanded again in it. */
interface Live extends Token {
  readonly hidden?: ReadonlySet<string>;
}

export interface PreprocessOptions {
  readonly defines: Readonly<Record<string, string>>;
  readonly includeDirs: readonly string[];
}

const MOST_TOKENS = 200_000;
const MOST_INCLUDES = 20;
const MOST_STEPS = 1_000_000;

/** Returns the expanded tokens of a prelude followed by those of a file. Problems go to `problems`; the tokens are then partial. */
export function preprocess(
  prelude: { readonly file: string; readonly text: string },
  source: { readonly file: string; readonly text: string },
  options: PreprocessOptions,
  problems: Problems,
): Token[] {
  const macros = new Map<string, Macro>();
  const out: Token[] = [];
  let counter = 0;
  let steps = 0;
  let overflow = false;

  const define = (tokens: readonly Token[]): void => {
    const name = tokens[0];
    if (name === undefined || name.kind !== 'name') {
      if (name !== undefined) problems.inputError('a macro name must be an identifier', name.at);
      return;
    }
    const open = tokens[1];
    if (open === undefined || open.text !== '(' || open.spaced) {
      macros.set(name.text, { name: name.text, body: tokens.slice(1) });
      return;
    }
    const params: string[] = [];
    let rest: string | undefined;
    let i = 2;
    for (; i < tokens.length && tokens[i]?.text !== ')'; i++) {
      const token = tokens[i];
      if (token === undefined || token.text === ',') continue;
      if (token.text === '...') rest ??= '__VA_ARGS__';
      else if (tokens[i + 1]?.text === '...') rest = token.text;
      else if (token.kind === 'name') params.push(token.text);
      else problems.inputError(`\`${token.text}\` cannot be a macro parameter`, token.at);
    }
    if (i >= tokens.length) {
      problems.inputError(`the parameter list of macro \`${name.text}\` has no \`)\``, name.at);
      return;
    }
    const body = tokens.slice(i + 1);
    macros.set(
      name.text,
      rest === undefined ? { name: name.text, params, body } : { name: name.text, params, rest, body },
    );
  };

  /** Expands macros in `input`; with `whole` the end of the input is the end of the world (arguments, conditions). */
  const expand = (input: readonly Live[], depth: number): Live[] => {
    const result: Live[] = [];
    const pending: Live[] = input.toReversed();
    while (pending.length > 0) {
      const token = pending.pop();
      if (token === undefined) break;
      if (++steps > MOST_STEPS || depth > 100 || result.length > MOST_TOKENS) {
        if (!overflow) problems.unsupported('macro expansion without end', token.at);
        overflow = true;
        return result;
      }
      if (token.kind !== 'name' || token.hidden?.has(token.text) === true) {
        result.push(token);
        continue;
      }
      if (token.text === '__COUNTER__' || token.text === '__LINE__') {
        const text = String(token.text === '__LINE__' ? token.at.line : counter++);
        result.push({ ...token, kind: 'number', text });
        continue;
      }
      const macro = macros.get(token.text);
      if (macro === undefined) {
        result.push(token);
        continue;
      }
      const hidden = new Set(token.hidden).add(macro.name);
      if (macro.params === undefined) {
        const body = paste(macro.body.map(t => ({ ...t, at: token.at, hidden })));
        for (const t of body.toReversed()) pending.push(t);
        continue;
      }
      if (pending.at(-1)?.text !== '(') {
        result.push(token);
        continue;
      }
      const args = takeArguments(pending);
      if (args === null) {
        problems.inputError(`the call of macro \`${macro.name}\` has no closing \`)\``, token.at);
        return result;
      }
      const bound = bind(macro, args, token.at);
      if (bound === null) return result;
      for (const t of substitute(macro, bound, token, hidden, depth).toReversed()) pending.push(t);
    }
    return result;
  };

  const bind = (macro: Macro, args: Live[][], at: At): Map<string, Live[]> | null => {
    const params = macro.params ?? [];
    const empty = args.length === 1 && args[0]?.length === 0;
    const given = empty && params.length === 0 ? 0 : args.length;
    if (given < params.length || (given > params.length && macro.rest === undefined)) {
      problems.inputError(`macro \`${macro.name}\` takes ${params.length} arguments, not ${given}`, at);
      return null;
    }
    const bound = new Map<string, Live[]>();
    params.forEach((param, i) => bound.set(param, args[i] ?? []));
    if (macro.rest !== undefined) {
      const rest: Live[] = [];
      args.slice(params.length).forEach((arg, i) => {
        if (i > 0) rest.push({ kind: 'punct', text: ',', at, spaced: false });
        for (const t of arg) rest.push(t);
      });
      bound.set(macro.rest, rest);
    }
    return bound;
  };

  const substitute = (
    macro: Macro,
    bound: ReadonlyMap<string, Live[]>,
    use: Live,
    hidden: ReadonlySet<string>,
    depth: number,
  ): Live[] => {
    const result: Live[] = [];
    const body = macro.body;
    for (let i = 0; i < body.length; i++) {
      const token = body[i];
      if (token === undefined) continue;
      const next = body[i + 1];
      const argument = bound.get(token.text);
      if (token.text === '#' && next !== undefined && bound.has(next.text)) {
        const spelled = (bound.get(next.text) ?? []).map(t => (t.spaced ? ' ' : '') + t.text).join('');
        const text = JSON.stringify(spelled.trim());
        result.push({ kind: 'string', text, at: use.at, spaced: token.spaced });
        i++;
      } else if (token.text === ',' && next?.text === '##' && body[i + 2]?.text === macro.rest) {
        const rest = bound.get(macro.rest ?? '') ?? [];
        if (rest.length > 0) {
          result.push({ ...token, at: use.at, hidden });
          for (const t of expand(rest, depth + 1)) result.push(t);
        }
        i += 2;
      } else if (argument === undefined) {
        result.push({ ...token, at: use.at, hidden });
      } else if (next?.text === '##' || body[i - 1]?.text === '##') {
        for (const t of argument) result.push(t);
        if (argument.length === 0) result.push({ kind: 'name', text: '', at: use.at, spaced: false });
      } else {
        for (const t of expand(argument, depth + 1))
          result.push({ ...t, hidden: new Set([...(t.hidden ?? []), ...hidden]) });
      }
    }
    return paste(result);
  };

  const run = (file: string, text: string, includeDepth: number): void => {
    const tokens = tokenize(file, text);
    const conditions: { taken: boolean; active: boolean; at: At }[] = [];
    const active = (): boolean => conditions.every(c => c.active);
    let segment: Live[] = [];
    const flush = (): void => {
      if (segment.length > 0 && !overflow) for (const token of expand(segment, 0)) out.push(token);
      segment = [];
    };

    const directive = (name: Token, rest: Token[]): void => {
      const top = conditions.at(-1);
      switch (name.text) {
        case 'ifdef':
        case 'ifndef': {
          const yes = active() && (rest[0] !== undefined && macros.has(rest[0].text)) === (name.text === 'ifdef');
          conditions.push({ taken: yes || !active(), active: yes, at: name.at });
          return;
        }
        case 'if': {
          const yes = active() && condition(rest, name.at);
          conditions.push({ taken: yes || !active(), active: yes, at: name.at });
          return;
        }
        case 'elif':
        case 'else':
        case 'endif':
          if (top === undefined) problems.inputError(`#${name.text} without #if`, name.at);
          else if (name.text === 'endif') conditions.pop();
          else if (top.taken) top.active = false;
          else {
            top.active = true;
            if (name.text === 'elif') top.active = active() && condition(rest, name.at);
            top.taken = top.active;
          }
          return;
        default:
          if (active()) command(name, rest);
      }
    };

    const command = (name: Token, rest: Token[]): void => {
      switch (name.text) {
        case 'define':
          define(rest);
          return;
        case 'undef':
          if (rest[0] !== undefined) macros.delete(rest[0].text);
          return;
        case 'include':
          include(name, rest);
          return;
        case 'error':
          problems.inputError(`#error ${rest.map(t => t.text).join(' ')}`, name.at);
          return;
        case 'pragma':
        case 'line':
        case 'warning':
          return;
        default:
          problems.inputError(`unknown directive #${name.text}`, name.at);
      }
    };

    const include = (name: Token, rest: Token[]): void => {
      const first = rest[0];
      const quoted = first?.kind === 'string';
      const path = quoted
        ? first.text.slice(1, -1)
        : rest
            .map(t => t.text)
            .join('')
            .replace(/^<|>$/g, '');
      if (isKnownHeader(path, !quoted)) return;
      const places = [dirname(file), ...options.includeDirs].map(dir => join(dir, path));
      for (const place of quoted ? places : places.slice(1)) {
        const content = readIfThere(place);
        if (content === null) continue;
        if (includeDepth >= MOST_INCLUDES) problems.inputError(`includes are nested too deeply: ${path}`, name.at);
        else run(place, content, includeDepth + 1);
        return;
      }
      problems.inputError(
        `header not found: ${path}`,
        name.at,
        'put it next to the file, or add its directory with --include',
      );
    };

    const condition = (tokens: readonly Token[], at: At): boolean => {
      const plain: Token[] = [];
      for (let i = 0; i < tokens.length; i++) {
        const token = tokens[i];
        if (token === undefined) continue;
        if (token.text !== 'defined') {
          plain.push(token);
          continue;
        }
        const bracket = tokens[i + 1]?.text === '(';
        const name = tokens[i + (bracket ? 2 : 1)];
        i += bracket ? 3 : 1;
        plain.push({ ...token, kind: 'number', text: name !== undefined && macros.has(name.text) ? '1' : '0' });
      }
      const value = evaluate(expand(plain, 0));
      if (value === null) problems.inputError('cannot evaluate the condition of #if', at);
      return value !== null && value !== 0;
    };

    let i = 0;
    let lineStart = true;
    while (i < tokens.length) {
      const token = tokens[i];
      if (token === undefined || overflow) break;
      if (token.kind === 'newline') {
        lineStart = true;
        i++;
      } else if (lineStart && token.text === '#') {
        let end = i + 1;
        while (end < tokens.length && tokens[end]?.kind !== 'newline') end++;
        const name = tokens[i + 1];
        flush();
        if (name !== undefined && end > i + 1) directive(name, tokens.slice(i + 2, end));
        i = end;
      } else {
        lineStart = false;
        if (active()) {
          if (token.kind === 'stray') problems.inputError(`stray ${describe(token.text)} in the program`, token.at);
          else segment.push(token);
        }
        if (segment.length + out.length > MOST_TOKENS) {
          problems.unsupported('a file of this size', token.at);
          return;
        }
        i++;
      }
    }
    flush();
    for (const open of conditions) problems.inputError('#if without #endif', open.at);
  };

  run(prelude.file, prelude.text, 0);
  for (const [name, value] of Object.entries(options.defines)) {
    define(tokenize('<command line>', `${name} ${value}`).map((t, i) => (i === 1 ? { ...t, spaced: true } : t)));
  }
  run(source.file, source.text, 0);
  return out.filter(token => token.text !== '');
}

function describe(text: string): string {
  if (text === '"' || text === "'") return `${text} (a literal that does not end on its line)`;
  return text === '/*' ? '/* (a comment that does not end)' : JSON.stringify(text);
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

/** Takes `( a, b )` off the top of a reversed stack; null if it does not close. */
function takeArguments(pending: Live[]): Live[][] | null {
  pending.pop();
  const args: Live[][] = [[]];
  let depth = 0;
  for (;;) {
    const token = pending.pop();
    if (token === undefined) return null;
    if (token.text === ')' && depth === 0) return args;
    if (token.text === '(') depth++;
    if (token.text === ')') depth--;
    if (token.text === ',' && depth === 0) args.push([]);
    else args.at(-1)?.push(token);
  }
}

/** Joins the neighbours of `##`. */
function paste(tokens: readonly Live[]): Live[] {
  if (!tokens.some(t => t.text === '##')) return [...tokens];
  const result: Live[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i];
    if (token === undefined) continue;
    const last = result.at(-1);
    const next = tokens[i + 1];
    if (token.text === '##' && last !== undefined && next !== undefined) {
      result.pop();
      const text = last.text + next.text;
      result.push({ ...last, text, kind: tokenize('', text)[0]?.kind ?? 'name' });
      i++;
    } else {
      result.push(token);
    }
  }
  return result;
}

const LEVELS: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['|'],
  ['^'],
  ['&'],
  ['==', '!='],
  ['<', '>', '<=', '>='],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
];

/** Returns the value of a condition of `#if`, or null if it is none. Names that are left are 0, as in C. */
function evaluate(tokens: readonly Token[]): number | null {
  let i = 0;
  let depth = 0;
  const primary = (): number => {
    const token = tokens[i++];
    if (token === undefined || ++depth > 5000) throw new SyntaxError();
    if (token.text === '!') return primary() === 0 ? 1 : 0;
    if (token.text === '-') return -primary();
    if (token.text === '+') return primary();
    if (token.text === '~') return ~primary();
    if (token.text === '(') {
      const value = ternary();
      if (tokens[i++]?.text !== ')') throw new SyntaxError();
      return value;
    }
    if (token.kind === 'number') {
      const value = parseInteger(token.text);
      if (value === null) throw new SyntaxError();
      return value;
    }
    if (token.kind === 'name') return 0;
    throw new SyntaxError();
  };
  const level = (n: number): number => {
    const ops = LEVELS[n];
    if (ops === undefined) return primary();
    let left = level(n + 1);
    for (;;) {
      const op = tokens[i]?.text ?? '';
      if (!ops.includes(op)) return left;
      i++;
      left = applyOperator(op, left, level(n + 1)) ?? 0;
    }
  };
  const ternary = (): number => {
    const test = level(0);
    if (tokens[i]?.text !== '?') return test;
    i++;
    const yes = ternary();
    if (tokens[i++]?.text !== ':') throw new SyntaxError();
    const no = ternary();
    return test === 0 ? no : yes;
  };
  try {
    const value = ternary();
    return i === tokens.length ? value : null;
  } catch {
    return null;
  }
}

/** Returns the value of a C integer literal, or null if it is none (or a floating one). */
export function parseInteger(text: string): number | null {
  const digits = text.replace(/[uUlL]+$/, '');
  if (/^0[xX][0-9a-fA-F]+$/.test(digits)) return Number.parseInt(digits.slice(2), 16);
  if (/^0[bB][01]+$/.test(digits)) return Number.parseInt(digits.slice(2), 2);
  if (/^0[0-7]*$/.test(digits)) return Number.parseInt(digits, 8);
  return /^[1-9][0-9]*$/.test(digits) ? Number.parseInt(digits, 10) : null;
}

/** Returns a op b on integers, or null for division by zero and unknown operators. Exact below 2^53. */
export function applyOperator(op: string, a: number, b: number): number | null {
  const big = (f: (x: bigint, y: bigint) => bigint): number | null => {
    if (!Number.isFinite(a) || !Number.isFinite(b)) return null;
    return Number(BigInt.asIntN(64, f(BigInt(Math.trunc(a)), BigInt(Math.trunc(b)))));
  };
  switch (op) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return b === 0 ? null : Math.trunc(a / b);
    case '%':
      return b === 0 ? null : a % b;
    case '<<':
      return b < 0 || b > 63 ? null : big((x, y) => x << y);
    case '>>':
      return b < 0 || b > 63 ? null : big((x, y) => x >> y);
    case '&':
      return big((x, y) => x & y);
    case '|':
      return big((x, y) => x | y);
    case '^':
      return big((x, y) => x ^ y);
    case '==':
      return a === b ? 1 : 0;
    case '!=':
      return a === b ? 0 : 1;
    case '<':
      return a < b ? 1 : 0;
    case '>':
      return a > b ? 1 : 0;
    case '<=':
      return a <= b ? 1 : 0;
    case '>=':
      return a >= b ? 1 : 0;
    case '&&':
      return a !== 0 && b !== 0 ? 1 : 0;
    case '||':
      return a !== 0 || b !== 0 ? 1 : 0;
    default:
      return null;
  }
}
