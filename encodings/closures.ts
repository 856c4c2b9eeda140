/** The plain interpreter: a ground term as a function of a state. Everything shown to a user is replayed by it. */
import type { G } from './ground.js';

export type Value = (s: Int32Array) => number;

/** Compiles shared terms once each. */
export const closures = (): ((g: G) => Value) => {
  const done = new Map<number, Value>();
  const make = (g: G): Value => {
    switch (g.k) {
      case 'const': {
        const { v } = g;
        return () => v;
      }
      case 'var': {
        const { i } = g;
        return s => s[i];
      }
      case 'sel': {
        const at = g.at.map(of);
        const { dims, table } = g;
        return s => {
          let ix = 0;
          for (let d = 0; d < at.length; d++) ix = ix * dims[d] + at[d](s);
          const x = table[ix];
          return x < 0 ? -1 - x : s[x];
        };
      }
      case 'eq': {
        const a = of(g.a);
        const b = of(g.b);
        return s => (a(s) === b(s) ? 1 : 0);
      }
      case 'not': {
        const a = of(g.a);
        return s => 1 - a(s);
      }
      case 'and': {
        const args = g.args.map(of);
        return s => {
          for (const a of args) if (a(s) === 0) return 0;
          return 1;
        };
      }
      case 'or': {
        const args = g.args.map(of);
        return s => {
          for (const a of args) if (a(s) === 1) return 1;
          return 0;
        };
      }
      case 'ite': {
        const p = of(g.p);
        const t = of(g.t);
        const e = of(g.e);
        return s => (p(s) === 1 ? t(s) : e(s));
      }
    }
  };
  const of = (g: G): Value => {
    let f = done.get(g.id);
    if (f === undefined) done.set(g.id, (f = make(g)));
    return f;
  };
  return of;
};
