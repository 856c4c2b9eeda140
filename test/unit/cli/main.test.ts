import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
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
  const { stderr } = spawnSync(process.execPath, ['--import', trace, main, 'compare', '--help'], { encoding: 'utf8' });
  expect(stderr).toContain('cli/compare.js');
  expect(stderr).not.toMatch(/z3-solver|tree-sitter|model\/rules|\/ajv\//);
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
