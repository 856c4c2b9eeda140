/** Text that stands in Markdown and stays text. */
import { wrap } from './layout.js';

/** Characters that begin something in the middle of a line. Underscores do so only where a word begins or ends. */
const escaped = (text: string): string =>
  text
    .replace(/[\\`*[\]|~$]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replace(/(?<![\p{L}\p{N}_])_+|_+(?![\p{L}\p{N}_])/gu, all => all.replaceAll('_', '\\_'))
    // Nobody is notified, and no issue is linked.
    .replace(/(?<![\p{L}\p{N}])@(?=[\p{L}\p{N}])/gu, '&#64;')
    .replace(/(?<![\p{L}\p{N}&])#(?=\d)/gu, '&#35;');

/** Only at the start of a line: headings, lists, quotes, underlines of headings. */
const atStart = (line: string): string =>
  line.replace(/^(\s*)([#+=>-]|\d+(?=[.)]))/, (_, space: string, mark: string) =>
    /\d/.test(mark) ? `${space}${mark}\\` : `${space}\\${mark}`,
  );

/** Text inside a line that begins with something else. */
export const prose = (text: string): string => escaped(text.replace(/\s+/g, ' '));

/** Keeps what stands on both sides in one line. */
const TIED = '\0';

/** A paragraph. What is in `marked` is written before it as it stands, in one line. */
export const paragraph = (text: string, width: number, marked = ''): readonly string[] =>
  wrap(`${marked.trimEnd().replaceAll(' ', TIED)} ${prose(text)}`, width).map((l, i) =>
    i === 0 && marked !== '' ? l.replaceAll(TIED, ' ') : atStart(l),
  );

/** What a mail, and a terminal beside another, has room for. */
export const MAIL_WIDTH = 80;

/** A list item, wrapped, what follows the first line indented. It begins with what is in `marked`, as that stands. */
export const item = (text: string, marked = ''): string[] =>
  paragraph(text, MAIL_WIDTH - 2, marked).map((l, i) => `${i === 0 ? '-' : ' '} ${l}`);

const longest = (text: string, mark: RegExp): number => Math.max(0, ...(text.match(mark) ?? []).map(m => m.length));

/** A span of code that its text can't end. */
export const inline = (text: string): string => {
  const line = text.replace(/\s+/g, ' ');
  const ticks = '`'.repeat(longest(line, /`+/g) + 1);
  const isEdgy = line.trim() === '' || /^[ `]|[ `]$/.test(line);
  return isEdgy ? `${ticks} ${line === '' ? ' ' : line} ${ticks}` : `${ticks}${line}${ticks}`;
};

/** A block of code that no line of it can end. */
export const fenced = (lines: readonly string[], language = ''): readonly string[] => {
  const fence = '`'.repeat(Math.max(3, longest(lines.join('\n'), /`+/g) + 1));
  return [`${fence}${language}`, ...lines, fence];
};

/** Text in HTML, which Markdown leaves alone. */
export const html = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replace(/[\\`*_[\]|~$@#]/g, c => `&#${String(c.charCodeAt(0))};`);
