/** Picks one representative among packed states that differ only by exchanging runs or allocations. */
import { generated } from './codegen.js';
import type { Machine } from './machine.js';
import type { Symmetry } from './explore.js';
import type { Packing } from './packing.js';

/**
 * Rewrites a state to its representative: runs in the order of what no exchange of allocations changes of them, allocations in the
 * order of what is true of them. Of runs that are equal so far, the order whose words are least is taken.
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
  // Two functions, since V8 does not optimise one past some size: nearly every state is in order, and only the first one runs.
  let order = '';
  let rename = '';
  if (n > 1) {
    const names = (k: number): string[] => chunks.map((_, c) => `k${String(k)}_${String(c)}`);
    const bitsOf = (k: number): (readonly [string, number])[] => [
      ...families.map(list => [get(list[k] ?? 0), p.fields[list[k] ?? 0]?.bits ?? 1] as const),
      ...holders.map(h => [`(${get(h)}===${String(sym.allocs[k] ?? 0)}?1:0)`, 1] as const),
    ];
    // Small integers, as many as are needed.
    const chunks: number[][] = [];
    let used = Infinity;
    bitsOf(0).forEach(([, width], i) => {
      used += width;
      if (used > SMALL_INTEGER) {
        chunks.push([]);
        used = width;
      }
      chunks.at(-1)?.push(i);
    });
    sym.allocs.forEach((a, k) => {
      const bits = bitsOf(k);
      chunks.forEach((chunk, c) => {
        const key = chunk.reduce((e, i) => {
          const [text, width] = bits[i] ?? ['0', 1];
          return e === '' ? text : `(${e})<<${String(width)}|${text}`;
        }, '');
        order += `let k${String(k)}_${String(c)}=${key};`;
      });
      order += `let a${String(k)}=${String(a)};`;
    });
    const less = (x: number, y: number): string =>
      chunks.reduceRight((e, _, c) => {
        const [l, r] = [`k${String(x)}_${String(c)}`, `k${String(y)}_${String(c)}`];
        return e === '' ? `${l}<${r}` : `${l}!==${r}?${l}<${r}:${e}`;
      }, '');
    const swap = (x: string, y: string): string => `t=${x};${x}=${y};${y}=t;`;
    order += 'let t=0;';
    for (let i = 0; i < n; i++)
      for (let j = 0; j + 1 < n - i; j++) {
        const both = [
          ...names(j).map((x, c) => swap(x, names(j + 1)[c] ?? x)),
          swap(`a${String(j)}`, `a${String(j + 1)}`),
        ];
        order += `if(${less(j, j + 1)}){${both.join('')}}`;
      }
    const all = sym.allocs.map((_, k) => `a${String(k)}`);
    order += `if(${sym.allocs.map((a, k) => `a${String(k)}!==${String(a)}`).join('||')})rename(s,${all.join()});`;
    // Position k gets what was true of allocation a_k.
    const pick = (list: readonly number[], k: number): string =>
      sym.allocs.reduceRight((e, a, j) => `a${String(k)}===${String(a)}?${get(list[j] ?? 0)}:${e}`, '0');
    families.forEach((list, f) => {
      rename += list.map((_, k) => `const f${String(f)}_${String(k)}=${pick(list, k)};`).join('');
    });
    holders.forEach((h, i) => {
      rename += `const h${String(i)}=${get(h)};`;
    });
    families.forEach((list, f) => {
      rename += list.map((v, k) => put(v, `f${String(f)}_${String(k)}`)).join('');
    });
    holders.forEach((h, i) => {
      rename += put(
        h,
        sym.allocs.reduceRight((e, a, k) => `h${String(i)}===a${String(k)}?${String(a)}:${e}`, `h${String(i)}`),
      );
    });
  }
  const params = sym.allocs.map((_, k) => `a${String(k)}`).join();
  const orderAllocs = (
    generated([], `function rename(s,${params}){${rename}}return function(s){${order}};`) as () => (
      s: Int32Array,
    ) => void
  )();
  // What a run's words say that no exchange of allocations changes decides the order of the runs, mostly alone.
  const isPlain = (i: number): boolean => {
    const v = layout.vars[i];
    return v === undefined || (v.cell.sort.name !== 'Alloc' && v.cell.index.every(x => x.name !== 'Alloc'));
  };
  const masks = new Int32Array(blockWords);
  for (const i of sym.runs[0] ?? []) {
    const f = p.fields[i];
    if (f !== undefined && isPlain(i)) masks[f.word - (firstWord[0] ?? 0)] |= f.mask << f.shift;
  }
  const compareRuns = (s: Int32Array, x: number, y: number): number => {
    const a = firstWord[x] ?? 0;
    const b = firstWord[y] ?? 0;
    for (let w = 0; w < blockWords; w++) {
      const d = (s[a + w] & masks[w]) - (s[b + w] & masks[w]);
      if (d !== 0) return d;
    }
    return 0;
  };
  const isSorted = (s: Int32Array, order: readonly number[]): boolean => {
    for (let k = 1; k < order.length; k++) if (compareRuns(s, order[k - 1] ?? 0, order[k] ?? 0) > 0) return false;
    return true;
  };
  const orders = permutations(sym.runs.map((_, i) => i));
  if (orders.length <= 1) return orderAllocs;
  const best = new Int32Array(p.words);
  const next = new Int32Array(p.words);
  const isLess = (): boolean => {
    for (let w = 0; w < p.words; w++) if (next[w] !== best[w]) return next[w] < best[w];
    return false;
  };
  return s => {
    let found = false;
    for (const order of orders) {
      if (!isSorted(s, order)) continue;
      next.set(s);
      for (let to = 0; to < order.length; to++) {
        const a = firstWord[order[to] ?? 0] ?? 0;
        const b = firstWord[to] ?? 0;
        for (let w = 0; w < blockWords; w++) next[b + w] = s[a + w];
      }
      orderAllocs(next);
      if (!found || isLess()) best.set(next);
      found = true;
    }
    s.set(best);
  };
};

/** Bits of an integer that V8 keeps without an object for it. */
const SMALL_INTEGER = 30;

const permutations = (xs: readonly number[]): number[][] =>
  xs.length <= 1
    ? [[...xs]]
    : xs.flatMap((x, i) => permutations([...xs.slice(0, i), ...xs.slice(i + 1)]).map(rest => [x, ...rest]));
