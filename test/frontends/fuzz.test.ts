/** The reader on damaged files: it answers, quickly, and never takes broken C for a program. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readC, type ReadResult } from '../../frontends/c/read.js';
import { tokenize } from '../../frontends/c/tokens.js';
import { cases, seed } from '../thorough.js';
import { SAMPLES } from '../unit/frontends/c/samples.js';

const numRuns = process.env['HOLDFAST_SOAK'] === undefined ? cases(200) : 10_000;
const SLOWEST = 5000;
const soakTime = 3_600_000;

/** An oracle that shares nothing with the parser: brackets must match. */
function bracketsMatch(tokens: readonly string[]): boolean {
  const closers: Record<string, string> = { ')': '(', ']': '[', '}': '{' };
  const open: string[] = [];
  for (const token of tokens) {
    if ('([{'.includes(token) && token.length === 1) open.push(token);
    const opener = closers[token];
    if (opener !== undefined && open.pop() !== opener) return false;
  }
  return open.length === 0;
}

async function read(text: string): Promise<ReadResult> {
  const begin = performance.now();
  const result = await readC('fuzz.bpf.c', text);
  expect(performance.now() - begin).toBeLessThan(SLOWEST);
  if (!result.ok) {
    expect(result.problems.length).toBeGreaterThan(0);
    expect(result.problems.length).toBeLessThanOrEqual(10);
    for (const problem of result.problems) {
      const words = problem.kind === 'unsupported' ? problem.construct : problem.message;
      expect(words).not.toContain('the reader failed');
      expect(problem.at.line).toBeGreaterThan(0);
      expect(problem.at.column).toBeGreaterThan(0);
    }
  }
  return result;
}

const sample = fc.constantFrom(...SAMPLES);

describe('damaged files', () => {
  test(
    'deleted tokens',
    async () => {
      await fc.assert(
        fc.asyncProperty(sample, fc.array(fc.nat(), { minLength: 1, maxLength: 4 }), async (text, deletions) => {
          const tokens = tokenize('', text);
          const doomed = new Set(deletions.map(n => n % tokens.length));
          const kept = tokens.filter((t, i) => !doomed.has(i) || t.kind === 'newline').map(t => t.text);
          const result = await read(kept.join(' '));
          if (!bracketsMatch(kept)) expect(result.ok).toBe(false);
        }),
        { numRuns, seed },
      );
    },
    soakTime,
  );

  test(
    'a deleted semicolon',
    async () => {
      await fc.assert(
        fc.asyncProperty(sample, fc.nat(), async (text, n) => {
          const tokens = tokenize('', text);
          const ends = tokens.flatMap((t, i) => (t.text === ';' && tokens[i - 1]?.text !== ';' ? [i] : []));
          const doomed = ends[n % ends.length];
          const kept = tokens.filter((_, i) => i !== doomed).map(t => t.text);
          expect((await read(kept.join(' '))).ok).toBe(false);
        }),
        { numRuns, seed },
      );
    },
    soakTime,
  );

  test(
    'truncated files',
    async () => {
      await fc.assert(
        fc.asyncProperty(sample, fc.double({ min: 0, max: 1, noNaN: true }), async (text, part) => {
          const kept = text.slice(0, Math.floor(text.length * part));
          const result = await read(kept);
          if (!bracketsMatch(tokenize('', kept).map(t => t.text))) expect(result.ok).toBe(false);
        }),
        { numRuns, seed },
      );
    },
    soakTime,
  );

  test(
    'swapped and repeated tokens',
    async () => {
      await fc.assert(
        fc.asyncProperty(sample, fc.nat(), fc.nat(), fc.boolean(), async (text, a, b, isSwap) => {
          const words = tokenize('', text).map(t => t.text);
          const [i, j] = [a % words.length, b % words.length];
          const x = words[i] ?? '';
          const y = words[j] ?? '';
          words[i] = y;
          if (isSwap) words[j] = x;
          await read(words.join(' '));
        }),
        { numRuns, seed },
      );
    },
    soakTime,
  );

  test(
    'random text',
    async () => {
      const soup = fc.oneof(
        fc.string({ unit: 'binary', maxLength: 400 }),
        fc.string({
          unit: fc.constantFrom(...'#define if(){}[];,*&"\'\\\n \t0x9_a.->+=?:!'.split('')),
          maxLength: 400,
        }),
        fc
          .array(
            fc.constantFrom(
              '#define',
              '#if',
              '#endif',
              'A',
              '(',
              ')',
              '##',
              '#',
              'x',
              '\n',
              ',',
              '...',
              '{',
              '}',
              'SEC("tc")',
              'int',
              'struct',
              ';',
              'typeof',
              '__attribute__',
              '=',
              '*',
            ),
            { maxLength: 120 },
          )
          .map(words => words.join(' ')),
      );
      await fc.assert(
        fc.asyncProperty(soup, async text => {
          await read(text);
        }),
        { numRuns, seed },
      );
    },
    soakTime,
  );

  test('macro bombs, deep nesting and endless paths end', async () => {
    const bomb = `${Array.from({ length: 30 }, (_, i) => `#define A${i + 1} A${i} A${i}`).join('\n')}\n#define A0 x\nint y = A30;`;
    expect((await read(bomb)).ok).toBe(false);
    expect((await read(`int x = ${'('.repeat(20_000)}1${')'.repeat(20_000)};`)).ok).toBe(false);
    expect((await read(`SEC("tc") int f(void *c) ${'{'.repeat(5000)}${'}'.repeat(5000)}`)).ok).toBe(false);
    expect((await read('SEC("tc") int f(void *c) { for (;;) ; return 0; }')).ok).toBe(false);
    expect((await read(`int f(int a) { ${'a++; '.repeat(15_000)} return a; }`)).ok).toBe(false);
    expect((await read(`struct s { ${'int a[1]; '.repeat(30_000)} };`)).ok).toBe(false);
  });
});
