/** `holdfast compare D1 D2 --separate` and `compare --over-strict D`: one smallest program instead of a matrix. */
import type { Design } from '../model/design.js';
import type { Finding } from '../reports/outcome.js';
import type { Told } from '../reports/separation.js';
import type { Run } from '../scenarios/header.js';
import type { Context } from './context.js';
import { chosenDesigns } from './designs.js';
import { findingOfProblem } from '../reports/outcome.js';
import { exitCode, exitMeanings } from './exit.js';
import { UsageError } from './io.js';
import type { Format, OutputOptions } from './options.js';
import { deliver, plannedOutputs } from './output.js';
import { progressOn } from './progress.js';
import type { Made } from './selftest.js';

export interface SeparateOptions extends OutputOptions<Format> {
  readonly separate?: boolean;
  readonly overStrict?: string;
  readonly allPrograms?: number;
}

/** Verifier states of each theme: all that programs of its size have, for most of them. */
const DEFAULT_STATES = 20_000;

/** Options of the matrix, which has no part in this. */
const ELSEWHERE = [
  'design',
  'scenarios',
  'cell',
  'only',
  'watch',
  'baseline',
  'failOn',
  'trace',
  'programRuns',
] as const;
const flagOf: Readonly<Record<(typeof ELSEWHERE)[number], string>> = {
  design: '--design',
  scenarios: '--scenarios',
  cell: '--cell',
  only: '--only',
  watch: '--watch',
  baseline: '--baseline',
  failOn: '--fail-on',
  trace: '--trace',
  programRuns: '--program-runs',
};

/** Returns the designs that are asked about; throws for a command line that means something else too. */
const askedDesigns = (names: readonly string[], o: SeparateOptions): readonly string[] => {
  const mine = o.separate === true ? '--separate' : '--over-strict';
  if (o.separate === true && o.overStrict !== undefined)
    throw new UsageError('--separate asks about two designs, --over-strict about one: give one of them');
  const other = ELSEWHERE.find(k => k in o);
  if (other !== undefined) throw new UsageError(`${flagOf[other]} is for the matrix; it has no meaning with ${mine}`);
  if (o.overStrict !== undefined) {
    if (names.length > 0) throw new UsageError('--over-strict D asks about one design; name nothing else');
    return [o.overStrict];
  }
  if (names.length !== 2)
    throw new UsageError('--separate takes two designs: holdfast compare ptr-id ptr-id/literal --separate');
  return names;
};

/** A run of a program, and another on the next CPU. */
const atOnce = (r: Run): readonly Run[] =>
  r.kind === 'user' ? [r] : [r, { ...r, name: `${r.name}_2`, cpu: r.cpu + 1 }];

/** The selftest of the program that was found; null if there is none. */
const selftestOfFound = async (told: Told, designs: readonly Design[], context: Context): Promise<Made | null> => {
  const { io, engine, tool } = context;
  const { separationC } = await import('../reports/separation.js');
  const source = separationC(told);
  if (source === null) {
    io.err('selftest: none: no program was found\n');
    return null;
  }
  const file = 'found.bpf.c';
  const read = await engine.parseHeader(file, source);
  if (read.kind !== 'header') throw new Error('the program that was found is no scenario');
  const { header } = read;
  // The search ran it once. Whether it may be handed out is asked of two runs at once.
  const runs = header.runs.length > 1 ? header.runs : header.runs.flatMap(atOnce);
  const { aboutFound, selftestC } = await import('../reports/selftest.js');
  const command =
    told.question === 'separate'
      ? `holdfast compare ${told.designs.join(' ')} --separate`
      : `holdfast compare --over-strict ${told.designs.join(' ')}`;
  const about = aboutFound(header.question, tool, command);
  const { madeSelftest } = await import('./selftest.js');
  const made = await madeSelftest(
    { id: 'found', file, source, header: { ...header, runs } },
    designs,
    context,
    selftest => selftestC({ source, selftest, about }),
  );
  if ('none' in made) io.err(`selftest: none: ${made.none}\n`);
  return made;
};

/** Finds the program, and writes it. */
export const separateDesigns = async (
  names: readonly string[],
  o: SeparateOptions,
  context: Context,
): Promise<void> => {
  const { io, engine, tool, found } = context;
  const outputs = plannedOutputs(o, io);
  const asked = askedDesigns(names, o);
  const question = o.separate === true ? 'separate' : 'over-strict';
  const wrong = outputs.find(x => x.format !== 'text' && x.format !== 'json' && x.format !== 'selftest');
  if (wrong !== undefined) throw new UsageError(`--${question} writes text, json or selftest, not ${wrong.format}`);
  const { designs, problems } = await chosenDesigns(asked, engine, io);
  if (problems.length > 0) {
    for (const p of problems) io.err(`${p.at.file}: ${p.kind === 'unsupported' ? p.construct : p.message}\n`);
    found(...problems.map(findingOfProblem));
    return;
  }
  const [a, b] = designs;
  if (a === undefined || designs.length !== asked.length)
    throw new UsageError(
      question === 'separate' ? 'name two different designs, no patterns' : 'name one design, no pattern',
    );
  const bound = o.allPrograms ?? DEFAULT_STATES;
  const progress = progressOn(io, o.quiet === true);
  const options = {
    maxStates: bound,
    signal: io.signal,
    onTheme: (theme: string, done: number, of: number): void => {
      progress.show(done, of, theme);
    },
  };
  const answer = b === undefined ? await engine.overStrict(a, options) : await engine.separate(a, b, options);
  progress.clear();
  if (io.signal.aborted) return;
  const ended = (findings: readonly Finding[]): Told => {
    const code = exitCode(findings);
    const exit = { code, meaning: exitMeanings[code] };
    return { tool, question, designs: designs.map(d => d.id), answer, bound, exit };
  };
  const searched: readonly Finding[] = answer.found === null ? ['inconclusive'] : [];
  const made = outputs.some(x => x.format === 'selftest')
    ? await selftestOfFound(ended(searched), designs, context)
    : null;
  if (io.signal.aborted) return;
  const findings = [...searched, ...(made?.found ?? [])];
  found(...findings);
  const told = ended(findings);
  const text = made !== null && 'text' in made ? made.text : null;
  const { separationJson, separationText } = await import('../reports/separation.js');
  await deliver(outputs, io, format =>
    Promise.resolve(
      format === 'json' ? separationJson(told) : format === 'selftest' ? (text ?? []) : separationText(told),
    ),
  );
};
