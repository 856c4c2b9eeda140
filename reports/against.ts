/** What is different from the baseline, for people. */
import type { Against, AnswerChange } from './baseline.js';
import { count, indented } from './layout.js';
import { MAIL_WIDTH, inline, item, paragraph } from './markdown-text.js';
import type { Paint } from './paint.js';
import type { Report } from './report.js';
import type { Sources } from './sources.js';
import type { Tool } from './tool.js';

/** The regressions of a report, of all formats that show results one by one. */
export interface Regressions {
  /** By the id of the result. */
  readonly of: ReadonlyMap<string, AnswerChange>;
  /** Those of answers that the report does not have. */
  readonly withoutResult: readonly AnswerChange[];
}
export const regressionsOf = ({ baseline, results }: Report): Regressions => {
  const all = baseline?.regressions ?? [];
  const ids = new Set(results.map(r => r.id));
  return { of: new Map(all.map(c => [c.id, c])), withoutResult: all.filter(c => !ids.has(c.id)) };
};

/** One line. */
export const regressionText = (c: AnswerChange): string => `regression, ${c.what}: was ${c.was}; is ${c.is}`;

/** Nobody reads a list of a thousand names; the JSON has them. */
const MOST_NAMES = 20;
const names = (ids: readonly string[]): string => {
  const more = ids.length - MOST_NAMES;
  return `${ids.slice(0, MOST_NAMES).join(', ')}${more > 0 ? `, and ${String(more)} more` : ''}`;
};

const titleOf = (a: Against, file: string): string =>
  `Against the baseline ${file} (${count(a.regressions.length, 'regression')})`;

const REMEDY = 'Where this is meant, write the baseline again, with --out baseline:FILE.';

/** What is no regression, and is not to go unseen. */
const remarks = (a: Against, tool: Tool): readonly string[] => [
  ...(a.added.length === 0 ? [] : [`${String(a.added.length)} new: ${names(a.added)}`]),
  ...(a.gone.length === 0 ? [] : [`${String(a.gone.length)} gone: ${names(a.gone)}`]),
  ...(a.notAsked === 0 ? [] : [`${count(a.notAsked, 'answer')} of the baseline not asked for`]),
  ...(a.tool.version === tool.version
    ? []
    : [`the baseline was written by ${a.tool.name} ${a.tool.version}, this is ${tool.version}`]),
  `${count(a.same, 'answer')} as before`,
];

const changeText = (c: AnswerChange, width: number, head: string): string[] => [
  head,
  ...indented(`was ${c.was}`, width, 6, 4),
  ...indented(`is ${c.is}`, width, 6, 4),
];

/** Empty where no baseline was named. `quiet` leaves out what is no regression and asks for nothing. */
export const againstText = (
  { baseline: a, tool }: Report,
  sources: Sources,
  o: { readonly paint: Paint; readonly width: number; readonly quiet: boolean },
): readonly string[] => {
  if (a === undefined || (o.quiet && a.regressions.length === 0)) return [];
  const { paint, width, quiet } = o;
  return [
    paint.bold(titleOf(a, sources.name(a.file))),
    ...a.regressions.flatMap(c =>
      changeText(c, width, `  ${c.id}  ${(c.trend === 'better' ? paint.yellow : paint.red)(c.what)}`),
    ),
    ...(a.regressions.length === 0 ? [] : indented(REMEDY, width, 2)),
    ...(quiet ? [] : a.notes.flatMap(c => changeText(c, width, `  ${c.id}  ${c.what}, a note`))),
    ...(quiet ? [] : remarks(a, tool).flatMap(r => indented(r, width, 2, 4))),
    '',
  ];
};

const changeItem = (c: AnswerChange, mark = ''): readonly string[] =>
  item(`${c.what}: was ${c.was}; is ${c.is}`, `${mark}${inline(c.id)} `);

/** The lines of a section of its own; none where no baseline was named. */
export const againstMarkdown = ({ baseline: a, tool }: Report, sources: Sources): readonly string[] => {
  if (a === undefined) return [];
  return [
    `## ${titleOf(a, inline(sources.name(a.file)))}`,
    '',
    ...a.regressions.flatMap(c => changeItem(c, '**regression** ')),
    ...(a.regressions.length === 0 ? [] : ['', ...paragraph(REMEDY, MAIL_WIDTH), '']),
    ...a.notes.flatMap(c => changeItem(c)),
    ...remarks(a, tool).flatMap(r => item(r)),
    '',
  ];
};
