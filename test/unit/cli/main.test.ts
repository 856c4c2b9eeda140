import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

// The command as it is installed: `npm test` builds it first.
const main = fileURLToPath(new URL('../../../out/cli/main.js', import.meta.url));
const root = fileURLToPath(new URL('../../..', import.meta.url));
const built = test.skipIf(!existsSync(main));
const hf = (...argv: string[]) => spawnSync(process.execPath, [main, ...argv], { cwd: root, encoding: 'utf8' });

built('answers, and ends', () => {
  expect(hf('--version')).toMatchObject({ status: 0, stderr: '' });
  const check = hf('check', 'scenarios/balance/lock-twice.bpf.c');
  expect(check).toMatchObject({ status: 10, stderr: 'exit 10: a claim is violated\n' });
  expect(check.stdout).toContain('reject at no-call-under-lock');
  expect(check.stdout).toContain('scenarios/balance/lock-twice.bpf.c:');
});

built('starting up loads neither a solver nor the rules', () => {
  const load = `import { writeSync } from 'node:fs';
    export const load = (url, context, next) => { writeSync(2, url + '\\n'); return next(url, context); };`;
  const asUrl = (code: string): string => `data:text/javascript,${encodeURIComponent(code)}`;
  const trace = asUrl(`import { register } from 'node:module'; register(${JSON.stringify(asUrl(load))});`);
  const loadedBy = (...argv: string[]): string =>
    spawnSync(process.execPath, ['--import', trace, main, ...argv], { encoding: 'utf8', cwd: root }).stderr;
  const help = loadedBy('compare', '--help');
  expect(help).toContain('cli/compare.js');
  expect(help).not.toMatch(/z3-solver|tree-sitter|model\/rules|\/ajv\/|chokidar/);
  expect(loadedBy('explain', 'bpf_spin_lock')).not.toMatch(/z3-solver|proofs\/(invariant|facts|ledger)/);
  const claim = loadedBy('explain', 'ptr-id:list-race');
  expect(claim).toContain('proofs/facts.js');
  expect(claim).not.toMatch(/z3-solver|tree-sitter/);
});

built('the program that separates two designs is a file that compare reads', () => {
  const found = hf('compare', 'ptr-id', 'ptr-id/literal', '--separate');
  expect(found).toMatchObject({ status: 0, stderr: '' });
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-'));
  const file = join(folder, 'found.bpf.c');
  writeFileSync(file, found.stdout);
  const again = hf('compare', file, '-d', 'ptr-id', '-d', 'ptr-id/literal', '-f', 'json');
  rmSync(folder, { recursive: true });
  expect(again.status).toBe(0);
  const { results } = JSON.parse(again.stdout) as { results: { design: string; verdict: string; guard: string }[] };
  expect(results.map(r => [r.design, r.verdict, r.guard])).toEqual([
    ['ptr-id', 'reject', 'unlock-same-lock'],
    ['ptr-id/literal', 'accept', null],
  ]);
});

built('a program that is rejected needlessly is told as JSON too', () => {
  const { status, stdout } = hf('compare', '--over-strict', 'ptr-id', '-f', 'json');
  expect(status).toBe(0);
  const told = JSON.parse(stdout) as {
    question: string;
    found: { rejectedBy: string; safety: string; program: string };
  };
  expect(told).toMatchObject({ question: 'over-strict', found: { rejectedBy: 'ptr-id', safety: 'safe' } });
  expect(told.found.program).toContain('SEC("tc")');
});

built('nothing found is inconclusive, and what makes no sense is wrong usage', () => {
  const none = hf('compare', 'guarded-by', 'guarded-by/global-names', '--separate');
  expect(none.status).toBe(20);
  expect(none.stdout).toContain('None within the bound');
  expect(none.stdout).toContain('20,000 states each');
  for (const args of [
    ['ptr-id', '--separate'],
    ['ptr-id', 'ptr-id', '--separate'],
    ['ptr-id', 'no-such-design', '--separate'],
    ['ptr-id', 'guarded-by', '--separate', '-d', 'ptr-id'],
    ['ptr-id', '--over-strict', 'ptr-id'],
    ['--over-strict', 'ptr-id', '--separate'],
    ['--over-strict', 'ptr-id', '-f', 'markdown'],
  ])
    expect({ args, status: hf('compare', ...args).status }).toEqual({ args, status: 64 });
});

built('a reader that has seen enough is no error', async () => {
  const child = spawn(process.execPath, [main, 'explain', 'bpf_rbtree_add'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.destroy();
  let stderr = '';
  child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
  const code = await new Promise(resolve => child.on('close', resolve));
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});

built('Ctrl-C ends a comparison with 130 and without a report', async () => {
  const child = spawn(process.execPath, [main, 'compare', '-f', 'jsonl', '--jobs', '1'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (text: Buffer) => {
    // The first answer shows that the engines are at work.
    if (stdout === '') child.kill('SIGINT');
    stdout += text.toString();
  });
  child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
  const code = await new Promise(resolve => child.on('close', resolve));
  expect(code).toBe(130);
  expect(stderr).toBe('exit 130: interrupted\n');
  expect(stdout).not.toContain('"type":"summary"');
});
