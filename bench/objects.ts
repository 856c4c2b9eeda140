/** Verdicts on compiled programs, next to the running kernel that loads the same objects; and one large program. */
import { readFileSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askKernel } from '../kernel/load.js';
import { designNamed } from '../model/designs/index.js';
import { checkObject } from '../proofs/check.js';
import { clangVersion, compiled, corpusFiles } from '../test/kernel/corpus.js';
import type { Row } from './measure.js';
import { interleaved, time } from './measure.js';

/** Files of one question each say more of compilers than of verifiers. */
const files = (): readonly string[] => corpusFiles().filter(f => !/^(btf|placement)-/.test(f));

export const objectRows = async (): Promise<Row[]> => {
  const design = designNamed('linux-6.18');
  const why = clangVersion() === null ? 'there is no clang' : design === undefined ? 'there is no linux-6.18' : null;
  const none = (reason: string): Row[] => [
    { what: 'check, a compiled program', ours: '', against: reason, ratio: null, target: null },
  ];
  if (why !== null || design === undefined) return none(why ?? '');
  const into = await mkdtemp(join(tmpdir(), 'holdfast-'));
  try {
    const objects = await compiled(files(), into);
    const bytes = objects.map(o => readFileSync(o));
    const first = await askKernel(objects, { budgetMs: 20_000 });
    if ('lacks' in first) return none(first.message);
    const programs = first.answers.length;
    const check = async (): Promise<void> => {
      for (const [i, o] of objects.entries()) await checkObject(o, bytes[i] ?? new Uint8Array(), [design]);
    };
    await check();
    const t = await interleaved({ check, kernel: () => askKernel(objects, { budgetMs: 20_000 }) }, 3);
    return [
      {
        what: 'check, a compiled program, warm',
        ours: `${(t.check / programs).toFixed(2)} ms`,
        against: `the kernel loads it: ${(t.kernel / programs).toFixed(2)} ms`,
        ratio: t.kernel / t.check,
        target: { least: 10 },
        note: `${String(programs)} programs of the corpus, all of it in ${time(t.check)}`,
      },
    ];
  } finally {
    rmSync(into, { recursive: true });
  }
};
