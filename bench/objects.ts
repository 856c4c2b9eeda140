/** Verdicts on compiled programs, next to the running kernel that loads the same objects. */
import { readFileSync, readdirSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { askKernel } from '../kernel/load.js';
import { designNamed } from '../model/designs/index.js';
import { checkObject } from '../proofs/check.js';
import { compile, hasClang, here } from './clang.js';
import type { Row } from './measure.js';
import { interleaved, time } from './measure.js';

/** The objects of the corpus; null without clang. Files of one question each say more of compilers than of verifiers. */
const compiledInto = (into: string): readonly string[] | null => {
  if (!hasClang()) return null;
  const folder = here('test/kernel');
  const files = readdirSync(folder).filter(f => f.endsWith('.bpf.c') && !/^(btf|placement)-/.test(f));
  return files.map(f => {
    const object = join(into, `${basename(f, '.bpf.c')}.o`);
    compile(join(folder, f), object, folder);
    return object;
  });
};

/** Rounds over all objects before one is timed: from here on they take the same time. */
const WARM_UP = 8;

export const objectRows = async (): Promise<Row[]> => {
  const design = designNamed('linux-6.18');
  const none = (reason: string): Row[] => [
    { what: 'check, a compiled program', ours: '', against: reason, ratio: null, target: null },
  ];
  if (design === undefined) return none('there is no linux-6.18');
  const into = await mkdtemp(join(tmpdir(), 'holdfast-'));
  try {
    const objects = compiledInto(into);
    if (objects === null) return none('there is no clang');
    const bytes = objects.map(o => readFileSync(o));
    const first = await askKernel(objects, { budgetMs: 20_000 });
    if ('lacks' in first) return none(first.message);
    const programs = first.answers.length;
    const check = async (): Promise<void> => {
      for (const [i, o] of objects.entries()) await checkObject(o, bytes[i] ?? new Uint8Array(), [design]);
    };
    // The first rounds are spent on compiling what is hot.
    for (let round = 0; round < WARM_UP; round++) await check();
    const t = await interleaved({ check, kernel: () => askKernel(objects, { budgetMs: 20_000 }) }, 3);
    return [
      {
        what: 'check, a compiled program, warm',
        ours: `${(t.check / programs).toFixed(2)} ms`,
        against: `the kernel loads it: ${(t.kernel / programs).toFixed(2)} ms`,
        ratio: t.kernel / t.check,
        target: { least: 10 },
        note: `${String(programs)} programs of the corpus, all of it in ${time(t.check)}, after ${String(WARM_UP)} rounds`,
      },
    ];
  } finally {
    rmSync(into, { recursive: true });
  }
};
