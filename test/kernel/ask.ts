/** C, put to the running kernel and to the model. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { KernelAnswer } from '../../kernel/answer.js';
import { askKernel, kernelReady, remedyOf } from '../../kernel/load.js';
import { baselineOf } from '../../kernel/release.js';
import type { Design } from '../../model/design.js';
import { designNamed } from '../../model/designs/index.js';
import type { ProgramVerdict } from '../../proofs/cell.js';
import { checkObject } from '../../proofs/check.js';
import { clangVersion } from './corpus.js';

/** What both say of one program. */
export interface Both {
  readonly kernel: KernelAnswer;
  readonly model: ProgramVerdict;
}

/** The running kernel as a design, or why none can be asked. */
export const running = async (): Promise<{ readonly design: Design | null; readonly skipped: string | null }> => {
  const ready = await kernelReady();
  if ('lacks' in ready) return { design: null, skipped: remedyOf(ready.lacks, ready.detail) };
  const design = designNamed(baselineOf(ready.release)) ?? null;
  if (design === null) return { design, skipped: `there is no model of ${ready.release}` };
  return { design, skipped: clangVersion() === null ? 'there is no clang' : null };
};

const here = dirname(fileURLToPath(import.meta.url));
const FLAGS = ['--target=bpf', '-O2', '-g', '-w', '-I', join(here, '../../scenarios/include'), '-I', here];
const run = promisify(execFile);
const BUDGET_MS = 20_000;
/** The kernel looks at a few hundred states of such programs; what the model needs more for is counted as unsupported. */
const MOST_STATES = 3_000;

/** Compiles a text and puts each of its programs to both, by name. Throws what clang says, and if one of them says nothing. */
export const asked = async (text: string, design: Design): Promise<ReadonlyMap<string, Both>> => {
  const into = await mkdtemp(join(tmpdir(), 'holdfast-generated-'));
  try {
    const [source, object] = [join(into, 'batch.bpf.c'), join(into, 'batch.o')];
    await writeFile(source, text);
    await run('clang', [...FLAGS, '-c', source, '-o', object], { maxBuffer: 1 << 26 });
    const answers = await askKernel([object], { budgetMs: BUDGET_MS });
    if ('lacks' in answers) throw new Error(answers.message);
    const { results, problems } = await checkObject(object, new Uint8Array(await readFile(object)), [design], {
      timeoutMs: 0,
      verify: { pruned: 'left', maxStates: MOST_STATES },
    });
    if (problems.length > 0 || answers.bad.length > 0) throw new Error(JSON.stringify([problems, answers.bad]));
    const modelOf = new Map(results.map(r => [r.verdict.program, r.verdict]));
    return new Map(
      answers.answers.map(kernel => {
        const model = modelOf.get(kernel.program);
        if (model === undefined) throw new Error(`the model says nothing about ${kernel.program}`);
        return [kernel.program, { kernel, model }];
      }),
    );
  } finally {
    await rm(into, { recursive: true });
  }
};
