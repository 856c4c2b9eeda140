import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { run } from '../../../cli/command-line.js';
import type { Engine } from '../../../cli/engine.js';
import type { Io } from '../../../cli/io.js';
import type { KernelAnswer } from '../../../kernel/answer.js';
import type { Loaded, NoKernel } from '../../../kernel/load.js';
import type { Design } from '../../../model/design.js';

import type { Cell, ProgramVerdict } from '../../../proofs/cell.js';
import { fixes } from '../../../proofs/history/index.js';
import type { Scenario } from '../../../scenarios/header.js';
import { loadScenarios, parseHeader } from '../../../scenarios/header.js';
import { accepted, cell, overStrict, rejected, unknown, unsound } from '../reports/fixtures.js';

const noKernel = (): NoKernel => ({ lacks: 'libbpf', message: 'no kernel to ask: libbpf.so.1 is missing', bad: [] });

let folder = '';
let out = '';
let err = '';
let asked: { scenario: string; design: string }[] = [];
let cellOf: (scenario: string, design: string) => Cell = cell;
/** What the engine finds is not as the table of history claims. */
let wrongOf: (fix: string) => readonly string[] = () => [];
/** What the kernel says of objects; nothing unless a test has one. */
let kernelOf: (files: readonly string[]) => Awaited<ReturnType<Engine['askKernel']>> = noKernel;
let interrupt = new AbortController();

const io = (over: Partial<Io> = {}): Io => ({
  out: t => (out += t),
  err: t => (err += t),
  showsProgress: false,
  coloured: false,
  width: 100,
  cwd: folder,
  env: {},
  now: () => 0,
  signal: interrupt.signal,
  ...over,
});

const engine: Engine = {
  answerAllPrograms: () => Promise.resolve([]),
  answerHistory: asked =>
    Promise.resolve(
      asked.map(fix => ({
        fix,
        cases: [
          {
            design: 'ptr-id',
            has: true,
            with: cellOf('fixed', 'ptr-id'),
            without: unsound('without', 'ptr-id'),
            wrong: wrongOf(fix.name),
          },
        ],
        problems: [],
      })),
    ),
  proveAll: () => Promise.reject(new Error('not asked')),
  verifyLedger: () => Promise.reject(new Error('not asked')),
  selftestOf: () => Promise.reject(new Error('not asked')),
  otherVerdicts: () => Promise.reject(new Error('not asked')),
  separate: () => Promise.resolve({ found: null, theme: null, looked: [], reason: null }),
  overStrict: () => Promise.resolve({ found: null, theme: null, looked: [], reason: null }),
  askKernel: files => Promise.resolve(kernelOf(files)),
  loadScenarios,
  parseHeader,
  readProposal: (file, text) => import('../../../frontends/proposal/read.js').then(m => m.readProposal(file, text)),
  compareAll: o => {
    const cells: Cell[] = [];
    const isAsked = (s: Scenario, d: Design): boolean => o.isAsked?.(s, d) !== false;
    const total = o.scenarios.flatMap(s => o.designs.filter(d => isAsked(s, d))).length;
    for (const s of o.scenarios)
      for (const d of o.designs) {
        if (o.signal?.aborted === true) break;
        if (!isAsked(s, d)) continue;
        asked.push({ scenario: s.id, design: d.id });
        const c = cellOf(s.id, d.id);
        cells.push(c);
        o.onCell?.(c);
        o.onProgress?.(cells.length, total, s.id);
      }
    return Promise.resolve({ cells, problems: [] });
  },
  checkFile: (file, text, designs) => {
    if (text.includes('CRASH')) return Promise.reject(new Error('the table is full\nof it'));
    const verdict = text.includes('BAD') ? rejected('prog') : accepted('prog');
    return Promise.resolve({ results: designs.map(d => ({ file, design: d.id, verdict })), problems: [] });
  },
  checkObject: async (file, bytes, designs) => {
    // Objects that a kernel was asked about have one program each.
    if (new TextDecoder().decode(bytes).startsWith('program '))
      return {
        results: designs.map(d => ({
          file,
          design: d.id,
          verdict: modelSays(new TextDecoder().decode(bytes).slice(8)),
        })),
        problems: [],
      };
    return (await import('../../../proofs/check.js')).checkObject(file, bytes, designs);
  },
};

let modelSays: (program: string) => ProgramVerdict = accepted;
const hf = (...argv: string[]) => run(argv, io(), engine);
const header = (safety: string): string => `/*---
question: Is it a scenario?
asks: [1]
origin: { kernel: process_spin_lock }
loadable: true
runs: [{ program: prog, cpu: 0 }]
expect: { safety: ${safety}, default: accept }
---*/
`;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-'));
  mkdirSync(join(folder, 's/one'), { recursive: true });
  mkdirSync(join(folder, 's/two'));
  mkdirSync(join(folder, 'empty'));
  writeFileSync(join(folder, 's/one/a.bpf.c'), header('safe'));
  writeFileSync(join(folder, 's/one/b.bpf.c'), header('safe'));
  writeFileSync(join(folder, 's/two/c.bpf.c'), header('list-race'));
  writeFileSync(join(folder, 'a.o'), 'program prog0');
  writeFileSync(join(folder, 'b.o'), 'program prog1');
  writeFileSync(join(folder, 'good.bpf.c'), 'int x;\n');
  writeFileSync(join(folder, 'bad.bpf.c'), 'BAD\n');
  writeFileSync(join(folder, 'crash.bpf.c'), 'CRASH\n');
  writeFileSync(join(folder, 'object.bpf.o'), Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1]));
  writeFileSync(join(folder, 'latin.bpf.c'), Buffer.from([0xff, 0xfe, 0xe9]));
  writeFileSync(join(folder, 'broken.yaml'), 'id: mine\nextends: nothing-like-it\n');
  writeFileSync(join(folder, 'mine.yaml'), 'id: mine\nextends: ptr-id\n');
});
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => {
  out = '';
  err = '';
  asked = [];
  cellOf = cell;
  wrongOf = () => [];
  kernelOf = noKernel;
  interrupt = new AbortController();
});
const lastLine = (): string => err.trimEnd().split('\n').at(-1) ?? '';

test('version and help', async () => {
  expect(await hf('--version')).toBe(0);
  expect(out).toMatch(/^holdfast \d+\.\d+\.\d+\n$/);
  expect(await hf('--help')).toBe(0);
  expect(out).toContain('130  interrupted');
  for (const command of ['check', 'compare', 'explain', 'history', 'kernel']) {
    out = '';
    expect(await hf(command, '--help')).toBe(0);
    expect(out).toContain('Examples:');
  }
  out = '';
  expect(await hf('help', 'compare')).toBe(0);
  expect(out).toContain('--cell');
  expect(err).toBe('');
});

test.each([
  [['chek', 'a.c'], 'Did you mean check?'],
  [['check', '--desing', 'x', 'good.bpf.c'], 'Did you mean --design?'],
  [['check'], "missing required argument 'FILE'"],
  [['check', 'good.bpf.c', '-d', 'ptr-di'], 'did you mean ptr-id?'],
  [['explain', 'exit', '-f', 'github'], 'github is not written by this command'],
  [['check', 'good.bpf.c', '-f', 'xml'], 'The formats are text, json, jsonl, markdown'],
  [['check', 'good.bpf.c', '-o', 'json'], 'Write FORMAT:PATH'],
  [['check', 'good.bpf.c', '-f', 'json', '-o', 'markdown:-'], 'two reports go to standard output'],
  [['check', 'good.bpf.c', '-o', 'json:nowhere/x.json'], "can't write nowhere/x.json"],
  [['check', 'good.bpf.c', '-f', 'selftest'], 'selftest is not written by this command'],
  [['compare', '--scenarios', 's', '-f', 'selftest'], 'a selftest is made of one cell, and'],
  [['compare', '--scenarios', 's', '--cell', 'one/a@ptr-id', '-f', 'selftest', '--watch'], 'leave out --watch'],
  [['report', 'found.json', '-f', 'selftest'], 'selftest is not written by this command'],
  [['compare', 'a', 'b', '--separate', '--baseline', 'base.json'], '--baseline is for the matrix'],
  [['compare', '--jobs', '0'], 'It is a whole number of at least 1'],
  [['compare', '--timeout', 'soon'], 'It is a number'],
  [['compare', '--engine', 'magic'], 'Allowed choices are both, explicit'],
  [['compare', '--only', 'bad'], 'the kinds of cells are'],
  [['compare', '--cell', 'one/a'], 'write SCENARIO@DESIGN'],
  [['compare', '--scenarios', 's', 'one/aa'], 'did you mean one/a?'],
  [['compare', '--scenarios', 's', 'one', '--cell', 'one/a@ptr-id'], 'not both'],
  [['compare', '--scenarios', 's', '-d', 'ptr-id', '--cell', 'one/a@ptr-id'], '--cell names its design'],
  [['check', 'good.bpf.c', '--baseline', 'b.json', '-o', 'json:./b.json'], 'b.json is the baseline'],
  [['check', 'good.bpf.c', '--fail-on', 'new'], 'name what is known, with --baseline FILE'],
  [['check', 'good.bpf.c', '-o', 'json:b.json', '-o', 'markdown:./b.json'], 'two reports go to'],
  [['compare', '--scenarios', 's', '--only', 'ok', '-o', 'baseline:b.json'], 'leave out --only'],
  [['explain', 'bpf_spin_lok'], 'did you mean bpf_spin_lock?'],
  [['explain', 'matches'], 'did you mean'],
  [[], 'Usage:'],
])('%j is wrong usage: %s', async (argv, message) => {
  expect(await hf(...argv)).toBe(64);
  expect(err).toContain(message);
  expect(lastLine()).toBe('exit 64: wrong usage');
  expect(out).toBe('');
});

test('check: accept is 0 and says nothing on standard error', async () => {
  expect(await hf('check', 'good.bpf.c')).toBe(0);
  expect(out).toContain('prog  linux-6.18  accept');
  expect(err).toBe('');
});

test('check: a rejection is 10, and what the code means is the last line', async () => {
  expect(await hf('check', 'good.bpf.c', 'bad.bpf.c', '-d', 'ptr-id', '-d', 'fresh-id')).toBe(10);
  expect(out).toContain('prog is rejected by ptr-id, fresh-id');
  expect(err).toBe('exit 10: a claim is violated\n');
});

test.each([
  ['gone.bpf.c', 65, 'gone.bpf.c: there is no such file'],
  ['s', 65, 's: this is a folder'],
  ['latin.bpf.c', 65, 'it is not UTF-8'],
  ['object.bpf.o', 65, 'too few for an ELF file'],
])('check %s: one clear message, and the others are still answered', async (file, code, message) => {
  expect(await hf('check', file, 'good.bpf.c')).toBe(code);
  expect(out).toContain(message);
  expect(out).toContain('accept');
});

test('check: a file that trips us up is an internal error of one line; the others are still answered', async () => {
  expect(await hf('check', 'crash.bpf.c', 'good.bpf.c')).toBe(70);
  expect(out).toContain('accept');
  expect(err.split('\n').filter(l => l.includes('internal error'))).toHaveLength(2);
  expect(err).not.toContain('    at ');
  expect(lastLine()).toBe('exit 70: internal error');
});

test('the stack of an internal error is shown on request', async () => {
  const failing: Engine = { ...engine, compareAll: () => Promise.reject(new Error('oh')) };
  expect(await run(['compare', '--scenarios', 's'], io(), failing)).toBe(70);
  expect(err).toContain('holdfast: internal error: oh\n');
  expect(err).toContain('Please report it');
  expect(err).not.toContain('    at ');
  expect(await run(['compare', '--scenarios', 's'], io({ env: { HOLDFAST_DEBUG: '1' } }), failing)).toBe(70);
  expect(err).toContain('    at ');
});

test('proposals of the user', async () => {
  expect(await hf('check', 'good.bpf.c', '-d', 'mine.yaml')).toBe(0);
  expect(out).toContain('prog  mine  accept');
  out = '';
  expect(await hf('check', 'good.bpf.c', '-d', 'broken.yaml', '-d', 'ptr-id')).toBe(65);
  expect(out).toContain('broken.yaml:2:');
  expect(out).toContain('prog  ptr-id  accept');
  expect(await hf('check', 'good.bpf.c', '-d', 'none.yaml')).toBe(65);
});

test('a pattern of designs', async () => {
  await hf('compare', '--scenarios', 's', 'one/a', '-d', 'ptr-id*');
  const designs = asked.map(a => a.design);
  expect(designs).toContain('ptr-id/literal');
  expect(designs.every(d => d.startsWith('ptr-id'))).toBe(true);
});

test.each([
  [['one/a'], ['one/a']],
  [['one'], ['one/a', 'one/b']],
  [['one/'], ['one/a', 'one/b']],
  [['*/c'], ['two/c']],
  [['**'], ['one/a', 'one/b', 'two/c']],
  [['s/one/b.bpf.c'], ['one/b']],
  [['s/two'], ['two/c']],
  [
    ['two', 'one/a', 'two/c'],
    ['two/c', 'one/a'],
  ],
  [[], ['one/a', 'one/b', 'two/c']],
])('compare %j asks for %j', async (names, ids) => {
  expect(await hf('compare', '--scenarios', 's', '-d', 'ptr-id', ...names)).toBe(0);
  expect(asked.map(a => a.scenario)).toEqual(ids);
});

test.each([
  [['gone.bpf.c'], 'gone.bpf.c: there is no such file'],
  [['good.bpf.c'], 'has no scenario header'],
  [['empty'], 'the folder has no .bpf.c file with a scenario header'],
])('compare %j is bad input', async (names, message) => {
  expect(await hf('compare', '--scenarios', 's', ...names)).toBe(65);
  expect(out).toContain(message);
});

test('a folder of scenarios that does not exist', async () => {
  expect(await hf('compare', '--scenarios', 'nowhere')).toBe(65);
  expect(out).toContain('nowhere: there is no such folder');
});

test('section policies are asked only about what names them', async () => {
  await hf('compare', '--scenarios', 's');
  expect(asked.some(a => a.design === 'ptr-id')).toBe(true);
  expect(asked.some(a => a.design === 'bss-private')).toBe(false);
});

test('compare: expected findings are 0, others 10, unknown 20', async () => {
  cellOf = unsound;
  expect(await hf('compare', '--scenarios', 's', '-d', 'ptr-id')).toBe(0);
  cellOf = (s, d) => overStrict(s, d, { expected: { text: 'accept, safe', met: false } });
  expect(await hf('compare', '--scenarios', 's', '-d', 'ptr-id')).toBe(10);
  cellOf = unknown;
  expect(await hf('compare', '--scenarios', 's', '-d', 'ptr-id')).toBe(20);
  expect(lastLine()).toBe('exit 20: inconclusive');
});

test('--baseline: a flip is 50, what comes before it decides, and no baseline is a note', async () => {
  const ask = (...argv: string[]) => {
    out = '';
    err = '';
    return hf('compare', '--scenarios', 's', '-d', 'ptr-id', ...argv);
  };
  expect(await ask('--baseline', 'base.json')).toBe(0);
  expect(err).toBe(
    'note: there is no baseline base.json, so nothing is compared; --out baseline:base.json writes one\n',
  );
  expect(await ask('-o', 'baseline:base.json')).toBe(0);
  expect(await ask('--baseline', 'base.json')).toBe(0);
  expect(out).toContain('3 answers as before');
  cellOf = unsound;
  expect(await ask('--baseline', 'base.json', '-f', 'json', '-o', 'markdown:m.md')).toBe(50);
  expect(lastLine()).toBe('exit 50: regression against a baseline');
  const { baseline, exit } = JSON.parse(out) as { baseline: { regressions: object[] }; exit: { code: number } };
  expect(baseline.regressions).toHaveLength(3);
  expect(exit.code).toBe(50);
  expect(readFileSync(join(folder, 'm.md'), 'utf8')).toContain('Against the baseline `base.json` (3 regressions)');
  expect(await ask('--baseline', 'base.json', 'one')).toBe(50);
  expect(out).toContain('1 answer of the baseline not asked for');
  cellOf = (s, d) => unsound(s, d, { expected: null });
  expect(await ask('--baseline', 'base.json')).toBe(10);
  await ask('-o', 'baseline:known.json');
  expect(await ask('--baseline', 'known.json')).toBe(10);
  expect(await ask('--baseline', 'known.json', '--fail-on', 'new')).toBe(0);
  cellOf = (s, d) =>
    unsound(s, d, { expected: null, disagreements: [{ question: 'q', explicit: 'safe', smt: 'reachable' }] });
  expect(await ask('--baseline', 'known.json', '--fail-on', 'new')).toBe(40);
});

test('--baseline: a scenario that is gone is named, one that has no answer any more is a regression', async () => {
  const ask = (...argv: string[]) => {
    out = '';
    return hf('compare', '--scenarios', 's', '-d', 'ptr-id', '--engine', 'explicit', ...argv);
  };
  await ask('-o', 'baseline:all.json');
  const text = readFileSync(join(folder, 'all.json'), 'utf8');
  writeFileSync(join(folder, 'more.json'), text.replaceAll('"one/a"', '"one/old"'));
  expect(await ask('--baseline', 'more.json')).toBe(0);
  expect(out).toContain('1 gone: one/old@ptr-id');
  expect(out).toContain('1 new: one/a@ptr-id');
  expect(await ask('two', '--baseline', 'more.json')).toBe(0);
  expect(out).not.toContain('gone');
  cellOf = (s, d) => (s === 'one/a' ? unknown(s, d) : cell(s, d));
  expect(await ask('--baseline', 'all.json')).toBe(50);
  expect(out).toContain('one/a@ptr-id  lost its answer');
  cellOf = cell;
  writeFileSync(
    join(folder, 'checked.json'),
    '{"schemaVersion":1,"tool":{"name":"x","version":"1"},"results":[{"file":"a"}]}',
  );
  for (const bad of ['checked.json', 'mine.yaml', 's'])
    expect({ bad, code: await ask('--baseline', bad) }).toEqual({ bad, code: 65 });
  expect(out).toBe('');
});

test('check --baseline: a file that can be read no more has lost its answers', async () => {
  writeFileSync(join(folder, 'soon.bpf.c'), 'int x;\n');
  expect(await hf('check', 'soon.bpf.c', 'good.bpf.c', '-o', 'baseline:check.json')).toBe(0);
  expect(await hf('check', 'good.bpf.c', '--baseline', 'check.json')).toBe(0);
  writeFileSync(join(folder, 'soon.bpf.c'), 'BAD\n');
  expect(await hf('check', 'soon.bpf.c', 'good.bpf.c', '--baseline', 'check.json')).toBe(10);
  expect(out).toContain('soon.bpf.c:prog@linux-6.18  now rejected');
  out = '';
  rmSync(join(folder, 'soon.bpf.c'));
  expect(await hf('check', 'soon.bpf.c', 'good.bpf.c', '--baseline', 'check.json', '--fail-on', 'new')).toBe(65);
  expect(out).toContain('soon.bpf.c:prog@linux-6.18  lost its answer');
});

test('--only shows less, and the exit code is still about everything', async () => {
  cellOf = (s, d) => (s === 'two/c' ? unsound(s, d) : unknown(s, d));
  expect(await hf('compare', '--scenarios', 's', '-d', 'ptr-id', '--only', 'unsound', '-f', 'json')).toBe(20);
  const { results, exit } = JSON.parse(out) as { results: { scenario: string }[]; exit: { code: number } };
  expect(results.map(r => r.scenario)).toEqual(['two/c']);
  expect(exit.code).toBe(20);
});

test('--cell asks for one cell only and shows its counterexample', async () => {
  cellOf = unsound;
  expect(await hf('compare', '--scenarios', 's', '--cell', 'two/c@ptr-id/literal')).toBe(0);
  expect(asked).toEqual([{ scenario: 'two/c', design: 'ptr-id/literal' }]);
  expect(out).toContain('two/c@ptr-id/literal: unsound');
  expect(out).toContain('Causal path');
});

test('the command for one cell takes the proposal and the folder over, and works', async () => {
  cellOf = unsound;
  await hf('compare', 'one/a', '--scenarios', 's', '-d', 'mine.yaml');
  expect(out).toContain('holdfast compare --cell one/a@mine -d mine.yaml --scenarios s\n');
  asked = [];
  expect(await hf('compare', '--cell', 'one/a@mine', '-d', 'mine.yaml', '--scenarios', 's')).toBe(0);
  expect(asked).toEqual([{ scenario: 'one/a', design: 'mine' }]);
});

test('--trace adds the counterexamples to the matrix', async () => {
  cellOf = unsound;
  await hf('compare', '--scenarios', 's', '-d', 'ptr-id', '--trace');
  expect(out.match(/^Causal path/gm)).toHaveLength(3);
});

test('reports go to files whole, and to standard output once', async () => {
  expect(await hf('compare', '--scenarios', 's', '-d', 'ptr-id', '-o', 'json:m.json', '-o', 'markdown:m.md')).toBe(0);
  expect(out).toContain('3 scenarios, 1 design');
  expect(JSON.parse(readFileSync(join(folder, 'm.json'), 'utf8'))).toMatchObject({ schemaVersion: 2 });
  expect(readFileSync(join(folder, 'm.md'), 'utf8')).toContain('# Scenarios and designs');
  expect(readdirSync(folder).filter(f => f.endsWith('.tmp'))).toEqual([]);
  out = '';
  expect(await hf('compare', '--scenarios', 's', '-d', 'ptr-id', '-o', 'json:-')).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ tool: { name: 'holdfast' } });
});

test('jsonl is written as the answers come', async () => {
  const seen: string[] = [];
  const early: Engine = {
    ...engine,
    compareAll: async o => {
      const answer = await engine.compareAll(o);
      seen.push(out);
      return answer;
    },
  };
  expect(await run(['compare', '--scenarios', 's', '-d', 'ptr-id', '-f', 'jsonl'], io(), early)).toBe(0);
  expect(seen[0]?.trimEnd().split('\n')).toHaveLength(3);
  const types = out
    .trimEnd()
    .split('\n')
    .map(l => (JSON.parse(l) as { type: string }).type);
  expect(types).toEqual(['result', 'result', 'result', 'summary']);
});

test('colours only where they are wanted', async () => {
  const escape = String.fromCharCode(27);
  await run(['check', 'bad.bpf.c'], io({ coloured: true }), engine);
  expect(out).toContain(escape);
  out = '';
  await run(['check', 'bad.bpf.c', '--no-color'], io({ coloured: true }), engine);
  expect(out).not.toContain(escape);
  await run(['check', 'bad.bpf.c', '-o', 'text:plain.txt'], io({ coloured: true }), engine);
  expect(readFileSync(join(folder, 'plain.txt'), 'utf8')).not.toContain(escape);
});

test('progress is for terminals, on standard error, and leaves a clean line', async () => {
  let now = 0;
  const later = (): number => (now += 1000);
  await run(['compare', '--scenarios', 's', '-d', 'ptr-id'], io({ showsProgress: true, now: later }), engine);
  expect(err).toContain('3/3  two/c');
  expect(err.endsWith('\r\u001B[2K')).toBe(true);
  expect(out).not.toContain('3/3');
  err = '';
  await run(['compare', '--scenarios', 's', '-d', 'ptr-id', '-q'], io({ showsProgress: true, now: later }), engine);
  expect(err).toBe('');
});

test('an interrupt is passed on, gives no report and exits with 130', async () => {
  const stopping: Engine = {
    ...engine,
    compareAll: o => {
      interrupt.abort();
      expect(o.signal?.aborted).toBe(true);
      return Promise.resolve({ cells: [], problems: [] });
    },
  };
  expect(await run(['compare', '--scenarios', 's', '-d', 'ptr-id', '-o', 'json:never.json'], io(), stopping)).toBe(130);
  expect(out).toBe('');
  expect(existsSync(join(folder, 'never.json'))).toBe(false);
  expect(lastLine()).toBe('exit 130: interrupted');
});

test('an engine that does not listen is left behind after an interrupt', async () => {
  const deaf: Engine = { ...engine, compareAll: () => new Promise(() => setTimeout(() => interrupt.abort(), 1)) };
  expect(await run(['compare', '--scenarios', 's', '-d', 'ptr-id'], io(), deaf)).toBe(130);
});

test.each([
  ['bpf_spin_unlock', 'unlock-same-lock'],
  ['unlock-same-lock', 'bpf_spin_unlock'],
  ['load:one-lock-per-value', 'one-lock-per-value'],
  ['lock-in-locks-section', 'As locks-offset has it'],
  ['list-race', 'two/c'],
  ['guarded-by', 'What makes two locks the same?'],
  ['prune-frames', 'holdfast history prune-frames'],
  ['mine.yaml', 'mine'],
  ['one/a', 'Is it a scenario?'],
])('explain %s', async (name, text) => {
  expect(await hf('explain', name, '--scenarios', 's')).toBe(0);
  expect(out).toContain(text);
  expect(err).toBe('');
});

test('history: as claimed is 0, not as claimed 10, no answer 20, disagreement 40', async () => {
  expect(await hf('history', '-f', 'json')).toBe(0);
  const { results } = JSON.parse(out) as { results: readonly { name: string }[] };
  expect(results.length).toBe(fixes.length);
  wrongOf = name => (name === 'prune-frames' ? ['with the fix it is not rejected'] : []);
  expect(await hf('history')).toBe(10);
  expect(out).toContain('NOT AS CLAIMED: with the fix it is not rejected');
  wrongOf = () => [];
  cellOf = unknown;
  expect(await hf('history')).toBe(20);
  cellOf = (s, d) => ({ ...cell(s, d), disagreements: [{ question: 'q', explicit: 'safe', smt: 'reachable' }] });
  expect(await hf('history')).toBe(40);
});

test('history: a fix is found by its name, commit or CVE, and its run is shown', async () => {
  for (const name of ['prune-frames', '5dd9cdbc9dec', 'CVE-2026-98047']) {
    out = '';
    expect(await hf('history', name)).toBe(0);
    expect(out).toContain('Causal path');
  }
  out = '';
  expect(await hf('history')).toBe(0);
  expect(out).not.toContain('Causal path');
  out = '';
  expect(await hf('history', '--trace', '-f', 'markdown')).toBe(0);
  expect(out).toContain('**Causal path**');
  expect(await hf('history', 'prune-frame')).toBe(64);
  expect(err).toContain('did you mean prune-frames?');
});

test('explain of a claim reads the ledger', async () => {
  const ledger = {
    schemaVersion: 1,
    bound: 'any number of CPUs',
    solver: 'Z3',
    rules: { 'ptr-id': 'x', 'ptr-id/callback-fresh': 'x', mine: 'x' },
    claims: [
      { claim: 'ptr-id/callback-fresh:list-race', outcome: 'proved', digest: 'd', facts: ['kinds-of-memory'] },
      { claim: 'ptr-id:list-race', outcome: 'refuted', program: 'one/a', steps: 3, reason: 'two at once' },
      { claim: 'mine:list-race', outcome: 'proved', digest: 'd' },
    ],
  };
  writeFileSync(join(folder, 'ledger.json'), JSON.stringify(ledger));
  writeFileSync(join(folder, 'half.json'), JSON.stringify({ ...ledger, claims: [{ claim: 'x' }] }));
  const explain = (...argv: string[]) => {
    out = '';
    err = '';
    return hf('explain', ...argv);
  };
  expect(await explain('ptr-id/callback-fresh:list-race', '--ledger', 'ledger.json')).toBe(0);
  expect(out).toContain('Memory is a map, a map value or an object');
  expect(await explain('ptr-id:list-race', '--ledger', 'ledger.json', '-f', 'json')).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ kind: 'claim', name: 'ptr-id:list-race' });
  expect(await explain('mine:list-race', '--ledger', 'ledger.json', '-d', 'mine.yaml')).toBe(0);
  expect(await explain('ptr-id:bad-free', '--ledger', 'ledger.json')).toBe(20);
  expect(err).toContain('the ledger lacks the claim');
  expect(out).toContain('holdfast prove ptr-id');
  expect(await explain('ptr-id:bad-free', '--ledger', 'none.json')).toBe(64);
  expect(err).toContain('none.json: there is no such file');
  expect(await explain('ptr-id:bad-free', '--ledger', 'half.json')).toBe(64);
  expect(err).toContain('a claim is not whole');
  expect(await explain('ptr-id:list-rase', '--ledger', 'ledger.json')).toBe(64);
  expect(err).toContain('did you mean list-race?');
  expect(await explain('ptr-ix:list-race', '--ledger', 'ledger.json')).toBe(64);
  expect(err).toContain('did you mean ptr-id');
});

test('explain in other formats, and as another design has it', async () => {
  await hf('explain', 'bpf_spin_unlock', '-d', 'fresh-id', '-f', 'json');
  expect(JSON.parse(out)).toMatchObject({ schemaVersion: 1, kind: 'rule', name: 'bpf_spin_unlock(lock)' });
  out = '';
  await hf('explain', 'bpf_spin_unlock', '-d', 'fresh-id', '-f', 'markdown');
  expect(out).toContain('As fresh-id has it.');
});

const kernelAnswer = (file: string, program: string, message: string | null): KernelAnswer => ({
  file,
  program,
  section: 'tc',
  verdict: message === null ? 'accept' : 'reject',
  stage: message === null ? null : 'program',
  errno: message === null ? null : 'EINVAL',
  message,
  messages: message === null ? [] : ['held lock and object are not in the same allocation', message],
  log: '0: (b7) r0 = 0\n',
  btfLog: '',
  warnings: [],
});
const kernelSays = (message: string | null, bad: Loaded['bad'] = []): void => {
  kernelOf = files => ({
    release: '6.18.44',
    baseline: 'linux-6.18',
    libbpf: 'v1.1',
    answers: files.map((f, i) => kernelAnswer(f, `prog${String(i)}`, message)),
    bad,
  });
};

test('kernel: accepted is 0, rejected 10, no answer or no kernel 20, no object 65', async () => {
  kernelSays(null);
  expect(await hf('kernel', 'a.o', 'b.o')).toBe(0);
  expect(out).toBe(
    'a.o\n  prog0  accept\nb.o\n  prog1  accept\nLinux 6.18.44: 2 programs, 2 accepted, 0 rejected\n' +
      'linux-6.18 says the same of 2, rejects 0 with another message, differs on 0, and does not support 0\n',
  );
  kernelSays('bpf_spin_lock at off=0 must be held for bpf_list_head');
  modelSays = rejected;
  out = '';
  expect(await hf('kernel', 'a.o')).toBe(10);
  expect(out).toContain('prog0  reject: bpf_spin_lock at off=0 must be held for bpf_list_head\n');
  expect(out).toContain('before that: held lock and object');
  expect(out).not.toContain('r0 = 0');
  kernelOf = noKernel;
  out = '';
  expect(await hf('kernel', 'a.o')).toBe(20);
  expect(out).toBe('no kernel to ask: libbpf.so.1 is missing\n');
  modelSays = accepted;
  kernelSays(null, [{ file: 'empty.o', message: 'the file is empty' }]);
  expect(await hf('kernel', 'a.o')).toBe(65);
  expect(out).toContain('empty.o: the file is empty');
});

test('kernel: another verdict of the model is a disagreement, unless another design is asked', async () => {
  kernelSays('bpf_spin_unlock of different lock');
  modelSays = accepted;
  expect(await hf('kernel', 'a.o')).toBe(40);
  expect(out).toContain('linux-6.18 says: accept\n');
  expect(await hf('kernel', 'a.o', '-d', 'ptr-id')).toBe(10);
  expect(await hf('kernel', 'a.o', '-d', 'prt-id')).toBe(64);
  expect(err).toContain('did you mean ptr-id');
});

test('kernel: --log, JSON, JSON lines and Markdown', async () => {
  modelSays = rejected;
  kernelSays('bpf_spin_unlock of different lock');
  expect(await hf('kernel', 'a.o', '--log')).toBe(10);
  expect(out).toContain('    | 0: (b7) r0 = 0\n');
  out = '';
  await hf('kernel', 'a.o', '-f', 'json');
  expect(JSON.parse(out)).toMatchObject({
    schemaVersion: 1,
    kernel: { release: '6.18.44', baseline: 'linux-6.18' },
    results: [{ file: 'a.o', program: 'prog0', verdict: 'reject', message: 'bpf_spin_unlock of different lock' }],
  });
  expect(out).not.toContain('"log"');
  out = '';
  await hf('kernel', 'a.o', 'b.o', '-f', 'jsonl');
  const types = out
    .trimEnd()
    .split('\n')
    .map(l => (JSON.parse(l) as { type: string }).type);
  expect(types).toEqual(['result', 'result', 'summary']);
  out = '';
  await hf('kernel', 'a.o', '-f', 'markdown');
  expect(out).toMatch(/\| a\.o +\| prog0 +\| reject +\| bpf_spin_unlock of different lock \|/);
});
