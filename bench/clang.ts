/** Objects for the bench, made by the clang of this machine. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A path of the repository, from what is built of this file. */
export const here = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

export const hasClang = (): boolean => spawnSync('clang', ['--version']).status === 0;

/** Compiles a file as the tests do; throws what clang says where it does not compile. */
export const compile = (file: string, object: string, ...include: readonly string[]): void => {
  const folders = [here('scenarios/include'), ...include].flatMap(f => ['-I', f]);
  const flags = ['--target=bpf', '-O2', '-g', ...folders];
  const { status, stderr } = spawnSync('clang', [...flags, '-c', file, '-o', object], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
};
