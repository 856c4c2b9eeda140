/** Which designs a command line means: names, patterns, and files with proposals. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Design } from '../model/design.js';
import { allDesigns, designNamed } from '../model/designs/index.js';
import type { Problem } from '../reports/matrix.js';
import { wholeFile } from '../reports/sources.js';
import type { Engine } from './engine.js';
import type { Io } from './io.js';
import { UsageError, whyUnreadable } from './io.js';
import { didYouMean, isPattern, matcher } from './names.js';

export interface Chosen {
  readonly designs: readonly Design[];
  readonly problems: readonly Problem[];
}

/** Files are told from names by their extension. */
export const isDesignFile = (name: string): boolean => /\.(ya?ml|json)$/.test(name);

const fromFile = async (name: string, engine: Engine, io: Io): Promise<Chosen> => {
  let text: string;
  try {
    text = readFileSync(resolve(io.cwd, name), 'utf8');
  } catch (error) {
    return {
      designs: [],
      problems: [{ kind: 'input-error', message: whyUnreadable(error), at: wholeFile(name) }],
    };
  }
  const read = await engine.readProposal(name, text);
  return read.ok ? { designs: [read.design], problems: [] } : { designs: [], problems: read.problems };
};

const named = (name: string): readonly Design[] => {
  const found = isPattern(name)
    ? allDesigns.filter(d => matcher(name.replaceAll('*', '**'))(d.id))
    : [designNamed(name)];
  const designs = found.filter(d => d !== undefined);
  if (designs.length > 0) return designs;
  throw new UsageError(
    `there is no design ${name}${
      isPattern(name)
        ? ''
        : didYouMean(
            name,
            allDesigns.map(d => d.id),
          )
    }`,
  );
};

/** Returns the designs in the order they were asked for, each once. Throws UsageError for a name that is none. */
export const chosenDesigns = async (names: readonly string[], engine: Engine, io: Io): Promise<Chosen> => {
  const designs = new Map<string, Design>();
  const problems: Problem[] = [];
  for (const name of names) {
    const chosen = isDesignFile(name) ? await fromFile(name, engine, io) : { designs: named(name), problems: [] };
    problems.push(...chosen.problems);
    for (const d of chosen.designs) {
      const known = designs.get(d.id);
      if (known !== undefined && isDesignFile(name))
        problems.push({
          kind: 'input-error',
          message: `another design is called ${d.id}`,
          remedy: 'Give it a name of its own.',
          at: wholeFile(name),
        });
      else designs.set(d.id, d);
    }
  }
  return { designs: [...designs.values()], problems };
};

/** The designs of `now` that `before` did not have, or had otherwise. */
export const otherDesigns = (before: readonly Design[], now: readonly Design[]): readonly Design[] => {
  const known = new Set(before.map(d => JSON.stringify(d)));
  return now.filter(d => !known.has(JSON.stringify(d)));
};
