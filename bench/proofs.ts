/** Proofs about every program: one obligation in the embedded solver and in native z3, and the proofs of a design with and without hints. */
import { nativeVersion, runNative } from '../encodings/solver/native.js';
import type { SmtAnswer } from '../encodings/solver/answer.js';
import { openZ3 } from '../encodings/solver/z3.js';
import { rulesOf } from '../model/rules/index.js';
import { designNamed } from '../model/designs/index.js';
import { induce } from '../proofs/induction.js';
import type { SmtSolver, Uses } from '../proofs/prover.js';
import { BUDGET, createProver, recallProver } from '../proofs/prover.js';
import { checkTexts } from '../proofs/verify.js';
import type { Row } from './measure.js';
import { interleaved, median, time } from './measure.js';

const DESIGN = 'ptr-id/callback-fresh';
/** So many texts, spread over all, are put to both solvers one by one. */
const SAMPLE = 40;

/** One warm session, with the time of each answer. */
const timed = async (): Promise<{ readonly solver: SmtSolver; readonly proofs: number[] }> => {
  const z3 = await openZ3();
  z3.solveSmtlib2('(set-logic ALL)\n(check-sat)\n');
  const proofs: number[] = [];
  return {
    proofs,
    solver: {
      solveSmtlib2: (text): Promise<SmtAnswer> => {
        const begin = performance.now();
        const a = z3.solveSmtlib2(text, { rlimit: BUDGET, core: true });
        if (a.status === 'unsat') proofs.push(performance.now() - begin);
        return Promise.resolve(a);
      },
    },
  };
};

export const proofRows = async (): Promise<Row[]> => {
  const design = designNamed(DESIGN) ?? designNamed('ptr-id');
  if (design === undefined) throw new Error('ptr-id is gone');
  const rules = rulesOf(design);
  const first = await timed();
  const second = await timed();
  let uses: Uses = new Map();
  let open: ReadonlySet<string> = new Set();
  let footprint = 0;
  let sent = 0;
  const without = async (): Promise<void> => {
    const prover = createProver(first.solver);
    const x = await induce(design, rules, prover);
    uses = prover.uses();
    open = new Set(x.dropped.map(d => d.conjunct.name));
    ({ footprint } = x);
    sent = prover.counts().solved;
  };
  const withHints = async (): Promise<void> => {
    await induce(design, rules, createProver(second.solver, { hints: uses }), { without: open });
  };
  const t = await interleaved({ without, withHints }, 1);
  const worst = Math.max(...second.proofs);
  const rows: Row[] = [
    {
      what: `all of ${design.id}, with what earlier proofs used`,
      ours: time(t.withHints),
      against: `without: ${time(t.without)}`,
      ratio: t.withHints / t.without,
      target: { most: 1 },
      note: `one run, one solver; ${footprint.toLocaleString('en')} obligations are true by footprint and not asked, ${sent.toLocaleString('en')} were put to the solver`,
    },
    {
      what: '  one obligation, with hints: median',
      ours: `${median(second.proofs).toFixed(1)} ms`,
      against: 'the target of 20 ms',
      ratio: median(second.proofs) / 20,
      target: { most: 1 },
      note: `of ${second.proofs.length.toLocaleString('en')} that were proved; without hints ${median(first.proofs).toFixed(1)} ms, at most ${time(Math.max(...first.proofs))}`,
    },
    {
      what: '  one obligation, with hints: the slowest',
      ours: time(worst),
      against: 'the target of 1 s',
      ratio: worst / 1000,
      target: { most: 1 },
    },
  ];
  const version = await nativeVersion();
  if (version === null) return rows;
  const memory = recallProver(uses);
  await induce(design, rules, memory, { without: open });
  const texts = new Map([...memory.exports()].map(([name, r]) => [name, r.text]));
  const all = [...texts.values()];
  const some = all.filter((_, i) => i % Math.max(1, Math.floor(all.length / SAMPLE)) === 0);
  const z3 = await openZ3();
  const each = await interleaved(
    {
      embedded: () => {
        for (const text of some) if (z3.solveSmtlib2(text).status !== 'unsat') throw new Error('not proved again');
      },
      native: async () => {
        for (const input of some)
          if ((await runNative({ input, deadlineMs: 60_000 }))?.status !== 'unsat')
            throw new Error(`${version} does not prove it`);
      },
    },
    3,
  );
  const again = await interleaved({ verify: () => checkTexts('z3', texts, { jobs: 1, budgetMs: 60_000 }) }, 1);
  return [
    ...rows,
    {
      what: `  ${String(some.length)} exported texts, one by one, embedded and warm`,
      ours: time(each.embedded),
      against: `${version}: ${time(each.native)}`,
      ratio: each.embedded / each.native,
      target: { most: 2.5 },
      note: 'the native solver is a new process for each text, as a user would start it',
    },
    {
      what: `  all ${texts.size.toLocaleString('en')} texts checked again by one native solver`,
      ours: time(again.verify),
      against: `proving them with hints: ${time(t.withHints)}`,
      ratio: again.verify / t.withHints,
      target: { most: 1 },
    },
  ];
};
