import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { loadScenarios } from '../../scenarios/header.js';
import { isThorough, some } from '../thorough.js';

const noClang = spawnSync('clang', ['--version']).status !== 0;
const run = promisify(execFile);
const FLAGS = [
  '--target=bpf',
  '-O2',
  '-g',
  '-Wall',
  '-Wextra',
  '-Wshadow',
  '-Wno-unused-parameter',
  '-Werror',
  '-I',
  'scenarios/include',
];

const compile = async (file: string, object: string, defines: readonly string[]): Promise<string[]> => {
  try {
    await run('clang', [...FLAGS, ...defines, '-c', file, '-o', object]);
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
};

const compiles = async ({ defines }: { readonly defines: readonly string[] }): Promise<void> => {
  const { scenarios } = await loadScenarios('scenarios');
  const directory = await mkdtemp(join(tmpdir(), 'holdfast-'));
  const queue = some(scenarios.map(s => s.file)).slice();
  const problems: string[] = [];
  const worker = async (name: string): Promise<void> => {
    for (let file = queue.shift(); file !== undefined; file = queue.shift())
      problems.push(...(await compile(file, join(directory, name), defines)));
  };
  await Promise.all(['a.o', 'b.o'].map(worker));
  await rm(directory, { recursive: true });
  expect(problems).toEqual([]);
};

describe('scenarios compile', () => {
  it.skipIf(noClang).each([{ dialect: 'as it stands', defines: [] }])('$dialect', { timeout: 180_000 }, compiles);
  it.skipIf(noClang || !isThorough).each([
    { dialect: 'with a section for locks', defines: ['-DHOLDFAST_LOCKS_SECTION'] },
    { dialect: 'with structures that own their lock', defines: ['-DHOLDFAST_OWN_LOCK'] },
  ])('$dialect', { timeout: 180_000 }, compiles);
});
