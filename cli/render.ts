/** Renderers of the report model. A format is loaded when it is asked for. */
import type { Report } from '../reports/report.js';
import type { Sources } from '../reports/sources.js';
import type { ReportFormat } from './options.js';

type Render = (report: Report, sources: Sources) => Promise<string>;

const renderers: Readonly<Record<ReportFormat, Render>> = {
  github: async report => (await import('../reports/github.js')).annotations(report),
  selftest: async (report, sources) => (await import('../reports/selftest.js')).selftests(report, sources),
};

const isReportFormat = (format: string): format is ReportFormat => format in renderers;

/** Renders in formats of the report model; the others are the command's own. */
export const rendered = <F extends string>(
  format: F | ReportFormat,
  report: () => Report,
  sources: Sources,
  own: (format: F) => Promise<string>,
): Promise<string> => (isReportFormat(format) ? renderers[format](report(), sources) : own(format));

/** A value that is computed when it is first asked for. */
export const once = <T>(compute: () => T): (() => T) => {
  let value: { readonly is: T } | null = null;
  return () => (value ??= { is: compute() }).is;
};
