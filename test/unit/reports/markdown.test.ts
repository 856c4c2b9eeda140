import MarkdownIt from 'markdown-it';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { reportMarkdown } from '../../../reports/markdown.js';
import { fenced, inline, paragraph } from '../../../reports/markdown-text.js';
import { printable, printableLines } from '../../../reports/printable.js';
import { anyReport, hostile } from './arbitrary.js';
import { comparison, many } from './example.js';
import { sources } from './fixtures.js';

const reader = new MarkdownIt({ html: true });
type Tokens = ReturnType<typeof reader.parse>;
const flat = (tokens: Tokens): Tokens => tokens.flatMap(t => [t, ...(t.children ?? [])]);
const parsed = (text: string): Tokens => flat(reader.parse(text, {}));
const kinds = (tokens: Tokens): ReadonlySet<string> => new Set(tokens.map(t => t.type));

test('no text becomes HTML, a link or a picture', () => {
  fc.assert(
    fc.property(anyReport, fc.boolean(), (report, traces) => {
      const tokens = parsed(reportMarkdown(report, sources, { traces }));
      for (const kind of ['link_open', 'image', 'em_open', 's_open']) expect(kinds(tokens)).not.toContain(kind);
      const raw = tokens.filter(t => t.type === 'html_block' || t.type === 'html_inline').map(t => t.content);
      for (const html of raw) expect(html).toMatch(/^<(\/?details|summary)>/);
    }),
  );
});

test('a paragraph is one paragraph, and says what it was given', () => {
  fc.assert(
    fc.property(hostile.map(printable), fc.integer({ min: 20, max: 90 }), (text, width) => {
      const tokens = reader.parse(paragraph(text, width).join('\n'), {});
      expect(tokens.map(t => t.type)).toEqual(
        text.trim() === '' ? [] : ['paragraph_open', 'inline', 'paragraph_close'],
      );
      const said = (tokens[1]?.children ?? []).map(t => (t.type === 'softbreak' ? ' ' : t.content)).join('');
      expect(said).toBe(text.replace(/\s+/g, ' ').trim());
    }),
    { numRuns: 1000 },
  );
});

test('code is code, whatever is in it', () => {
  fc.assert(
    fc.property(hostile.map(printable), text => {
      const [span, ...rest] = reader.parseInline(inline(text), {})[0]?.children ?? [];
      expect(rest).toEqual([]);
      expect(span?.type).toBe('code_inline');
      expect(span?.content.trim()).toBe(text.replace(/\s+/g, ' ').trim());
    }),
    { numRuns: 1000 },
  );
  fc.assert(
    fc.property(fc.array(hostile.map(printableLines)), lines => {
      const tokens = reader.parse(fenced(lines, 'c').join('\n'), {});
      expect(tokens.map(t => t.type)).toEqual(['fence']);
      expect(tokens[0]?.content.trimEnd()).toBe(lines.join('\n').replaceAll(/^\n+$/g, '').trimEnd());
    }),
  );
});

test('a step summary has room for it, and what is left out is said', () => {
  const text = reportMarkdown(many(6_000), sources, { traces: true });
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(1024 * 1024);
  expect(text).toMatch(/\*\*Left out:\*\* .*counterexamples; GitHub shows at most 1 MiB/);
  // Nothing is left open.
  expect(text.split('<details>').length).toBe(text.split('</details>').length);
});

test('few counterexamples are open, many are folded', () => {
  expect(reportMarkdown(comparison, sources, { traces: true })).not.toContain('<details>');
  expect(reportMarkdown(many(70), sources, { traces: true })).toContain(
    '<summary>two-locks/crossed-0&#64;ptr-id: list-race</summary>',
  );
});
