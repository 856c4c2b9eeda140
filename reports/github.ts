/**
 * Annotations of GitHub Actions: one workflow command a line, which GitHub shows at the line of the file in a pull request.
 *
 * Source: GitHub, "Workflow commands for GitHub Actions": in messages %, CR and LF are escaped, in properties also : and ,
 */
import type { Against, AnswerChange } from './baseline.js';
import type { Report, Result } from './report.js';
import type { Problem } from './matrix.js';

const escaped = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const property = (text: string): string => escaped(text).replaceAll(':', '%3A').replaceAll(',', '%2C');

type Level = 'error' | 'warning' | 'notice';
const unplaced = (level: Level, title: string, message: string): string =>
  `::${level} title=${property(title)}::${escaped(message)}\n`;
const command = (level: Level, at: Result['at'], title: string, message: string): string => {
  const place = at.line === 0 ? '' : `,line=${String(at.line)}${at.column === 0 ? '' : `,col=${String(at.column)}`}`;
  return `::${level} file=${property(at.file)}${place},title=${property(title)}::${escaped(message)}\n`;
};

const changeText = (c: AnswerChange): string => `regression, ${c.what}: was ${c.was}; is ${c.is}`;

const ofResult = (r: Result, change: AnswerChange | undefined): string => {
  const first = r.diagnoses.at(-1);
  const message = [
    ...(change === undefined ? [] : [changeText(change)]),
    r.found,
    ...(r.why === null ? [] : [r.why]),
    ...(first === undefined ? [] : [first.title, ...first.reason, `Suggestion: ${first.suggestion}`]),
    r.command,
  ].join('\n');
  return command(r.outcome === 'fail' || change !== undefined ? 'error' : 'warning', r.at, r.id, message);
};

const ofProblem = (p: Problem): string =>
  p.kind === 'unsupported'
    ? command('warning', p.at, 'unsupported', p.construct)
    : command('error', p.at, 'bad input', `${p.message}${p.remedy === undefined ? '' : `\n${p.remedy}`}`);

/** What the baseline says of results that this run does not have: there is no line to show it at. */
const ofBaseline = (a: Against, hasResult: (id: string) => boolean): readonly string[] => [
  ...a.regressions.filter(c => !hasResult(c.id)).map(c => unplaced('error', c.id, changeText(c))),
  ...(a.gone.length === 0 ? [] : [unplaced('notice', `gone since ${a.file}`, a.gone.join('\n'))]),
];

/** Errors for what makes the exit code 10, 40, 50 or 65, warnings for what has no answer; nothing for the rest. */
export const annotations = (report: Report): string => {
  const { baseline } = report;
  const changes = new Map(baseline?.regressions.map(c => [c.id, c]));
  const ids = new Set(report.results.map(r => r.id));
  return [
    ...report.results
      .filter(r => (r.outcome !== 'pass' && r.outcome !== 'not-applicable') || changes.has(r.id))
      .map(r => ofResult(r, changes.get(r.id))),
    ...report.problems.map(ofProblem),
    ...(baseline === undefined ? [] : ofBaseline(baseline, id => ids.has(id))),
  ].join('');
};
