/** Reports as one object a line, so that answers can be read as they come. The last line is the summary. */
import { jsonText } from './json-text.js';
import { envelopeOf, problemJson, resultsJson, summaryOf } from './json.js';
import type { Report, Result } from './report.js';
import { noSources } from './sources.js';
import { REPORT_VERSION } from './tool.js';

const line = (type: 'result' | 'problem' | 'summary', value: object): string =>
  `${jsonText({ schemaVersion: REPORT_VERSION, type, ...value })}\n`;

export const resultLine = (r: Result): string =>
  resultsJson(r)
    .map(x => line('result', x))
    .join('');

/** What follows the results when those were written as they came. */
export const jsonlTail = (report: Report): string =>
  report.problems.map(p => line('problem', problemJson(p, noSources))).join('') +
  line('summary', { ...envelopeOf(report), ...(report.question === 'compare' && { summary: summaryOf(report) }) });

export const reportJsonl = (report: Report): string => report.results.map(resultLine).join('') + jsonlTail(report);
