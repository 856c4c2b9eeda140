/**
 * The report as one HTML file that works from a disk, without a network: the data, the code that shows it, and the same written out
 * for where no script runs.
 *
 * Nothing but our own style and script may run in it: they are named by their hashes, and the data is never made into markup by a
 * script (`trusted-types 'none'`).
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import type { Report } from '../report.js';
import type { Sources } from '../sources.js';
import type { PageModel } from './model.js';
import { pageModel } from './model.js';
import { ArrowHeads } from './view/picture.js';
import { Still } from './view/still.js';

const isCompiled = !import.meta.url.endsWith('.ts');
/** What the build made of `browser/`: one script, and the style. */
const built = (name: 'main.js' | 'style.css'): string =>
  readFileSync(
    new URL(`${isCompiled ? '.' : '../../out/reports/html'}/browser/${name}`, import.meta.url),
    'utf8',
  ).replaceAll('\r\n', '\n');

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

const code = (c: string, digits: number): string => (c.codePointAt(0) ?? 0).toString(16).padStart(digits, '0');
// One character that is not Latin would double the memory that a page of a hundred megabytes takes. So all of it is ASCII.
const inString = (c: string): string => String.raw`\u${code(c, 4)}`;
const inMarkup = (c: string): string => `&#x${code(c, 1)};`;

/** Inside a string of JSON nothing can end the element that it is in. */
const json = (value: unknown): string => JSON.stringify(value).replaceAll(/[<\u0080-\uffff]/g, inString);
/** Added up piece by piece, and not joined: the engine copies the pieces once, when the page is written. */
const jsonText = (model: PageModel): string => {
  let text = '';
  for (const [key, value] of Object.entries(model) as [string, unknown][]) {
    text += `${text === '' ? '{' : ','}${json(key)}:`;
    if (Array.isArray(value)) {
      text += '[';
      value.forEach((item, i) => (text += `${i === 0 ? '' : ','}${json(item)}`));
      text += ']';
    } else text += json(value);
  }
  return `${text}}`;
};
const still = (model: PageModel): string =>
  renderToString(h(Still, { model })).replaceAll(/[\u{80}-\u{10ffff}]/gu, inMarkup);

const escaped = (text: string): string => text.replaceAll(/[&<>"\u{80}-\u{10ffff}]/gu, inMarkup);

/** Returns the file. `report` may be of any size; what is equal in it is stored once. */
export const htmlPage = (report: Report, sources: Sources): string => {
  const model = pageModel(report, sources);
  // The minifier writes control characters in strings as they are, which HTML does not allow.
  const script = built('main.js').replaceAll(/[^\t\n -~]/g, inString);
  const style = built('style.css');
  const policy = [
    "default-src 'none'",
    `script-src ${hashOf(script)}`,
    `style-src ${hashOf(style)}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
  const [only] = model.results;
  const title = model.results.length === 1 && only !== undefined ? only.id : `Holdfast ${model.question}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="${escaped(`${model.tool.name} ${model.tool.version}`)}">
<title>${escaped(title)}</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
${renderToString(h(ArrowHeads, {}))}
<div id="app"></div>
<main id="still">${still(model)}</main>
<script type="application/json" id="data">${jsonText(model)}</script>
<script>${script}</script>
</body>
</html>
`;
};
