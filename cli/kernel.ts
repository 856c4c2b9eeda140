/** `holdfast kernel FILE.o...`: what the running kernel says of each program of an object. */
import { resolve } from 'node:path';
import { Option } from 'commander';
import type { KernelAnswer } from '../kernel/answer.js';
import type { KernelReport } from '../reports/kernel.js';
import type { Problem } from '../reports/matrix.js';
import { paintOf } from '../reports/paint.js';
import { wholeFile } from '../reports/sources.js';
import type { Define } from './context.js';
import type { Finding } from './exit.js';
import { exitCode, exitMeanings, findingOfProblem } from './exit.js';
import type { Format, OutputOptions } from './options.js';
import { isColoured, secondsNamed, withOutput } from './options.js';
import { deliver, plannedOutputs, sourcesOf } from './output.js';
import { progressOn } from './progress.js';

interface KernelOptions extends OutputOptions {
  readonly timeout: number;
  readonly log?: boolean;
}

const DEFAULT_TIMEOUT_S = 20;

const ofVerdict: Readonly<Record<KernelAnswer['verdict'], readonly Finding[]>> = {
  accept: [],
  reject: ['violated'],
  error: ['inconclusive'],
};

const examples = `
Programs are loaded one by one, each with its maps, and let go at once. Nothing is attached, pinned or run. That takes Linux,
libbpf 1 (apt install libbpf1), the npm package koffi, and the rights of root or CAP_BPF.

Examples:
  holdfast kernel my.bpf.o                  does this kernel take my programs?
  holdfast kernel my.bpf.o --log            and how did its verifier get there?
  holdfast kernel *.bpf.o -f jsonl          one object a line

A program that is rejected makes the exit code 10; no kernel to ask 20; a file that is no BPF object 65.`;

export const define: Define = (command, context) => {
  withOutput(command.argument('<FILE...>', 'objects with BPF programs, as clang --target=bpf -c writes them'))
    .addOption(
      new Option('-t, --timeout <SECONDS>', 'how long one program may take')
        .argParser(secondsNamed)
        .default(DEFAULT_TIMEOUT_S),
    )
    .option('--log', "the verifier's whole log of each program")
    .addHelpText('after', examples)
    .action(async (files: readonly string[], o: KernelOptions) => {
      const { io, engine, tool } = context;
      const outputs = plannedOutputs(o, io);
      const progress = progressOn(io, o.quiet === true);
      const asked = await engine.askKernel(
        files.map(f => resolve(io.cwd, f)),
        {
          budgetMs: o.timeout * 1000,
          signal: io.signal,
          onProgress: (done, total, what) => {
            progress.show(done, total, what);
          },
        },
      );
      progress.clear();
      if (io.signal.aborted) return;
      const problems: Problem[] = asked.bad.map(b => ({
        kind: 'input-error',
        message: b.message,
        at: wholeFile(b.file),
      }));
      const answers = 'answers' in asked ? asked.answers : [];
      const found = [
        ...problems.map(findingOfProblem),
        ...answers.flatMap(a => ofVerdict[a.verdict]),
        ...('lacks' in asked ? (['inconclusive'] as const) : []),
      ];
      context.found(...found);
      const code = exitCode(found);
      const report: KernelReport = {
        tool,
        kernel:
          'lacks' in asked
            ? { missing: asked.message }
            : { release: asked.release, baseline: asked.baseline, libbpf: asked.libbpf },
        answers,
        problems,
        exit: { code, meaning: exitMeanings[code] },
        sources: sourcesOf(io),
        logs: o.log === true,
      };
      const { kernelJson, kernelJsonl, kernelMarkdown, kernelText } = await import('../reports/kernel.js');
      const renders: Readonly<Record<Format, (isStdout: boolean) => string>> = {
        text: isStdout =>
          kernelText(report, {
            paint: paintOf(isStdout && isColoured(o, io)),
            width: io.width,
            quiet: o.quiet === true,
          }),
        markdown: () => kernelMarkdown(report),
        json: () => kernelJson(report),
        jsonl: () => kernelJsonl(report),
      };
      await deliver(outputs, io, (format, isStdout) => Promise.resolve(renders[format](isStdout)));
    });
};
