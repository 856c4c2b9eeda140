/**
 * Untrusted text for people: names, messages and lines of source may hold whatever their author put there. What would move a
 * cursor, change colours, reverse the direction of writing or not be seen at all is written out.
 */
import type { Report } from './report.js';
import type { Sources } from './sources.js';

/** Controls, invisible characters, halves of pairs, and what is no character at all. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\ufffe\uffff]/gu;

const writtenOut = (c: string): string => `\\u{${(c.codePointAt(0) ?? 0).toString(16)}}`;

/** Nearly all text is this: it is looked at once. */
const PLAIN = /^[\x20-\x7e]*$/;

/** Several lines: only their ends and tabs stay as they are. */
export const printableLines = (text: string): string =>
  PLAIN.test(text) ? text : text.replace(UNSEEN, c => (c === '\n' || c === '\t' ? c : writtenOut(c)));

/** One line. */
export const printable = (text: string): string =>
  PLAIN.test(text) ? text : printableLines(text.replace(/[\r\n\t]+/g, ' '));

/** What has nothing to be changed stays the same value: reports are large. */
const everyString = (value: unknown, change: (text: string) => string): unknown => {
  if (typeof value === 'string') return change(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const changed: unknown[] = value.map(v => everyString(v, change));
    return changed.some((v, i) => v !== value[i]) ? changed : value;
  }
  const entries = Object.entries(value);
  let same = true;
  for (const entry of entries) {
    // Files keep their names, by which they are found: `Sources.name` says how one is shown.
    const changed = entry[0] === 'file' ? entry[1] : everyString(entry[1], change);
    if (changed === entry[1]) continue;
    entry[1] = changed;
    same = false;
  }
  return same ? value : Object.fromEntries(entries);
};

/** The report with all its text changed, line by line. */
const reportWith = (report: Report, change: (text: string) => string): Report => ({
  ...(everyString(report, change) as Report),
  allPrograms: report.allPrograms.map(a => ({
    ...(everyString(a, change) as typeof a),
    program: a.program === null ? null : a.program.split('\n').map(change).join('\n'),
  })),
});

const sourcesWith = (sources: Sources, change: (text: string) => string): Sources => {
  const orNull = (text: string | null): string | null =>
    text === null ? null : text.split('\n').map(change).join('\n');
  return {
    name: file => change(sources.name(file)),
    line: at => orNull(sources.line(at)),
    text: file => orNull(sources.text(file)),
  };
};

/** A line of source keeps its tabs: they are its layout. */
const printableSource = (text: string): string => printableLines(text);

/**
 * What a report may show to people, however it is drawn. Every format that is read by people begins here, and names files by
 * `sources.name`.
 */
export const shown = (
  report: Report,
  sources: Sources,
  change: (text: string) => string = text => text,
): { readonly report: Report; readonly sources: Sources } => ({
  report: reportWith(report, text => change(printable(text))),
  sources: sourcesWith(sources, text => change(printableSource(text))),
});
