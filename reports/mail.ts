/**
 * The text report for the body of a mail: ASCII, no colours, no line wider than asked. Lists take plain text only, and patches are
 * quoted line by line.
 */
import anyAscii from 'any-ascii';
import { wrap } from './layout.js';
import { mailLink, mailsOf } from './origin.js';
import { plain } from './paint.js';
import { shown } from './printable.js';
import type { Report, Result } from './report.js';
import { isWorthShowing } from './results.js';
import type { Sources } from './sources.js';
import type { TextOptions } from './text.js';
import { reportText } from './text.js';

/** Lines of source after their number stay as they are, however long. */
const SOURCE = /^ *\d+ \| /;

/** What follows the first line of a broken line stands two columns further in. */
const folded = (line: string, width: number): readonly string[] => {
  if (line.length <= width || SOURCE.test(line)) return [line];
  const indent = /^ */.exec(line)?.[0].length ?? 0;
  return wrap(line, Math.max(1, width - indent - 2)).map((l, i) => ' '.repeat(i === 0 ? indent : indent + 2) + l);
};

/** A command over several lines can still be pasted into a shell. */
const commandLines = (command: string, width: number): readonly string[] => {
  const lines = wrap(command, width - 8);
  return lines.map((l, i) => `${i === 0 ? '    ' : '      '}${l}${i < lines.length - 1 ? ' \\' : ''}`);
};

/** A mail is no place for a hundred commands. */
const MOST_COMMANDS = 10;

const footer = (report: Report, width: number): readonly string[] => {
  const results: readonly Result[] = report.results.filter(isWorthShowing);
  const commands = [...new Set(results.map(r => r.command))];
  const more = commands.length - MOST_COMMANDS;
  return [
    ...(commands.length === 0 ? [] : ['', 'To see it again:']),
    ...commands.slice(0, MOST_COMMANDS).flatMap(c => commandLines(c, width)),
    ...(more > 0 ? [`  (and ${String(more)} more; --format json has the command of each)`] : []),
    '',
    ...wrap(
      `Found by ${report.tool.name} ${report.tool.version}; exit ${String(report.exit.code)}: ${report.exit.meaning}.`,
      width,
    ),
    ...[...mailsOf(report, results)].flatMap(([message, what]) => [
      '',
      ...wrap(`About ${what.join(', ')}:`, width),
      `Link: ${mailLink(message)}`,
    ]),
  ];
};

/** `width` is the widest line, but for single words, lines of source and links. */
export const mailText = (of: Report, from: Sources, o: Omit<TextOptions, 'paint'>): string => {
  // First letters, then widths: one letter may become several.
  const { report, sources } = shown(of, from, anyAscii);
  const body = reportText(report, sources, { ...o, paint: plain });
  const lines = body.trimEnd().split('\n');
  return `${[...lines.flatMap(l => folded(l, o.width)), ...footer(report, o.width)].join('\n')}\n`;
};
