import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { preprocess } from '../../../../frontends/c/preprocess.js';
import { newProblems } from '../../../../frontends/shared/problems.js';
import { readC } from '../../../../frontends/c/read.js';
import { problemsOf } from './show.js';

function expand(text: string, defines: Record<string, string> = {}) {
  const problems = newProblems();
  const tokens = preprocess(
    { file: '<prelude>', text: '' },
    { file: 'f.c', text },
    { defines, includeDirs: [] },
    problems,
  );
  return {
    text: tokens.map(t => t.text).join(' '),
    places: tokens.map(t => `${t.at.line}:${t.at.column}`),
    problems: problems.list,
  };
}

describe('macros', () => {
  test('object-like, function-like, nested and recursive', () => {
    expect(expand('#define A 1\n#define F(x, y) x + y * A\nF(F(2, 3), A)').text).toBe('2 + 3 * 1 + 1 * 1');
    expect(expand('#define A A + B\n#define B A\nA').text).toBe('A + A');
    expect(expand('#define F() 7\nF() F').text).toBe('7 F');
    expect(expand('#define F (x)\nF').text).toBe('( x )');
  });

  test('# and ##, and variable arguments', () => {
    expect(expand('#define S(x) #x\n#define P(a, b) a##b\nS(a + "b") P(x, 1)').text).toBe('"a + \\"b\\"" x1');
    expect(expand('#define L(f, args...) g(f, ##args)\nL(1) L(1, 2, 3)').text).toBe('g ( 1 ) g ( 1 , 2 , 3 )');
    expect(expand('#define L(...) g(__VA_ARGS__)\nL(1, 2)').text).toBe('g ( 1 , 2 )');
  });

  test('a line that goes on, comments, and #undef', () => {
    expect(expand('#define A \\\n 1 /* two */ // three\nA\n#undef A\nA').text).toBe('1 A');
  });

  test('conditions', () => {
    expect(expand('#if defined(X) && X > 2\nyes\n#elif 1 ? 0 : 1\nmaybe\n#else\nno\n#endif').text).toBe('no');
    expect(expand('#ifdef X\nyes\n#else\nno\n#endif', { X: '3' }).text).toBe('yes');
    expect(expand('#if X >> 1 == 1\nyes\n#endif', { X: '3' }).text).toBe('yes');
    expect(expand('#ifndef X\n#if 1\na\n#endif\n#else\nb\n#endif').text).toBe('a');
  });
});

test('every token keeps its place; a macro body stands where the macro is used', () => {
  const result = expand('#define F(x) (x + 1)\n\nint a =\n  F(b);');
  expect(result.text).toBe('int a = ( b + 1 ) ;');
  expect(result.places).toEqual(['3:1', '3:5', '3:7', '4:3', '4:5', '4:3', '4:3', '4:3', '4:7']);
});

test('problems have places', async () => {
  expect(await problemsOf('#if 1\nint x;')).toEqual(['2:2: #if without #endif']);
  expect(await problemsOf('#include "nowhere.h"')).toEqual(['2:2: header not found: nowhere.h']);
  expect(await problemsOf('#define F(a, b) a\nint x = F(1);')).toEqual(['3:9: macro `F` takes 2 arguments, not 1']);
  expect(await problemsOf('int x = 1 @;')).toEqual(['2:11: stray "@" in the program']);
  expect(await problemsOf('#error wrong machine')).toEqual(['2:2: #error wrong machine']);
});

test('headers next to the file are read, known ones are built in', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'holdfast-'));
  writeFileSync(join(dir, 'own.h'), '#define LIMIT 3\nstruct own { int x[LIMIT]; };\n');
  const file = join(dir, 'main.bpf.c');
  const result = await readC(file, '#include <linux/bpf.h>\n#include "own.h"\nstruct own o = { { 1 } };\n');
  expect(result.ok && result.unit.types.map(t => [t.name, t.size, t.at.file])).toEqual([
    ['own', 12, join(dir, 'own.h')],
    ['.data', 12, file],
  ]);
});
