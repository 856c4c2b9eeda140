/** Many programs at once: what came of them, counted. */
import type { Design } from '../../../model/design.js';
import type { Agreement } from '../../../proofs/agreement.js';
import { agreementOf } from '../../../proofs/agreement.js';
import type { Answer } from './agree.js';
import { answersOf, batchOf, differenceText, opened, shrunk } from './agree.js';
import type { World } from './world.js';
import { worlds } from './worlds.js';

/** One program that the two see differently, as it was grown. */
export interface Found {
  readonly world: World;
  readonly seed: number;
  readonly index: number;
  readonly answer: Answer;
}

export interface Survey {
  readonly agreements: Map<Agreement, number>;
  readonly verdicts: Map<string, number>;
  /** What the kernel said, and how often. */
  readonly messages: Map<string, number>;
  readonly unsupported: Map<string, number>;
  /** Both reject, for different reasons: by the guard of the model. */
  readonly reasons: Map<string, Found[]>;
  /** By what each says: the verdicts differ. */
  readonly differences: Map<string, Found[]>;
}

export const newSurvey = (): Survey => ({
  agreements: new Map(),
  verdicts: new Map(),
  messages: new Map(),
  unsupported: new Map(),
  reasons: new Map(),
  differences: new Map(),
});

const bump = <K>(counts: Map<K, number>, key: K): void => {
  counts.set(key, (counts.get(key) ?? 0) + 1);
};
const add = <K>(lists: Map<K, Found[]>, key: K, found: Found): void => {
  lists.set(key, [...(lists.get(key) ?? []), found]);
};

/** What the two say of a program, with numbers left out. */
export const keyOf = ({ kernel, model }: Answer): string =>
  [
    `kernel: ${kernel.verdict} ${opened(kernel.message ?? '')}`.trim(),
    `model: ${model.verdict} ${model.guard ?? ''} ${opened(model.message ?? '')}`.trim(),
  ].join(' | ');

/** Puts so many programs of each world to both, and counts. */
export const surveyed = async (survey: Survey, design: Design, seed: number, each: number): Promise<void> => {
  for (const world of worlds) {
    const answers = await answersOf(batchOf(world, seed, each), world, design);
    for (const [index, answer] of answers.entries()) {
      const agreement = agreementOf(answer.model, answer.kernel);
      const found: Found = { world, seed, index, answer };
      bump(survey.agreements, agreement);
      bump(survey.verdicts, answer.kernel.verdict);
      if (answer.kernel.verdict === 'reject') bump(survey.messages, opened(answer.kernel.message ?? ''));
      if (agreement === 'unsupported') bump(survey.unsupported, opened(answer.model.reason ?? ''));
      if (agreement === 'other-message') add(survey.reasons, keyOf(answer), found);
      if (agreement === 'other-verdict') add(survey.differences, keyOf(answer), found);
    }
  }
};

const lines = <K>(counts: Map<K, number>, word: (k: K) => string): readonly string[] =>
  [...counts].sort((a, b) => b[1] - a[1]).map(([k, n]) => `${String(n).padStart(7)} ${word(k)}`);
/** How many of each kind, and where the first is. */
const kinds = (lists: Map<string, Found[]>): Map<string, number> =>
  new Map(
    [...lists].map(([k, l]) => {
      const [first] = l;
      return [
        `${k} (${first?.world.name ?? ''}, seed ${String(first?.seed)}, path ${String(first?.index)})`,
        l.length,
      ] as const;
    }),
  );

export const surveyText = (s: Survey): string =>
  [
    ...lines(s.verdicts, v => `by the kernel: ${v}`),
    ...lines(s.agreements, a => `agreement: ${a}`),
    ...lines(s.unsupported, r => `unsupported: ${r}`),
    ...lines(kinds(s.reasons), k => `other message: ${k}`),
    ...lines(kinds(s.differences), k => `OTHER VERDICT: ${k}`),
    ...lines(s.messages, m => `said: ${m}`),
  ].join('\n');

/** The first of each kind of difference as small as it gets: C, what each says, seed and path. */
export const smallest = async (
  found: Map<string, Found[]>,
  design: Design,
  most: number,
): Promise<readonly string[]> => {
  const texts: string[] = [];
  for (const [key, [first]] of [...found].slice(0, most)) {
    if (first === undefined) continue;
    const { world, seed, index, answer } = first;
    texts.push(differenceText(world, await shrunk(world, design, seed, index, answer, a => keyOf(a) === key)));
  }
  return texts;
};
