/** A question as we ask it, and its clauses in Z3's `sat` tactic, in WebAssembly; next to native Z3 as it comes, given SMT-LIB. */
import { toCnf, toDimacs } from '../encodings/solver/cnf.js';
import { nativeVersion, runNative } from '../encodings/solver/native.js';
import { toSmtlib } from '../encodings/solver/smtlib.js';
import { createPool } from '../encodings/solver/pool.js';
import { openZ3 } from '../encodings/solver/z3.js';
import { safetyQuestions } from '../proofs/smt.js';
import type { Row } from './measure.js';
import { interleaved, time } from './measure.js';
import { mergedQuery } from './merged.js';
import { scenarioMachine } from './systems.js';

/** The hardest of those that native Z3 was seen to answer at all; found by asking all scenarios. */
const HARDEST = ['callbacks/for-each-array', 'map-in-map/lock-chosen-at-run-time', 'callbacks/locks-and-unlocks'];
const DEADLINE_MS = 120_000;

export const solverRows = async (): Promise<Row[]> => {
  const version = await nativeVersion();
  if (version === null) return [];
  const z3 = await openZ3();
  const rows: Row[] = [];
  for (const id of HARDEST) {
    const q = mergedQuery(await scenarioMachine(id));
    if (q === null) throw new Error(`${id}: no merged query`);
    const smtlib = toSmtlib(q.circuit, q.outputs);
    const machine = await scenarioMachine(id);
    const answers = new Set<string>();
    let late = false;
    // A pool never solves a text twice, so each round has a new one, warmed up before the clock starts.
    const asked = async (): Promise<void> => {
      const pool = pools.shift();
      const questions = pool === undefined ? null : safetyQuestions(machine, pool, DEADLINE_MS);
      const answer = await questions?.any();
      answers.add(answer?.kind === 'reachable' ? 'sat' : answer?.kind === 'unreachable' ? 'unsat' : 'unknown');
    };
    const sameClauses = (): void => {
      answers.add(z3.solveDimacs(toDimacs(toCnf(q.circuit, q.outputs))).status);
    };
    const native = async (): Promise<void> => {
      if (late) return;
      const a = await runNative({ input: smtlib, deadlineMs: DEADLINE_MS });
      if (a?.status === 'unknown') late = true;
      else answers.add(a?.status ?? 'gone');
    };
    await native();
    const rounds = late ? 1 : 3;
    const pools = Array.from({ length: rounds }, () => createPool({ jobs: 1 }));
    const opened = [...pools];
    await Promise.all(opened.map(p => p.version()));
    const t = await interleaved({ asked, sameClauses, native }, rounds);
    await Promise.all(opened.map(p => p.close()));
    if (answers.size !== 1) throw new Error(`${id}: the solvers disagree: ${[...answers].join()}`);
    const theirs = late ? DEADLINE_MS : t.native;
    const against = `${version}: ${late ? 'killed after ' : ''}${time(theirs)}`;
    rows.push(
      {
        what: `is anything bad reachable in ${id}?`,
        ours: `${time(t.asked)}, ${[...answers].join()}`,
        against,
        ratio: t.asked / theirs,
        target: { most: 0.5 },
        note: `as we ask it, unrolling included: a merged circuit of ${q.gates.toLocaleString('en')} gates is not given to the solver, paths are kept apart`,
      },
      {
        what: '  its merged circuit, as clauses',
        ours: time(t.sameClauses),
        against,
        ratio: t.sameClauses / theirs,
        target: null,
        note: 'the same circuit on both sides; making the clauses is part of our time, reading the text of theirs',
      },
    );
  }
  return rows;
};
