/**
 * Annotations of GitHub Actions: one workflow command a line, which GitHub shows at the line of the file in a pull request.
 *
 * Source: GitHub, "Workflow commands for GitHub Actions": in messages %, CR and LF are escaped, in properties also : and ,
 */
import type { Report, Result } from './report.js';
import type { Problem } from './matrix.js';

const escaped = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const property = (text: string): string => escaped(text).replaceAll(':', '%3A').replaceAll(',', '%2C');

type Level = 'error' | 'warning' | 'notice';
const command = (level: Level, at: Result['at'], title: string, message: string): string => {
  const place = at.line === 0 ? '' : `,line=${String(at.line)}${at.column === 0 ? '' : `,col=${String(at.column)}`}`;
  return `::${level} file=${property(at.file)}${place},title=${property(title)}::${escaped(message)}\n`;
};

const ofResult = (r: Result): string => {
  const first = r.diagnoses.at(-1);
  const message = [
    r.found,
    ...(r.why === null ? [] : [r.why]),
    ...(first === undefined ? [] : [first.title, ...first.reason, `Suggestion: ${first.suggestion}`]),
    r.command,
  ].join('\n');
  return command(r.outcome === 'fail' ? 'error' : 'warning', r.at, r.id, message);
};

const ofProblem = (p: Problem): string =>
  p.kind === 'unsupported'
    ? command('warning', p.at, 'unsupported', p.construct)
    : command('error', p.at, 'bad input', `${p.message}${p.remedy === undefined ? '' : `\n${p.remedy}`}`);

/** Errors for what makes the exit code 10, 40 or 65, warnings for what has no answer; nothing for the rest. */
export const annotations = (report: Report): string =>
  [
    ...report.results.filter(r => r.outcome !== 'pass' && r.outcome !== 'not-applicable').map(ofResult),
    ...report.problems.map(ofProblem),
  ].join('');
