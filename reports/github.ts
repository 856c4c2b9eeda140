/**
 * Annotations of GitHub Actions: one workflow command a line, which GitHub shows at the line of the file in a pull request.
 *
 * Source: GitHub, "Workflow commands for GitHub Actions": in messages %, CR and LF are escaped, in properties also : and ,
 */
import { regressionText, regressionsOf } from './against.js';
import type { AnswerChange } from './baseline.js';
import { count } from './layout.js';
import { shown } from './printable.js';
import type { Report, Result } from './report.js';
import type { Problem } from './matrix.js';
import { answerText } from './results.js';
import type { Sources } from './sources.js';
import { noSources } from './sources.js';

const escaped = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const property = (text: string): string => escaped(text).replaceAll(':', '%3A').replaceAll(',', '%2C');

interface Annotation {
  readonly level: 'error' | 'warning' | 'notice';
  /** Null for what there is no line to show it at. */
  readonly at: Result['at'] | null;
  readonly title: string;
  readonly message: string;
}
const command = ({ level, at, title, message }: Annotation, sources: Sources): string => {
  if (at === null) return `::${level} title=${property(title)}::${escaped(message)}\n`;
  const place = at.line === 0 ? '' : `,line=${String(at.line)}${at.column === 0 ? '' : `,col=${String(at.column)}`}`;
  return `::${level} file=${property(sources.name(at.file))}${place},title=${property(title)}::${escaped(message)}\n`;
};

const ofResult = (r: Result, change: AnswerChange | undefined): Annotation => {
  const last = r.diagnoses.at(-1);
  const message = [
    ...(change === undefined ? [] : [regressionText(change)]),
    answerText(r),
    ...(last === undefined ? [] : [last.title, ...last.reason, `Suggestion: ${last.suggestion}`]),
    r.command,
  ].join('\n');
  return { level: r.outcome === 'fail' || change !== undefined ? 'error' : 'warning', at: r.at, title: r.id, message };
};

const ofProblem = (p: Problem): Annotation =>
  p.kind === 'unsupported'
    ? { level: 'warning', at: p.at, title: 'unsupported', message: p.construct }
    : {
        level: 'error',
        at: p.at,
        title: 'bad input',
        message: `${p.message}${p.remedy === undefined ? '' : `\n${p.remedy}`}`,
      };

/** What there is no result for, and so no line of a file. */
const ofLost = (c: AnswerChange): Annotation => ({ level: 'error', at: null, title: c.id, message: regressionText(c) });
const ofGone = ({ baseline }: Report, sources: Sources): readonly Annotation[] =>
  baseline === undefined || baseline.gone.length === 0
    ? []
    : [
        {
          level: 'notice',
          at: null,
          title: `gone since ${sources.name(baseline.file)}`,
          message: baseline.gone.join('\n'),
        },
      ];

/** So many of each level are shown for a step of a job; the others are dropped without a word. */
const MOST_SHOWN = 10;

/** First what goes wrong when it runs, then what is rejected; the engines' disagreements before all. */
const weight = (r: Result): number => {
  if (r.disagreements.length > 0 || r.counterexample?.replayed === false) return 0;
  if (r.cell === 'unsound') return 1;
  return r.counterexample === null ? 3 : 2;
};

/**
 * Errors for what makes the exit code 10, 40, 50 or 65, warnings for what has no answer; nothing for the rest. Where GitHub would not
 * show them all, the last line says how many there are.
 */
export const annotations = (of: Report): string => {
  const { report, sources } = shown(of, noSources);
  const regressions = regressionsOf(report);
  const all = [
    ...report.problems.map(ofProblem),
    ...report.results
      .filter(r => (r.outcome !== 'pass' && r.outcome !== 'not-applicable') || regressions.of.has(r.id))
      .sort((a, b) => weight(a) - weight(b))
      .map(r => ofResult(r, regressions.of.get(r.id))),
    ...regressions.withoutResult.map(ofLost),
    ...ofGone(report, sources),
  ];
  const levels = (['error', 'warning', 'notice'] as const).map(level => ({
    level,
    all: all.filter(a => a.level === level),
  }));
  const left = levels.flatMap(l =>
    l.all.length > MOST_SHOWN ? [count(l.all.length - MOST_SHOWN, `more ${l.level}`)] : [],
  );
  return [
    ...levels.flatMap(l => l.all.slice(0, MOST_SHOWN).map(a => command(a, sources))),
    ...(left.length === 0
      ? []
      : [
          `::notice title=holdfast::${left.join(' and ')}: see the log of this step, or the report in another format\n`,
        ]),
  ].join('');
};
