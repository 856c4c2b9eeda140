/** What each format looks like. Look at the difference before taking it over with `vitest -u`. */
import { expect, test } from 'vitest';
import { baselineFile } from '../../../reports/baseline-file.js';
import { annotations } from '../../../reports/github.js';
import { itfTraces } from '../../../reports/itf.js';
import { reportJson } from '../../../reports/json.js';
import { reportJsonl } from '../../../reports/jsonl.js';
import { junitXml } from '../../../reports/junit.js';
import { mailText } from '../../../reports/mail.js';
import { reportMarkdown } from '../../../reports/markdown.js';
import { plain } from '../../../reports/paint.js';
import type { Report } from '../../../reports/report.js';
import { sarifLog } from '../../../reports/sarif.js';
import { reportText } from '../../../reports/text.js';
import { check, comparison, gated } from './example.js';
import { sources } from './fixtures.js';

const text = { width: 100, quiet: false, traces: true, whole: false };
const pretty = (json: string): string => `${JSON.stringify(JSON.parse(json), null, 2)}\n`;

const formats: Readonly<Record<string, (report: Report) => string>> = {
  'text.txt': r => reportText(r, sources, { ...text, paint: plain }),
  'whole.txt': r => reportText(r, sources, { ...text, paint: plain, whole: true }),
  'mail.txt': r => mailText(r, sources, { ...text, width: 72 }),
  'json.json': reportJson,
  'jsonl.jsonl': reportJsonl,
  'markdown.md': r => reportMarkdown(r, sources, { traces: true }),
  'github.txt': annotations,
  'sarif.json': r => pretty(sarifLog(r)),
  'junit.xml': r => junitXml(r, sources),
  'baseline.json': baselineFile,
  'itf.json': r =>
    itfTraces(r)
      .map(p => p.text)
      .join(''),
};

test.each(
  Object.entries(formats).flatMap(([name, render]) => [
    { file: `compare.${name}`, made: () => render(comparison) },
    { file: `check.${name}`, made: () => render(check) },
    { file: `gated.${name}`, made: () => render(gated) },
  ]),
)('$file', async ({ file, made }) => {
  await expect(made()).toMatchFileSnapshot(`golden/${file}`);
});
