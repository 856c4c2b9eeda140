import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { mailText } from '../../../reports/mail.js';
import { mailLink } from '../../../reports/origin.js';
import { plain } from '../../../reports/paint.js';
import { printable } from '../../../reports/printable.js';
import { reportText } from '../../../reports/text.js';
import { anyReport, hostile } from './arbitrary.js';
import { comparison } from './example.js';
import { sources } from './fixtures.js';

const options = { quiet: false, traces: true, whole: false };

test('a mail is plain ASCII, and no line is wider than asked but for words, links and lines of source', () => {
  fc.assert(
    fc.property(anyReport, fc.boolean(), fc.integer({ min: 40, max: 100 }), (report, whole, width) => {
      const text = mailText(report, sources, { ...options, whole, width });
      expect(text).toMatch(/^[\n\x20-\x7e]*$/);
      const wide = text.split('\n').filter(l => l.length > width);
      for (const l of wide) expect(l).toMatch(/^( *\S+( \\)?|Link: \S+| *\d+ \| .*)$/);
    }),
  );
});

test('it names the mail, the command and the tool', () => {
  const text = mailText(comparison, sources, { ...options, width: 72 });
  expect(text).toMatch(/^Link: https:\/\/lore\.kernel\.org\/r\/\S+$/m);
  expect(text).toContain('holdfast compare --cell two-locks/crossed@ptr-id');
  expect(text).toContain('Found by holdfast 1.2.3; exit 10: a claim is violated.');
});

test('a message-id is part of an address, whatever is in it', () => {
  expect(mailLink('20240101.abc@host.org')).toBe('https://lore.kernel.org/r/20240101.abc@host.org');
  fc.assert(
    fc.property(hostile, id => {
      expect(mailLink(id)).toMatch(/^https:\/\/lore\.kernel\.org\/r\/[\w.!~*'()%@-]*$/);
    }),
  );
});

test('nothing in a text acts upon a terminal', () => {
  fc.assert(
    fc.property(anyReport, fc.boolean(), (report, whole) => {
      const text = reportText(report, sources, { ...options, whole, width: 90, paint: plain });
      expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u);
    }),
  );
  expect(printable('\u001b[31mred\u009b0m\u202e')).toBe('\\u{1b}[31mred\\u{9b}0m\\u{202e}');
});

test('a file with a strange name is still found, and its line shown', () => {
  const file = 'b\u00f6se\u001b[31m.bpf.c';
  const there = { ...sources, line: (at: { file: string }) => (at.file === file ? 'int caf\u00e9\u001b;' : null) };
  const moved = {
    ...comparison,
    results: comparison.results.map(r => ({
      ...r,
      diagnoses: r.diagnoses.map(d => ({ ...d, at: { file, line: 4, column: 1 } })),
    })),
  };
  const text = reportText(moved, there, { ...options, width: 90, paint: plain });
  expect(text).toContain('b\u00f6se\\u{1b}[31m.bpf.c:4:1\n     4 | int caf\u00e9\\u{1b};\n');
  const mail = mailText(moved, there, { ...options, width: 90 });
  expect(mail).toContain('bose\\u{1b}[31m.bpf.c:4:1\n     4 | int cafe\\u{1b};\n');
});
