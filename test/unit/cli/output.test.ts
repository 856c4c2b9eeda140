import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import type * as Fs from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { writeAll } from '../../../cli/files.js';
import type { Io } from '../../../cli/io.js';
import { UsageError } from '../../../cli/io.js';
import type { Output } from '../../../cli/options.js';
import { deliver, plannedOutputs } from '../../../cli/output.js';

/** The disk fails at this call of this function, counted from 0. */
const disk = vi.hoisted(() => ({ fails: '', at: 0, calls: 0 }));
vi.mock('node:fs', async original => {
  const real = await original<typeof Fs>();
  const failing = <A extends unknown[], R>(name: string, call: (...args: A) => R) => {
    return (...args: A): R => {
      if (disk.fails === name && disk.calls++ === disk.at) throw new Error('no space left on device');
      return call(...args);
    };
  };
  return {
    ...real,
    writeFileSync: failing('write', real.writeFileSync),
    renameSync: failing('rename', real.renameSync),
    linkSync: failing('link', real.linkSync),
  };
});

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-'));
});
afterEach(() => {
  disk.fails = '';
  rmSync(folder, { recursive: true, force: true });
});

const ioWith = (printed: string[], signal = new AbortController().signal): Io => ({
  out: t => printed.push(t),
  err: () => undefined,
  showsProgress: false,
  coloured: false,
  width: 80,
  cwd: folder,
  env: {},
  now: () => 0,
  signal,
});

const NAMES = ['a.json', 'b.md', 'c.xml', 'd.html'];
const seen = (): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder)
      .sort()
      .map(name => [name, readFileSync(join(folder, name), 'utf8')]),
  );

/** Which outputs there are, which of the files were there before, and what goes wrong. */
const run = fc.record({
  files: fc.shuffledSubarray(NAMES, { minLength: 1 }),
  before: fc.subarray(NAMES),
  printsAt: fc.option(fc.nat(4)),
  fault: fc.constantFrom('none', 'renderer', 'write', 'rename', 'link', 'interrupt'),
  at: fc.nat(4),
});

test('either every report is written or none, and nothing else is left', async () => {
  await fc.assert(
    fc.asyncProperty(run, async ({ files, before, printsAt, fault, at }) => {
      for (const name of readdirSync(folder)) rmSync(join(folder, name));
      for (const name of before) writeFileSync(join(folder, name), `old ${name}`);
      const was = seen();
      const outputs: Output[] = files.map(path => ({ format: 'json', path }));
      if (printsAt !== null) outputs.splice(printsAt, 0, { format: 'json', path: '-' });
      const printed: string[] = [];
      const interrupt = new AbortController();
      let rendered = 0;
      Object.assign(disk, { fails: fault, at, calls: 0 });
      const delivered = await deliver(outputs, ioWith(printed, interrupt.signal), () => {
        const n = rendered++;
        if (fault === 'renderer' && n === at) throw new Error('renderer');
        if (fault === 'interrupt' && n === at) interrupt.abort();
        return Promise.resolve(`new ${outputs[n]?.path ?? ''}`);
      }).then(
        () => !interrupt.signal.aborted,
        () => false,
      );
      disk.fails = '';
      const now = { ...was, ...Object.fromEntries(files.map(f => [f, `new ${f}`])) };
      expect(seen()).toEqual(delivered ? now : was);
      expect(printed).toEqual(delivered && printsAt !== null ? ['new -'] : []);
      // A link that can't be made is a copy; every other fault that is met is told.
      const met = fault === 'renderer' || fault === 'interrupt' ? at < outputs.length : at < files.length;
      expect(delivered).toBe(fault === 'none' || fault === 'link' || !met);
    }),
    { numRuns: 300 },
  );
});

test('a file that becomes a folder meanwhile costs no other file', () => {
  writeFileSync(join(folder, 'a'), 'old');
  mkdirSync(join(folder, 'b'));
  const write = (): void => {
    writeAll([
      { path: join(folder, 'a'), text: 'new' },
      { path: join(folder, 'b'), text: 'new' },
    ]);
  };
  expect(write).toThrow(UsageError);
  expect(write).toThrow(/can't write .*\/b: it is a folder/);
  expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('old');
  expect(readdirSync(folder)).toEqual(['a', 'b']);
});

test('a link stays a link, and a device a device', () => {
  writeFileSync(join(folder, 'real'), 'old');
  symlinkSync('real', join(folder, 'link'));
  writeAll([
    { path: join(folder, 'link'), text: 'new' },
    { path: '/dev/null', text: 'gone' },
  ]);
  expect(readFileSync(join(folder, 'real'), 'utf8')).toBe('new');
  expect(readdirSync(folder)).toEqual(['link', 'real']);
  expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
});

test('two reports to one file are refused, however it is written', () => {
  const out = ['a.json', `../${basename(folder)}/a.json`].map(path => ({ format: 'json' as const, path }));
  expect(() => plannedOutputs({ out, color: false }, ioWith([]))).toThrow(/two reports go to/);
});
