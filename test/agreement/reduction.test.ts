/** What the engines leave out changes no answer: interleavings of local steps, and cells that nobody will read again. */
import { describe, expect, it } from 'vitest';
import * as fc from 'fast-check';
import { designNamed } from '../../model/designs/index.js';
import type { ProgramRun } from '../../model/system.js';
import type { ExploreOptions } from '../../encodings/explore.js';
import { explore } from '../../encodings/explore.js';
import { reads } from '../../encodings/liveness.js';
import type { Machine, MachineEdge } from '../../encodings/machine.js';
import { machineOf } from '../../encodings/machine.js';
import type { Verdict } from '../../encodings/verifier.js';
import { verifierOfProgram, verify } from '../../encodings/verifier.js';
import { replay } from '../../proofs/trace.js';
import { readUnit, systemOf } from '../../proofs/scenario.js';
import { loadScenarios } from '../../scenarios/header.js';
import { randomSystem } from './programs.js';
import { rulesFor } from './property.js';
import { cases, seed, some } from '../thorough.js';

const LARGEST = 20_000;

const answerOf = (m: Machine, options: ExploreOptions): { answer: string; states: number } => {
  const x = explore(m, { ...options, all: true });
  if (x.kind === 'bound-reached') return { answer: `bound-reached: ${x.of}`, states: x.states };
  if (x.kind === 'safe') return { answer: 'safe', states: x.states };
  for (const v of x.properties.values()) replay(m, v);
  return { answer: [...x.properties.keys()].sort().join(), states: x.states };
};
const reductions: readonly ExploreOptions[] = [
  {},
  { reduce: false },
  { forget: false },
  { reduce: false, forget: false },
];
const expectSame = (m: Machine): void => {
  const [reduced, ...others] = reductions.map(o => answerOf(m, o));
  for (const o of others) {
    expect(o.answer).toBe(reduced?.answer);
    expect(o.states).toBeGreaterThanOrEqual(reduced?.states ?? Infinity);
  }
};

describe('reductions of the explicit search', async () => {
  const { scenarios } = await loadScenarios('scenarios');
  const design = designNamed('ptr-id');
  if (design === undefined) throw new Error('ptr-id is gone');

  it.each(some(scenarios).map(s => [s.id, s] as const))('%s', async (_, s) => {
    const read = await readUnit(s.file, s.source, 'same-value', new Map([...s.header.loops, ...s.header.callbacks]));
    const system = read.ok ? systemOf(s, read.unit) : undefined;
    if (system?.ok !== true) throw new Error('the scenario cannot be read');
    const m = machineOf(system.spec, design, rulesFor(design));
    if (explore(m, { reduce: false, forget: false, maxStates: LARGEST }).kind === 'bound-reached') return;
    expectSame(m);
  });

  it('local steps look at nothing that another run writes, and write nothing that another looks at', async () => {
    let local = 0;
    // Every fourth will do: the rules are the same.
    for (const s of scenarios.filter((_, i) => i % 4 === 0)) {
      const read = await readUnit(s.file, s.source, 'same-value', new Map([...s.header.loops, ...s.header.callbacks]));
      const system = read.ok ? systemOf(s, read.unit) : undefined;
      if (system?.ok !== true) continue;
      const m = machineOf(system.spec, design, rulesFor(design));
      const edges = m.edges.flat(2);
      const looksAt = (e: MachineEdge): ReadonlySet<number> =>
        reads(e.rule.where, ...e.rule.bads, ...e.rule.next.values());
      const of = (run: number, vars: (e: MachineEdge) => Iterable<number>): Set<number> =>
        new Set(edges.filter(e => e.run !== run).flatMap(e => [...vars(e)]));
      const written = m.edges.map((_, run) => of(run, e => e.rule.next.keys()));
      const lookedAt = m.edges.map((_, run) => of(run, looksAt));
      for (const e of edges.filter(x => x.local)) {
        local++;
        expect(
          [...looksAt(e)].filter(i => written[e.run]?.has(i)),
          `${s.id} ${e.event}`,
        ).toEqual([]);
        expect(
          [...e.rule.next.keys()].filter(i => lookedAt[e.run]?.has(i)),
          `${s.id} ${e.event}`,
        ).toEqual([]);
      }
    }
    expect(local).toBeGreaterThan(1000);
  }, 60_000);

  it('random systems', { timeout: 300_000 }, () => {
    fc.assert(
      fc.property(randomSystem(2), ({ design: d, spec }) => {
        expectSame(machineOf(spec, d, rulesFor(d)));
      }),
      { numRuns: cases(60), seed },
    );
  });
});

describe('the verifier forgets nothing that matters', () => {
  const told = (v: Verdict): string =>
    v.kind === 'reject' ? `reject at ${v.guard} of line ${String(v.at?.line)}` : v.kind;

  it('random programs', () => {
    fc.assert(
      fc.property(randomSystem(2), ({ design: d, spec }) => {
        for (const run of spec.runs.filter((r): r is ProgramRun => r.kind === 'program')) {
          const v = verifierOfProgram(spec, d, rulesFor(d), run);
          const all = new Set(v.layout.vars.keys());
          expect(told(verify(v))).toBe(told(verify({ ...v, live: () => all })));
        }
      }),
      { numRuns: cases(150), seed },
    );
  });
});
