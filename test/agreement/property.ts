/** The property that both engines agree on a random system, and a count of what was met on the way. */
import { expect } from 'vitest';
import { rulesOf } from '../../model/rules/index.js';
import type { Rules } from '../../model/rules/index.js';
import type { Design } from '../../model/design.js';
import type { SolverPool } from '../../encodings/solver/pool.js';
import { safetyOf, verdictsOf } from '../../proofs/answers.js';
import type { RandomSystem } from './programs.js';
import { systemText } from './programs.js';

export interface Tally {
  readonly counts: Map<string, number>;
  readonly guards: Map<string, number>;
  readonly unsound: string[];
  readonly unknown: string[];
}
export const newTally = (): Tally => ({
  counts: new Map(),
  guards: new Map(),
  unsound: [],
  unknown: [],
});
const bump = (counts: Map<string, number>, key: string): void => {
  counts.set(key, (counts.get(key) ?? 0) + 1);
};

const cache = new WeakMap<Design, Rules>();
export const rulesFor = (d: Design): Rules => {
  let r = cache.get(d);
  if (r === undefined) cache.set(d, (r = rulesOf(d)));
  return r;
};

/** Explicit search and solver agree on verdict, guard and safety. Accepted and unsafe is no failure here, but it is kept. */
export const enginesAgree =
  (pool: SolverPool, tally: Tally, timeoutMs = 60_000) =>
  async (s: RandomSystem): Promise<void> => {
    const engines = { pool, timeoutMs };
    const rules = rulesFor(s.design);
    // While the solver works on the verdicts, the machine is explored.
    const [v, q] = await Promise.all([
      verdictsOf(s.spec, s.design, rules, engines),
      safetyOf(s.spec, s.design, rules, engines),
    ]);
    expect([...v.disagreements, ...q.disagreements]).toEqual([]);
    for (const p of v.programs) {
      bump(tally.counts, p.verdict);
      if (p.guard !== null) bump(tally.guards, p.guard);
      if (p.verdict === 'unknown') tally.unknown.push(`${s.design.id}: ${p.program}: ${p.reason ?? ''}`);
    }
    bump(tally.counts, `machine: ${q.safety}`);
    if (q.safety === 'unknown') tally.unknown.push(`${s.design.id}: ${q.explicit} / ${q.smt}`);
    if (v.programs.every(p => p.verdict === 'accept')) {
      bump(tally.counts, `all accepted: ${q.safety}`);
      // What user space can't really do is no finding.
      const isReal = !s.spec.runs.some(r => r.kind === 'user' && r.events.some(x => x.event === 'update_unmasked'));
      if (q.safety === 'violated' && isReal)
        tally.unsound.push(
          [
            systemText(s),
            `${q.counterexample?.property ?? ''}: ${q.counterexample?.reason ?? ''}`,
            ...(q.counterexample?.steps.map(x => `    ${x.run}: ${x.text}`) ?? []),
          ].join('\n'),
        );
    }
  };

export const tallyText = (t: Tally): string =>
  [
    [...t.counts].map(([k, n]) => `${k} ${String(n)}`).join(' · '),
    `guards: ${[...t.guards]
      .sort((a, b) => b[1] - a[1])
      .map(([k, n]) => `${k} ${String(n)}`)
      .join(' · ')}`,
    ...new Set(t.unknown),
  ].join('\n');
