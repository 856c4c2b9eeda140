/** `holdfast compare [SCENARIO...]`: the matrix of scenarios and designs, with the evidence for each cell. */
import { Option } from 'commander';
import type { Design } from '../model/design.js';
import { designNamed, lockDesigns, sectionRows } from '../model/designs/index.js';
import type { Cell } from '../proofs/cell.js';
import type { Selftest } from '../proofs/selftest.js';
import { cellKinds } from '../proofs/cell.js';
import type { Comparison, Problem } from '../reports/matrix.js';
import { isUnexpected } from '../reports/matrix.js';
import { paintOf } from '../reports/paint.js';
import type { Finding } from '../reports/outcome.js';
import type { Report } from '../reports/report.js';
import type { Scenario } from '../scenarios/header.js';
import { expectationOf } from '../scenarios/header.js';
import type { Context, Define } from './context.js';
import { chosenDesigns, isDesignFile } from './designs.js';
import { exitCode, exitMeanings, findingsOfComparison } from './exit.js';
import type { Io } from './io.js';
import { UsageError } from './io.js';
import type { EngineOptions, Format, OutputOptions, PlainFormat } from './options.js';
import { allFormats, collect, isColoured, withDesigns, withEngine, withOutput } from './options.js';
import { deliver, plannedOutputs, sourcesOf } from './output.js';
import { progressOn } from './progress.js';
import { once, rendered } from './render.js';
import { chosenScenarios } from './scenarios.js';

const onlyKinds = [...cellKinds, 'unexpected'] as const;
type OnlyKind = (typeof onlyKinds)[number];

interface CompareOptions extends OutputOptions<Format>, EngineOptions {
  readonly design?: readonly string[];
  readonly scenarios?: string;
  readonly cell?: readonly string[];
  readonly only?: readonly OnlyKind[];
  readonly trace?: boolean;
  readonly allPrograms?: number;
  readonly programRuns?: number;
  readonly separate?: boolean;
  readonly overStrict?: string;
}

/** Scenarios to put to designs; each pair that is asked is one cell. */
interface Asked {
  readonly scenarios: readonly Scenario[];
  readonly designs: readonly Design[];
  readonly isAsked: (s: Scenario, d: Design) => boolean;
  readonly problems: readonly Problem[];
}

const splitCell = (text: string): { scenario: string; design: string } => {
  const at = text.lastIndexOf('@');
  if (at <= 0 || at === text.length - 1)
    throw new UsageError(`--cell ${text}: write SCENARIO@DESIGN, such as identity/two-loads@ptr-id`);
  return { scenario: text.slice(0, at), design: text.slice(at + 1) };
};

const askedCells = async (o: CompareOptions, { engine, io }: Context): Promise<Asked> => {
  const given = o.design ?? [];
  const name = given.find(d => !isDesignFile(d));
  if (name !== undefined)
    throw new UsageError(`--cell names its design; with it, --design is for files of your own, not for ${name}`);
  const extra = await chosenDesigns(given, engine, io);
  const scenarios = new Map<string, Scenario>();
  const pairs = new Set<string>();
  const designs = new Map<string, Design>();
  const problems: Problem[] = [...extra.problems];
  for (const text of o.cell ?? []) {
    const { scenario, design } = splitCell(text);
    const own = extra.designs.find(d => d.id === design);
    const chosen = own === undefined ? await chosenDesigns([design], engine, io) : { designs: [own], problems: [] };
    const found = await chosenScenarios([scenario], o.scenarios, engine, io);
    problems.push(...chosen.problems, ...found.problems);
    chosen.designs.forEach(d => designs.set(d.id, d));
    for (const s of found.scenarios) {
      scenarios.set(s.id, s);
      chosen.designs.forEach(d => pairs.add(`${s.id}@${d.id}`));
    }
  }
  return {
    scenarios: [...scenarios.values()],
    designs: [...designs.values()],
    isAsked: (s, d) => pairs.has(`${s.id}@${d.id}`),
    problems,
  };
};

/** Without `--design`, every scenario is put to every design, and to those section policies that it says something of. */
const askedMatrix = async (names: readonly string[], o: CompareOptions, { engine, io }: Context): Promise<Asked> => {
  const { scenarios, problems } = await chosenScenarios(names, o.scenarios, engine, io);
  if (o.design !== undefined) {
    const chosen = await chosenDesigns(o.design, engine, io);
    const all = [...problems, ...chosen.problems];
    return { scenarios, designs: chosen.designs, isAsked: () => true, problems: all };
  }
  const isAsked = (s: Scenario, d: Design): boolean =>
    d.axis !== 'sections' || expectationOf(s.header, d.id) !== undefined;
  return { scenarios, designs: [...lockDesigns, ...sectionRows], isAsked, problems };
};

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
  holdfast compare -f markdown > matrix.md            for a mail
  holdfast compare --cell identity/two-loads@ptr-id --out selftest:found.bpf.c    a selftest for the kernel's tree
  holdfast compare identity -d ptr-id --all-programs 20000000    all states of any program: a minute
  holdfast compare ptr-id ptr-id/literal --separate > found.bpf.c    where two designs differ
  holdfast compare --over-strict ptr-id                              what a design rejects needlessly

An unsound or over-strict cell that its scenario expects is a finding, not a failure: the exit code is 10 only where a
cell is not what its scenario expects, 20 where one has no answer, 40 where the engines disagree. With --separate and
--over-strict it is 0 if there is such a program, 20 if none was found within the bound.`;

export const define: Define = (command, context) => {
  withEngine(
    withOutput(
      withDesigns(command.argument('[SCENARIO...]', 'what to compare; all if nothing is named'), 'all'),
      allFormats,
    ),
  )
    .option('--scenarios <DIR>', 'take scenarios from this folder')
    .option('--cell <SCENARIO@DESIGN>', 'one cell with everything about it (repeatable)', collect)
    .addOption(
      new Option('--only <KIND>', `only these cells: ${onlyKinds.join(', ')} (repeatable)`).argParser(onlyNamed),
    )
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
      const { io, engine, tool } = context;
      const outputs = plannedOutputs(o, io);
      if (o.cell !== undefined && names.length > 0)
        throw new UsageError('name scenarios, or cells with --cell, not both');
      const asked = await (o.cell === undefined ? askedMatrix(names, o, context) : askedCells(o, context));
      const makesSelftest = outputs.some(x => x.format === 'selftest');
      if (makesSelftest) isOneCell(asked);
      const sources = sourcesOf(io);
      const streams = outputs.some(x => x.format === 'jsonl' && x.path === '-');
      const { cellLine } = await import('../reports/jsonl.js');
      const progress = progressOn(io, o.quiet === true);
      const { cells, problems } = await engine.compareAll({
        scenarios: asked.scenarios,
        designs: asked.designs,
        isAsked: asked.isAsked,
        jobs: o.jobs,
        engines: o.engine,
        solverBudgetMs: o.timeout * 1000,
        signal: io.signal,
        onCell: c => {
          if (streams && isAsked(c, o.only)) io.out(cellLine(c, sources));
        },
        onProgress: (done, total, what) => {
          progress.show(done, total, what);
        },
      });
      const most = o.allPrograms ?? (o.cell === undefined && names.length === 0 ? DEFAULT_STATES : 0);
      const allPrograms =
        most === 0 || io.signal.aborted
          ? []
          : await engine.answerAllPrograms(
              asked.designs.filter(d => d.axis === undefined),
              {
                maxStates: most,
                ...(o.programRuns !== undefined && { sizes: { runs: o.programRuns } }),
                jobs: o.jobs,
                signal: io.signal,
                onProgress: (done, of, what) => {
                  progress.show(done, of, what);
                },
              },
            );
      progress.clear();
      if (io.signal.aborted) return;
      const allProblems = [...asked.problems, ...problems];
      const answered = {
        tool,
        cells: cells.filter(c => isAsked(c, o.only)),
        allPrograms,
        problems: allProblems,
        sources,
        commandFor: commandFor(o),
      };
      const { reportOfComparison } = await import('../reports/report.js');
      const reportOf = (c: Comparison): Report => reportOfComparison(c, asked.scenarios, asked.designs);
      const made = makesSelftest ? await selftestOfCell(asked, answered, reportOf, context) : null;
      if (io.signal.aborted) return;
      // What is shown may be less than what was asked; the exit code is about all of it.
      const found = [...findingsOfComparison(cells, allProblems), ...(made?.found ?? [])];
      const code = exitCode(found);
      context.found(...found);
      const exit = { code, meaning: exitMeanings[code] };
      const comparison: Comparison = { ...answered, ...(made && { selftests: made.selftests }), exit };
      const report = once(() => reportOf(comparison));
      const written = outputs.filter(x => x.format !== 'selftest' || comparison.selftests?.size === 1);
      await deliver(written, io, (format, isStdout) =>
        rendered<PlainFormat>(format, report, sources, own => renders[own](comparison, o, io, isStdout, asked.designs)),
      );
    });
};

const askedPairs = (a: Asked): readonly (readonly [Scenario, Design])[] =>
  a.scenarios.flatMap(s => a.designs.flatMap(d => (a.isAsked(s, d) ? [[s, d] as const] : [])));

/** Throws for a command line that asks for one file about several cells. */
const isOneCell = (asked: Asked): void => {
  const n = askedPairs(asked).length;
  if (n > 1)
    throw new UsageError(
      `a selftest is made of one cell, and ${String(n)} are asked for: name it, --cell SCENARIO@DESIGN`,
    );
};

/** The selftest of the one cell, if its answer can be relied on. */
const selftestOfCell = async (
  asked: Asked,
  answered: Omit<Comparison, 'exit'>,
  reportOf: (c: Comparison) => Report,
  context: Context,
): Promise<{ readonly selftests: ReadonlyMap<string, Selftest>; readonly found: readonly Finding[] }> => {
  const { madeSelftest, whyNone } = await import('./selftest.js');
  const { selftests } = await import('../reports/selftest.js');
  const [pair] = askedPairs(asked);
  const [cell] = answered.cells;
  const none = (why: string, found: readonly Finding[]) => {
    context.io.err(`selftest: none: ${why}\n`);
    return { selftests: new Map<string, Selftest>(), found };
  };
  if (pair === undefined || cell === undefined) {
    const [p] = answered.problems;
    const why = p === undefined ? '' : `: ${p.at.file}: ${p.kind === 'unsupported' ? p.construct : p.message}`;
    return none(`there is no such cell${why}`, []);
  }
  const why = whyNone(cell);
  if (why !== null) return none(why, ['inconclusive']);
  const known = (selftest: Selftest): ReadonlyMap<string, Selftest> =>
    new Map([[`${cell.scenario}@${cell.design}`, selftest]]);
  // What the exit code will be, no selftest says.
  const exit = { code: 0, meaning: exitMeanings[0] };
  const [scenario, design] = pair;
  const made = await madeSelftest(scenario, [design], context, s =>
    selftests(reportOf({ ...answered, selftests: known(s), exit }), answered.sources),
  );
  return 'none' in made ? none(made.none, made.found) : { selftests: known(made.selftest), found: made.found };
};

type Render = (
  c: Comparison,
  o: CompareOptions,
  io: Io,
  isStdout: boolean,
  designs: readonly Design[],
) => Promise<string>;
const renders: Readonly<Record<PlainFormat, Render>> = {
  json: async c => (await import('../reports/json.js')).comparisonJson(c),
  jsonl: async (c, _o, _io, isStdout) => {
    const { comparisonJsonl, comparisonTail } = await import('../reports/jsonl.js');
    // On standard output the results were written as they came.
    return isStdout ? comparisonTail(c) : comparisonJsonl(c);
  },
  markdown: async (c, o) =>
    (await import('../reports/markdown.js')).comparisonMarkdown(c, {
      traces: o.trace === true || o.cell !== undefined,
    }),
  text: async (c, o, io, isStdout, designs) => {
    const { cellsText, comparisonText } = await import('../reports/text.js');
    const options = {
      paint: paintOf(isStdout && isColoured(o, io)),
      width: io.width,
      quiet: o.quiet === true,
      traces: o.trace === true,
    };
    return o.cell === undefined
      ? comparisonText(c, options)
      : cellsText(c, id => designs.find(d => d.id === id), options);
  },
};
