/**
 * A finding in the five sections of the kernel's own diagnostics: what failed, Reason, At, Causal path, Suggestion.
 *
 * What is said is decided in counterexample.ts and verdict.ts; here it is laid out.
 */
import type { At } from '../model/program.js';
import { indented, wrap } from './layout.js';
import { fenced, inline, paragraph, prose } from './markdown-text.js';
import type { Paint } from './paint.js';
import { plain } from './paint.js';
import type { Sources } from './sources.js';
import { placeText } from './sources.js';

export interface PathStep {
  /** Who takes the step: `CPU 0 push`. Empty when there is only one. */
  readonly actor: string;
  readonly text: string;
  readonly at: At | null;
  /** What is different after the step. */
  readonly changes: readonly string[];
}

export interface Diagnosis {
  readonly category: string;
  readonly title: string;
  /** Which program or scenario, under which design. */
  readonly subject: string;
  readonly reason: readonly string[];
  readonly at: At | null;
  readonly path: readonly PathStep[];
  /** A remark beside the heading of the path. */
  readonly pathNote: string;
  readonly suggestion: string;
}

const MOST_COLUMNS = 3;
const NARROWEST_COLUMN = 34;

/** Where a step is: the line alone if it lies in the file of the finding. */
const where = (step: PathStep, home: At | null, sources: Sources): string => {
  if (step.at === null) return '';
  return step.at.file === home?.file ? `:${String(step.at.line)}` : placeText(step.at, sources);
};

const stepLines = (step: PathStep, home: At | null, sources: Sources, width: number): string[] => {
  const place = where(step, home, sources);
  return [
    ...wrap(place === '' ? step.text : `${step.text}  ${place}`, width),
    ...step.changes.flatMap(c => wrap(c, width - 4).map((l, i) => (i === 0 ? `  ${l}` : `    ${l}`))),
  ];
};

/** One column for each actor, so that the interleaving can be read downwards. */
const inColumns = (
  d: Diagnosis,
  actors: readonly string[],
  sources: Sources,
  paint: Paint,
  width: number,
): string[] => {
  const column = Math.floor((width - 5) / actors.length);
  const out = [`     ${actors.map(a => paint.bold(a.padEnd(column))).join('')}`.trimEnd()];
  d.path.forEach((step, i) => {
    const before = ' '.repeat(column * actors.indexOf(step.actor));
    stepLines(step, d.at, sources, column - 2).forEach((line, n) => {
      const number = n === 0 ? String(i + 1).padStart(3) : '   ';
      out.push(`${number}  ${before}${line.startsWith('  ') ? paint.dim(line) : line}`);
    });
  });
  return out;
};

const inOneColumn = (d: Diagnosis, sources: Sources, paint: Paint, width: number): string[] => {
  const actors = d.path.map(s => s.actor.length);
  const column = Math.max(0, ...actors);
  return d.path.flatMap((step, i) =>
    stepLines(step, d.at, sources, width - column - 7).map((line, n) => {
      const number = n === 0 ? String(i + 1).padStart(3) : '   ';
      const actor = column === 0 ? '' : `${(n === 0 ? step.actor : '').padEnd(column)}  `;
      return `${number}  ${actor}${line.startsWith('  ') ? paint.dim(line) : line}`;
    }),
  );
};

/** The five sections for a terminal that is `width` wide. */
export const diagnosisText = (d: Diagnosis, sources: Sources, paint: Paint, width: number): string => {
  const head = (name: string, note = ''): string =>
    `\n${paint.bold(name)}${note === '' ? '' : paint.dim(`  (${note})`)}`;
  const actors = [...new Set(d.path.map(s => s.actor))];
  const columns = actors.length > 1 && actors.length <= MOST_COLUMNS && (width - 5) / actors.length >= NARROWEST_COLUMN;
  const line = d.at === null ? null : sources.line(d.at);
  const out = [
    `${paint.red(paint.bold(d.category))}: ${paint.bold(d.title)}`,
    ...indented(d.subject, width, 2),
    head('Reason'),
    ...d.reason.flatMap(r => indented(r, width, 2)),
    head('At'),
    ...(d.at === null
      ? ['  no place in the program: this is checked when it is loaded']
      : [`  ${placeText(d.at, sources)}`]),
    ...(line === null || d.at === null
      ? []
      : [`  ${String(d.at.line).padStart(4)} | ${line.trimEnd().replaceAll('\t', '    ')}`]),
    head('Causal path', d.pathNote),
    ...(d.path.length === 0 ? ['  none: nothing has happened yet'] : []),
    ...(columns ? inColumns(d, actors, sources, paint, width) : inOneColumn(d, sources, paint, width)),
    head('Suggestion'),
    ...indented(d.suggestion, width, 2),
  ];
  return `${out.join('\n')}\n`;
};

/** The same for a mail or an issue: at most 80 columns wherever the words allow it. No text of it can end what it stands in. */
export const diagnosisMarkdown = (d: Diagnosis, sources: Sources, level = 3, id = ''): string => {
  const line = d.at === null ? null : sources.line(d.at);
  const path = inOneColumn(d, sources, plain, 76);
  const out = [
    `${'#'.repeat(level)} ${prose(d.category)}${id === '' ? '' : `: ${inline(id)}`}`,
    '',
    ...paragraph(`${d.title}. ${d.subject}`, 80),
    '',
    ...paragraph(d.reason.join(' '), 80, '**Reason** '),
    '',
    d.at === null
      ? '**At** no place in the program: this is checked when it is loaded'
      : `**At** ${inline(placeText(d.at, sources))}`,
    ...(line === null ? [] : ['', ...fenced([line.trim()], 'c')]),
    '',
    `**Causal path**${d.pathNote === '' ? '' : ` (${prose(d.pathNote)})`}`,
    ...(path.length === 0 ? [] : ['', ...fenced(path)]),
    '',
    ...paragraph(d.suggestion, 80, '**Suggestion** '),
  ];
  return `${out.join('\n')}\n`;
};
