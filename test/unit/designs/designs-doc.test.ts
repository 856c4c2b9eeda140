import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { designsMarkdown } from '../../../reports/designs-doc.js';

it('docs/designs.md is what the designs say', async () => {
  expect(await readFile('docs/designs.md', 'utf8')).toBe(designsMarkdown());
});
