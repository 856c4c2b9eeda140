/** Reports for a terminal. */
import { againstText } from './against.js';
import { allProgramsText } from './all-programs.js';
import type { CellKind, ProgramVerdict } from '../proofs/cell.js';
import { cellKinds } from '../proofs/cell.js';
import { diagnosisText } from './diagnosis.js';
import { count, indented, listed, wrap } from './layout.js';
import type { Gathered, Matrix, Problem } from './matrix.js';
import { countsOf, gathered, isUnexpected, legend, matrixOf, meanings, shortName, symbols } from './matrix.js';
import type { Paint } from './paint.js';
import { shown } from './printable.js';
import type { Report, Result } from './report.js';
import { answerText, foundIn, rejectionsOf } from './results.js';
import type { Sources } from './sources.js';
import { placeText } from './sources.js';

export interface TextOptions {
  readonly paint: Paint;
  readonly width: number;
  /** Only what is wrong: no matrix, no accepted programs. */
  readonly quiet: boolean;
  /** The full counterexample of every unsound cell. */
  readonly traces: boolean;
  /** Everything about each cell, instead of the matrix. */
  readonly whole: boolean;
}

const colours: Readonly<Record<CellKind, (paint: Paint, text: string) => string>> = {
  ok: (paint, text) => paint.green(text),
  'over-strict': (paint, text) => paint.yellow(text),
  unsound: (paint, text) => paint.red(paint.bold(text)),
  'not-applicable': (paint, text) => paint.dim(text),
  unknown: (paint, text) => paint.magenta(text),
};
const colour =
  (paint: Paint, kind: CellKind) =>
  (text: string): string =>
    colours[kind](paint, text);

export const problemText = (p: Problem, sources: Sources): string =>
  p.kind === 'unsupported'
    ? `${placeText(p.at, sources)}: unsupported: ${p.construct}`
    : `${placeText(p.at, sources)}: ${p.message}${p.remedy === undefined ? '' : `\n  ${p.remedy}`}`;

// The matrix

/** How wide a design's column is: its name over it, two characters under a number, or one. */
const columnsOf = (
  m: Matrix<Result>,
  nameWidth: number,
  width: number,
): { named: boolean; each: number; perBlock: number } => {
  const room = Math.max(10, width - nameWidth);
  const named = m.designs.reduce((sum, d) => sum + Math.max(3, d.length) + 2, 0);
  if (named <= room) return { named: true, each: 0, perBlock: m.designs.length };
  if (m.designs.length * 2 <= room) return { named: false, each: 2, perBlock: m.designs.length };
  return { named: false, each: 1, perBlock: Math.floor((room * 5) / 6) };
};

/** One character a design, with a gap after every five where there is no room for one after each. */
const row = (items: readonly string[], each: number): string =>
  items.map((s, i) => s + (each === 2 || (i % 5 === 4 && i < items.length - 1) ? ' ' : '')).join('');

const matrixText = (m: Matrix<Result>, paint: Paint, width: number): string[] => {
  const names = m.topics.flatMap(t => t.scenarios.map(shortName));
  const nameWidth = Math.max(10, ...names.map(n => n.length + 4), ...m.topics.map(t => t.name.length + 2));
  const { named, each, perBlock } = columnsOf(m, nameWidth, width);
  const out: string[] = [];
  for (let first = 0; first < m.designs.length; first += perBlock) {
    const designs = m.designs.slice(first, first + perBlock);
    const widths = designs.map(d => Math.max(3, d.length) + 2);
    if (named)
      out.push(`${' '.repeat(nameWidth)}${designs.map((d, i) => d.padEnd(widths[i] ?? 0)).join('')}`.trimEnd());
    else
      for (const place of m.designs.length > 9 ? [10, 1] : [1]) {
        const digits = designs.map((_, i) => {
          const n = first + i + 1;
          return place === 10 ? (n >= 10 ? String(Math.floor(n / 10) % 10) : ' ') : String(n % 10);
        });
        out.push(paint.dim(`${' '.repeat(nameWidth)}${row(digits, each)}`.trimEnd()));
      }
    for (const topic of m.topics) {
      out.push(paint.bold(topic.name === '' ? 'other' : topic.name));
      for (const scenario of topic.scenarios) {
        const cells = designs.map(d => m.cell(scenario, d));
        const shown = cells.map((c, i) => {
          if (c === undefined || c.cell === null) return named ? ' '.repeat(widths[i] ?? 0) : ' ';
          return colour(paint, c.cell)(named ? symbols[c.cell].padEnd(widths[i] ?? 0) : symbols[c.cell]);
        });
        const wrong = cells.flatMap((c, i) =>
          c !== undefined && isUnexpected(c) ? [named ? c.design : String(first + i + 1)] : [],
        );
        out.push(
          `  ${shortName(scenario).padEnd(nameWidth - 2)}${named ? shown.join('') : row(shown, each)}`.trimEnd(),
        );
        if (wrong.length === 0) continue;
        const mark = `  ! ${wrong.join(' ')}`;
        const used =
          nameWidth +
          (named
            ? widths.reduce((n, w) => n + w, 0)
            : row(
                cells.map(() => '.'),
                each,
              ).length);
        if (used + mark.length <= width) out.push((out.pop() ?? '') + paint.red(mark));
        else out.push(...indented(mark, width, nameWidth).map(l => paint.red(l)));
      }
    }
    out.push('');
  }
  return [...out, ...wrap(`${legend}, ! not as the scenario expects`, width), ''];
};

const summaryText = (report: Report, m: Matrix<Result>, paint: Paint): string[] => {
  const nameWidth = Math.max(8, ...m.designs.map(d => d.length));
  const heads = ['ok', 'over-strict', 'unsound', 'n/a', 'unknown'];
  const cellsOf = (d: string): readonly Result[] => report.results.filter(x => x.design === d);
  return [
    paint.bold(`      ${'design'.padEnd(nameWidth)}${heads.map(h => h.padStart(h.length + 2)).join('')}`),
    ...m.designs.map((d, i) => {
      const counts = countsOf(cellsOf(d));
      const numbers = cellKinds.map((k, n) => {
        const text = counts[k] === 0 ? '' : String(counts[k]);
        const cell = text.padStart((heads[n]?.length ?? 0) + 2);
        return k === 'ok' || text === '' ? cell : colour(paint, k)(cell);
      });
      return `  ${String(i + 1).padStart(2)}  ${d.padEnd(nameWidth)}${numbers.join('')}`.trimEnd();
    }),
    '',
  ];
};

const groupLines = (groups: readonly Gathered[], width: number): string[] =>
  groups.flatMap(g => [`  ${g.subject}  ${g.what}`, ...listed(g.designs, width, 6)]);

const section = (title: string, lines: readonly string[], paint: Paint): string[] =>
  lines.length === 0 ? [] : [paint.bold(title), ...lines, ''];

const listsText = (report: Report, o: TextOptions): string[] => {
  const of = (kind: CellKind): readonly Result[] => report.results.filter(x => x.cell === kind);
  const unsound = of('unsound');
  const strict = of('over-strict');
  const unknown = of('unknown');
  const unexpected = report.results.filter(isUnexpected);
  const example = unsound[0];
  const see =
    example === undefined || o.traces
      ? []
      : ['  See a counterexample, or all of them with --trace:', `      ${example.command}`];
  return [
    ...section(
      `Unsound: ${meanings.unsound} (${count(unsound.length, 'cell')})`,
      [
        ...groupLines(
          gathered(unsound, x => x.property ?? 'violated'),
          o.width,
        ),
        ...see,
      ],
      o.paint,
    ),
    ...(o.quiet
      ? []
      : section(
          `Over-strict: ${meanings['over-strict']} (${count(strict.length, 'cell')})`,
          groupLines(
            gathered(strict, x => `rejected at ${x.guard ?? 'an unnamed guard'}`),
            o.width,
          ),
          o.paint,
        )),
    ...section(
      `Unknown: ${meanings.unknown} (${count(unknown.length, 'cell')})`,
      groupLines(
        gathered(unknown, x => x.why ?? x.found),
        o.width,
      ),
      o.paint,
    ),
    ...section(
      `Not as the scenario expects (${count(unexpected.length, 'cell')})`,
      unexpected.flatMap(x => [
        `  ${x.id}`,
        ...indented(`expected ${x.expected?.text ?? ''}`, o.width, 6),
        ...indented(`got ${foundIn(x)}`, o.width, 6),
      ]),
      o.paint,
    ),
  ];
};

const problemLines = (problems: readonly Problem[], sources: Sources, paint: Paint): string[] =>
  section(
    `Problems (${String(problems.length)})`,
    problems.flatMap(p =>
      problemText(p, sources)
        .split('\n')
        .map(l => `  ${l}`),
    ),
    paint,
  );

/** Everything in one line. */
export const totalText = (report: Report, m: Matrix<Result>): string => {
  const counts = countsOf(report.results);
  const scenarios = m.topics.reduce((n, t) => n + t.scenarios.length, 0);
  const kinds = cellKinds.filter(k => counts[k] > 0).map(k => `${counts[k].toLocaleString('en')} ${k}`);
  const wrong = report.results.filter(isUnexpected).length;
  return `${count(scenarios, 'scenario')}, ${count(m.designs.length, 'design')}: ${[...kinds, `${String(wrong)} not as expected`].join(', ')}`;
};

/** The matrix, the counts, and what is wrong. */
const matrixReport = (report: Report, sources: Sources, o: TextOptions): string => {
  const m = matrixOf(report.results);
  const traces = o.traces
    ? report.results.flatMap(x =>
        x.cell === 'unsound' && x.counterexample !== null
          ? x.diagnoses.slice(-1).map(d => diagnosisText(d, sources, o.paint, o.width))
          : [],
      )
    : [];
  const out = [
    ...(o.quiet || report.results.length === 0
      ? []
      : [...matrixText(m, o.paint, o.width), ...summaryText(report, m, o.paint)]),
    ...traces,
    ...listsText(report, o),
    ...allProgramsText(report.allPrograms, o.traces),
    ...againstText(report, sources, o),
    ...problemLines(report.problems, sources, o.paint),
    ...wrap(totalText(report, m), o.width),
  ];
  return `${out.join('\n')}\n`;
};

const programText = (p: ProgramVerdict): string =>
  p.verdict === 'reject'
    ? `reject at ${p.guard ?? '?'}: ${p.message ?? ''}`
    : `${p.verdict}${p.reason === null ? '' : `: ${p.reason}`}`;

/** Everything about each cell: verdict, counterexample, evidence and expectation. */
const wholeReport = (report: Report, sources: Sources, o: TextOptions): string => {
  const one = (x: Result): string => {
    const facts = [
      o.paint.bold(`${x.id}: ${x.cell === null ? x.outcome : colour(o.paint, x.cell)(x.cell)}`) +
        (x.cell === null ? '' : ` - ${meanings[x.cell]}`),
      ...x.programs.map(p => `  ${p.program}: ${programText(p)}`),
      ...(x.evidence === null ? [] : [`  explicit: ${x.evidence.explicit}`, `  smt: ${x.evidence.smt}`]),
      ...(x.expected === null
        ? []
        : [`  expected: ${x.expected.text}${x.expected.met ? '' : o.paint.red(`  NOT MET: got ${foundIn(x)}`)}`]),
      ...x.disagreements.map(d => o.paint.red(`  DISAGREEMENT ${d.question} explicit: ${d.explicit}; smt: ${d.smt}`)),
    ];
    return [`${facts.join('\n')}\n`, ...x.diagnoses.map(d => diagnosisText(d, sources, o.paint, o.width))].join('\n');
  };
  const problems = [...againstText(report, sources, o), ...problemLines(report.problems, sources, o.paint)];
  return [...report.results.map(one), ...(problems.length === 0 ? [] : [problems.join('\n')])].join('\n');
};

// check

/** The verdicts on a program stand together, whatever order the designs were asked in. */
const byProgram = (results: readonly Result[]): readonly Result[] => {
  const groups = new Map<string, Result[]>();
  for (const r of results) {
    const group = groups.get(r.subject);
    if (group === undefined) groups.set(r.subject, [r]);
    else group.push(r);
  }
  return [...groups.values()].flat();
};

const verdictColours: Readonly<Record<ProgramVerdict['verdict'], CellKind>> = {
  accept: 'ok',
  reject: 'unsound',
  unsupported: 'unknown',
  unknown: 'unknown',
  'not-applicable': 'not-applicable',
};

/** One line for every verdict, five sections for every rejection: once, if several designs reject a program alike. */
const verdictsReport = (report: Report, sources: Sources, o: TextOptions): string => {
  const listed = byProgram(report.results).filter(r => !o.quiet || r.verdict !== 'accept');
  const width = (f: (r: Result) => string): number => Math.max(0, ...listed.map(r => f(r).length));
  const nameOf = (r: Result): string => r.program ?? r.subject;
  const programs = width(nameOf);
  const designs = width(r => r.design);
  const lines: string[] = [];
  let file = '';
  for (const r of listed) {
    if (r.file !== file) lines.push(o.paint.bold(sources.name(r.file)));
    file = r.file;
    const paint = colour(o.paint, verdictColours[r.verdict]);
    const place = r.at.line === 0 ? '' : `  :${String(r.at.line)}`;
    lines.push(`  ${nameOf(r).padEnd(programs)}  ${r.design.padEnd(designs)}  ${paint(answerText(r))}${place}`);
  }
  const parts = [
    ...(lines.length === 0 ? [] : [`${lines.join('\n')}\n`]),
    ...rejectionsOf(report).map(d => diagnosisText(d, sources, o.paint, o.width)),
    ...[againstText(report, sources, o), problemLines(report.problems, sources, o.paint)].flatMap(lines =>
      lines.length === 0 ? [] : [lines.join('\n')],
    ),
  ];
  return parts.join('\n');
};

/** Nothing that could do harm to a terminal is in it. */
export const reportText = (of: Report, from: Sources, o: TextOptions): string => {
  const { report, sources } = shown(of, from);
  if (report.question === 'check') return verdictsReport(report, sources, o);
  return o.whole ? wholeReport(report, sources, o) : matrixReport(report, sources, o);
};
