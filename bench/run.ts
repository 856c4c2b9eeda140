/**
 * `npm run bench [PART...]`: how we do next to something else on this machine, now. Parts: cold, all-programs, search, solver, proofs, objects, reports, matrix.
 *
 * Targets are ratios of medians of interleaved runs. Times are for information: another machine has others.
 */
import { cpus } from 'node:os';
import Table from 'cli-table3';
import { allProgramsRows } from './all-programs.js';
import { coldRows, matrixRows } from './cold.js';
import { largeRows } from './large.js';
import type { Row } from './measure.js';
import { isMet } from './measure.js';
import { objectRows } from './objects.js';
import { proofRows } from './proofs.js';
import { reportRows } from './reports.js';
import { searchRows } from './search.js';
import { solverRows } from './solver.js';

const parts: Readonly<Record<string, () => Promise<Row[]>>> = {
  cold: coldRows,
  'all-programs': allProgramsRows,
  search: searchRows,
  solver: solverRows,
  proofs: proofRows,
  objects: async () => [...(await objectRows()), ...largeRows()],
  reports: reportRows,
  matrix: matrixRows,
};

const asked = process.argv.slice(2);
const unknown = asked.filter(a => parts[a] === undefined);
if (unknown.length > 0) {
  process.stderr.write(`no part ${unknown.join(', ')}; there are ${Object.keys(parts).join(', ')}\n`);
  process.exit(64);
}

const rows: Row[] = [];
for (const [name, measure] of Object.entries(parts)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  process.stderr.write(`${name} ...\n`);
  rows.push(...(await measure()));
}

const table = new Table({ head: ['what', 'ours', 'against', 'ratio', 'target', ''], style: { head: [], border: [] } });
for (const r of rows) {
  const met = isMet(r);
  const target =
    r.target === null ? '' : 'most' in r.target ? `<= ${String(r.target.most)}` : `>= ${String(r.target.least)}`;
  table.push([
    r.what,
    r.ours,
    r.against,
    r.ratio?.toFixed(2) ?? '',
    target,
    met === null ? '' : met ? 'met' : 'missed',
  ]);
}
const notes = rows.flatMap(r => (r.note === undefined ? [] : [`${r.what.trim()}: ${r.note}`]));
const processors = cpus();
process.stdout.write(
  `${table.toString()}\n${notes.join('\n')}\nNode ${process.version}, ${String(processors.length)} x ${processors[0]?.model.trim() ?? 'unknown'}\n`,
);
process.exitCode = rows.some(r => isMet(r) === false) ? 50 : 0;
