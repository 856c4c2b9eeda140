/** Generates straight-line JavaScript from ground terms, reading and writing packed states in place. */
import type { G } from './ground.js';
import type { Packing } from './packing.js';

/** The text of terms inside one function: terms used more than once become constants. */
export interface Emitter {
  /** Statements to put before the next use. */
  readonly take: () => string;
  readonly bool: (g: G) => string;
  readonly num: (g: G) => string;
  /** An emitter for an inner block: sees the constants of this one, keeps its own. */
  readonly inner: () => Emitter;
}

export const emitter = (packing: Packing, tables: Int32Array[]): Emitter => block(packing, tables, new Map(), { n: 0 });

const block = (
  packing: Packing,
  tables: Int32Array[],
  outer: ReadonlyMap<number, string>,
  count: { n: number },
): Emitter => {
  const names = new Map(outer);
  let pending = '';
  const field = (i: number): string => {
    const f = packing.fields[i];
    if (f === undefined) throw new Error(`no field ${String(i)}`);
    const word = `w${String(f.word)}`;
    if (f.bits === 32) return word;
    return f.shift === 0 ? `(${word}&${String(f.mask)})` : `(${word}>>>${String(f.shift)}&${String(f.mask)})`;
  };
  /** One of several expressions by index. A chain of conditions: a function with a switch would be made anew at every use. */
  const choice = (ix: string, cases: readonly string[]): string => {
    const name = `i${String(count.n++)}`;
    pending += `const ${name}=${ix};`;
    const by = new Map<string, number[]>();
    cases.forEach((text, i) => by.set(text, [...(by.get(text) ?? []), i]));
    const groups = [...by].sort((a, b) => a[1].length - b[1].length);
    const [rest = '0'] = groups.pop() ?? [];
    const tests = groups.map(([text, at]) => `${at.map(i => `${name}===${String(i)}`).join('||')}?${text}:`);
    return `(${tests.join('')}${rest})`;
  };
  const isBool = (g: G): boolean => g.k === 'eq' || g.k === 'not' || g.k === 'and' || g.k === 'or';
  const raw = (g: G): string => {
    switch (g.k) {
      case 'const':
        return String(g.v);
      case 'var':
        return field(g.i);
      case 'sel': {
        const ix = g.at.map(num).reduce((e, a, d) => (d === 0 ? a : `(${e})*${String(g.dims[d])}+${a}`), '');
        if (g.table.every(x => x < 0)) {
          const values = g.table.map(x => -1 - x);
          let n = tables.findIndex(t => t.length === values.length && t.every((x, i) => x === values[i]));
          if (n < 0) n = tables.push(values) - 1;
          return `T${String(n)}[${ix}]`;
        }
        return choice(
          ix,
          Array.from(g.table, x => (x < 0 ? String(-1 - x) : field(x))),
        );
      }
      case 'eq':
        return `${num(g.a)}===${num(g.b)}`;
      case 'not':
        return `!${bool(g.a)}`;
      case 'and':
        return g.args.map(bool).join('&&');
      case 'or':
        return g.args.map(bool).join('||');
      case 'ite':
        return `${bool(g.p)}?${num(g.t)}:${num(g.e)}`;
    }
  };
  const named = (g: G): string => {
    if (g.k === 'const' || g.k === 'var') return raw(g);
    const old = names.get(g.id);
    if (old !== undefined) return old;
    const text = raw(g);
    const name = `t${String(count.n++)}`;
    pending += `const ${name}=${text};`;
    names.set(g.id, name);
    return name;
  };
  const bool = (g: G): string => {
    if (g.k === 'const') return g.v === 1 ? 'true' : 'false';
    return isBool(g) ? named(g) : `(${named(g)}===1)`;
  };
  const num = (g: G): string => (isBool(g) ? `(${named(g)}?1:0)` : named(g));
  return {
    take: () => {
      const text = pending;
      pending = '';
      return text;
    },
    bool,
    num,
    inner: () => block(packing, tables, names, count),
  };
};

/** Makes a function from text that this module's emitters wrote: names, numbers and operators, never anything a user typed. */
export const generated = (params: readonly string[], code: string): unknown =>
  // oxlint-disable-next-line typescript/no-implied-eval -- straight-line code is what makes the search fast
  new Function(...params, code);
