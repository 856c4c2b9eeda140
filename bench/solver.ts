/** Our clauses, solved by Z3's `sat` tactic in WebAssembly, next to native Z3 as it comes on the same question in SMT-LIB. */
import { toCnf, toDimacs } from '../encodings/solver/cnf.js';
import { nativeVersion, runNative } from '../encodings/solver/native.js';
import { toSmtlib } from '../encodings/solver/smtlib.js';
import { openZ3 } from '../encodings/solver/z3.js';
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
    const answers = new Set<string>();
    let late = false;
    const ours = (): void => {
      answers.add(z3.solveDimacs(toDimacs(toCnf(q.circuit, q.outputs))).status);
    };
    const native = async (): Promise<void> => {
      if (late) return;
      const a = await runNative({ input: smtlib, deadlineMs: DEADLINE_MS });
      if (a?.status === 'unknown') late = true;
      else answers.add(a?.status ?? 'gone');
    };
    await native();
    const t = await interleaved({ ours, native }, late ? 1 : 3);
    if (answers.size !== 1) throw new Error(`${id}: the solvers disagree: ${[...answers].join()}`);
    const theirs = late ? DEADLINE_MS : t.native;
    rows.push({
      what: `merged safety query of ${id}`,
      ours: `${time(t.ours)}, ${[...answers].join()}`,
      against: `${version}: ${late ? 'killed after ' : ''}${time(theirs)}`,
      ratio: t.ours / theirs,
      target: { most: 0.5 },
      note: `${q.gates.toLocaleString('en')} gates; making the clauses is part of our time, reading the text of theirs`,
    });
  }
  return rows;
};
