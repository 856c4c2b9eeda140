/** Generated programs, put to the running kernel and to the model. */
import * as fc from 'fast-check';
import type { Design } from '../../../model/design.js';
import type { Both } from '../ask.js';
import { asked } from '../ask.js';
import { programs } from './arbitrary.js';
import { batchText, programText } from './print.js';
import type { GeneratedProgram } from './program.js';
import type { World } from './world.js';

/** What both say of one program. */
export interface Answer extends Both {
  readonly program: GeneratedProgram;
}

/** A message for counting: what is in its holes is left out. */
export const opened = (message: string): string =>
  message
    .split('\n', 1)
    .join('')
    .replaceAll(/\bR\d+\b/g, 'R%d')
    .replaceAll(/-?\b\d+\b/g, '%d')
    .replaceAll(/type=\S+/g, 'type=%s');

/** Compiles programs of one world as one object and puts each to the kernel and to the model. Throws what clang says. */
export const answersOf = async (
  batch: readonly GeneratedProgram[],
  world: World,
  design: Design,
): Promise<readonly Answer[]> => {
  const answers = await asked(batchText(batch, world), design);
  return batch.map((program, i) => {
    const answer = answers.get(`p${String(i)}`);
    if (answer === undefined) throw new Error(`nobody answered about p${String(i)}`);
    return { program, ...answer };
  });
};

/** One program that the two see differently, as small as fast-check gets it. */
export interface Difference {
  readonly smallest: Answer;
  readonly seed: number;
  readonly path: string;
}

/** Few: the first that will do is often among them. */
const AT_ONCE = 12;

/**
 * Shrinks the program number `index` of a seed for as long as `isSame` of its answers holds. The steps are those of fast-check, the
 * first that will do each time, and so is the path; only that many candidates are compiled together.
 */
export const shrunk = async (
  world: World,
  design: Design,
  seed: number,
  index: number,
  first: Answer,
  isSame: (a: Answer) => boolean,
): Promise<Difference> => {
  const arbitrary = programs(world);
  const path = [index];
  let smallest = first;
  for (let isSmaller = true; isSmaller;) {
    isSmaller = false;
    const candidates = [...arbitrary.shrink(smallest.program, undefined)].map(v => v.value);
    for (let at = 0; at < candidates.length && !isSmaller; at += AT_ONCE) {
      const answers = await answersOf(candidates.slice(at, at + AT_ONCE), world, design);
      const next = answers.findIndex(isSame);
      const answer = answers[next];
      if (answer === undefined) continue;
      smallest = answer;
      path.push(at + next);
      isSmaller = true;
    }
  }
  return { smallest, seed, path: path.join(':') };
};

/** A difference for people: the program, and what each says. */
export const differenceText = (world: World, d: Difference): string => {
  const { program, kernel, model } = d.smallest;
  return [
    programText(program, world, 'p'),
    `world ${world.name}, seed ${String(d.seed)}, path ${d.path}`,
    `kernel: ${kernel.verdict} ${kernel.messages.join(' / ')}`,
    `model:  ${model.verdict} ${model.guard ?? ''} ${model.message ?? ''} ${model.reason ?? ''}`,
  ].join('\n');
};

/** The programs of a world for a seed, in the order in which fast-check numbers them. */
export const batchOf = (world: World, seed: number, count: number): readonly GeneratedProgram[] =>
  fc.sample(programs(world), { seed, numRuns: count });
