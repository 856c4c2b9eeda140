/** Programs of thousands of instructions have an answer: what they keep does not grow with them. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { largeProgram } from '../../bench/large.js';
import { designNamed } from '../../model/designs/index.js';
import { checkObject } from '../../proofs/check.js';
import { clangVersion } from './corpus.js';

const noClang = clangVersion() === null;
const TIMES = 1000;

it.skipIf(noClang)(`nine thousand instructions${noClang ? ' (there is no clang)' : ''}`, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-'));
  try {
    const [file, object] = [join(folder, 'large.bpf.c'), join(folder, 'large.o')];
    writeFileSync(file, largeProgram(TIMES));
    execFileSync('clang', ['--target=bpf', '-O2', '-g', '-I', 'scenarios/include', '-c', file, '-o', object]);
    const { results } = await checkObject(
      object,
      readFileSync(object),
      [designNamed('linux-6.18')].flatMap(d => d ?? []),
    );
    expect(results.map(r => r.verdict.verdict)).toEqual(['accept']);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
