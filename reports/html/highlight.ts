/** C in colours, as data: lines of pieces, each with the name of its colour. Nothing here is markup. */
import hljs from 'highlight.js/lib/core';
import c from 'highlight.js/lib/languages/c';

hljs.registerLanguage('c', c);

export interface Piece {
  /** As the library names it: `keyword`, `comment`; empty for plain text. */
  readonly kind: string;
  readonly text: string;
}
export type Line = readonly Piece[];

const entities: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#x27;': "'",
};

/** Reads what the library writes: spans with one class, and text. A span may go over several lines. */
const linesOf = (html: string): readonly Line[] => {
  const lines: Piece[][] = [[]];
  const open: string[] = [];
  for (const [token] of html.matchAll(/<span class="[^"]*">|<\/span>|[^<]+/g)) {
    const opened = /^<span class="hljs-([^" ]*)/.exec(token);
    if (opened !== null) open.push(opened[1] ?? '');
    else if (token === '</span>') open.pop();
    else
      token
        .replaceAll(/&(?:amp|lt|gt|quot|#x27);/g, e => entities[e] ?? e)
        .split('\n')
        .forEach((text, i) => {
          if (i > 0) lines.push([]);
          if (text !== '') lines.at(-1)?.push({ kind: open.at(-1) ?? '', text });
        });
  }
  return lines;
};

/** Returns the lines of a C file. Their text is the text of the file. */
export const highlighted = (text: string): readonly Line[] =>
  linesOf(hljs.highlight(text, { language: 'c', ignoreIllegals: true }).value);
