/** Picks one representative among packed states that differ only by exchanging runs or allocations. */
import { generated } from './codegen.js';
import type { Machine } from './machine.js';
import type { Symmetry } from './explore.js';
import type { Packing } from './packing.js';

/**
 * Rewrites a state to its representative. Of the two orders of two runs (or all orders of more) the one whose words are least is
 * taken, after the allocations have been put into the order of what is true of them.
 */
export const canonizer = (m: Machine, p: Packing, sym: Symmetry): ((s: Int32Array) => void) => {
  const { layout } = m;
  const isAlloc = new Set(sym.allocs);
  const perAlloc = new Map<string, number[]>();
  const holders: number[] = [];
  layout.vars.forEach((v, i) => {
    if (
      v.cell.sort.name === 'Alloc' &&
      v.cell.cell !== 'known' &&
      v.cell.cell !== 'held-known' &&
      v.cell.cell !== 'entry'
    )
      holders.push(i);
    const d = v.cell.index.findIndex((s, k) => s.name === 'Alloc' && isAlloc.has(v.at[k] ?? -1));
    if (d < 0) return;
    const key = `${v.cell.cell}|${v.at.map((x, k) => (k === d ? '*' : x)).join()}`;
    const list = perAlloc.get(key) ?? [];
    list[sym.allocs.indexOf(v.at[d] ?? -1)] = i;
    perAlloc.set(key, list);
  });
  const families = [...perAlloc.values()];
  const n = sym.allocs.length;
  const firstWord = sym.runs.map(r => p.fields[r[0] ?? 0]?.word ?? 0);
  const blockWords = sym.runs.length > 1 ? (firstWord[1] ?? 0) - (firstWord[0] ?? 0) : 0;
  // Straight-line code for the allocations: a key for each, a sorting network over the keys, and the renaming.
  const get = (i: number): string => {
    const f = p.fields[i];
    return f === undefined ? '0' : `(s[${String(f.word)}]>>>${String(f.shift)}&${String(f.mask)})`;
  };
  const put = (i: number, value: string): string => {
    const f = p.fields[i];
    return f === undefined
      ? ''
      : `s[${String(f.word)}]=s[${String(f.word)}]&${String(~(f.mask << f.shift))}|(${value})<<${String(f.shift)};`;
  };
  let code = '';
  if (n > 1) {
    sym.allocs.forEach((a, k) => {
      const bits = [
        ...families.map(list => [get(list[k] ?? 0), p.fields[list[k] ?? 0]?.bits ?? 1] as const),
        ...holders.map(h => [`(${get(h)}===${String(a)}?1:0)`, 1] as const),
      ];
      code += `let k${String(k)}=${bits.reduce((e, [text, width]) => `(${e})*${String(2 ** width)}+${text}`, '0')},a${String(k)}=${String(a)};`;
    });
    const sorted = (): string => {
      let text = '';
      for (let i = 0; i < n; i++)
        for (let j = 0; j + 1 < n - i; j++)
          text += `if(k${String(j)}<k${String(j + 1)}){let t=k${String(j)};k${String(j)}=k${String(j + 1)};k${String(j + 1)}=t;t=a${String(j)};a${String(j)}=a${String(j + 1)};a${String(j + 1)}=t;}`;
      return text;
    };
    code += sorted();
    code += `if(${sym.allocs.map((a, k) => `a${String(k)}===${String(a)}`).join('&&')})return;`;
    // Position k gets what was true of allocation a_k.
    const pick = (list: readonly number[], k: number): string =>
      sym.allocs.reduceRight((e, a, j) => `a${String(k)}===${String(a)}?${get(list[j] ?? 0)}:${e}`, '0');
    families.forEach((list, f) => {
      code += list.map((_, k) => `const f${String(f)}_${String(k)}=${pick(list, k)};`).join('');
    });
    holders.forEach((h, i) => {
      code += `const h${String(i)}=${get(h)};`;
    });
    families.forEach((list, f) => {
      code += list.map((v, k) => put(v, `f${String(f)}_${String(k)}`)).join('');
    });
    holders.forEach((h, i) => {
      code += put(
        h,
        sym.allocs.reduceRight((e, a, k) => `h${String(i)}===a${String(k)}?${String(a)}:${e}`, `h${String(i)}`),
      );
    });
  }
  const orderAllocs = generated(['s'], code) as (s: Int32Array) => void;
  const orders = permutations(sym.runs.map((_, i) => i));
  if (orders.length <= 1) return orderAllocs;
  const tries = orders.map(() => new Int32Array(p.words));
  return s => {
    let best = 0;
    orders.forEach((order, t) => {
      const x = tries[t] as Int32Array;
      x.set(s);
      order.forEach((from, to) => {
        const a = firstWord[from] ?? 0;
        const b = firstWord[to] ?? 0;
        for (let w = 0; w < blockWords; w++) x[b + w] = s[a + w];
      });
      orderAllocs(x);
      if (t === 0) return;
      const y = tries[best] as Int32Array;
      for (let w = 0; w < p.words; w++) {
        if (x[w] === y[w]) continue;
        if (x[w] < y[w]) best = t;
        return;
      }
    });
    s.set(tries[best]);
  };
};

const permutations = (xs: readonly number[]): number[][] =>
  xs.length <= 1
    ? [[...xs]]
    : xs.flatMap((x, i) => permutations([...xs.slice(0, i), ...xs.slice(i + 1)]).map(rest => [x, ...rest]));
