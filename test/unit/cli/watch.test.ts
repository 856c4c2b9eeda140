import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

// The command as it is installed: `npm test` builds it first.
const main = fileURLToPath(new URL('../../../out/cli/main.js', import.meta.url));
const built = test.skipIf(!existsSync(main));

let folder = '';
let child: ChildProcessWithoutNullStreams | null = null;
let stdout = '';
let stderr = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-'));
  stdout = '';
  stderr = '';
});
afterEach(() => {
  child?.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

const start = (...argv: string[]): void => {
  const env = { ...process.env, NO_COLOR: '1' };
  child = spawn(process.execPath, [main, ...argv], { cwd: folder, env });
  child.stdout.on('data', (text: Buffer) => (stdout += text.toString()));
  child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
};
/** Waits until standard error has a line like this, and returns all that was printed since the last call. */
const told = async (pattern: RegExp): Promise<{ out: string; err: string }> => {
  const deadline = Date.now() + 20_000;
  while (!pattern.test(stderr)) {
    if (Date.now() > deadline) throw new Error(`nothing like ${pattern.source} in: ${stderr}\n${stdout}`);
    await new Promise(done => setTimeout(done, 20));
  }
  // Both streams are written before the line; give the pipe of the other one its turn.
  await new Promise(done => setTimeout(done, 50));
  const said = { out: stdout, err: stderr };
  stdout = '';
  stderr = '';
  return said;
};
const ended = async (): Promise<number | null> => {
  const running = child;
  if (running === null) return null;
  const code = new Promise<number | null>(resolve => running.on('close', resolve));
  running.kill('SIGINT');
  return code;
};

const file = (name: string): string => join(folder, name);
/** As editors do: a new file takes the place of the old one. */
const save = (name: string, text: string): void => {
  writeFileSync(file(`${name}~`), text);
  renameSync(file(`${name}~`), file(name));
};

const program = (name: string, before: string): string => `#include <vmlinux.h>
#include <bpf/bpf_helpers.h>
#include "lock.h"

SEC("tc")
int ${name}(void *ctx)
{
	bpf_spin_lock(&lock);
${before}	bpf_spin_unlock(&lock);
	return 0;
}
`;
const HEADER = 'struct bpf_spin_lock lock SEC(".data.A");\n';
const GOOD = program('good', '');
const BAD = program('good', '\tbpf_spin_lock(&lock);\n');

built('check --watch answers again what a save touches: a program, a header, a proposal', async () => {
  save('lock.h', HEADER);
  save('a.bpf.c', GOOD);
  save('b.bpf.c', program('other', ''));
  save('own.yaml', 'id: own\nextends: linux-6.18\ntitle: My own\n');
  start('check', 'a.bpf.c', 'b.bpf.c', '-d', 'linux-6.18', '-d', 'own.yaml', '--out', 'json:all.json', '--watch');
  expect((await told(/exit 0/)).err).toMatch(
    /^4 answers in .* s; all: 4 accepted, 0 rejected, 0 without an answer; exit 0/,
  );

  save('a.bpf.c', BAD);
  const bad = await told(/exit 10/);
  expect(bad.err).toMatch(/^2 answers in .* all: 2 accepted, 2 rejected/);
  expect(bad.out).toContain('reject at no-call-under-lock');
  expect(bad.out).not.toContain('b.bpf.c');
  const { results } = JSON.parse(readFileSync(file('all.json'), 'utf8')) as { results: unknown[] };
  expect(results).toHaveLength(4);

  writeFileSync(file('a.bpf.c'), GOOD);
  expect((await told(/exit 0/)).err).toMatch(/^2 answers/);

  save('lock.h', `// Nothing new.\n${HEADER}`);
  expect((await told(/exit 0/)).err).toMatch(/^4 answers/);

  save('own.yaml', 'id: own\nextends: ptr-id\ntitle: My own\n');
  const own = await told(/exit \d+/);
  expect(own.err).toMatch(/^2 answers/);
  expect(own.out).not.toContain('linux-6.18');

  rmSync(file('b.bpf.c'));
  expect((await told(/exit 65/)).out).toContain('there is no such file');
  save('b.bpf.c', program('other', ''));
  expect((await told(/exit 0/)).err).toMatch(/^2 answers.* all: 4 accepted/);

  expect(await ended()).toBe(130);
  expect(stderr).toBe('exit 130: interrupted\n');
  expect(readdirSync(folder).filter(f => f.endsWith('.tmp'))).toEqual([]);
});

built('compare --watch answers again what a save touches, against the baseline', async () => {
  mkdirSync(file('scenarios/identity'), { recursive: true });
  for (const name of ['one-load', 'two-loads'])
    cpSync(`scenarios/identity/${name}.bpf.c`, file(`scenarios/identity/${name}.bpf.c`));
  const common = ['compare', '--scenarios', 'scenarios', '-d', 'ptr-id', '--engine', 'explicit', '--all-programs', '0'];
  start(...common, '--out', 'baseline:base.json');
  await new Promise(resolve => child?.on('close', resolve));
  stdout = '';
  start(...common, '--baseline', 'base.json', '-f', 'json', '--watch');
  expect((await told(/exit 0/)).err).toMatch(/^2 answers .* all: 2 scenarios, 1 design: 2 ok/);

  // The second unlock is one too many.
  const one = readFileSync(file('scenarios/identity/one-load.bpf.c'), 'utf8');
  save('scenarios/identity/one-load.bpf.c', one.replace(/\n(\s*bpf_spin_unlock\([^\n]*)/, '\n$1\n$1'));
  const { out, err } = await told(/exit (10|50)/);
  expect(err).toMatch(/^1 answer .* all: 2 scenarios, 1 design/);
  const report = JSON.parse(out) as {
    results: { scenario: string; verdict: string }[];
    baseline: { regressions: { id: string; was: string }[]; same: number };
  };
  expect(report.results.map(r => `${r.scenario} ${r.verdict}`)).toEqual(['identity/one-load reject']);
  expect(report.baseline.regressions.map(r => r.id)).toEqual(['identity/one-load@ptr-id']);
  expect(report.baseline.same).toBe(1);

  save('scenarios/identity/one-load.bpf.c', one);
  expect((await told(/exit 0/)).err).toMatch(/^1 answer /);

  // A scenario that comes, and one that goes.
  save('scenarios/identity/again.bpf.c', one);
  expect((await told(/exit 0/)).err).toMatch(/^1 answer .* all: 3 scenarios/);
  rmSync(file('scenarios/identity/two-loads.bpf.c'));
  const gone = await told(/exit 0/);
  expect(gone.err).toMatch(/^0 answers .* all: 2 scenarios/);
  expect((JSON.parse(gone.out) as { baseline: { gone: string[] } }).baseline.gone).toEqual([
    'identity/two-loads@ptr-id',
  ]);
  expect(await ended()).toBe(130);
});
