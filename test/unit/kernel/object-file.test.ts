import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { whyNoObject } from '../../../kernel/object-file.js';

let folder = '';
const write = (name: string, bytes: Buffer): string => {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
};
const header = (machine: number, type = 1): Buffer => {
  const b = Buffer.alloc(64);
  b.write('\x7fELF', 'latin1');
  b[4] = 2;
  b[5] = 1;
  b.writeUInt16LE(type, 16);
  b.writeUInt16LE(machine, 18);
  return b;
};
const BPF = 247;
const X86 = 62;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test('what is no object is told in one line', () => {
  expect(whyNoObject(join(folder, 'none.o'))).toBe('there is no such file');
  expect(whyNoObject(folder)).toContain('this is a folder');
  expect(whyNoObject(write('empty.o', Buffer.alloc(0)))).toBe('the file is empty');
  expect(whyNoObject(write('a.c', Buffer.from('int x;\n')))).toContain('this is not an object');
  expect(whyNoObject(write('short.o', header(BPF).subarray(0, 20)))).toContain('truncated');
  expect(whyNoObject(write('x86.o', header(X86)))).toContain('another machine');
  expect(whyNoObject(write('linked.o', header(BPF, 2)))).toContain('not a relocatable object');
  expect(whyNoObject(write('bpf.o', header(BPF)))).toBeNull();
});
