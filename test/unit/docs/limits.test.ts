import { readFile, readdir } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { allDesigns } from '../../../model/designs/index.js';
import { rulesOf } from '../../../model/rules/index.js';
import { abstractionsIn, capacities, limits, limitsMarkdown } from '../../../reports/limits-doc.js';

const sources = (await Promise.all(['model', 'encodings', 'frontends', 'proofs'].map(filesBelow))).flat().sort();
const texts = new Map(await Promise.all(sources.map(async f => [f, await readFile(f, 'utf8')] as const)));

async function filesBelow(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  return names.filter(n => n.endsWith('.ts')).map(n => `${folder}/${n}`);
}

const abstractions = sources.flatMap(f => abstractionsIn(f, texts.get(f) ?? ''));

it('docs/limits.md is what the code says', async () => {
  await expect(limitsMarkdown(abstractions)).toMatchFileSnapshot('../../../docs/limits.md');
});

it('finds every abstraction, to its end', () => {
  const written = [...texts.values()].reduce((n, t) => n + t.split('Abstracts: ').length - 1, 0);
  expect(abstractions).toHaveLength(written);
  expect(abstractions.filter(a => !a.text.endsWith('.'))).toEqual([]);
});

it.each(limits)('knows the number: $what', ({ from, value }) => {
  if (from === undefined) return;
  const text = (texts.get(from.file) ?? '').replaceAll('_', '');
  expect(text).toContain(`${from.constant.replaceAll('_', '')} ${String(value)}`);
});

it('says how much room there is in each table that a rule can fill', () => {
  const rules = allDesigns.flatMap(d => [...rulesOf(d).values()]);
  const named = rules.flatMap(e => [e.verifier, ...e.machine.map(m => m.does)].flatMap(r => r.capacity.map(c => c.of)));
  expect(Object.keys(capacities).sort()).toEqual([...new Set(named)].sort());
});
