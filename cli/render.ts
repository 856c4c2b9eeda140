/** Renderers of the report model. A format is loaded when it is asked for. */
import { paintOf } from '../reports/paint.js';
import type { Part } from '../reports/part.js';
import type { Report } from '../reports/report.js';
import type { Sources } from '../reports/sources.js';
import type { Io } from './io.js';
import type { Format, Output, ReportOptions } from './options.js';
import { isColoured } from './options.js';
import { deliver } from './output.js';

/** What the command line says of how to show a report. */
interface View extends ReportOptions {
  readonly trace?: boolean;
  /** Everything about each cell, instead of the matrix. */
  readonly whole?: boolean;
  /** The results were already written to standard output, line by line. */
  readonly streamed?: boolean;
  /** The selftest of the one cell; null if there is none. */
  readonly selftest?: string | null;
}

interface How {
  readonly view: View;
  readonly io: Io;
  readonly isStdout: boolean;
}

/** Text, or a file for each of several parts. */
type Render = (report: Report, sources: Sources, how: How) => Promise<string | readonly Part[]>;

const text: Render = async (report, sources, { view, io, isStdout }) => {
  const options = {
    width: view.wrap ?? io.width,
    quiet: view.quiet === true,
    traces: view.trace === true,
    whole: view.whole === true,
  };
  if (view.wrap !== undefined) return (await import('../reports/mail.js')).mailText(report, sources, options);
  const paint = paintOf(isStdout && isColoured(view, io));
  return (await import('../reports/text.js')).reportText(report, sources, { ...options, paint });
};

const jsonl: Render = async (report, _sources, { view, isStdout }) => {
  const { jsonlTail, reportJsonl } = await import('../reports/jsonl.js');
  return isStdout && view.streamed === true ? jsonlTail(report) : reportJsonl(report);
};

const markdown: Render = async (report, sources, { view }) =>
  (await import('../reports/markdown.js')).reportMarkdown(report, sources, {
    traces: view.trace === true || view.whole === true,
  });

const renderers: Readonly<Record<Format, Render>> = {
  text,
  json: async report => (await import('../reports/json.js')).reportJson(report),
  jsonl,
  markdown,
  github: async report => (await import('../reports/github.js')).annotations(report),
  sarif: async report => (await import('../reports/sarif.js')).sarifLog(report),
  junit: async (report, sources) => (await import('../reports/junit.js')).junitXml(report, sources),
  html: async (report, sources) => (await import('../reports/html/page.js')).htmlPage(report, sources),
  baseline: async report => (await import('../reports/baseline-file.js')).baselineFile(report),
  selftest: (_report, _sources, { view }) => Promise.resolve(view.selftest ?? []),
  itf: async report => (await import('../reports/itf.js')).itfTraces(report),
};

/** Writes a report in every format that was asked for; to standard output `printed`, which may be a part of it. */
export const deliverReport = (
  report: Report,
  sources: Sources,
  outputs: readonly Output<Format>[],
  view: View,
  io: Io,
  printed: Report = report,
): Promise<void> =>
  deliver(outputs, io, (format, isStdout) =>
    renderers[format](isStdout ? printed : report, sources, { view, io, isStdout }),
  );
