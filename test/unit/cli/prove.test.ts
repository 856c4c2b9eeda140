/** Proofs as a process, as users start them. */
import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { nativeVersion } from '../../../encodings/solver/native.js';
import { isThorough } from '../../thorough.js';

const path = (name: string): string => fileURLToPath(new URL(`../../../${name}`, import.meta.url));
const main = path('out/cli/main.js');
const root = path('.');
/** A minute of processes: where changes are checked, or when it is asked for. */
const isAsked = isThorough;
const built = test.skipIf(!existsSync(main) || !isAsked);
// A test runner may ask for colours on behalf of what it starts.
const env = { ...process.env, NO_COLOR: '1' };
const hf = (...argv: string[]) => spawnSync(process.execPath, [main, ...argv], { cwd: root, encoding: 'utf8', env });
const SLOW = 240_000;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

built('says what it can do', () => {
  for (const command of ['prove', 'verify']) {
    const { status, stdout } = hf(command, '--help');
    expect(status).toBe(0);
    expect(stdout).toContain('Examples:');
  }
});

built(
  'a property that one guard decides is proved in a moment, in every format',
  () => {
    const files = ['json', 'jsonl', 'markdown'].map(f => join(folder, `report.${f}`));
    const outs = ['json', 'jsonl', 'markdown'].flatMap((f, i) => ['-o', `${f}:${files[i] ?? ''}`]);
    const { status, stdout, stderr } = hf('prove', 'ptr-id', '--property', 'user-tamper', ...outs);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/user-tamper +proved/);
    const [json = '', jsonl = '', markdown = ''] = files.map(f => readFileSync(f, 'utf8'));
    const claim = { claim: 'ptr-id:user-tamper', outcome: 'proved', conjuncts: [], refutation: null, open: [] };
    expect(JSON.parse(json)).toMatchObject({ schemaVersion: 1, claims: [claim], exit: { code: 0 } });
    expect(
      jsonl
        .trim()
        .split('\n')
        .map(l => JSON.parse(l) as unknown),
    ).toMatchObject([claim]);
    expect(markdown).toMatch(/^\| design \|.*\n\|---.*\n\| `ptr-id` \|.* proved \|/);
  },
  SLOW,
);

built(
  'a guard that is gone lets a program in, which is named',
  () => {
    const { status, stdout } = hf(
      'prove',
      'ptr-id',
      '--drop-guard',
      'unlock-same-lock',
      '-p',
      'unlock-not-held',
      '-f',
      'json',
    );
    expect(status).toBe(10);
    const { claims } = JSON.parse(stdout) as { claims: { refutation: { scenario: string; replayed: boolean } }[] };
    expect(claims).toMatchObject([{ outcome: 'refuted', refutation: { replayed: true } }]);
    expect(existsSync(path(`scenarios/${claims[0]?.refutation.scenario ?? ''}.bpf.c`))).toBe(true);
  },
  SLOW,
);

built(
  'a proposal of a user is asked as any other design',
  () => {
    const { status, stdout } = hf('prove', 'examples/my-proposal.yaml', '--property', 'list-race', '-f', 'json');
    const { claims } = JSON.parse(stdout) as { claims: { claim: string; outcome: string }[] };
    expect(claims).toMatchObject([{ claim: 'named-locks:list-race' }]);
    expect([status, claims[0]?.outcome]).toEqual([10, 'refuted']);
  },
  SLOW,
);

built(
  'Ctrl-C ends it with 130, and leaves the ledger that was there',
  async () => {
    const file = join(folder, 'ledger.json');
    writeFileSync(file, 'what was there');
    const child = spawn(process.execPath, [main, 'prove', 'ptr-id', '--jobs', '1', '--ledger', file], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    setTimeout(() => child.kill('SIGINT'), 3000);
    let stderr = '';
    child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
    const code = await new Promise(resolve => child.on('close', resolve));
    expect([code, stderr]).toEqual([130, 'exit 130: interrupted\n']);
    expect(readFileSync(file, 'utf8')).toBe('what was there');
    expect(readdirSync(folder).filter(f => f.includes('hints') || f.endsWith('.tmp'))).toEqual([]);
  },
  SLOW,
);

const ledger = path('proofs/ledger.json');
const hints = path('proofs/hints.json');

built(
  'the ledger of this version is checked again by z3',
  async ctx => {
    if (!existsSync(ledger) || !existsSync(hints)) ctx.skip('there is no ledger in proofs/');
    if ((await nativeVersion()) === null) ctx.skip('z3 is not installed');
    const { status, stdout, stderr } = hf('verify', 'ptr-id', '--solver', 'z3', '-f', 'json');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const report = JSON.parse(stdout) as { texts: number; solvers: { asked: number; agreed: number }[] };
    expect(report).toMatchObject({ disagreements: [], inconclusive: [] });
    expect(report.texts).toBeGreaterThan(100);
    expect(report.solvers).toMatchObject([{ solver: 'z3', asked: report.texts, agreed: report.texts }]);
  },
  SLOW,
);

built(
  'a refutation that a ledger makes up is noticed',
  async ctx => {
    if (!existsSync(ledger) || !existsSync(hints)) ctx.skip('there is no ledger in proofs/');
    const mine = join(folder, 'mine.json');
    copyFileSync(hints, join(folder, 'mine.hints.json'));
    const text = readFileSync(ledger, 'utf8');
    const refuted = /"claim":"ptr-id:([a-z-]+)","outcome":"refuted","program":"([^"]+)"/.exec(text);
    expect(refuted).not.toBeNull();
    writeFileSync(
      mine,
      text.replace(refuted?.[0] ?? '', m => m.replace(refuted?.[2] ?? '', 'identity/two-loads')),
    );
    const { status, stdout, stderr } = hf('verify', 'ptr-id', '--ledger', mine, '--solver', 'z3');
    expect({ status, stderr }).toEqual({ status: 40, stderr: 'exit 40: checkers disagree\n' });
    expect(stdout).toMatch(/identity\/two-loads does not/);
  },
  SLOW,
);
