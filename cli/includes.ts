/** Which files a C file may take in: for knowing what a saved header touches. What its #if leave out is named too. */
import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { packageRoot } from './tool.js';

/** Where headers are looked for beside the file that includes them. */
export const includeFolders = (): readonly string[] => [join(packageRoot(), 'scenarios', 'include')];

const DIRECTIVE = /^[ \t]*#[ \t]*include[ \t]*["<]([^">\n]+)[">]/gm;

const textOf = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
};

/** Returns the file itself and every place where one of its headers lies or could lie, as absolute paths. */
export const includedBy = (file: string, folders: readonly string[]): ReadonlySet<string> => {
  const seen = new Set<string>();
  const queue = [resolve(file)];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    const here = dirname(next);
    for (const [, name = ''] of textOf(next).matchAll(DIRECTIVE))
      queue.push(...[here, ...folders].map(folder => join(folder, name)));
  }
  return seen;
};
