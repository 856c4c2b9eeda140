/** Which scenarios a command line means: ids, topics, patterns, files and folders. */
import { readFileSync, statSync } from 'node:fs';
import { basename, join, relative, resolve, sep } from 'node:path';
import type { Problem } from '../reports/matrix.js';
import { wholeFile } from '../reports/sources.js';
import type { Scenario } from '../scenarios/header.js';
import type { Engine } from './engine.js';
import type { Io } from './io.js';
import { UsageError, whyUnreadable } from './io.js';
import { didYouMean, isPattern, matcher } from './names.js';
import { packageRoot } from './tool.js';

export interface ChosenScenarios {
  readonly scenarios: readonly Scenario[];
  readonly problems: readonly Problem[];
}

const EXTENSION = '.bpf.c';
const problem = (file: string, message: string, remedy?: string): Problem => ({
  kind: 'input-error',
  message,
  at: wholeFile(file),
  ...(remedy === undefined ? {} : { remedy }),
});

export const scenariosFolder = (given: string | undefined, io: Io): string =>
  given === undefined ? join(packageRoot(), 'scenarios') : resolve(io.cwd, given);

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() === true;

/** Ids are paths below the scenarios folder, whatever part of it is read; elsewhere, below the folder that was named. */
const idOf = (folder: string, file: string): string => {
  const below = relative(folder, file);
  return (below.startsWith('..') ? basename(file) : below).slice(0, -EXTENSION.length).split(sep).join('/');
};

const oneFile = async (folder: string, file: string, shown: string, engine: Engine): Promise<ChosenScenarios> => {
  let source: string;
  try {
    source = readFileSync(file, 'utf8');
  } catch (error) {
    return { scenarios: [], problems: [problem(shown, whyUnreadable(error))] };
  }
  const read = await engine.parseHeader(file, source);
  if (read.kind === 'errors') return { scenarios: [], problems: read.errors };
  if (read.kind === 'no-header')
    return {
      scenarios: [],
      problems: [
        problem(
          shown,
          'the file has no scenario header',
          'Write one (scenarios/README.md), or ask for verdicts: holdfast check.',
        ),
      ],
    };
  return { scenarios: [{ id: idOf(folder, file), file, source, header: read.header }], problems: [] };
};

const oneFolder = async (root: string, folder: string, shown: string, engine: Engine): Promise<ChosenScenarios> => {
  const { scenarios, errors } = await engine.loadScenarios(folder);
  const isBelow = !relative(root, folder).startsWith('..');
  const problems =
    scenarios.length === 0 && errors.length === 0
      ? [problem(shown, `the folder has no ${EXTENSION} file with a scenario header`)]
      : errors;
  return { scenarios: isBelow ? scenarios.map(s => ({ ...s, id: idOf(root, s.file) })) : scenarios, problems };
};

const looksLikePath = (name: string): boolean => name.endsWith('.c') || name.startsWith('.') || name.startsWith('/');

/** Returns what is asked for, in that order; the whole folder if nothing is. Throws UsageError for a name that is none. */
export const chosenScenarios = async (
  names: readonly string[],
  folderGiven: string | undefined,
  engine: Engine,
  io: Io,
): Promise<ChosenScenarios> => {
  const root = scenariosFolder(folderGiven, io);
  if (!isFolder(root)) return { scenarios: [], problems: [problem(folderGiven ?? root, 'there is no such folder')] };
  const one = async (name: string): Promise<ChosenScenarios> => {
    const bare = name.replace(/\/$/, '');
    const file = [join(root, `${bare}${EXTENSION}`), join(root, bare), resolve(io.cwd, name)].find(isFile);
    if (file !== undefined) return oneFile(root, file, name, engine);
    const folder = [join(root, bare), resolve(io.cwd, name)].find(isFolder);
    if (folder !== undefined) return oneFolder(root, folder, name, engine);
    if (looksLikePath(name)) return { scenarios: [], problems: [problem(name, 'there is no such file')] };
    const all = await oneFolder(root, root, root, engine);
    const matching = isPattern(bare) ? all.scenarios.filter(s => matcher(bare)(s.id)) : [];
    if (matching.length > 0) return { scenarios: matching, problems: [] };
    throw new UsageError(
      `there is no scenario ${name}${
        isPattern(name)
          ? ''
          : didYouMean(
              name,
              all.scenarios.map(s => s.id),
            )
      }`,
    );
  };
  if (names.length === 0) return oneFolder(root, root, folderGiven ?? root, engine);
  const scenarios = new Map<string, Scenario>();
  const problems: Problem[] = [];
  for (const name of names) {
    const found = await one(name);
    found.scenarios.forEach(s => scenarios.set(s.file, s));
    problems.push(...found.problems);
  }
  return { scenarios: [...scenarios.values()], problems };
};
