/** `holdfast history [NAME...]`: fixes of the verifier's past, each undone, with the program that shows what it was for. */
import type { FixAnswer } from '../proofs/history/answer.js';
import { fixNamed, fixes } from '../proofs/history/index.js';
import type { Fix } from '../proofs/history/fix.js';
import type { HistoryReport } from '../reports/history.js';
import { paintOf } from '../reports/paint.js';
import type { Define } from './context.js';
import type { Finding } from '../reports/outcome.js';
import { findingOfProblem } from '../reports/outcome.js';
import { exitCode, exitMeanings } from './exit.js';
import { UsageError } from './io.js';
import { didYouMean } from './names.js';
import type { EngineOptions, OutputOptions, PlainFormat } from './options.js';
import { isColoured, withEngine, withOutput } from './options.js';
import { deliver, plannedOutputs, sourcesOf } from './output.js';
import { progressOn } from './progress.js';
import { chosenScenarios } from './scenarios.js';

interface HistoryOptions extends OutputOptions, EngineOptions {
  readonly scenarios?: string;
  readonly trace?: boolean;
}

const chosen = (names: readonly string[]): readonly Fix[] =>
  names.length === 0
    ? fixes
    : names.map(name => {
        const fix = fixNamed(name) ?? fixes.find(f => f.fix.includes(name));
        if (fix !== undefined) return fix;
        const known = fixes.flatMap(f => [f.name, ...f.fix]);
        throw new UsageError(`no fix is called ${name}${didYouMean(name, known)}`);
      });

/** What is not as the table of history claims is a violated claim; a side without an answer is inconclusive. */
const findingsOf = (a: FixAnswer): readonly Finding[] => [
  ...a.problems.map(findingOfProblem),
  ...a.cases.flatMap(c => {
    const sides = [c.with, c.without];
    if (sides.some(x => x.disagreements.length > 0)) return ['disagreement'] as const;
    if (sides.some(x => x.cell === 'unknown')) return ['inconclusive'] as const;
    return c.wrong.length > 0 ? (['violated'] as const) : [];
  }),
];

const examples = `
NAME is a name of docs/history.md, a commit or a CVE.

Examples:
  holdfast history                        every fix, one after the other
  holdfast history prune-frames           one fix, with the run that it prevents
  holdfast history CVE-2026-98047
  holdfast history -f markdown            as docs/history.md has it`;

export const define: Define = (command, context) => {
  withEngine(withOutput(command.argument('[NAME...]', 'which fixes; all if nothing is named')))
    .option('--scenarios <DIR>', 'take scenarios from this folder')
    .option('-v, --trace', 'the full run that shows each bug')
    .addHelpText('after', examples)
    .action(async (names: readonly string[], o: HistoryOptions) => {
      const { io, engine, tool } = context;
      const outputs = plannedOutputs(o, io);
      const asked = chosen(names);
      const { scenarios, problems } = await chosenScenarios([], o.scenarios, engine, io);
      const progress = progressOn(io, o.quiet === true);
      const answers = await engine.answerHistory(asked, scenarios, {
        jobs: o.jobs,
        engines: o.engine,
        solverBudgetMs: o.timeout * 1000,
        signal: io.signal,
        onProgress: (done, total, what) => {
          progress.show(done, total, what);
        },
      });
      progress.clear();
      if (io.signal.aborted) return;
      const found = [...problems.map(findingOfProblem), ...answers.flatMap(findingsOf)];
      const code = exitCode(found);
      context.found(...found);
      const report: HistoryReport = {
        tool,
        answers,
        exit: { code, meaning: exitMeanings[code] },
        sources: sourcesOf(io),
        traces: o.trace === true || names.length > 0,
      };
      const { historyJson, historyJsonl, historyMarkdown, historyText } = await import('../reports/history.js');
      const renders: Readonly<Record<PlainFormat, (isStdout: boolean) => string>> = {
        text: isStdout =>
          historyText(report, {
            paint: paintOf(isStdout && isColoured(o, io)),
            width: io.width,
            quiet: o.quiet === true,
          }),
        markdown: () => historyMarkdown(report),
        json: () => historyJson(report),
        jsonl: () => historyJsonl(report),
      };
      await deliver(outputs, io, (format, isStdout) => Promise.resolve(renders[format](isStdout)));
    });
};
