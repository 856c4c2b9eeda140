/** Reports for mail and issues: paragraphs of at most 80 columns, and tables that fit where they can. */
import { againstMarkdown } from './against.js';
import { allProgramsMarkdown } from './all-programs.js';
import type { Cell } from '../proofs/cell.js';
import { cellKinds } from '../proofs/cell.js';
import type { Checked } from './check.js';
import { rejections, verdictText } from './check.js';
import { counterexampleOf } from './counterexample.js';
import { diagnosisMarkdown } from './diagnosis.js';
import { count, wrap } from './layout.js';
import type { Comparison, Matrix, Problem, Topic } from './matrix.js';
import {
  countsOf,
  foundText,
  gathered,
  isUnexpected,
  matrixOf,
  meanings,
  shortName,
  symbols,
  whyUnknown,
} from './matrix.js';
import type { Sources } from './sources.js';
import { placeText } from './sources.js';
import { rejectionOf } from './verdict.js';

export const MAIL_WIDTH = 80;

const cellText = (text: string): string => text.replaceAll('\n', ' ').replaceAll('|', '\\|');

/** A pipe table with its columns aligned. */
export const pipeTable = (head: readonly string[], rows: readonly (readonly string[])[]): string[] => {
  const all = [head, ...rows].map(r => r.map(cellText));
  const widths = head.map((_, i) => Math.max(3, ...all.map(r => r[i]?.length ?? 0)));
  const line = (r: readonly string[]): string => `| ${widths.map((w, i) => (r[i] ?? '').padEnd(w)).join(' | ')} |`;
  const [first = [], ...rest] = all;
  return [line(first), `|${widths.map(w => '-'.repeat(w + 2)).join('|')}|`, ...rest.map(line)];
};

/** A list item, wrapped, what follows the first line indented. */
const item = (text: string): string[] => wrap(text, MAIL_WIDTH - 2).map((l, i) => `${i === 0 ? '-' : ' '} ${l}`);

const letterOf = (i: number): string =>
  i < 26 ? String.fromCharCode(65 + i) : `${letterOf(Math.floor(i / 26) - 1)}${letterOf(i % 26)}`;

/** Designs that say the same of every scenario of the topic share a column. */
const topicTable = (m: Matrix, topic: Topic): string[] => {
  const classes = new Map<string, string[]>();
  for (const d of m.designs.filter(d => topic.scenarios.some(s => m.cell(s, d) !== undefined))) {
    const key = topic.scenarios.map(s => m.cell(s, d)?.cell ?? '').join();
    classes.set(key, [...(classes.get(key) ?? []), d]);
  }
  const columns = [...classes.values()];
  const nameWidth = Math.max(8, ...topic.scenarios.map(s => shortName(s).length));
  const symbolOf = (s: string, designs: readonly string[]): string => {
    const cell = m.cell(s, designs[0] ?? '');
    return cell === undefined ? ' ' : symbols[cell.cell];
  };
  const named =
    columns.every(c => c.length === 1) &&
    nameWidth + columns.reduce((n, c) => n + Math.max(3, c[0]?.length ?? 0) + 3, 4) <= MAIL_WIDTH;
  const heads = columns.map((c, i) => (named ? (c[0] ?? '') : letterOf(i)));
  const perTable = named ? columns.length : Math.max(1, Math.floor((MAIL_WIDTH - nameWidth - 4) / 6));
  const out: string[] = [];
  for (let first = 0; first < columns.length; first += perTable) {
    const some = columns.slice(first, first + perTable);
    out.push(
      ...pipeTable(
        ['scenario', ...heads.slice(first, first + perTable)],
        topic.scenarios.map(s => [shortName(s), ...some.map(c => symbolOf(s, c))]),
      ),
      '',
    );
  }
  if (!named) out.push(...columns.flatMap((c, i) => item(`${heads[i] ?? ''}: ${c.join(', ')}`)), '');
  return out;
};

const summaryTable = (c: Comparison, m: Matrix): string[] =>
  pipeTable(
    ['design', ...cellKinds.map(k => symbols[k])],
    m.designs.map(d => {
      const counts = countsOf(c.cells.filter(x => x.design === d));
      return [d, ...cellKinds.map(k => String(counts[k]))];
    }),
  );

export const problemMarkdown = (p: Problem, sources: Sources): string[] =>
  item(
    p.kind === 'unsupported'
      ? `\`${placeText(p.at, sources)}\`: unsupported: ${p.construct}`
      : `\`${placeText(p.at, sources)}\`: ${p.message}${p.remedy === undefined ? '' : ` ${p.remedy}`}`,
  );

const section = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : [`## ${title}`, '', ...lines, ''];

const listOf = (cells: readonly Cell[], what: (c: Cell) => string): string[] =>
  gathered(cells, what).flatMap(g => item(`\`${g.scenario}\`, ${g.what}: ${g.designs.join(', ')}`));

/** The whole comparison; with `traces`, the counterexample of every unsound cell. */
export const comparisonMarkdown = (c: Comparison, options: { readonly traces: boolean }): string => {
  const m = matrixOf(c.cells);
  const of = (kind: Cell['cell']): readonly Cell[] => c.cells.filter(x => x.cell === kind);
  const traces = options.traces
    ? of('unsound').flatMap(x =>
        x.counterexample === null ? [] : [diagnosisMarkdown(counterexampleOf(x, x.counterexample), c.sources)],
      )
    : [];
  const scenarios = m.topics.reduce((n, t) => n + t.scenarios.length, 0);
  const out = [
    '# Scenarios and designs',
    '',
    ...wrap(
      `${count(scenarios, 'scenario')} and ${count(m.designs.length, 'design')}, compared by ${c.tool.name} ${c.tool.version}.`,
      MAIL_WIDTH,
    ),
    '',
    ...cellKinds.flatMap(k => item(`\`${symbols[k]}\` ${k}: ${meanings[k]}`)),
    '',
    ...section('Summary', summaryTable(c, m)),
    ...m.topics.flatMap(t => section(t.name === '' ? 'Other' : t.name, topicTable(m, t).slice(0, -1))),
    ...section(
      'Unsound',
      listOf(of('unsound'), x => x.property ?? 'violated'),
    ),
    ...section(
      'Over-strict',
      listOf(of('over-strict'), x => `rejected at ${x.guard ?? 'an unnamed guard'}`),
    ),
    ...section('Unknown', listOf(of('unknown'), whyUnknown)),
    ...section(
      'Not as the scenario expects',
      c.cells
        .filter(isUnexpected)
        .flatMap(x => item(`\`${x.scenario}@${x.design}\`: expected ${x.expected?.text ?? ''}; got ${foundText(x)}`)),
    ),
    ...againstMarkdown(c.baseline, c.tool, MAIL_WIDTH),
    ...allProgramsMarkdown(c.allPrograms),
    ...section(
      'Problems',
      c.problems.flatMap(p => problemMarkdown(p, c.sources)),
    ),
    ...section(
      'Counterexamples',
      traces
        .join('\n')
        .trimEnd()
        .split('\n')
        .filter((_, i, all) => all.length > 1 || i > 0),
    ),
  ];
  return `${out.join('\n').trimEnd()}\n`;
};

export const checkedMarkdown = (c: Checked): string => {
  const files = [...new Set(c.results.map(r => r.file))];
  const out = [
    '# Verdicts',
    '',
    ...files.flatMap(file => [
      `## ${c.sources.name(file)}`,
      '',
      ...c.results
        .filter(r => r.file === file)
        .flatMap(r => item(`\`${r.verdict.program}\` under ${r.design}: ${verdictText(r.verdict)}`)),
      '',
    ]),
    ...againstMarkdown(c.baseline, c.tool, MAIL_WIDTH),
    ...rejections(c).flatMap(x => [diagnosisMarkdown(rejectionOf(x.verdict, x.design, x.designs), c.sources)]),
    ...section(
      'Problems',
      c.problems.flatMap(p => problemMarkdown(p, c.sources)),
    ),
  ];
  return `${out.join('\n').trimEnd()}\n`;
};
