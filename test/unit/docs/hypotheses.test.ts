import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { designNamed } from '../../../model/designs/index.js';
import type { Cell } from '../../../proofs/cell.js';
import { compareAll } from '../../../proofs/matrix.js';
import {
  designsAsked,
  hypothesesMarkdown,
  judge,
  rowAnswer,
  rows,
  scenariosAsked,
} from '../../../reports/hypotheses.js';
import { loadScenarios } from '../../../scenarios/header.js';

const { scenarios } = await loadScenarios('scenarios');
const { cells } = await compareAll({
  designs: designsAsked.map(designNamed).filter(d => d !== undefined),
  scenarios: scenarios.filter(s => scenariosAsked.includes(s.id)),
  jobs: 1,
  engines: 'explicit',
  solverBudgetMs: 0,
});

const BEGIN = '<!-- hypotheses: begin -->';
const END = '<!-- hypotheses: end -->';

describe('the table of hypotheses', () => {
  it('asks every scenario whose header names a row, and no other', () => {
    const named = scenarios.flatMap(s =>
      s.header.hypothesis === undefined ? [] : [`${s.header.hypothesis}: ${s.id}`],
    );
    expect(rows.flatMap(r => r.scenarios.map(s => `${r.id}: ${s}`)).toSorted()).toEqual(named.toSorted());
  });

  it('asks designs that exist, and gets an answer from each', () => {
    expect(designsAsked.filter(d => designNamed(d) === undefined)).toEqual([]);
    expect(judge(cells).filter(j => j.outcome === 'unknown')).toEqual([]);
  });

  it('explains what was contradicted, and only that', () => {
    const explained = judge(cells).filter(j => (j.hypothesis.because !== undefined) !== (j.outcome === 'contradicted'));
    expect(explained.map(j => `${j.row.id} ${j.family}: ${j.outcome}`)).toEqual([]);
  });

  it('is in the README as the cells have it', async () => {
    const readme = await readFile('README.md', 'utf8');
    const there = readme.slice(readme.indexOf(BEGIN) + BEGIN.length, readme.indexOf(END)).trim();
    expect(there).toBe(hypothesesMarkdown(cells));
  });

  it('calls a row unknown if one of its cells is', () => {
    const [some] = cells;
    if (some === undefined) throw new Error('there are cells');
    const of = (...kinds: Cell['cell'][]) => rowAnswer(kinds.map(cell => ({ ...some, cell })));
    expect(of('ok', 'unsound', 'unknown')).toBe('unknown');
    expect(of('ok', 'over-strict', 'unsound')).toBe('unsound');
    expect(of('ok', 'over-strict')).toBe('over-strict');
    expect(of('ok', 'not-applicable')).toBe('ok');
    expect(of('not-applicable')).toBe('not applicable');
    expect(of()).toBe('unknown');
    expect(rowAnswer([some, undefined])).toBe('unknown');
  });

  it('confirms nothing without cells', () => {
    expect(new Set(judge([]).map(j => j.outcome))).toEqual(new Set(['unknown', 'no hypothesis']));
  });

  it('is contradicted by a cell that is not as it was guessed', () => {
    const lies = cells.map((c): Cell => (c.cell === 'unsound' ? { ...c, cell: 'ok' } : c));
    const changed = judge(lies).filter(j => j.outcome === 'contradicted');
    expect(changed.length).toBeGreaterThan(1);
    expect(hypothesesMarkdown(lies)).not.toBe(hypothesesMarkdown(cells));
  });
});
