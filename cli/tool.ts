/** Where the package lies, and what it calls itself. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Tool } from '../reports/tool.js';

/** The folder of package.json: one above cli/ in the sources, two above in the compiled code. */
const rootAbove = (folder: string): string => {
  if (existsSync(join(folder, 'package.json'))) return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new Error('the package.json of holdfast is missing');
  return rootAbove(parent);
};

export const packageRoot = (): string => rootAbove(dirname(fileURLToPath(import.meta.url)));

export const readTool = (): Tool => {
  const { name, version } = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as Tool;
  return { name, version };
};
