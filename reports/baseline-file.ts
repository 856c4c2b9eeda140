/**
 * A report as a baseline: what `--baseline` compares, and nothing else. One line a result, sorted by id: a file to check in, in
 * which a changed answer is a changed line.
 */
import { answered } from './json.js';
import type { Report, Result } from './report.js';
import { REPORT_VERSION } from './tool.js';

const ofCell = (r: Result) => ({
  scenario: r.scenario,
  design: r.design,
  verdict: r.verdict,
  guard: r.guard,
  safety: r.safety,
  property: r.property,
  cell: r.cell,
});
const ofVerdict = (r: Result) => ({
  file: r.file,
  program: r.program,
  design: r.design,
  verdict: answered(r.verdict),
  guard: r.guard,
  message: r.programs[0]?.message ?? null,
});

export const baselineFile = (report: Report): string => {
  const of = report.question === 'compare' ? ofCell : ofVerdict;
  const sorted = [...report.results].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  const head = { schemaVersion: REPORT_VERSION, tool: { name: report.tool.name, version: report.tool.version } };
  const lines = sorted.map(r => `    ${JSON.stringify(of(r))}`);
  return [
    '{',
    ...Object.entries(head).map(([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value)},`),
    `  "results": [${lines.length === 0 ? ']' : ''}`,
    ...(lines.length === 0 ? [] : [lines.join(',\n'), '  ]']),
    '}',
    '',
  ].join('\n');
};
