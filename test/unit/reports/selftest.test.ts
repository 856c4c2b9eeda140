/** Selftests as text: golden files of a few, and what no input may do to one. */
import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { At } from '../../../model/program.js';
import { designNamed } from '../../../model/designs/index.js';
import { compareAll } from '../../../proofs/matrix.js';
import type { Selftest } from '../../../proofs/selftest.js';
import { selftestOf } from '../../../proofs/selftest.js';
import { callsOf, codeOf, inComment, offsetOf, stringOf } from '../../../reports/c-text.js';
import { keepers } from '../../../reports/kernel-words.js';
import { kfuncPrototypes } from '../../../reports/kfunc-prototypes.js';
import { resultsOfCells } from '../../../reports/report.js';
import { NoSelftest, expectation, selftestC, selftestOfResult } from '../../../reports/selftest.js';
import { noSources } from '../../../reports/sources.js';
import { loadScenarios } from '../../../scenarios/header.js';
import { accepted, rejected } from './fixtures.js';

const { scenarios } = await loadScenarios('scenarios');
const tool = { name: 'holdfast', version: '1.2.3' };

/** The selftest of a cell, as the command line makes it. */
const selftestOfCell = async (id: string, designId: string): Promise<string> => {
  const scenario = scenarios.find(s => s.id === id);
  const design = designNamed(designId);
  if (scenario === undefined || design === undefined) throw new Error(`there is no cell ${id}@${designId}`);
  const { cells } = await compareAll({
    scenarios: [scenario],
    designs: [design],
    jobs: 1,
    engines: 'explicit',
    solverBudgetMs: 0,
  });
  const known = await selftestOf(scenario, [design]);
  if (!known.ok) throw new Error('it can not be read');
  const resultOf = resultsOfCells([scenario], [design], {
    sources: noSources,
    commandFor: (s, d) => `holdfast compare --cell ${s}@${d}`,
  });
  const [result] = cells.map(resultOf);
  if (result === undefined) throw new Error('there is no answer');
  return selftestOfResult(scenario.source, known.selftest, result, tool);
};

describe('golden files', () => {
  it('a rejection, and a run that breaks something', async () => {
    const text = await selftestOfCell('identity/hash-element-replaced', 'ptr-id');
    await expect(text).toMatchFileSnapshot('selftest/rejected.bpf.c');
  });

  it('a design that reads an annotation', async () => {
    const text = await selftestOfCell('two-locks/one-section-right', 'guarded-by');
    expect(text).toContain('#define __guarded_by(lock)');
    await expect(text).toMatchFileSnapshot('selftest/guarded-by.bpf.c');
  });

  it('a design that wants its locks elsewhere', async () => {
    const text = await selftestOfCell('identity/two-loads', 'locks-offset');
    expect(text.replaceAll(/\s+\*\s+/g, ' ')).toContain('with their locks where locks-offset wants them');
    expect(text).toContain('private(A) struct bpf_spin_lock glock;');
  });

  it('what a kernel accepts though it breaks something', async () => {
    const text = await selftestOfCell('callbacks/less-calls-unlock', 'linux-6.18');
    expect(codeOf(text)).not.toMatch(/\b__(success|failure)\b/);
    await expect(text).toMatchFileSnapshot('selftest/model-only.bpf.c');
  });
});

/** How often a file that has such a step names it where it is defined. */
const DEFINED = 2;

const header = '/*---\nquestion: x\n---*/\n';
const prog = (body: string): string =>
  `${header}#include "vmlinux.h"\n#include "holdfast.h"\n\nSEC("tc")\nint prog(void *ctx)\n{\n\t${body}\n}\n`;
const selftest = (over: Partial<Selftest> = {}): Selftest => ({
  kernel: 'linux-6.18',
  programs: [accepted('prog')],
  loadable: true,
  hole: null,
  keepsGuardedBy: false,
  isOtherDialect: false,
  ...over,
});
const written = (source: string, over: Partial<Selftest> = {}): string =>
  selftestC({ source, selftest: selftest(over), about: [['A question?']] });

describe('expectations', () => {
  it.each([
    [accepted('p'), '__success'],
    [rejected('p'), '__failure __msg("held lock and object are not in the same allocation")'],
    [
      { ...rejected('p'), message: "off %lld doesn't point to 'struct %s' that is at %d" },
      `__failure __msg("off {{-?[0-9]+}} doesn't point to 'struct {{.*}}' that is at {{-?[0-9]+}}")`,
    ],
    [
      { ...rejected('p'), message: 'holding a "lock",\nuse \\' },
      String.raw`__failure __msg("holding a \"lock\",\nuse \\")`,
    ],
    // The verifier never saw it.
    [{ ...rejected('p'), message: 'BTF load: -EINVAL' }, '__failure'],
    [{ ...rejected('p'), message: 'BPF_MAP_CREATE: -EACCES' }, '__failure'],
    [{ ...accepted('p'), verdict: 'unsupported' as const }, null],
    [{ ...accepted('p'), verdict: 'not-applicable' as const }, null],
  ])('%#', (verdict, text) => {
    expect(expectation(verdict)).toBe(text);
  });

  it('stand below the section, which nothing loads unasked', () => {
    expect(written(prog('return 0;'))).toContain('SEC("?tc")\n__success\nint prog(void *ctx)\n');
  });

  it('take the place of those that were there', () => {
    const source = prog('return 0;').replace('SEC("tc")', 'SEC("?tc")\n__failure __msg("a (b)") __log_level(2)');
    expect(written(source)).toContain('SEC("?tc")\n__success\nint prog(void *ctx)\n');
  });

  it('are not there where no kernel loads the file', () => {
    const text = written(prog('return 0;'), { loadable: 'there is no such section' });
    expect(text).not.toMatch(/^__success/m);
    expect(text).toContain('there is no such section');
  });

  it('of a program that is not to be found in the text are refused', () => {
    expect(() => written(prog('return 0;'), { programs: [accepted('other')] })).toThrow(NoSelftest);
  });
});

describe('what breaks a kernel', () => {
  const source = prog('bpf_spin_lock(&a);\n\tbpf_spin_unlock(&b);\n\treturn 0;');
  const at = (line: number): At => ({ file: 'x', line, column: 2 });
  const hole = (...calls: At[]): Partial<Selftest> => ({
    hole: { kernel: 'linux-6.18', property: 'list-race', calls },
  });

  it('gets a step that no kernel has, the first that can be written so', () => {
    const text = written(source, hole(at(9), at(10), at(11)));
    expect(text).toContain('\tMODEL_ONLY(bpf_spin_lock(&a));\n\tbpf_spin_unlock(&b);\n');
    expect(text).toContain('extern void *bpf_model_only(void) __ksym;');
    expect(text).toContain('security@kernel.org');
    expect(text).not.toMatch(/^__(success|failure)/m);
  });

  it('is left as it is where there is such a step on the way', () => {
    const marked = source.replace('bpf_spin_unlock(&b)', 'MODEL_ONLY(bpf_spin_unlock(&b))');
    const inside = { ...at(11), column: 13 };
    expect(callsOf(written(marked, hole(at(10), inside)), 'MODEL_ONLY').length).toBe(DEFINED + 1);
    expect(written(marked, hole(at(10), inside))).toContain(
      '\tbpf_spin_lock(&a);\n\tMODEL_ONLY(bpf_spin_unlock(&b));\n',
    );
  });

  it('is not handed out where there is none', () => {
    expect(() => written(source, hole())).toThrow(NoSelftest);
    expect(() => written(source, hole(at(12), at(99)))).toThrow(NoSelftest);
  });
});

describe('words of a kernel tree', () => {
  it('are written for ours', () => {
    const body = 'LOCK_FOR(v->lock, v->head);\n\tUNLOCK_FOR(*p, v->head); /* LOCK(A, x) */';
    const text = written(
      `${prog(body)}LOCK(A, l);\nprivate(A) struct bpf_list_head h __contains(n, l) __guarded_by(l);\n`,
    );
    expect(text).toContain('bpf_spin_lock(&v->lock);\n\tbpf_spin_unlock(&(*p)); /* LOCK(A, x) */');
    expect(text).toContain('private(A) struct bpf_spin_lock l;\nprivate(A) struct bpf_list_head h __contains(n, l);\n');
    expect(text).not.toContain('holdfast.h');
    expect(text.match(/SEC\("license"\)/g)?.length).toBe(1);
  });

  it('name no struct as a kernel does', () => {
    const types =
      'struct node {\n\tstruct bpf_list_node node;\n};\nprivate(A) struct bpf_list_head h __contains(node, node);\n';
    const text = written(prog('struct node *node;').replace('SEC("tc")', `${types}SEC("tc")`));
    expect(text).toContain('struct node_data {\n\tstruct bpf_list_node node;\n};');
    expect(text).toContain('__contains(node_data, node)');
    expect(text).toContain('\tstruct node_data *node;');
  });

  it('keep a type that only a tag names, and no other', () => {
    const types = 'struct a { int x; };\nstruct b { int x; };\nh __contains(a, x);\ng __contains(b, x);\n';
    expect(keepers(`${types}struct b *n = bpf_obj_new(typeof(*n));`).join('\n')).toMatch(/\bstruct a \*type_of_a;$/);
    expect(keepers(`${types}bpf_obj_new(struct a); bpf_obj_new(struct b);`)).toEqual([]);
  });

  it('keep the licence that the file has', () => {
    const own = prog('return 0;').replace(header, `${header}/* SPDX-License-Identifier: GPL-2.0-only */\n`);
    expect(written(own).startsWith('// SPDX-License-Identifier: GPL-2.0-only\n')).toBe(true);
  });

  it('declare kfuncs as our own headers do', () => {
    const declared = ['bpf_experimental.h', 'holdfast.h']
      .map(h => readFileSync(`scenarios/include/${h}`, 'utf8'))
      .join('\n');
    expect(kfuncPrototypes.filter(p => p.name === '' || !declared.includes(p.declaration))).toEqual([]);
  });
});

describe('no text does harm', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc
      .array(
        fc.constantFrom('*/', '/*', '*', '/', '\\', '\n', '"', "'", '\u001b[31m', '\u202e', '??/', '#include <x>', ' '),
      )
      .map(a => a.join('')),
  );

  it('in the comment', () => {
    const code = (question: string): string =>
      codeOf(
        selftestC({ source: prog('return 0;'), selftest: selftest(), about: [[question, ` ${question}`]] }),
      ).replaceAll(/^\s*\n/gm, '');
    const plain = code('x');
    fc.assert(
      fc.property(hostile, text => {
        expect(code(text)).toBe(plain);
        expect(inComment(text)).not.toMatch(/[\p{Cc}\p{Cf}]|\*\/|\/\*/u);
      }),
    );
  });

  it('in a message', () => {
    fc.assert(
      fc.property(hostile, message => {
        const text = stringOf(message);
        expect(codeOf(`${text};`).trim().replaceAll(/\s/g, '')).toBe('"";');
      }),
    );
  });

  it('in a program: whatever it is, it is written or refused', () => {
    fc.assert(
      fc.property(hostile, fc.nat(12), fc.nat(9), (text, line, column) => {
        const calls = [{ file: 'x', line, column }];
        try {
          const out = written(prog(text), { hole: { kernel: 'linux-6.18', property: null, calls } });
          expect(callsOf(out, 'MODEL_ONLY').length).toBe(DEFINED + 1);
        } catch (error) {
          expect(error).toBeInstanceOf(NoSelftest);
        }
      }),
    );
  });
});

describe('C as text', () => {
  it('keeps every place', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        expect(codeOf(text).length).toBe(text.length);
        expect(codeOf(text).split('\n').length).toBe(text.split('\n').length);
      }),
    );
  });

  it('sees calls, but not in comments and strings', () => {
    const text = 'f(a, g(b, c)); /* f(x) */ // f(y)\n"f(z)"; \'f\'; f (")", [1, 2], {3, 4});';
    expect(callsOf(text, 'f').map(c => c.args)).toEqual([
      ['a', 'g(b, c)'],
      ['")"', '[1, 2]', '{3, 4}'],
    ]);
    expect(callsOf('f(', 'f')).toEqual([]);
  });

  it('finds lines and columns', () => {
    expect(offsetOf('ab\ncd', 2, 1)).toBe(3);
    expect([offsetOf('ab', 1, 3), offsetOf('ab', 2, 1), offsetOf('ab', 0, 1)]).toEqual([null, null, null]);
  });
});
