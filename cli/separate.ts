/** `holdfast compare D1 D2 --separate` and `compare --over-strict D`: one smallest program instead of a matrix. */
import type { Told } from '../reports/separation.js';
import type { Context } from './context.js';
import { chosenDesigns } from './designs.js';
import { findingOfProblem } from '../reports/outcome.js';
import { exitCode, exitMeanings } from './exit.js';
import { UsageError } from './io.js';
import type { Format, OutputOptions } from './options.js';
import { deliver, plannedOutputs } from './output.js';
import { progressOn } from './progress.js';

export interface SeparateOptions extends OutputOptions<Format> {
  readonly separate?: boolean;
  readonly overStrict?: string;
  readonly allPrograms?: number;
}

/** Verifier states of each theme: all that programs of its size have, for most of them. */
const DEFAULT_STATES = 20_000;

/** Options of the matrix, which has no part in this. */
const ELSEWHERE = ['design', 'scenarios', 'cell', 'only', 'trace', 'programRuns'] as const;
const flagOf: Readonly<Record<(typeof ELSEWHERE)[number], string>> = {
  design: '--design',
  scenarios: '--scenarios',
  cell: '--cell',
  only: '--only',
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

/** Finds the program, and writes it. */
export const separateDesigns = async (
  names: readonly string[],
  o: SeparateOptions,
  { io, engine, tool, found }: Context,
): Promise<void> => {
  const outputs = plannedOutputs(o, io);
  const asked = askedDesigns(names, o);
  const question = o.separate === true ? 'separate' : 'over-strict';
  const wrong = outputs.find(x => x.format !== 'text' && x.format !== 'json');
  if (wrong !== undefined) throw new UsageError(`--${question} writes text or json, not ${wrong.format}`);
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
  if (answer.found === null) found('inconclusive');
  const code = exitCode(answer.found === null ? ['inconclusive'] : []);
  const told: Told = {
    tool,
    question,
    designs: designs.map(d => d.id),
    answer,
    bound,
    exit: { code, meaning: exitMeanings[code] },
  };
  const { separationJson, separationText } = await import('../reports/separation.js');
  await deliver(outputs, io, format =>
    Promise.resolve(format === 'json' ? separationJson(told) : separationText(told)),
  );
};
