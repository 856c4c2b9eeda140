/** `holdfast check FILE...`: what each design's verifier says of each program. */
import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { CheckResult, Checked } from '../reports/check.js';
import type { Problem } from '../reports/matrix.js';
import { paintOf } from '../reports/paint.js';
import { wholeFile } from '../reports/sources.js';
import type { Define } from './context.js';
import { chosenDesigns } from './designs.js';
import type { Finding } from '../reports/outcome.js';
import { exitCode, exitMeanings, findingsOfCheck } from './exit.js';
import type { Io } from './io.js';
import { messageOf, whyUnreadable } from './io.js';
import type { Format, OutputOptions, PlainFormat } from './options.js';
import { formatsWithoutCell, isColoured, withDesigns, withOutput } from './options.js';
import { deliver, plannedOutputs, sourcesOf } from './output.js';
import { progressOn } from './progress.js';
import { once, rendered } from './render.js';

/** The newest kernel that is modelled. */
export const DEFAULT_DESIGN = 'linux-6.18';

const badFile = (file: string, message: string, remedy?: string): Problem => ({
  kind: 'input-error',
  message,
  at: wholeFile(file),
  ...(remedy === undefined ? {} : { remedy }),
});

const ELF_MAGIC = [0x7f, 0x45, 0x4c, 0x46];

/** Returns the text of a C file, the bytes of an object, or why there is neither. */
const readSource = (file: string, io: Io): { text: string } | { bytes: Uint8Array } | { problem: Problem } => {
  const path = resolve(io.cwd, file);
  try {
    if (statSync(path).isDirectory())
      return { problem: badFile(file, 'this is a folder', 'Name the files: holdfast check DIR/*.bpf.c') };
    const bytes = readFileSync(path);
    if (ELF_MAGIC.every((b, i) => bytes[i] === b)) return { bytes };
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return text.includes('\0') ? { problem: badFile(file, 'this is not a C file: it has zero bytes') } : { text };
  } catch (error) {
    return {
      problem: badFile(
        file,
        error instanceof TypeError ? 'this is not a C file: it is not UTF-8' : whyUnreadable(error),
      ),
    };
  }
};

interface CheckOptions extends OutputOptions<Format> {
  readonly design?: readonly string[];
}

const examples = `
Examples:
  holdfast check my.bpf.c                          would the newest kernel that is modelled take it?
  holdfast check my.bpf.c -d ptr-id -d guarded-by  what would these designs say?
  holdfast check my.bpf.c -d proposal.yaml         and mine?
  holdfast check *.bpf.c -f jsonl                  one object a line
  holdfast check my.bpf.o                          the same of what the compiler made of it

A program that is rejected makes the exit code 10; one that can't be answered 20; a file that can't be read 65.`;

export const define: Define = (command, context) => {
  const { io, engine, tool } = context;
  withOutput(
    withDesigns(command.argument('<FILE...>', 'C files with BPF programs, or compiled objects'), DEFAULT_DESIGN),
    formatsWithoutCell,
  )
    .addHelpText('after', examples)
    .action(async (files: readonly string[], o: CheckOptions) => {
      const outputs = plannedOutputs(o, io);
      const { designs, problems: designProblems } = await chosenDesigns(o.design ?? [DEFAULT_DESIGN], engine, io);
      const results: CheckResult[] = [];
      const problems: Problem[] = [...designProblems];
      const internal: Finding[] = [];
      const progress = progressOn(io, o.quiet === true);
      for (const [i, file] of files.entries()) {
        if (io.signal.aborted) return;
        progress.show(i, files.length, file);
        const read = readSource(file, io);
        if ('problem' in read) {
          problems.push(read.problem);
          continue;
        }
        try {
          const answer =
            'bytes' in read
              ? await engine.checkObject(file, read.bytes, designs)
              : await engine.checkFile(file, read.text, designs);
          results.push(...answer.results);
          problems.push(...answer.problems);
        } catch (error) {
          // One file that trips us up must not cost the answers for the others.
          progress.clear();
          io.err(`holdfast: internal error in ${file}: ${messageOf(error)}\n`);
          if (o.verbose === true || io.env['HOLDFAST_DEBUG'] !== undefined)
            io.err(`${error instanceof Error ? (error.stack ?? '') : ''}\n`);
          internal.push('internal');
        }
      }
      progress.clear();
      const found = [
        ...findingsOfCheck(
          results.map(r => r.verdict),
          problems,
        ).filter(f => f !== 'vacuous' || internal.length === 0),
        ...internal,
      ];
      const code = exitCode(found);
      const checked: Checked = {
        tool,
        designs,
        results,
        problems,
        exit: { code, meaning: exitMeanings[code] },
        sources: sourcesOf(io),
      };
      context.found(...found);
      const { reportOfCheck } = await import('../reports/report.js');
      const report = once(() => reportOfCheck(checked));
      await deliver(outputs, io, (format, isStdout) =>
        rendered<PlainFormat>(format, report, checked.sources, own => renders[own](checked, o, io, isStdout)),
      );
    });
};

type Render = (c: Checked, o: CheckOptions, io: Io, isStdout: boolean) => Promise<string>;
const renders: Readonly<Record<PlainFormat, Render>> = {
  json: async c => (await import('../reports/json.js')).checkedJson(c),
  jsonl: async c => (await import('../reports/jsonl.js')).checkedJsonl(c),
  markdown: async c => (await import('../reports/markdown.js')).checkedMarkdown(c),
  text: async (c, o, io, isStdout) => {
    const paint = paintOf(isStdout && isColoured(o, io));
    return (await import('../reports/text.js')).checkedText(c, {
      paint,
      width: io.width,
      quiet: o.quiet === true,
      traces: false,
    });
  },
};
