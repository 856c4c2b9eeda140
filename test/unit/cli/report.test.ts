import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { run } from '../../../cli/command-line.js';
import type { Io } from '../../../cli/io.js';
import { reportJson } from '../../../reports/json.js';
import { reportText } from '../../../reports/text.js';
import { plain } from '../../../reports/paint.js';
import { noSources } from '../../../reports/sources.js';
import { check, comparison } from '../reports/example.js';

let folder = '';
let out = '';
let err = '';
const io = (): Io => ({
  out: t => (out += t),
  err: t => (err += t),
  showsProgress: false,
  coloured: false,
  width: 100,
  cwd: folder,
  env: {},
  now: () => 0,
  signal: new AbortController().signal,
});
const hf = (...argv: string[]) => run(argv, io());

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-'));
  out = '';
  err = '';
  writeFileSync(join(folder, 'found.json'), reportJson(comparison));
  writeFileSync(join(folder, 'check.json'), reportJson(check));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('a saved report is shown as it was, with its exit code', async () => {
  expect(await hf('report', 'found.json')).toBe(10);
  const options = { width: 100, quiet: false, traces: false, whole: false };
  expect(out).toBe(reportText(comparison, noSources, { ...options, paint: plain }));
  expect(err).toBe('exit 10: a claim is violated\n');
});

test('as JSON it is the same file', async () => {
  await hf('report', 'found.json', '-f', 'json');
  expect(out).toBe(readFileSync(join(folder, 'found.json'), 'utf8'));
});

test('all formats at once have the same results', async () => {
  const code = await hf(
    'report',
    'found.json',
    ...['sarif:x.sarif', 'junit:x.xml', 'jsonl:x.jsonl', 'itf:x.itf.json', 'github:x.txt'].flatMap(o => ['-o', o]),
    '--out',
    'markdown:-',
  );
  expect(code).toBe(10);
  const file = (name: string): string => readFileSync(join(folder, name), 'utf8');
  const failing = comparison.results.filter(r => r.outcome === 'fail').map(r => r.id);
  for (const text of [file('x.sarif'), file('x.jsonl'), file('x.txt'), out])
    for (const id of failing) expect(text).toContain(id);
  expect(file('x.xml')).toContain(`failures="${String(failing.length)}"`);
  expect(JSON.parse(file('x.itf.json'))).toMatchObject({ '#meta': { id: 'two-locks/crossed@ptr-id' } });
  expect(JSON.parse(file('x.sarif'))).toMatchObject({ runs: [{ invocations: [{ exitCode: code }] }] });
});

test('one cell with everything about it', async () => {
  expect(await hf('report', 'found.json', '--cell', 'two-locks/crossed@ptr-id')).toBe(10);
  expect(out).toContain('Causal path');
  expect(await hf('report', 'found.json', '--cell', 'nobody@knows')).toBe(64);
  expect(err).toContain('the report has no such result');
});

test('several parts make one report', async () => {
  const half = { ...comparison, problems: [], results: comparison.results.slice(0, 2) };
  const other = {
    ...comparison,
    problems: [],
    results: comparison.results.slice(2),
    exit: { code: 40, meaning: 'checkers disagree' },
  };
  writeFileSync(join(folder, '1.json'), reportJson(half));
  writeFileSync(join(folder, '2.json'), reportJson(other));
  expect(await hf('report', '1.json', '2.json')).toBe(40);
  expect(out).toContain('3 scenarios, 3 designs');
});

test('what is no report is bad input, in one line', async () => {
  writeFileSync(join(folder, 'bad.json'), '{"schemaVersion": 9}');
  for (const [files, why] of [
    [['gone.json'], 'gone.json: there is no such file'],
    [['bad.json'], 'bad.json: it has the schemaVersion 9; version 2 can be read'],
    [['found.json', 'check.json'], 'found.json, check.json: a report of compare and one of check do not make one'],
    [['found.json', 'found.json'], 'is answered twice'],
  ] as const) {
    err = '';
    expect(await hf('report', ...files)).toBe(65);
    expect(err).toContain(why);
    expect(err.trimEnd().split('\n')).toEqual([expect.stringContaining(why), 'exit 65: bad input']);
  }
  expect(out).toBe('');
});

const crossed = comparison.results.find(r => r.counterexample !== null);
test('several traces need a file each; without one nothing is written', async () => {
  const twice = {
    ...comparison,
    results: ['a', 'b'].flatMap(id => (crossed === undefined ? [] : [{ ...crossed, id }])),
  };
  writeFileSync(join(folder, 'two.json'), reportJson(twice));
  expect(await hf('report', 'two.json', '-o', 'itf:x.json', '-o', 'github:x.txt')).toBe(64);
  expect(err).toContain('name a file for each with {id}, such as trace-{id}.json');
  expect(readdirSync(folder).filter(f => f.startsWith('x.'))).toEqual([]);
  expect(await hf('report', 'two.json', '-o', 'itf:x-{id}.json', '-o', 'text:x-b.json')).toBe(64);
  expect(err).toMatch(/two reports go to .*x-b\.json/);
  await hf('report', 'two.json', '-o', 'itf:x-{id}.json');
  expect(readdirSync(folder).filter(f => f.startsWith('x-'))).toEqual(['x-a.json', 'x-b.json']);
});

test('without a counterexample there is no trace, and that is said', async () => {
  expect(await hf('report', 'check.json', '-o', 'itf:x.json')).toBe(10);
  expect(err).toContain('itf: there is nothing to write; x.json is left as it is');
});

test('--wrap is for mails', async () => {
  await hf('report', 'found.json', '--trace', '--wrap', '72');
  expect(out).toContain('\nLink: https://lore.kernel.org/r/');
  expect(out.split('\n').filter(l => l.length > 72 && !l.startsWith('Link: '))).toEqual([]);
  expect(await hf('report', 'found.json', '--wrap', '3')).toBe(64);
});
