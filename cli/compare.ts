/** `holdfast compare [SCENARIO...]`: the matrix of scenarios and designs, with the evidence for each cell. */
import { Option } from 'commander';
import { designNamed } from '../model/designs/index.js';
import type { Cell } from '../proofs/cell.js';
import { cellKinds } from '../proofs/cell.js';
import type { Absence, Answer } from '../reports/baseline.js';
import type { Comparison, Problem } from '../reports/matrix.js';
import { isUnexpected, matrixOf } from '../reports/matrix.js';
import type { Report } from '../reports/report.js';
import type { AskOptions, Asked } from './asked.js';
import { asked } from './asked.js';
import type { BaselineOptions } from './baseline.js';
import { chosenBaseline, withBaseline } from './baseline.js';
import { isOneCell, selftestOfCell } from './cell-selftest.js';
import type { Answers } from './comparison-answers.js';
import { answerer, merged, placesOf, sameQuestions, touchedBy } from './comparison-answers.js';
import type { Context, Define } from './context.js';
import { isDesignFile, otherDesigns } from './designs.js';
import { exitCode, exitMeanings, findingsOfComparison } from './exit.js';
import { UsageError } from './io.js';
import type { EngineOptions, ReportOptions } from './options.js';
import { collect, compareFormats, withDesigns, withEngine, withReport } from './options.js';
import { plannedOutputs, sourcesOf } from './output.js';
import { deliverReport } from './render.js';
import { answerAgain, tellAgain } from './watch.js';

const onlyKinds = [...cellKinds, 'unexpected'] as const;
type OnlyKind = (typeof onlyKinds)[number];

interface CompareOptions extends ReportOptions, EngineOptions, AskOptions, BaselineOptions {
  readonly only?: readonly OnlyKind[];
  readonly trace?: boolean;
  readonly watch?: boolean;
  readonly allPrograms?: number;
  readonly programRuns?: number;
  readonly separate?: boolean;
  readonly overStrict?: string;
}

/** The command for one cell takes over what it needs of this command line: proposals, and where scenarios are. */
const commandFor =
  (o: CompareOptions) =>
  (scenario: string, design: string): string => {
    const own = designNamed(design) === undefined ? (o.design ?? []).filter(isDesignFile) : [];
    const folder = o.scenarios === undefined ? '' : ` --scenarios ${o.scenarios}`;
    return `holdfast compare --cell ${scenario}@${design}${own.map(f => ` -d ${f}`).join('')}${folder}`;
  };

const isAsked = (c: Cell, only: readonly OnlyKind[] | undefined): boolean =>
  only === undefined || only.some(k => (k === 'unexpected' ? isUnexpected(c) : c.cell === k));

const onlyNamed = (value: string, before: readonly OnlyKind[] = []): readonly OnlyKind[] => {
  const kinds = value.split(',').map(name => {
    const kind = onlyKinds.find(k => k === name);
    if (kind === undefined) throw new UsageError(`--only ${name}: the kinds of cells are ${onlyKinds.join(', ')}`);
    return kind;
  });
  return [...before, ...kinds];
};

/** Enough to refute what breaks soon, in half a second a design. More is asked for by name. */
const DEFAULT_STATES = 5_000;
const statesNamed = (value: string): number => {
  const n = Number(value);
  if (value.trim() === '' || !Number.isInteger(n) || n < 0)
    throw new UsageError(`--all-programs ${value}: write a number of states, such as 1000000, or 0`);
  return n;
};

const MOST_RUNS = 3;
const runsNamed = (value: string): number => {
  const n = Number(value);
  if (!Number.isInteger(n) || n < 1 || n > MOST_RUNS)
    throw new UsageError(`--program-runs ${value}: write a number of runs from 1 to ${String(MOST_RUNS)}`);
  return n;
};

const examples = `
SCENARIO is an id (identity/two-loads), a topic (identity), a pattern ('*/two-*'), a file or a folder.

Examples:
  holdfast compare                                    the whole matrix
  holdfast compare identity -d ptr-id -d fresh-id     one topic, two designs
  holdfast compare -d proposal.yaml --only unsound    what is wrong with my proposal?
  holdfast compare --cell two-locks/one-section-crossed@ptr-id-offset
  holdfast compare -f markdown > matrix.md            for an issue or a review
  holdfast compare identity -d ptr-id --trace --wrap 72     for a mail
  holdfast compare -o sarif:holdfast.sarif -o junit:holdfast.xml -o json:holdfast.json    for CI
  holdfast compare --cell identity/two-loads@ptr-id --out selftest:found.bpf.c    a selftest for the kernel's tree
  holdfast compare --out baseline:base.json           keep the answers, and later
  holdfast compare --baseline base.json               fail where one is another
  holdfast compare identity -d ptr-id --all-programs 20000000    all states of any program: a minute
  holdfast compare ptr-id ptr-id/literal --separate > found.bpf.c    where two designs differ
  holdfast compare --over-strict ptr-id                              what a design rejects needlessly

An unsound or over-strict cell that its scenario expects is a finding, not a failure: the exit code is 10 only where a
cell is not what its scenario expects, 20 where one has no answer, 40 where the engines disagree, 50 where an answer is
another one than that of the baseline. With --separate and --over-strict it is 0 if there is such a program, 20 if none
was found within the bound.`;

export const define: Define = (command, context) => {
  withBaseline(
    withEngine(
      withReport(
        withDesigns(command.argument('[SCENARIO...]', 'what to compare; all if nothing is named'), 'all'),
        compareFormats,
      ),
    ),
  )
    .option('--scenarios <DIR>', 'take scenarios from this folder')
    .option('--cell <SCENARIO@DESIGN>', 'one cell with everything about it (repeatable)', collect)
    .addOption(
      new Option('--only <KIND>', `only these cells: ${onlyKinds.join(', ')} (repeatable)`).argParser(onlyNamed),
    )
    .option('--watch', 'answer again what a saved file touches, until Ctrl-C')
    .option('--trace', 'the full counterexample of every unsound cell')
    .addOption(
      new Option(
        '--all-programs <STATES>',
        'also ask about any program that a design accepts, up to so many states (0: do not ask; default: 5000 for the whole matrix); with --separate and --over-strict: states of each search (default: 20000)',
      ).argParser(statesNamed),
    )
    .addOption(
      new Option('--program-runs <N>', 'of --all-programs: how many runs at once (default: 2)').argParser(runsNamed),
    )
    .option(
      '--separate',
      'instead of a matrix: the smallest program that one of two designs accepts and the other rejects',
    )
    .option(
      '--over-strict <D>',
      'instead of a matrix: the smallest program that a design rejects though nothing breaks',
    )
    .addHelpText('after', examples)
    .action(async (names: readonly string[], o: CompareOptions) => {
      if (o.separate === true || o.overStrict !== undefined) {
        const { separateDesigns } = await import('./separate.js');
        await separateDesigns(names, o, context);
        return;
      }
      await compareMatrix(names, o, context);
    });
};

/** What there is no cell for: what was asked and not answered, what there is no more, and what was not asked. */
const absenceOf =
  (asked: Asked) =>
  (a: Answer): Absence => {
    const scenario = asked.scenarios.find(s => s.id === a.about);
    const design = asked.designs.find(d => d.id === a.design);
    if (scenario !== undefined && design !== undefined && asked.isAsked(scenario, design)) return 'no-answer';
    return asked.covers(a.about, a.design) ? 'gone' : 'not-asked';
  };

interface Round {
  readonly asked: Asked;
  readonly answers: Answers;
}

const compareMatrix = async (names: readonly string[], o: CompareOptions, context: Context): Promise<void> => {
  const { io, tool } = context;
  const outputs = plannedOutputs(o, io);
  if (o.cell !== undefined && names.length > 0) throw new UsageError('name scenarios, or cells with --cell, not both');
  if (o.only !== undefined && outputs.some(x => x.format === 'baseline'))
    throw new UsageError('a baseline has every answer: leave out --only');
  const makesSelftest = outputs.some(x => x.format === 'selftest');
  if (makesSelftest && o.watch === true) throw new UsageError('a selftest is made once: leave out --watch');
  const baseline = await chosenBaseline(o, 'compare', outputs, io);
  const sources = sourcesOf(io);
  const { resultLine } = await import('../reports/jsonl.js');
  const { reportOfComparison, resultsOfCells } = await import('../reports/report.js');
  const streamed = outputs.some(x => x.format === 'jsonl' && x.path === '-');
  const most = o.allPrograms ?? (o.cell === undefined && names.length === 0 ? DEFAULT_STATES : 0);
  const answer = answerer(o, most, context, ({ scenarios, designs }) => {
    const resultOf = resultsOfCells(scenarios, designs, { sources, commandFor: commandFor(o) });
    return c => {
      if (streamed && isAsked(c, o.only)) io.out(resultLine(resultOf(c)));
    };
  });

  /** Reports all answers to files, and those that are shown to standard output. What is shown may be less than what was asked. */
  const tell = async (
    { asked, answers }: Round,
    isShown: (c: Cell) => boolean,
    problems: readonly Problem[],
    start: number,
  ): Promise<Report> => {
    const allProblems = [...asked.problems, ...answers.problems];
    const { againstCells } = await import('../reports/baseline.js');
    const versus = baseline === null ? undefined : againstCells(baseline, answers.cells, absenceOf(asked));
    const asShown = answers.cells.filter(c => isAsked(c, o.only));
    const resultOf = resultsOfCells(asked.scenarios, asked.designs, { sources, commandFor: commandFor(o) });
    const made = makesSelftest ? await selftestOfCell(asked, asShown, allProblems, resultOf, context) : null;
    const known = new Set(answers.cells.filter((_, i) => o.failOn === 'new' && versus?.isKnown(i) === true));
    const found = [
      ...findingsOfComparison(answers.cells, allProblems, c => known.has(c)),
      ...(versus !== undefined && versus.against.regressions.length > 0 ? (['regression'] as const) : []),
      ...(made?.found ?? []),
    ];
    const code = exitCode(found);
    context.found(...found);
    const all: Comparison = {
      tool,
      cells: asShown,
      allPrograms: answers.allPrograms,
      problems: allProblems,
      ...(versus === undefined ? {} : { baseline: versus.against }),
      exit: { code, meaning: exitMeanings[code] },
      timing: { milliseconds: Math.round(io.now() - start) },
      sources,
      commandFor: commandFor(o),
    };
    const view = { ...o, whole: o.cell !== undefined, streamed, selftest: made?.text ?? null };
    const report = reportOfComparison(all, asked.scenarios, asked.designs);
    // The part that is shown is taken from the report: results and problems stand in the order of cells and problems.
    const ofShown = new Set(problems);
    const shown: Report = {
      ...report,
      results: report.results.filter((_, i) => isShown(asShown[i])),
      problems: report.problems.filter((_, i) => ofShown.has(allProblems[i])),
    };
    await deliverReport(report, sources, outputs, view, io, shown);
    return report;
  };

  /** Answers everything, or after `before` what is touched by the files that changed. */
  const round = async (before: Round | null, changed: ReadonlySet<string>): Promise<Round> => {
    const start = io.now();
    const now = await asked(names, o, context);
    if (makesSelftest) isOneCell(now);
    const isTouched = before === null ? () => true : touchedBy(before.asked, now, changed);
    const fresh = await answer(
      now,
      isTouched,
      before === null ? now.designs : otherDesigns(before.asked.designs, now.designs),
    );
    const answers = before === null ? fresh : merged(before.answers, fresh, now, isTouched);
    const next = { asked: now, answers };
    if (io.signal.aborted) return next;
    const isSame = before !== null && fresh.cells.length === 0 && sameQuestions(before.asked, now);
    if (isSame) return next;
    const shown = new Set(fresh.cells);
    const all = await tell(next, c => shown.has(c), [...now.problems, ...fresh.problems], start);
    if (o.watch === true) {
      const { totalText } = await import('../reports/text.js');
      tellAgain(io, io.now() - start, fresh.cells.length, totalText(all, matrixOf(all.results)), all.exit);
    }
    return next;
  };
  if (o.watch !== true) await round(null, new Set());
  else await answerAgain(io, last => placesOf(names, o, last?.asked, io), round);
};
