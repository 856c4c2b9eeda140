/** `holdfast verify`: the ledger of proofs, checked again by other means than made it. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Option } from 'commander';
import { allDesigns } from '../model/designs/index.js';
import type { Context, Define } from './context.js';
import { chosenDesigns } from './designs.js';
import type { Finding } from '../reports/outcome.js';
import { findingOfProblem } from '../reports/outcome.js';
import { exitCode, exitMeanings } from './exit.js';
import { UsageError, whyUnreadable } from './io.js';
import { didYouMean } from './names.js';
import type { OutputOptions, PlainFormat } from './options.js';
import { secondsNamed, countNamed, withJobs, withOutput } from './options.js';
import { deliver, plannedOutputs } from './output.js';
import { progressOn } from './progress.js';
import { hintsBeside, hintsFile, ledgerFile } from './prove.js';
import { chosenScenarios } from './scenarios.js';

interface VerifyOptions extends OutputOptions {
  readonly ledger?: string;
  readonly from?: string;
  readonly scenarios?: string;
  readonly jobs: number;
  readonly timeout: number;
  readonly samples: number;
  readonly seed: number;
  readonly solver?: readonly Solver[];
}

const solvers = ['z3', 'cvc5'] as const;
type Solver = (typeof solvers)[number];
const solverNamed = (name: string, before: readonly Solver[] = []): readonly Solver[] => {
  const solver = solvers.find(s => s === name);
  if (solver === undefined) throw new UsageError(`there is no solver ${name}${didYouMean(name, solvers)}`);
  return [...before, solver];
};

const examples = `
Without files it checks the ledger of this version. Each obligation is put together anew from the rules and given to native z3
and cvc5, where they are installed; every refutation is run again.

Examples:
  holdfast verify                         all designs
  holdfast verify ptr-id                  one design
  holdfast verify --solver z3             by one solver only
  holdfast verify --ledger my.json        a ledger that prove --ledger wrote
  holdfast verify --from exports          and the texts that prove --export wrote`;

const act = async (names: readonly string[], o: VerifyOptions, { io, engine, tool, found }: Context): Promise<void> => {
  const outputs = plannedOutputs(o, io);
  const { designs, problems } =
    names.length === 0 ? { designs: allDesigns, problems: [] } : await chosenDesigns(names, engine, io);
  const chosen = await chosenScenarios([], o.scenarios, engine, io);
  const { readHints } = await import('../proofs/hints.js');
  const { LedgerError, readLedger } = await import('../proofs/ledger.js');
  const file = o.ledger === undefined ? ledgerFile() : resolve(io.cwd, o.ledger);
  const besideIt = o.ledger === undefined ? hintsFile() : hintsBeside(file);
  const bad = (message: string): void => {
    io.err(`error: ${message}\n`);
    found('bad-input');
  };
  const read = (path: string): string | null => {
    try {
      return readFileSync(path, 'utf8');
    } catch (error) {
      bad(`${path}: ${whyUnreadable(error)}`);
      return null;
    }
  };
  const ledgerText = read(file);
  if (ledgerText === null) return;
  const hintsText = read(besideIt);
  if (hintsText === null) return;
  const progress = progressOn(io, o.quiet === true);
  try {
    const ledger = readLedger(ledgerText);
    const absent = names.length === 0 ? [] : designs.filter(d => ledger.rules[d.id] === undefined).map(d => d.id);
    if (absent.length > 0) throw new LedgerError(`it says nothing of ${absent.join(', ')}`);
    // Without names all of the ledger is asked: designs that only a proposal has can't be.
    const here = new Set(designs.map(d => d.id));
    const elsewhere = names.length === 0 ? Object.keys(ledger.rules).filter(id => !here.has(id)) : [];
    for (const id of elsewhere) io.err(`not checked: there is no design ${id} here; name the file of its proposal\n`);
    const result = await engine.verifyLedger({
      ledger,
      designs,
      scenarios: chosen.scenarios,
      hints: readHints(hintsText),
      jobs: o.jobs,
      samples: o.samples,
      seed: o.seed,
      budgetMs: o.timeout * 1000,
      ...(o.solver && { solvers: o.solver }),
      ...(o.from !== undefined && { from: resolve(io.cwd, o.from) }),
      signal: io.signal,
      onProgress: (done, total, what) => {
        progress.show(done, total, what);
      },
    });
    progress.clear();
    if (io.signal.aborted) return;
    const all: Finding[] = [
      ...[...problems, ...chosen.problems].map(findingOfProblem),
      ...result.disagreements.map(() => 'disagreement' as const),
      ...[...result.inconclusive, ...elsewhere].map(() => 'inconclusive' as const),
      ...(ledger.claims.length === 0 ? (['vacuous'] as const) : []),
      ...(result.solvers.every(s => s.version === null) ? (['inconclusive'] as const) : []),
    ];
    found(...all);
    const code = exitCode(all);
    const R = await import('../reports/verification.js');
    const report = { tool, result, exit: { code, meaning: exitMeanings[code] } };
    const renders: Readonly<Record<PlainFormat, () => string>> = {
      text: () => R.verificationText(report, io.width),
      markdown: () => R.verificationText(report, io.width),
      json: () => R.verificationJson(report),
      jsonl: () => R.verificationJson(report),
    };
    await deliver(outputs, io, format => Promise.resolve(renders[format]()));
  } catch (error) {
    progress.clear();
    if (!(error instanceof LedgerError)) throw error;
    bad(`${o.ledger ?? 'the ledger'}: ${error.message}`);
  }
};

export const define: Define = (command, context) => {
  withJobs(withOutput(command.argument('[DESIGN...]', 'which designs; all of the ledger if nothing is named')))
    .option('--ledger <FILE>', 'a ledger that prove --ledger wrote')
    .option('--from <DIR>', 'exports that prove --export wrote; they must be whole, and those of the ledger')
    .addOption(
      new Option('-t, --timeout <SECONDS>', 'budget of one obligation in a native solver')
        .argParser(secondsNamed)
        .default(20),
    )
    .addOption(new Option('--solver <S>', 'only this native solver, z3 or cvc5 (repeatable)').argParser(solverNamed))
    .addOption(
      new Option('--samples <N>', 'states that the small checker takes steps from; 0 leaves it out')
        .argParser(countNamed)
        .default(150),
    )
    .addOption(new Option('--seed <N>', 'where the small checker begins').argParser(countNamed).default(1))
    .option('--scenarios <DIR>', 'take the programs of refutations from this folder')
    .addHelpText('after', examples)
    .action((names: readonly string[], o: VerifyOptions) => act(names, o, context));
};
