/** `holdfast report FILE.json...`: what check and compare found, in another format. Nothing is asked again. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { merged } from '../reports/merge.js';
import { printable } from '../reports/printable.js';
import type { Report } from '../reports/report.js';
import type { Define } from './context.js';
import { exitCode, exitMeanings, findingOf, isExitCode } from './exit.js';
import type { Io } from './io.js';
import { BadInput, UsageError, whyUnreadable } from './io.js';
import type { ReportOptions } from './options.js';
import { collect, withReport } from './options.js';
import { plannedOutputs, sourcesOf } from './output.js';
import { deliverReport } from './render.js';

interface Options extends ReportOptions {
  readonly cell?: readonly string[];
  readonly trace?: boolean;
}

const examples = `
Examples:
  holdfast compare identity -o json:found.json       find it once
  holdfast report found.json                         as text, as it was printed
  holdfast report found.json -f sarif > found.sarif  for code scanning
  holdfast report found.json --trace --wrap 72       for a mail
  holdfast report part1.json part2.json -f junit     of several machines

The exit code is that of the report, of several the one that weighs most; 65 if a file holds no report.`;

const textOf = (file: string, io: Io): string => {
  try {
    return readFileSync(resolve(io.cwd, file), 'utf8');
  } catch (error) {
    throw new BadInput(printable(`${file}: ${whyUnreadable(error)}`));
  }
};

/** Returns the report in the file. Throws BadInput if there is none. */
const read = async (file: string, io: Io): Promise<Report> => {
  const text = textOf(file, io);
  const { readReport } = await import('../reports/read.js');
  const report = await readReport(text);
  if ('message' in report) throw new BadInput(`${printable(file)}: ${report.message}`);
  return report;
};

/** Only these results. The exit code is about all of them, whatever is shown. */
const only = (report: Report, ids: readonly string[] | undefined): Report => {
  if (ids === undefined) return report;
  const missing = ids.find(id => !report.results.some(r => r.id === id));
  if (missing !== undefined) throw new UsageError(`--cell ${missing}: the report has no such result`);
  return { ...report, results: report.results.filter(r => ids.includes(r.id)) };
};

export const define: Define = (command, context) => {
  const { io } = context;
  withReport(command.argument('<FILE...>', 'JSON reports of check, or of compare'))
    .option(
      '--cell <ID>',
      'one result with everything about it, such as identity/two-loads@ptr-id (repeatable)',
      collect,
    )
    .option('--trace', 'the full counterexample of every unsound cell')
    .addHelpText('after', examples)
    .action(async (files: readonly string[], o: Options) => {
      const outputs = plannedOutputs(o, io);
      const reports: Report[] = [];
      for (const file of files) reports.push(await read(file, io));
      const all = merged(reports);
      if (typeof all === 'string') throw new BadInput(printable(`${files.join(', ')}: ${all}`));
      const found = reports.flatMap(r => (isExitCode(r.exit.code) ? (findingOf(r.exit.code) ?? []) : []));
      const code = exitCode(found);
      const report = { ...only(all, o.cell), exit: { code, meaning: exitMeanings[code] } };
      context.found(...found);
      await deliverReport(report, sourcesOf(io), outputs, { ...o, whole: o.cell !== undefined }, io);
    });
};
