/** Selftests on the command line: when there is one, and what is said of it. The compiler and the kernel are played. */
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test, vi } from 'vitest';
import { run } from '../../../cli/command-line.js';
import type { Engine } from '../../../cli/engine.js';
import { engine as realEngine } from '../../../cli/engine.js';
import type { KernelAnswer } from '../../../kernel/answer.js';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-'));
const bin = mkdtempSync(join(tmpdir(), 'holdfast-bin-'));
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
  rmSync(bin, { recursive: true });
});

/** A compiler that says and does what a line of shell does; `$object` is the file to write. Null: there is none. */
const playClang = (does: string | null): void => {
  const file = join(bin, 'clang');
  rmSync(file, { force: true });
  if (does === null) return;
  writeFileSync(
    file,
    `#!/bin/sh
if [ "$1" = --version ]; then echo 'clang version 99.1.2'; exit 0; fi
while [ $# -gt 0 ]; do if [ "$1" = -o ]; then object=$2; fi; shift; done
${does}
`,
  );
  chmodSync(file, 0o755);
};

const answer = (program: string, verdict: KernelAnswer['verdict'], message: string | null): KernelAnswer => ({
  file: '',
  program,
  section: 'tc',
  verdict,
  stage: verdict === 'reject' ? 'program' : null,
  errno: null,
  message,
  messages: message === null ? [] : [message],
  log: '',
  btfLog: '',
  warnings: [],
});

let out = '';
let err = '';
let answers: readonly KernelAnswer[] | null = null;
let baseline = 'linux-6.18';
let over: Partial<Engine> = {};
beforeEach(() => {
  out = '';
  err = '';
  answers = null;
  baseline = 'linux-6.18';
  over = {};
  vi.stubEnv('PATH', bin);
  playClang(null);
});

const hf = (...argv: string[]) =>
  run(
    argv,
    {
      out: t => (out += t),
      err: t => (err += t),
      showsProgress: false,
      coloured: false,
      width: 100,
      cwd: folder,
      env: {},
      now: () => 0,
      signal: new AbortController().signal,
    },
    {
      ...realEngine,
      askKernel: () =>
        Promise.resolve(
          answers === null
            ? { lacks: 'rights', message: 'no kernel to ask: this process lacks CAP_BPF; run it as root', bad: [] }
            : { release: '6.18.1', baseline, libbpf: '1.1', answers, bad: [] },
        ),
      ...over,
    },
  );

const file = join(folder, 'found.bpf.c');
const CELL = ['--cell', 'identity/unlock-other-global@ptr-id', '--engine', 'explicit'];
const asked = ['compare', ...CELL, '--out', 'selftest:found.bpf.c'];
const MESSAGE = 'bpf_spin_unlock of different lock';
const COMPILES = 'echo object > "$object"';

test('without a compiler it is written, and said so', async () => {
  expect(await hf(...asked)).toBe(0);
  expect(err).toBe('selftest: no clang: not compiled (apt install clang)\n');
  const text = readFileSync(file, 'utf8');
  expect(text).toContain(`SEC("?tc")\n__failure __msg("${MESSAGE}")\n`);
  expect(text).toContain('holdfast compare --cell identity/unlock-other-global@ptr-id');
  // The text of the report is on standard output as ever.
  expect(out).toContain('identity/unlock-other-global@ptr-id');
});

test('the kernel is compared with the prediction', async () => {
  playClang(COMPILES);
  expect(await hf(...asked)).toBe(0);
  expect(err).toBe(
    'selftest: compiled by clang 99.1.2; no kernel to ask: this process lacks CAP_BPF; run it as root\n',
  );
  answers = [answer('mix', 'reject', MESSAGE)];
  err = '';
  expect(await hf(...asked)).toBe(0);
  expect(err).toContain(`says what was predicted of 1 of 1 program`);
  err = '';
  baseline = 'linux-6.1';
  expect(await hf(...asked)).toBe(0);
  expect(err).toContain('the running kernel 6.18.1 is not asked about linux-6.18');
});

test.each([
  ['accept', null, 'the kernel says accept'],
  ['reject', 'another message', 'the kernel says reject: another message'],
] as const)('a kernel that says otherwise (%s) is a disagreement', async (verdict, message, said) => {
  playClang(COMPILES);
  answers = [answer('mix', verdict, message)];
  expect(await hf('compare', ...CELL, '-f', 'selftest', '--out', 'json:all.json')).toBe(40);
  expect(err).toContain('of 0 of 1 program');
  expect(err).toContain(`selftest: mix: predicted reject: ${MESSAGE}; ${said}`);
  expect(out).toContain('// SPDX-License-Identifier');
  // Every report has the code that the process ends with.
  const all = JSON.parse(readFileSync(join(folder, 'all.json'), 'utf8')) as { exit: { code: number } };
  expect(all.exit.code).toBe(40);
});

test('a kernel that gives no answer leaves it open', async () => {
  playClang(COMPILES);
  answers = [answer('mix', 'error', 'no answer within 20 s')];
  expect(await hf('compare', ...CELL, '-f', 'selftest')).toBe(20);
  expect(err).toContain('selftest: mix: no answer: no answer within 20 s');
});

test('what does not compile is a mistake of ours, and not written', async () => {
  rmSync(file, { force: true });
  playClang('echo "selftest.bpf.c:3:1: error: expected a type" >&2; exit 1');
  expect(await hf(...asked)).toBe(70);
  expect(err).toContain('the selftest does not compile, so it is not written');
  expect(existsSync(file)).toBe(false);
});

test('a compiler for other machines only is no reason to fail', async () => {
  playClang(`echo "error: unable to create target: 'No available targets'" >&2; exit 1`);
  expect(await hf(...asked)).toBe(0);
  expect(err).toContain('not compiled by clang 99.1.2: it has no BPF target');
});

test('a step that no kernel has must be in the object, which is not loaded', async () => {
  const hole = ['compare', '--cell', 'balance/global-throws-in-rcu@ptr-id', '--engine', 'explicit', '-f', 'selftest'];
  over = { askKernel: () => Promise.reject(new Error('asked')) };
  playClang('echo bpf_model_only > "$object"');
  expect(await hf(...hole)).toBe(0);
  expect(err).toBe('selftest: compiled by clang 99.1.2; not loaded: one step is written so that no kernel has it\n');
  playClang(COMPILES);
  out = '';
  expect(await hf(...hole)).toBe(70);
  expect(err).toContain('its compiled object could be loaded, which it must not');
  expect(out).toBe('');
});

test('nothing is made of a counterexample that was not replayed', async () => {
  rmSync(file, { force: true });
  over = {
    compareAll: async o => {
      const { cells, problems } = await realEngine.compareAll(o);
      const wrong = cells.map(c => ({
        ...c,
        counterexample: c.counterexample === null ? null : { ...c.counterexample, replayed: false },
      }));
      expect(wrong.every(c => c.counterexample !== null)).toBe(true);
      return { cells: wrong, problems };
    },
  };
  const cell = 'identity/hash-element-replaced@ptr-id';
  expect(await hf('compare', '--cell', cell, '--engine', 'explicit', '-o', 'selftest:found.bpf.c')).toBe(40);
  expect(err).toContain('selftest: none: the counterexample was not replayed');
  expect(existsSync(file)).toBe(false);
});

test('nothing is made of a cell without an answer', async () => {
  const cell = 'identity/hash-element-replaced@fresh-id';
  expect(await hf('compare', '--cell', cell, '--engine', 'explicit', '-f', 'selftest')).toBe(20);
  expect(err).toContain('selftest: none: fresh-id has no such thing');
  expect(out).toBe('');
});

test('a selftest that reads back otherwise is not written', async () => {
  over = { otherVerdicts: () => Promise.resolve(['prog: reject in the scenario, accept in the selftest']) };
  expect(await hf('compare', ...CELL, '-f', 'selftest')).toBe(70);
  expect(out).toBe('');
});

test('the program that separates two designs', async () => {
  playClang(COMPILES);
  answers = [answer('prog0', 'reject', MESSAGE)];
  expect(await hf('compare', 'ptr-id', 'ptr-id/literal', '--separate', '-o', 'selftest:found.bpf.c')).toBe(0);
  expect(err).toContain('says what was predicted of 1 of 1 program');
  const text = readFileSync(file, 'utf8').replace(/holdfast \d[\d.]*/, 'holdfast 1.2.3');
  await expect(text).toMatchFileSnapshot('../reports/selftest/separates.bpf.c');
  expect(await hf('compare', 'guarded-by', 'guarded-by/global-names', '--separate', '-f', 'selftest')).toBe(20);
  expect(err).toContain('selftest: none: no program was found');
});
