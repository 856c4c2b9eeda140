/** `holdfast kernel FILE.o...`: what the running kernel says of each program of an object. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Option } from 'commander';
import type { KernelAnswer } from '../kernel/answer.js';
import type { Design } from '../model/design.js';
import { designNamed } from '../model/designs/index.js';
import type { Agreement } from '../proofs/agreement.js';
import type { ProgramVerdict } from '../proofs/cell.js';
import type { Answer, KernelReport } from '../reports/kernel.js';
import type { Problem } from '../reports/matrix.js';
import { paintOf } from '../reports/paint.js';
import { wholeFile } from '../reports/sources.js';
import { DEFAULT_DESIGN } from './check.js';
import type { Context, Define } from './context.js';
import { chosenDesigns } from './designs.js';
import type { Finding } from '../reports/outcome.js';
import { UsageError } from './io.js';
import { findingOfProblem } from '../reports/outcome.js';
import { exitCode, exitMeanings } from './exit.js';
import type { OutputOptions, PlainFormat } from './options.js';
import { isColoured, secondsNamed, withOutput } from './options.js';
import { deliver, plannedOutputs, sourcesOf } from './output.js';
import { progressOn } from './progress.js';

interface KernelOptions extends OutputOptions {
  readonly timeout: number;
  readonly log?: boolean;
  readonly design?: string;
}

const DEFAULT_TIMEOUT_S = 20;

const ofVerdict: Readonly<Record<KernelAnswer['verdict'], readonly Finding[]>> = {
  accept: [],
  reject: ['violated'],
  error: ['inconclusive'],
};

const ofAgreement: Readonly<Record<Agreement, readonly Finding[]>> = {
  same: [],
  'other-message': [],
  'other-verdict': ['disagreement'],
  unsupported: ['inconclusive'],
  unanswered: [],
};

/** What the model says of the programs that were asked about, each beside its answer. */
const beside = async (
  answers: readonly KernelAnswer[],
  designs: readonly Design[],
  { engine, io }: Context,
): Promise<Answer[]> => {
  const { agreementOf } = await import('../proofs/agreement.js');
  const said = new Map<string, ProgramVerdict>();
  for (const file of new Set(answers.map(a => a.file))) {
    if (io.signal.aborted) break;
    const { results } = await engine.checkObject(file, readFileSync(file), designs);
    for (const r of results) said.set(`${file} ${r.verdict.program}`, r.verdict);
  }
  return answers.map(a => {
    const model = said.get(`${a.file} ${a.program}`) ?? null;
    return { ...a, model, agreement: model === null ? 'unsupported' : agreementOf(model, a) };
  });
};

const examples = `
Programs are loaded one by one, each with its maps, and let go at once. Nothing is attached, pinned or run. That takes Linux,
libbpf 1 (apt install libbpf1), the npm package koffi, and the rights of root or CAP_BPF. Beside each answer stands what the model
of that release says, or of the newest that is modelled.

Examples:
  holdfast kernel my.bpf.o                  does this kernel take my programs?
  holdfast kernel my.bpf.o --log            and how did its verifier get there?
  holdfast kernel my.bpf.o -d ptr-id        what would this design say of them?
  holdfast kernel *.bpf.o -f jsonl          one object a line

A program that is rejected makes the exit code 10; no kernel to ask, or a program that the model does not support, 20; another
verdict of the model 40; a file that is no BPF object 65.`;

export const define: Define = (command, context) => {
  withOutput(command.argument('<FILE...>', 'objects with BPF programs, as clang --target=bpf -c writes them'))
    .addOption(
      new Option('-t, --timeout <SECONDS>', 'how long one program may take')
        .argParser(secondsNamed)
        .default(DEFAULT_TIMEOUT_S),
    )
    .option('-d, --design <D>', "whose verdicts stand beside the kernel's, if not those of its release")
    .option('--log', "the verifier's whole log of each program")
    .addHelpText('after', examples)
    .action(async (files: readonly string[], o: KernelOptions) => {
      const { io, engine, tool } = context;
      const outputs = plannedOutputs(o, io);
      const own = o.design === undefined ? null : await chosenDesigns([o.design], engine, io);
      if (own !== null && own.designs.length > 1) throw new UsageError('--design: name one design, no pattern');
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
      const problems: Problem[] = [
        ...(own?.problems ?? []),
        ...asked.bad.map((b): Problem => ({ kind: 'input-error', message: b.message, at: wholeFile(b.file) })),
      ];
      const baseline = 'baseline' in asked ? designNamed(asked.baseline)?.id : undefined;
      const { designs } = own ?? (await chosenDesigns([baseline ?? DEFAULT_DESIGN], engine, io));
      const design = designs[0]?.id ?? o.design ?? DEFAULT_DESIGN;
      const answers = 'answers' in asked ? await beside(asked.answers, designs, context) : [];
      if (io.signal.aborted) return;
      const found = [
        ...problems.map(findingOfProblem),
        ...answers.flatMap(a => ofVerdict[a.verdict]),
        // Another design is asked what it would change: that is no disagreement.
        ...answers.flatMap(a => (design === baseline ? ofAgreement[a.agreement] : [])),
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
        design,
        answers,
        problems,
        exit: { code, meaning: exitMeanings[code] },
        sources: sourcesOf(io),
        logs: o.log === true,
      };
      const { kernelJson, kernelJsonl, kernelMarkdown, kernelText } = await import('../reports/kernel.js');
      const renders: Readonly<Record<PlainFormat, (isStdout: boolean) => string>> = {
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
