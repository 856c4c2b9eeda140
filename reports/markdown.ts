/**
 * Reports for mail, review comments and `$GITHUB_STEP_SUMMARY`: paragraphs of at most 80 columns, and tables that fit where they can.
 */
import { againstMarkdown } from './against.js';
import { allProgramsMarkdown } from './all-programs.js';
import type { Cell } from '../proofs/cell.js';
import { cellKinds } from '../proofs/cell.js';
import { diagnosisMarkdown } from './diagnosis.js';
import { count } from './layout.js';
import { MAIL_WIDTH, html, inline, item, paragraph, prose } from './markdown-text.js';
import type { Matrix, Problem, Topic } from './matrix.js';
import { countsOf, gathered, isUnexpected, matrixOf, meanings, shortName, symbols } from './matrix.js';
import { shown } from './printable.js';
import type { Report, Result } from './report.js';
import { answerText, foundIn, rejectionsOf } from './results.js';
import type { Sources } from './sources.js';
import { placeText } from './sources.js';

const cellText = (text: string): string => text.replaceAll('\n', ' ').replace(/(?<!\\)\|/g, '\\|');

/** A pipe table with its columns aligned. */
export const pipeTable = (head: readonly string[], rows: readonly (readonly string[])[]): string[] => {
  const all = [head, ...rows].map(r => r.map(cellText));
  const widths = head.map((_, i) => Math.max(3, ...all.map(r => r[i]?.length ?? 0)));
  const line = (r: readonly string[]): string => `| ${widths.map((w, i) => (r[i] ?? '').padEnd(w)).join(' | ')} |`;
  const [first = [], ...rest] = all;
  return [line(first), `|${widths.map(w => '-'.repeat(w + 2)).join('|')}|`, ...rest.map(line)];
};

const letterOf = (i: number): string =>
  i < 26 ? String.fromCharCode(65 + i) : `${letterOf(Math.floor(i / 26) - 1)}${letterOf(i % 26)}`;

/** Designs that say the same of every scenario of the topic share a column. */
const topicTable = (m: Matrix<Result>, topic: Topic): string[] => {
  const classes = new Map<string, string[]>();
  for (const d of m.designs.filter(d => topic.scenarios.some(s => m.cell(s, d) !== undefined))) {
    const key = topic.scenarios.map(s => m.cell(s, d)?.cell ?? '').join();
    classes.set(key, [...(classes.get(key) ?? []), d]);
  }
  const columns = [...classes.values()];
  const nameWidth = Math.max(8, ...topic.scenarios.map(s => shortName(s).length));
  const symbolOf = (s: string, designs: readonly string[]): string => {
    const cell = m.cell(s, designs[0] ?? '');
    return cell === undefined || cell.cell === null ? ' ' : symbols[cell.cell];
  };
  const named =
    columns.every(c => c.length === 1) &&
    nameWidth + columns.reduce((n, c) => n + Math.max(3, c[0]?.length ?? 0) + 3, 4) <= MAIL_WIDTH;
  const heads = columns.map((c, i) => (named ? prose(c[0] ?? '') : letterOf(i)));
  const perTable = named ? columns.length : Math.max(1, Math.floor((MAIL_WIDTH - nameWidth - 4) / 6));
  const out: string[] = [];
  for (let first = 0; first < columns.length; first += perTable) {
    const some = columns.slice(first, first + perTable);
    out.push(
      ...pipeTable(
        ['scenario', ...heads.slice(first, first + perTable)],
        topic.scenarios.map(s => [prose(shortName(s)), ...some.map(c => symbolOf(s, c))]),
      ),
      '',
    );
  }
  if (!named) out.push(...columns.flatMap((c, i) => item(c.join(', '), `${heads[i] ?? ''}: `)), '');
  return out;
};

const summaryTable = (report: Report, m: Matrix<Result>): string[] =>
  pipeTable(
    ['design', ...cellKinds.map(k => symbols[k])],
    m.designs.map(d => {
      const counts = countsOf(report.results.filter(x => x.design === d));
      return [prose(d), ...cellKinds.map(k => String(counts[k]))];
    }),
  );

export const problemMarkdown = (p: Problem, sources: Sources): string[] =>
  item(
    p.kind === 'unsupported'
      ? `unsupported: ${p.construct}`
      : `${p.message}${p.remedy === undefined ? '' : ` ${p.remedy}`}`,
    `${inline(placeText(p.at, sources))}: `,
  );

/** A part of a report that may be left out for want of room. */
interface Block {
  readonly what: 'line' | 'counterexample';
  readonly lines: readonly string[];
}
const linesOf = (lines: readonly string[]): readonly Block[] => lines.map(l => ({ what: 'line', lines: [l] }));

const section = (title: string, lines: readonly string[]): readonly Block[] =>
  lines.length === 0 ? [] : linesOf([`## ${prose(title)}`, '', ...lines, '']);

const listOf = (results: readonly Result[], what: (r: Result) => string): string[] =>
  gathered(results, what).flatMap(g => item(`${g.what}: ${g.designs.join(', ')}`, `${inline(g.subject)}, `));

/** GitHub shows no step summary that is larger than 1 MiB; some of it is for the remark on what is missing. */
const MOST_BYTES = 1024 * 1024 - 1024;

const fitted = (blocks: readonly Block[]): string => {
  const fits: string[] = [];
  const missing = { line: 0, counterexample: 0 };
  let bytes = 0;
  for (const b of blocks) {
    const text = `${b.lines.join('\n')}\n`;
    bytes += Buffer.byteLength(text);
    if (bytes > MOST_BYTES) missing[b.what] += 1;
    else fits.push(text);
  }
  const whole = `${fits.join('').trimEnd()}\n`;
  if (missing.line + missing.counterexample === 0) return whole;
  const left = [
    ...(missing.line > 0 ? [count(missing.line, 'line')] : []),
    ...(missing.counterexample > 0 ? [count(missing.counterexample, 'counterexample')] : []),
  ].join(' and ');
  return `${whole}\n**Left out:** ${left}; GitHub shows at most 1 MiB. The formats json and html have everything.\n`;
};

/** So many counterexamples are shown at once; more can be opened one by one. */
const MOST_OPEN = 3;

const counterexamples = (results: readonly Result[], sources: Sources): readonly Block[] => {
  const folded = results.length > MOST_OPEN;
  return results.map(r => {
    const lines = r.diagnoses.slice(-1).flatMap(d => diagnosisMarkdown(d, sources, 3, r.id).trimEnd().split('\n'));
    const summary = `<summary>${html(r.id)}: ${html(r.property ?? r.guard ?? r.found)}</summary>`;
    return {
      what: 'counterexample',
      lines: folded ? ['<details>', summary, '', ...lines, '', '</details>', ''] : [...lines, ''],
    };
  });
};

/** The whole comparison; with `traces`, the counterexample of every unsound cell. */
const comparisonMarkdown = (report: Report, sources: Sources, traces: boolean): string => {
  const m = matrixOf(report.results);
  const of = (kind: Cell['cell']): readonly Result[] => report.results.filter(x => x.cell === kind);
  const runs = traces ? of('unsound').filter(x => x.counterexample !== null) : [];
  const scenarios = m.topics.reduce((n, t) => n + t.scenarios.length, 0);
  return fitted([
    ...linesOf([
      '# Scenarios and designs',
      '',
      ...paragraph(
        `${count(scenarios, 'scenario')} and ${count(m.designs.length, 'design')}, compared by ${report.tool.name} ${report.tool.version}.`,
        MAIL_WIDTH,
      ),
      '',
      ...cellKinds.flatMap(k => item(meanings[k], `\`${symbols[k]}\` ${k}: `)),
      '',
    ]),
    ...section('Summary', summaryTable(report, m)),
    ...m.topics.flatMap(t => section(t.name === '' ? 'Other' : t.name, topicTable(m, t).slice(0, -1))),
    ...section(
      'Unsound',
      listOf(of('unsound'), x => x.property ?? 'violated'),
    ),
    ...section(
      'Over-strict',
      listOf(of('over-strict'), x => `rejected at ${x.guard ?? 'an unnamed guard'}`),
    ),
    ...section(
      'Unknown',
      listOf(of('unknown'), x => x.why ?? x.found),
    ),
    ...section(
      'Not as the scenario expects',
      report.results
        .filter(isUnexpected)
        .flatMap(x => item(`expected ${x.expected?.text ?? ''}; got ${foundIn(x)}`, `${inline(x.id)}: `)),
    ),
    ...linesOf(againstMarkdown(report, sources)),
    ...linesOf(allProgramsMarkdown(report.allPrograms)),
    ...section(
      'Problems',
      report.problems.flatMap(p => problemMarkdown(p, sources)),
    ),
    ...(runs.length === 0 ? [] : linesOf(['## Counterexamples', ''])),
    ...counterexamples(runs, sources),
  ]);
};

const checkMarkdown = (report: Report, sources: Sources): string => {
  const files = [...new Set(report.results.map(r => r.file))];
  return fitted([
    ...linesOf(['# Verdicts', '']),
    ...files.flatMap(file =>
      linesOf([
        `## ${inline(sources.name(file))}`,
        '',
        ...report.results
          .filter(r => r.file === file)
          .flatMap(r => item(`under ${r.design}: ${answerText(r)}`, `${inline(r.program ?? r.subject)} `)),
        '',
      ]),
    ),
    ...linesOf(againstMarkdown(report, sources)),
    ...rejectionsOf(report).map((d): Block => ({ what: 'counterexample', lines: [diagnosisMarkdown(d, sources)] })),
    ...section(
      'Problems',
      report.problems.flatMap(p => problemMarkdown(p, sources)),
    ),
  ]);
};

export const reportMarkdown = (of: Report, from: Sources, o: { readonly traces: boolean }): string => {
  const { report, sources } = shown(of, from);
  return report.question === 'check' ? checkMarkdown(report, sources) : comparisonMarkdown(report, sources, o.traces);
};
