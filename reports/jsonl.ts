/** Reports as one object a line, so that answers can be read as they come. The last line is the summary. */
import type { Cell } from '../proofs/cell.js';
import type { CheckResult, Checked } from './check.js';
import { cellJson, checkResultJson, problemJson } from './json.js';
import type { Comparison, Problem } from './matrix.js';
import { countsOf, isUnexpected } from './matrix.js';
import type { Sources } from './sources.js';
import { SCHEMA_VERSION } from './tool.js';

const line = (type: 'result' | 'problem' | 'summary', value: object): string =>
  `${JSON.stringify({ schemaVersion: SCHEMA_VERSION, type, ...value })}\n`;

export const cellLine = (c: Cell, sources: Sources): string => line('result', cellJson(c, sources));
export const checkLine = (r: CheckResult, sources: Sources): string => line('result', checkResultJson(r, sources));
export const problemLine = (p: Problem, sources: Sources): string => line('problem', problemJson(p, sources));

const summary = (c: Pick<Checked, 'tool' | 'exit' | 'baseline'>, counts: object): string =>
  line('summary', {
    tool: { name: c.tool.name, version: c.tool.version },
    exit: c.exit,
    ...counts,
    ...(c.baseline === undefined ? {} : { baseline: c.baseline }),
  });

/** What follows the results when those were written as they came. */
export const comparisonTail = (c: Comparison): string =>
  c.problems.map(p => problemLine(p, c.sources)).join('') +
  summary(c, { summary: { ...countsOf(c.cells), unexpected: c.cells.filter(isUnexpected).length } });

export const comparisonJsonl = (c: Comparison): string =>
  c.cells.map(x => cellLine(x, c.sources)).join('') + comparisonTail(c);

export const checkedJsonl = (c: Checked): string =>
  c.results.map(r => checkLine(r, c.sources)).join('') +
  c.problems.map(p => problemLine(p, c.sources)).join('') +
  summary(c, {});
