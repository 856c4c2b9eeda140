/** `holdfast check FILE...`: what each design's verifier says of each program. */
import { resolve } from 'node:path';
import type { Design } from '../model/design.js';
import type { Absence, Answer } from '../reports/baseline.js';
import type { CheckResult, Checked } from '../reports/check.js';
import type { Problem } from '../reports/matrix.js';
import type { Finding } from '../reports/outcome.js';
import type { BaselineOptions } from './baseline.js';
import { chosenBaseline, withBaseline } from './baseline.js';
import type { FileAnswer } from './check-answers.js';
import { answerFile, tellTripped } from './check-answers.js';
import type { Context, Define } from './context.js';
import type { Chosen } from './designs.js';
import { chosenDesigns, isDesignFile, otherDesigns } from './designs.js';
import { exitCode, exitMeanings, findingsOfCheck } from './exit.js';
import { includeFolders, includedBy } from './includes.js';
import type { ReportOptions } from './options.js';
import { withDesigns, withReport } from './options.js';
import { plannedOutputs, sourcesOf } from './output.js';
import { progressOn } from './progress.js';
import { deliverReport } from './render.js';
import { answerAgain, tellAgain } from './watch.js';

/** The newest kernel that is modelled. */
export const DEFAULT_DESIGN = 'linux-6.18';

interface CheckOptions extends ReportOptions, BaselineOptions {
  readonly design?: readonly string[];
  readonly watch?: boolean;
}

const examples = `
Examples:
  holdfast check my.bpf.c                          would the newest kernel that is modelled take it?
  holdfast check my.bpf.c -d ptr-id -d guarded-by  what would these designs say?
  holdfast check my.bpf.c -d proposal.yaml         and mine?
  holdfast check *.bpf.c -f jsonl                  one object a line
  holdfast check my.bpf.o                          the same of what the compiler made of it
  holdfast check *.bpf.c --out baseline:base.json  keep the answers, and later
  holdfast check *.bpf.c --baseline base.json      fail where one is another
  holdfast check *.bpf.c --watch                   answer again whenever a file is saved

A program that is rejected makes the exit code 10; one that can't be answered 20; a file that can't be
read 65; another answer than that of the baseline 50.`;

type Answers = ReadonlyMap<string, FileAnswer>;
interface Round {
  readonly chosen: Chosen;
  readonly answers: Answers;
}

const totalOfCheck = (c: Checked): string => {
  const of = (verdict: string): number => c.results.filter(r => r.verdict.verdict === verdict).length;
  const rest = c.results.length - of('accept') - of('reject');
  return `${String(of('accept'))} accepted, ${String(of('reject'))} rejected, ${String(rest)} without an answer`;
};

const checkedOf = (
  answers: Answers,
  designs: readonly Design[],
  designProblems: readonly Problem[],
  { io, tool }: Context,
): Omit<Checked, 'exit' | 'timing'> & { readonly internal: readonly Finding[] } => {
  const all = [...answers.values()];
  return {
    tool,
    designs,
    results: all.flatMap(a => a.results),
    problems: [...designProblems, ...all.flatMap(a => a.problems)],
    sources: sourcesOf(io),
    internal: all.some(a => a.internal) ? ['internal'] : [],
  };
};

/** A file that gave no answer at all has lost those that the baseline has; one that gave some has lost programs. */
const absenceOf =
  (c: Omit<Checked, 'exit' | 'timing'>, files: readonly string[]) =>
  ({ about, design }: Answer): Absence => {
    const isAsked = files.some(f => c.sources.name(f) === about) && c.designs.some(d => d.id === design);
    if (!isAsked) return 'not-asked';
    return c.results.some(r => c.sources.name(r.file) === about && r.design === design) ? 'gone' : 'no-answer';
  };

export const define: Define = (command, context) => {
  const { io, engine } = context;
  withBaseline(
    withReport(
      withDesigns(command.argument('<FILE...>', 'C files with BPF programs, or compiled objects'), DEFAULT_DESIGN),
    ),
  )
    .option('--watch', 'answer again what a saved file touches, until Ctrl-C')
    .addHelpText('after', examples)
    .action(async (files: readonly string[], o: CheckOptions) => {
      const outputs = plannedOutputs(o, io);
      const baseline = await chosenBaseline(o, 'check', outputs, io);
      const choose = (): Promise<Chosen> => chosenDesigns(o.design ?? [DEFAULT_DESIGN], engine, io);

      const answer = async (some: readonly string[], designs: readonly Design[]): Promise<Answers> => {
        const progress = progressOn(io, o.quiet === true);
        const answers = new Map<string, FileAnswer>();
        for (const [i, file] of some.entries()) {
          if (io.signal.aborted) break;
          progress.show(i, some.length, file);
          const tripped = (error: unknown): void => {
            progress.clear();
            tellTripped(file, io, o.verbose === true)(error);
          };
          answers.set(file, await answerFile(file, designs, engine, io, tripped));
        }
        progress.clear();
        return answers;
      };

      /** Reports all answers to files, and those that are shown to standard output. Returns what was found in all. */
      const tell = async (
        answers: Answers,
        { designs, problems }: Chosen,
        isShown: (r: CheckResult) => boolean,
        start: number,
      ): Promise<Checked> => {
        const { internal, ...all } = checkedOf(answers, designs, problems, context);
        const { againstVerdicts } = await import('../reports/baseline.js');
        const versus =
          baseline === null ? undefined : againstVerdicts(baseline, all.results, all.sources, absenceOf(all, files));
        const known = new Set(all.results.filter((_, i) => o.failOn === 'new' && versus?.isKnown(i) === true));
        const found = [
          ...findingsOfCheck(all.results, all.problems, r => known.has(r)).filter(
            f => f !== 'vacuous' || internal.length === 0,
          ),
          ...internal,
          ...(versus !== undefined && versus.against.regressions.length > 0 ? (['regression'] as const) : []),
        ];
        const code = exitCode(found);
        context.found(...found);
        const checked: Checked = {
          ...all,
          ...(versus === undefined ? {} : { baseline: versus.against }),
          exit: { code, meaning: exitMeanings[code] },
          timing: { milliseconds: Math.round(io.now() - start) },
        };
        const { reportOfCheck } = await import('../reports/report.js');
        const report = reportOfCheck(checked);
        // Results stand in the order of the verdicts.
        const shown = { ...report, results: report.results.filter((_, i) => isShown(checked.results[i])) };
        await deliverReport(report, checked.sources, outputs, o, io, shown);
        return checked;
      };

      /** Answers everything, or after `before` what is touched by the files that changed. */
      const round = async (before: Round | null, changed: ReadonlySet<string>): Promise<Round> => {
        const start = io.now();
        const chosen = await choose();
        const other = new Set(otherDesigns(before?.chosen.designs ?? [], chosen.designs).map(d => d.id));
        const isTouched = (f: string): boolean =>
          before === null || [...includedBy(resolve(io.cwd, f), includeFolders())].some(p => changed.has(p));
        const touched = new Set(files.filter(isTouched));
        const hasOther = other.size > 0 || JSON.stringify(before?.chosen) !== JSON.stringify(chosen);
        if (touched.size === 0 && !hasOther) return before ?? { chosen, answers: new Map() };
        const fresh = await answer(hasOther ? files : [...touched], chosen.designs);
        const answers = new Map([...(before?.answers ?? []), ...fresh]);
        if (io.signal.aborted) return { chosen, answers };
        const isShown = (r: CheckResult): boolean => touched.has(r.file) || other.has(r.design);
        const checked = await tell(answers, chosen, isShown, start);
        if (o.watch === true)
          tellAgain(io, io.now() - start, checked.results.filter(isShown).length, totalOfCheck(checked), checked.exit);
        return { chosen, answers };
      };
      if (o.watch !== true) await round(null, new Set());
      else
        await answerAgain(
          io,
          () => ({
            files: [
              ...files.flatMap(f => [...includedBy(resolve(io.cwd, f), includeFolders())]),
              ...(o.design ?? []).filter(isDesignFile).map(f => resolve(io.cwd, f)),
            ],
            folders: [],
          }),
          round,
        );
    });
};
