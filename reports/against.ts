/** What is different from the baseline, for a terminal and for Markdown. */
import type { Against, AnswerChange } from './baseline.js';
import { count, indented, wrap } from './layout.js';
import type { Paint } from './paint.js';
import type { Tool } from './tool.js';

/** Nobody reads a list of a thousand names; the JSON has them. */
const MOST_NAMES = 20;
const names = (ids: readonly string[]): string => {
  const more = ids.length - MOST_NAMES;
  return `${ids.slice(0, MOST_NAMES).join(', ')}${more > 0 ? `, and ${String(more)} more` : ''}`;
};

const title = (a: Against): string => `Against the baseline ${a.file} (${count(a.regressions.length, 'regression')})`;

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
  a: Against | undefined,
  tool: Tool,
  o: { readonly paint: Paint; readonly width: number; readonly quiet: boolean },
): readonly string[] => {
  if (a === undefined || (o.quiet && a.regressions.length === 0)) return [];
  const { paint, width, quiet } = o;
  return [
    paint.bold(title(a)),
    ...a.regressions.flatMap(c =>
      changeText(c, width, `  ${c.id}  ${(c.trend === 'better' ? paint.yellow : paint.red)(c.what)}`),
    ),
    ...(a.regressions.length === 0 ? [] : indented(REMEDY, width, 2)),
    ...(quiet ? [] : a.notes.flatMap(c => changeText(c, width, `  ${c.id}  ${c.what}, a note`))),
    ...(quiet ? [] : remarks(a, tool).flatMap(r => indented(r, width, 2, 4))),
    '',
  ];
};

/** Code that holds whatever stands in it. */
const code = (text: string): string => {
  const ticks = '`'.repeat(1 + Math.max(0, ...[...text.matchAll(/`+/g)].map(m => m[0].length)));
  return ticks.length === 1 ? `\`${text}\`` : `${ticks} ${text} ${ticks}`;
};

const item = (text: string, width: number): string[] =>
  wrap(text, width - 2).map((l, i) => `${i === 0 ? '-' : ' '} ${l}`);

/** The lines of a section of its own; none where no baseline was named. */
export const againstMarkdown = (a: Against | undefined, tool: Tool, width: number): readonly string[] => {
  if (a === undefined) return [];
  const change = (c: AnswerChange, mark: string): string[] =>
    item(`${mark}${code(c.id)} ${c.what}: was ${code(c.was)}, is ${code(c.is)}`, width);
  return [
    `## Against the baseline ${code(a.file)} (${count(a.regressions.length, 'regression')})`,
    '',
    ...a.regressions.flatMap(c => change(c, '**regression** ')),
    ...(a.regressions.length === 0 ? [] : ['', ...wrap(REMEDY, width), '']),
    ...a.notes.flatMap(c => change(c, '')),
    ...remarks(a, tool).flatMap(r => item(r.replaceAll(/[\\`*_<>&[\]|#]/g, '\\$&'), width)),
    '',
  ];
};
