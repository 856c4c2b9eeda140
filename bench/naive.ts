/** The search that one would write first: states as strings in a Set, rules as closures. What the explicit engine is measured by. */
import { closures } from '../encodings/closures.js';
import type { Machine } from '../encodings/machine.js';

export const naiveSearch = (m: Machine): { states: number; transitions: number } => {
  const of = closures();
  const vars = m.layout.vars.length;
  const first = Int32Array.from([...m.init, ...m.graphs.map(g => g.entry)]);
  const seen = new Set([first.join()]);
  const queue = [first];
  let transitions = 0;
  for (let at = 0; at < queue.length; at++) {
    const s = queue[at];
    if (s === undefined) break;
    m.edges.forEach((byNode, run) => {
      for (const e of byNode[s[vars + run] ?? 0] ?? []) {
        if (of(e.rule.where)(s) !== 1 || e.rule.bads.some(b => of(b)(s) === 1)) continue;
        const next = Int32Array.from(s);
        for (const [v, g] of e.rule.next) next[v] = of(g)(s);
        next[vars + run] = e.to;
        transitions++;
        const key = next.join();
        if (seen.has(key)) continue;
        seen.add(key);
        queue.push(next);
      }
    });
  }
  return { states: queue.length, transitions };
};
