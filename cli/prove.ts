/** `holdfast prove [DESIGN...]`: is every program that a design accepts safe? Proved for any number of everything, or refuted. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Option } from 'commander';
import { allDesigns } from '../model/designs/index.js';
import type { PropertyId } from '../model/properties.js';
import { propertyIds } from '../model/properties.js';
import { rulesOf } from '../model/rules/index.js';
import type { Claim } from '../proofs/claims.js';
import type { RestsOn } from '../proofs/rests-on.js';
import { paintOf } from '../reports/paint.js';
import type { Context, Define } from './context.js';
import { chosenDesigns } from './designs.js';
import type { Finding } from '../reports/outcome.js';
import { findingOfProblem } from '../reports/outcome.js';
import { exitCode, exitMeanings } from './exit.js';
import { writeAll } from './files.js';
import { UsageError, messageOf } from './io.js';
import { didYouMean } from './names.js';
import type { OutputOptions, PlainFormat } from './options.js';
import { collect, isColoured, withJobs, withOutput } from './options.js';
import { canWrite, deliver, plannedOutputs } from './output.js';
import { progressOn } from './progress.js';
import { chosenScenarios } from './scenarios.js';
import { packageRoot } from './tool.js';

interface ProveOptions extends OutputOptions {
  readonly property?: readonly string[];
  readonly dropGuard?: string;
  readonly scenarios?: string;
  readonly jobs: number;
  readonly budget?: number;
  readonly ledger?: string;
  readonly export?: string;
  readonly hints: boolean;
  readonly stability?: number;
  readonly restsOn?: readonly string[];
}

const propertiesNamed = (names: readonly string[] | undefined): ReadonlySet<PropertyId> | undefined =>
  names === undefined
    ? undefined
    : new Set(
        names.map(name => {
          const found = propertyIds.find(p => p === name);
          if (found === undefined) throw new UsageError(`there is no property ${name}${didYouMean(name, propertyIds)}`);
          return found;
        }),
      );

/** Where the repository keeps what earlier proofs used. */
export const hintsFile = (): string => join(packageRoot(), 'proofs', 'hints.json');
export const ledgerFile = (): string => join(packageRoot(), 'proofs', 'ledger.json');
/** What the proofs of a ledger used is beside it: `hints.json` for `ledger.json`, `mine.hints.json` for any other. */
export const hintsBeside = (ledger: string): string =>
  /(^|[/\\])ledger\.json$/.test(ledger)
    ? ledger.replace(/ledger\.json$/, 'hints.json')
    : ledger.replace(/(\.json)?$/, '.hints.json');

const textOf = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
};

/** Makes the folder. Throws UsageError if it can't be one. */
const exportFolder = (folder: string): string => {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new UsageError(`can't write to ${folder}: ${messageOf(error)}`);
  }
  return folder;
};

/** An outcome that nobody claimed counts as found: a refutation violates, an unknown is inconclusive. */
const findingOfClaim = (c: Claim, claimed: string | undefined): Finding | null => {
  if (c.outcome === 'unknown') return 'inconclusive';
  if (c.outcome === 'vacuous') return 'vacuous';
  if (c.outcome === claimed) return null;
  return c.outcome === 'refuted' || claimed !== undefined ? 'violated' : null;
};

const examples = `
DESIGN is an id (ptr-id), a pattern ('linux-*') or a proposal of yours (proposal.yaml). Without one, all designs are asked.

Examples:
  holdfast prove ptr-id                              every property of one design
  holdfast prove my-proposal.yaml                    a rule of your own
  holdfast prove 'ptr-id*' --property list-race
  holdfast prove ptr-id --drop-guard unlock-same-lock    what is this guard for?
  holdfast prove --ledger proofs/ledger.json --export exports
  holdfast explain ptr-id:double-owner               what a claim says and rests on`;

const act = async (names: readonly string[], o: ProveOptions, { io, engine, tool, found }: Context): Promise<void> => {
  const outputs = plannedOutputs(o, io);
  const properties = propertiesNamed(o.property);
  if (o.dropGuard !== undefined && (o.ledger !== undefined || o.export !== undefined))
    throw new UsageError('a ledger and its exports are about the rules as they are, without --drop-guard');
  if (o.ledger !== undefined) canWrite(o.ledger, io);
  const folder = o.export === undefined ? undefined : exportFolder(resolve(io.cwd, o.export));
  const { designs, problems } =
    names.length === 0 ? { designs: allDesigns, problems: [] } : await chosenDesigns(names, engine, io);
  const chosen = await chosenScenarios([], o.scenarios, engine, io);
  const { readHints, hintsText, NO_HINTS } = await import('../proofs/hints.js');
  const { claimedOf } = await import('../proofs/claimed.js');
  const R = await import('../reports/proofs.js');
  const { dropGuard: guard } = o;
  if (guard !== undefined)
    for (const d of designs) {
      const all = [...rulesOf(d).values()].flatMap(e => e.verifier.guards.map(g => g.name));
      if (!all.includes(guard)) throw new UsageError(`${d.id} has no guard ${guard}${didYouMean(guard, all)}`);
    }
  const isText = outputs.some(x => x.format === 'text' && x.path === '-');
  const paint = paintOf(isText && isColoured(o, io));
  const progress = progressOn(io, o.quiet === true);
  let head = '';
  const hints = o.hints ? readHints(textOf(hintsFile())) : NO_HINTS;
  const proofs = await engine.proveAll({
    designs,
    scenarios: chosen.scenarios,
    ...(properties && { properties }),
    jobs: o.jobs,
    ...(o.budget !== undefined && { rlimit: o.budget }),
    ...(o.stability !== undefined && { stability: o.stability }),
    hints: guard === undefined ? hints : { ...hints, open: new Map() },
    ...(guard !== undefined && { withoutGuard: guard }),
    signal: io.signal,
    onProgress: (done, total, what) => {
      progress.show(done, total, what);
    },
    onClaim: c => {
      if (!isText) return;
      progress.clear();
      if (c.design !== head) io.out(`${head === '' ? '' : '\n'}${R.claimHead(c.design, paint)}\n`);
      head = c.design;
      if (o.quiet !== true || c.outcome !== 'proved') io.out(`${R.claimLine(c, paint, io.width)}\n`);
    },
  });
  progress.clear();
  if (io.signal.aborted) return;
  const isMutant = guard !== undefined;
  const claimed = (c: Claim): string | undefined => (isMutant ? undefined : claimedOf(c.design, c.property));
  const surprises = proofs.claims.flatMap(c => {
    const want = claimed(c);
    return want === undefined || want === c.outcome ? [] : [{ claim: c.name, claimed: want, got: c.outcome }];
  });
  const all: Finding[] = [
    ...[...problems, ...chosen.problems, ...proofs.problems].map(findingOfProblem),
    ...proofs.claims.flatMap(c => findingOfClaim(c, claimed(c)) ?? []),
    ...(proofs.claims.length === 0 && problems.length === 0 ? (['vacuous'] as const) : []),
  ];
  for (const p of [...problems, ...chosen.problems])
    io.err(
      p.kind === 'unsupported' ? `unsupported: ${p.construct}\n` : `${p.at.file}:${String(p.at.line)}: ${p.message}\n`,
    );
  found(...all);
  const code = exitCode(all);
  const report = { tool, ...proofs, surprises, exit: { code, meaning: exitMeanings[code] } };
  if (o.ledger !== undefined) {
    const { ledgerOf, ledgerText } = await import('../proofs/ledger.js');
    const merged = { uses: proofs.hints.uses, open: proofs.hints.open };
    const { libraryOf } = await import('../proofs/changed-rules.js');
    const { minimalRefutations } = await import('../proofs/leave-out.js');
    const { restsOn } = await import('../proofs/rests-on.js');
    const library = libraryOf(chosen.scenarios);
    const watched = {
      signal: io.signal,
      onProgress: (done: number, total: number, what: string): void => {
        progress.show(done, total, what);
      },
    };
    const rests = new Map<string, RestsOn>();
    for (const d of designs.filter(x => o.restsOn?.includes(x.id) === true))
      for (const [claim, guards] of await restsOn(d, proofs.claims, library, watched)) rests.set(claim, guards);
    const minimal = await minimalRefutations(designs, proofs.claims, library, watched);
    progress.clear();
    const ledger = await ledgerOf(designs, proofs.claims, merged, proofs.solver, { restsOn: rests, minimal });
    const file = resolve(io.cwd, o.ledger);
    if (io.signal.aborted) return;
    writeAll([
      { path: hintsBeside(file), text: hintsText(merged) },
      { path: file, text: ledgerText(ledger) },
    ]);
  }
  if (folder !== undefined) {
    const { recall } = await import('../proofs/ledger.js');
    for (const d of designs)
      for (const [name, { text }] of (await recall(d, proofs.hints)).texts)
        writeAll([{ path: join(folder, `${name}.smt2`), text }]);
  }
  const renders: Readonly<Record<PlainFormat, () => string>> = {
    text: () => R.summaryText(report, io.width),
    markdown: () => R.proofsMarkdown(report),
    json: () => R.proofsJson(report),
    jsonl: () => R.proofsJsonl(report),
  };
  await deliver(outputs, io, format => Promise.resolve(renders[format]()));
};

const wholeNumber = (least: number) => (value: string) => {
  const n = Number(value);
  if (!Number.isInteger(n) || n < least)
    throw new UsageError(`${value}: write a whole number of at least ${String(least)}`);
  return n;
};

export const define: Define = (command, context) => {
  withJobs(withOutput(command.argument('[DESIGN...]', 'which designs; all if nothing is named')))
    .addOption(new Option('-p, --property <P>', 'only this property (repeatable)').argParser(collect))
    .option('--drop-guard <GUARD>', 'ask of the rules without this guard: who breaks in?')
    .addOption(new Option('--budget <STEPS>', 'steps of the solver for one question').argParser(wholeNumber(1)))
    .addOption(new Option('--stability <N>', 'ask every question N times more, shuffled').argParser(wholeNumber(1)))
    .addOption(
      new Option(
        '--rests-on <DESIGN>',
        'with --ledger: which guards the claims of this design rest on, by dropping each that a proof uses (repeatable)',
      ).argParser(collect),
    )
    .option('--ledger <FILE>', 'write the ledger, and beside it what the proofs used')
    .option('--export <DIR>', 'write every obligation as SMT-LIB')
    .option('--no-hints', 'forget what earlier proofs used')
    .option('--scenarios <DIR>', 'look for refutations in this folder')
    .addHelpText('after', examples)
    .action((names: readonly string[], o: ProveOptions) => act(names, o, context));
};
