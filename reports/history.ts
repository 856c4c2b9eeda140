/** The history of the rules for people and programs: each fix with what undoing it shows. */
import type { Cell } from '../proofs/cell.js';
import type { CaseAnswer, FixAnswer } from '../proofs/history/answer.js';
import type { Fix } from '../proofs/history/fix.js';
import { counterexampleOf } from './counterexample.js';
import { diagnosisMarkdown, diagnosisText } from './diagnosis.js';
import { cellJson, problemJson } from './json.js';
import { count, indented, sentence, wrap } from './layout.js';
import { MAIL_WIDTH } from './markdown-text.js';
import { pipeTable, problemMarkdown } from './markdown.js';
import type { Paint } from './paint.js';
import type { Sources } from './sources.js';
import { problemText } from './text.js';
import type { Tool } from './tool.js';
import { SCHEMA_VERSION } from './tool.js';

/** All that a report on history is made of. */
export interface HistoryReport {
  readonly tool: Tool;
  readonly answers: readonly FixAnswer[];
  readonly exit: { readonly code: number; readonly meaning: string };
  readonly sources: Sources;
  /** With the run that shows each bug. */
  readonly traces: boolean;
}

/** `rejected at unlock-same-lock`, `accepted and safe`, `accepted; list-race in 20 steps`. */
const outcome = (c: Cell): string => {
  if (c.verdict === 'reject') return `rejected at ${c.guard ?? 'a guard'}`;
  if (c.safety === 'safe') return `${c.verdict}ed and safe`;
  const steps = c.counterexample === null ? '' : ` in ${count(c.counterexample.steps.length, 'step')}`;
  return `${c.verdict}ed; ${c.property ?? c.safety}${steps}`;
};
const who = (c: CaseAnswer): string => `${c.design} ${c.has ? 'has' : 'lacks'} it`;

const idsOf = (f: Fix): string => (f.fix.length === 0 ? 'no id known' : f.fix.join(', '));

/** The path that pruning hides, if that is what the fix is about. */
const skipped = (c: Cell): readonly string[] => c.programs.flatMap(p => p.badPrune ?? []);

const broken = (f: Fix): string => (f.kind === 'expressible' ? f.property : 'not expressible');

const totals = (answers: readonly FixAnswer[]): string => {
  const expressible = answers.filter(a => a.fix.kind === 'expressible');
  const wrong = answers.filter(a => a.cases.some(c => c.wrong.length > 0)).length;
  return (
    `${count(answers.length, 'fix', 'fixes')}: ${String(expressible.length)} shown by a program, ` +
    `${String(answers.length - expressible.length)} not expressible, ${String(wrong)} not as claimed`
  );
};

const fixText = (a: FixAnswer, r: HistoryReport, paint: Paint, width: number): string[] => {
  const { fix: f } = a;
  const head = `${String(f.year)}  ${paint.bold(f.name)}  ${paint.dim(idsOf(f))}`;
  const lines = [head, ...indented(sentence(f.mechanism), width, 6)];
  if (f.kind === 'not-expressible') return [...lines, ...indented(`not expressible: ${f.reason}`, width, 6, 2)];
  for (const c of a.cases) {
    lines.push(
      ...indented(`${who(c)}; with: ${outcome(c.with)}; without: ${outcome(c.without)}`, width, 6, 2),
      ...skipped(c.without).flatMap(t => indented(`bad-prune: ${t}`, width, 8)),
      ...c.wrong.flatMap(w => indented(`NOT AS CLAIMED: ${w}`, width, 8)).map(l => paint.red(l)),
    );
    if (r.traces && c.without.counterexample !== null)
      lines.push('', diagnosisText(counterexampleOf(c.without, c.without.counterexample), r.sources, paint, width));
  }
  return [
    ...lines,
    ...(r.traces ? indented(`Undone here: ${f.undone}`, width, 6) : []),
    ...a.problems.map(p => `      ${problemText(p, r.sources)}`),
  ];
};

/** One fix after the other, and the count. */
export const historyText = (r: HistoryReport, o: { paint: Paint; width: number; quiet: boolean }): string => {
  const shown = o.quiet
    ? r.answers.filter(a => a.problems.length > 0 || a.cases.some(c => c.wrong.length > 0))
    : r.answers;
  const out = [...shown.flatMap(a => fixText(a, r, o.paint, o.width)), ...wrap(totals(r.answers), o.width)];
  return `${out.join('\n')}\n`;
};

const perCase = (a: FixAnswer, side: 'with' | 'without'): string =>
  [...new Set(a.cases.map(c => outcome(c[side])))].join('; ');
const releases = (a: FixAnswer): string => a.cases.map(who).join(', ');

const fixMarkdown = (a: FixAnswer, r: HistoryReport): string[] => {
  const { fix: f } = a;
  const say = (text: string): string[] => ['', ...wrap(text, MAIL_WIDTH)];
  return [
    `## ${f.name}`,
    ...say(`${String(f.year)}, ${idsOf(f)}: ${sentence(f.title)}`),
    ...say(`${sentence(f.mechanism)} The fix keeps true that ${f.invariant}.`),
    ...(f.kind === 'not-expressible'
      ? say(`Not expressible: ${f.reason}`)
      : say(`\`${f.scenario}\`. ${f.undone}${f.together === undefined ? '' : ` See ${f.together.join(', ')}.`}`)),
    ...a.cases.flatMap(c => [
      ...skipped(c.without).flatMap(t => say(`Without it, by ${c.design}: ${sentence(t)}`)),
      ...c.wrong.flatMap(w => say(`**Not as claimed** by ${c.design}: ${w}.`)),
      ...(r.traces && c.without.counterexample !== null
        ? ['', diagnosisMarkdown(counterexampleOf(c.without, c.without.counterexample), r.sources).trimEnd()]
        : []),
    ]),
    ...a.problems.flatMap(p => ['', ...problemMarkdown(p, r.sources)]),
    '',
  ];
};

const preface =
  'Bugs of the verifier, and of the kernel behind it, that were fixed. Each is undone in the rules of a release, or, where a ' +
  'release lacks the fix, the fix is added; a program of the scenarios shows the difference. With the fix it is rejected, or ' +
  'accepted and safe; without it, it is accepted, and the shortest run that breaks something is replayed. An id of twelve digits ' +
  'is a commit of the kernel.';

/** The table, then what is to be said of each fix. `docs/history.md` is this. */
export const historyMarkdown = (r: HistoryReport): string => {
  const out = [
    '# History',
    '',
    ...wrap(preface, MAIL_WIDTH),
    '',
    ...wrap(`${totals(r.answers)}.`, MAIL_WIDTH),
    '',
    ...pipeTable(
      ['year', 'fix', 'broken', 'release', 'with it', 'without it'],
      r.answers.map(a => [
        String(a.fix.year),
        a.fix.name,
        broken(a.fix),
        releases(a),
        perCase(a, 'with'),
        perCase(a, 'without'),
      ]),
    ),
    '',
    ...r.answers.flatMap(a => fixMarkdown(a, r)),
  ];
  return `${out.join('\n').trimEnd()}\n`;
};

const fixJson = (a: FixAnswer, sources: Sources) => {
  const { fix: f } = a;
  const told = {
    name: f.name,
    fix: f.fix,
    year: f.year,
    title: f.title,
    mechanism: f.mechanism,
    invariant: f.invariant,
  };
  return {
    ...told,
    ...(f.kind === 'expressible'
      ? { expressible: true, reason: null, scenario: f.scenario, property: f.property, undone: f.undone }
      : { expressible: false, reason: f.reason, scenario: null, property: null, undone: null }),
    cases: a.cases.map(c => ({
      design: c.design,
      has: c.has,
      with: cellJson(c.with, sources),
      without: cellJson(c.without, sources),
      badPrune: skipped(c.without),
      wrong: c.wrong,
    })),
    problems: a.problems.map(p => problemJson(p, sources)),
  };
};

const summary = (r: HistoryReport) => ({
  schemaVersion: SCHEMA_VERSION,
  tool: { name: r.tool.name, version: r.tool.version },
  exit: r.exit,
});
export const historyJson = (r: HistoryReport): string =>
  `${JSON.stringify({ ...summary(r), results: r.answers.map(a => fixJson(a, r.sources)) }, null, 2)}\n`;
export const historyJsonl = (r: HistoryReport): string =>
  [
    ...r.answers.map(a => ({ schemaVersion: SCHEMA_VERSION, type: 'result', ...fixJson(a, r.sources) })),
    { ...summary(r), type: 'summary' },
  ]
    .map(x => `${JSON.stringify(x)}\n`)
    .join('');
