/** Which scenarios a command line means: ids, topics, patterns, files and folders. */
import { readFileSync, statSync } from 'node:fs';
import { basename, join, relative, resolve, sep } from 'node:path';
import type { Problem } from '../reports/matrix.js';
import type { Scenario } from '../scenarios/header.js';
import type { Engine } from './engine.js';
import type { Io } from './io.js';
import { UsageError, messageOf } from './io.js';
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
  at: { file, line: 1, column: 1 },
  ...(remedy === undefined ? {} : { remedy }),
});

export const scenariosFolder = (given: string | undefined, io: Io): string => (given === undefined ? join(packageRoot(), 'scenarios') : resolve(io.cwd, given));

const loadFolder = async (folder: string, shown: string, engine: Engine): Promise<ChosenScenarios> => {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return { scenarios: [], problems: [problem(shown, 'there is no such folder')] };
  const { scenarios, errors } = await engine.loadScenarios(folder);
  return { scenarios, problems: errors };
};

const oneFile = async (file: string, shown: string, engine: Engine): Promise<ChosenScenarios> => {
  let source: string;
  try {
    source = readFileSync(file, 'utf8');
  } catch (error) {
    return { scenarios: [], problems: [problem(shown, `can't read the file: ${messageOf(error)}`)] };
  }
  const read = await engine.parseHeader(file, source);
  if (read.kind === 'errors') return { scenarios: [], problems: read.errors };
  if (read.kind === 'no-header')
    return { scenarios: [], problems: [problem(shown, 'the file has no scenario header', 'Write one (scenarios/README.md), or ask for verdicts: holdfast check.')] };
  return { scenarios: [{ id: basename(file, EXTENSION), file, source, header: read.header }], problems: [] };
};

const looksLikePath = (name: string): boolean => name.endsWith('.c') || name.startsWith('.') || name.startsWith('/');

/** Returns what is asked for, in the order of the folder; all of it if nothing is. Throws UsageError for a name that is none. */
export const chosenScenarios = async (names: readonly string[], folderGiven: string | undefined, engine: Engine, io: Io): Promise<ChosenScenarios> => {
  const folder = scenariosFolder(folderGiven, io);
  const all = await loadFolder(folder, folderGiven ?? folder, engine);
  if (names.length === 0) return all;
  const chosen = new Map<string, Scenario>();
  const problems: Problem[] = [];
  const take = (some: readonly Scenario[]): void => some.forEach(s => chosen.set(s.file, s));
  for (const name of names) {
    const bare = name.replace(/\/$/, '');
    const known = isPattern(bare)
      ? all.scenarios.filter(s => matcher(bare)(s.id) || matcher(bare)(`${s.id}${EXTENSION}`))
      : all.scenarios.filter(s => s.id === bare || s.id.startsWith(`${bare}/`));
    if (known.length > 0) {
      take(known);
      continue;
    }
    const path = resolve(io.cwd, name);
    const inside = all.scenarios.filter(s => resolve(s.file) === path || resolve(s.file).startsWith(path + sep));
    const stat = statSync(path, { throwIfNoEntry: false });
    // A header that can't be read has its problem listed with the folder; here only what was asked for counts.
    const broken = all.problems.filter(p => resolve(p.at.file) === path || resolve(p.at.file).startsWith(path + sep) || relative(folder, p.at.file) === `${bare}${EXTENSION}`);
    if (inside.length > 0 || broken.length > 0) {
      take(inside);
      problems.push(...broken);
    } else if (stat?.isDirectory() === true) {
      const other = await loadFolder(path, name, engine);
      if (other.scenarios.length === 0 && other.problems.length === 0) problems.push(problem(name, `the folder has no ${EXTENSION} file with a scenario header`));
      take(other.scenarios);
      problems.push(...other.problems);
    } else if (stat?.isFile() === true || looksLikePath(name)) {
      const one = await oneFile(path, name, engine);
      take(one.scenarios);
      problems.push(...one.problems);
    } else throw new UsageError(`there is no scenario ${name}${isPattern(name) ? '' : didYouMean(name, all.scenarios.map(s => s.id))}`);
  }
  return { scenarios: [...chosen.values()], problems };
};
