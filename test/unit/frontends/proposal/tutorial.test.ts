import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { readProposal } from '../../../../frontends/proposal/read.js';
import { designNamed } from '../../../../model/designs/index.js';
import type { Design } from '../../../../model/design.js';
import { compareAll } from '../../../../proofs/matrix.js';
import { loadScenarios } from '../../../../scenarios/header.js';

const tutorial = await readFile('docs/tutorial-proposal.md', 'utf8');
const { scenarios } = await loadScenarios('scenarios');

interface Step {
  readonly title: string;
  readonly file: string;
  readonly text: string;
  /** What the tables below the proposal say: a scenario, its cell, and its cell under ptr-id. */
  readonly rows: readonly string[];
}

const example = 'examples/my-proposal.yaml';
const exampleText = await readFile(example, 'utf8');

/** A step is a proposal and the tables up to the next one. */
const steps: readonly Step[] = tutorial
  .split(/^```yaml\n|(?=^## 5)/m)
  .slice(1)
  .map((part, i) => {
    const isLast = part.startsWith('## 5');
    const rows = [...part.matchAll(/^\| `(\S+)` *\| (\S+) *\| (\S+) *\|$/gm)].map(m => m.slice(1).join(' '));
    return {
      title: `proposal ${String(i + 1)}`,
      file: isLast ? example : 'my-proposal.yaml',
      text: isLast ? exampleText : (part.split('```', 1)[0] ?? ''),
      rows,
    };
  });

const cellsOf = async (design: Design, names: readonly string[]): Promise<ReadonlyMap<string, string>> => {
  const { cells } = await compareAll({
    designs: [design],
    scenarios: scenarios.filter(s => names.includes(s.id)),
    jobs: 1,
    engines: 'explicit',
    solverBudgetMs: 0,
  });
  return new Map(cells.map(c => [c.scenario, c.cell]));
};

describe('the tutorial', () => {
  it('has five proposals, each with cells', () => {
    expect(steps).toHaveLength(5);
    expect(steps.filter(s => s.rows.length === 0)).toEqual([]);
    expect(steps.flatMap(s => s.rows)).toHaveLength(tutorial.match(/^\| `/gm)?.length ?? 0);
  });

  it.each(steps)('says what the matrix says of $title', async ({ file, text, rows }) => {
    const result = await readProposal(file, text);
    const ptrId = designNamed('ptr-id');
    if (!result.ok || ptrId === undefined) throw new Error(JSON.stringify(result));
    const names = rows.map(row => row.split(' ', 1)[0] ?? '');
    const mine = await cellsOf(result.design, names);
    const today = await cellsOf(ptrId, names);
    expect(names.map(name => `${name} ${mine.get(name) ?? 'none'} ${today.get(name) ?? 'none'}`)).toEqual(rows);
  });

  it('says how a wrong file is reported', async () => {
    const wrong = await readProposal('wrong.yaml', 'id: mine\ngaurd: own\n');
    const better = await readProposal('better.yaml', 'id: mine\nguard: own\n');
    if (wrong.ok || better.ok) throw new Error('these files are wrong');
    const words = tutorial.replaceAll('\n', ' ');
    for (const { at, message } of [wrong.problems[0], better.problems[0]].filter(p => p !== undefined)) {
      expect(words).toContain(message);
      expect(words).toContain(`line ${String(at.line)}, column ${String(at.column)}`);
    }
  });
});
