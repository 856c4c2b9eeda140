/** The corpus: what the running kernel says of it is what was recorded for its release. HOLDFAST_RECORD=1 records. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { KernelAnswer } from '../../kernel/answer.js';
import { askKernel, kernelReady, remedyOf } from '../../kernel/load.js';
import { baselineOf } from '../../kernel/release.js';
import type { Recorded, Recording } from './corpus.js';
import {
  blank,
  clangVersion,
  compiled,
  corpusFiles,
  programsIn,
  recordedAnswer,
  recordingFile,
  recordingOf,
  sourceOf,
} from './corpus.js';
import { messages, patternOf } from './messages.js';

const CONFIRMED = 'linux-6.18';
const isRecording = process.env['HOLDFAST_RECORD'] === '1';
const files = corpusFiles();
const declared = files.map(file => ({ file, programs: programsIn(sourceOf(file)) }));

const namesIn = (r: Recording): readonly string[] =>
  Object.entries(r.programs).flatMap(([file, programs]) => Object.keys(programs).map(p => `${file}/${p}`));

describe.skipIf(isRecording)('the corpus and its recordings', () => {
  const recording = recordingOf(CONFIRMED) ?? { kernel: '', confirmed: false, programs: {} };
  const names = declared.flatMap(({ file, programs }) => programs.map(p => `${file}/${p}`));
  const recorded = Object.values(recording.programs).flatMap(programs => Object.values(programs));

  it('every program is recorded, and nothing else', () => {
    expect(namesIn(recording).toSorted()).toEqual(names.toSorted());
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThanOrEqual(250);
  });

  it('the kernel answered about every program', () => {
    expect(recording.confirmed).toBe(true);
    expect(recorded.filter(r => r.verdict === 'error')).toEqual([]);
  });

  it('what sources say of another release is about programs that there are', () => {
    const other = recordingOf('linux-6.12');
    expect(other?.confirmed).toBe(false);
    expect(other === null ? [] : namesIn(other).filter(n => !names.includes(n))).toEqual([]);
  });

  it('no program makes the kernel report a bug of its own', () => {
    expect(recorded.filter(r => r.message?.startsWith('verifier bug') === true)).toEqual([]);
  });

  it.each(messages.map(m => ({ ...m, name: m.text.split('\n')[0] ?? '' })))('provoked: $name', m => {
    const pattern = patternOf(m);
    const count = recorded.filter(r =>
      [...(r.message === undefined ? [] : [r.message]), ...(r.before ?? [])].some(said => pattern.test(said)),
    ).length;
    // An exception that is none any more is to be taken back.
    if (m.why === undefined) expect(count).toBeGreaterThanOrEqual(2);
    else expect(count).toBeLessThan(2);
  });
});

const clang = clangVersion();
const ready = await kernelReady();
const baseline = 'lacks' in ready ? null : baselineOf(ready.release);
const recording = baseline === null ? null : recordingOf(baseline);
const whyNot = (): string | null => {
  if ('lacks' in ready) return remedyOf(ready.lacks, ready.detail);
  if (clang === null) return 'there is no clang';
  return recording === null && !isRecording ? `nothing is recorded for ${ready.release}` : null;
};
const skipped = whyNot();

const asked = async (): Promise<{ readonly release: string; readonly answers: readonly KernelAnswer[] }> => {
  const into = await mkdtemp(join(tmpdir(), 'holdfast-'));
  try {
    const answer = await askKernel(await compiled(files, into), { budgetMs: 20_000 });
    if ('lacks' in answer) throw new Error(answer.message);
    expect(answer.bad).toEqual([]);
    return answer;
  } finally {
    await rm(into, { recursive: true });
  }
};

/** By file, then by program. */
const gathered = (answers: readonly KernelAnswer[]): Record<string, Record<string, Recorded>> => {
  const all: Record<string, Record<string, Recorded>> = Object.fromEntries(files.map(f => [f, {}]));
  for (const a of answers) {
    const programs = all[basename(a.file, '.o')];
    if (programs !== undefined) programs[a.program] = recordedAnswer(a);
  }
  return all;
};

const record = async (release: string, answers: readonly KernelAnswer[]): Promise<void> => {
  const next: Recording = {
    kernel: /^[\d.]+/.exec(release)?.[0] ?? release,
    confirmed: true,
    ...(clang === null ? {} : { clang }),
    programs: gathered(answers),
  };
  await writeFile(recordingFile(baselineOf(release)), `${JSON.stringify(next, null, 1)}\n`);
};

describe.skipIf(skipped !== null)(`the running kernel${skipped === null ? '' : ` (${skipped})`}`, () => {
  it(isRecording ? 'is recorded' : 'says what was recorded for its release', { timeout: 300_000 }, async () => {
    const { release, answers } = await asked();
    if (isRecording) {
      await record(release, answers);
      return;
    }
    const said = gathered(answers);
    const isExact = recording?.clang?.split('.')[0] === clang?.split('.')[0];
    const compared = (r: Recorded): Recorded => (isExact ? r : blank(r));
    const different = Object.entries(recording?.programs ?? {}).flatMap(([file, programs]) =>
      Object.entries(programs).flatMap(([program, expected]) => {
        const now = said[file]?.[program];
        // What is known from sources may lack the message.
        const heard = now !== undefined && expected.message === undefined ? { verdict: now.verdict } : now;
        const same = heard !== undefined && JSON.stringify(compared(heard)) === JSON.stringify(compared(expected));
        return same ? [] : [{ program: `${file}/${program}`, expected, now }];
      }),
    );
    expect(different).toEqual([]);
  });
});
