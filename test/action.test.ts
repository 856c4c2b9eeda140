/** action.yml: what GitHub would refuse, and its shell steps, run as a runner would run them. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { workflowProblems } from './workflow-problems.js';

const action = readFileSync('action.yml', 'utf8');
interface Step {
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly shell?: string;
  readonly env?: Readonly<Record<string, string>>;
}
const { inputs, outputs, runs } = parse(action) as {
  inputs: Record<string, { description: string; default: string }>;
  outputs: Record<string, { description: string; value: string }>;
  runs: { using: string; steps: readonly Step[] };
};

describe('action.yml', () => {
  it('is an action as GitHub reads it', () => {
    expect(workflowProblems('action', action)).toEqual([]);
    expect(workflowProblems('action', action.replace('using: composite', 'using: magic'))).not.toEqual([]);
    expect(workflowProblems('action', action.replace('shell: bash', 'shel: bash'))).not.toEqual([]);
  });

  it('explains every input and output, and uses nothing else', () => {
    for (const { description } of [...Object.values(inputs), ...Object.values(outputs)])
      expect(description).toMatch(/\w/);
    const used = [...action.matchAll(/\binputs\.([a-z-]+)/g)].map(m => m[1]);
    expect(new Set(used)).toEqual(new Set(Object.keys(inputs)));
    const written = [...action.matchAll(/^ +output ([a-z]+) |echo "([a-z-]+)=/gm)].map(m => m[1] ?? m[2]);
    expect(new Set(written)).toEqual(new Set(Object.keys(outputs)));
  });

  it('names other actions by commit, and puts no input into a script', () => {
    for (const { uses, run, shell } of runs.steps) {
      if (uses !== undefined) expect(uses).toMatch(/@[0-9a-f]{40}$/);
      if (run === undefined) continue;
      expect(shell).toBe('bash');
      expect(run).not.toContain('${{');
    }
  });

  it('writes every report that it promises', () => {
    const formats = [...action.matchAll(/--out "([a-z]+):/g)].map(m => m[1] ?? '');
    expect(formats).toEqual(['text', 'markdown', 'sarif', 'junit', 'html', 'json', 'baseline']);
  });
});

describe.skipIf(!existsSync('out/cli/main.js'))('the steps', () => {
  let home = '';
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'holdfast-'));
    mkdirSync(join(home, 'work'));
    mkdirSync(join(home, 'temp'));
  });
  afterEach(() => {
    rmSync(home, { recursive: true, force: true });
  });

  interface Ran {
    readonly code: number | null;
    readonly log: string;
    readonly summary: string;
    readonly outputs: Readonly<Record<string, string>>;
  }
  /** Runs all shell steps, each as GitHub does, with these inputs. */
  const run = (given: Readonly<Record<string, string>>): Ran => {
    const values = { ...Object.fromEntries(Object.entries(inputs).map(([n, i]) => [n, i.default])), ...given };
    const files = { GITHUB_OUTPUT: join(home, 'output'), GITHUB_STEP_SUMMARY: join(home, 'summary') };
    Object.values(files).forEach(f => {
      writeFileSync(f, '');
    });
    let log = '';
    let code: number | null = 0;
    for (const [i, step] of runs.steps.entries()) {
      if (step.run === undefined) continue;
      const script = join(home, `step-${String(i)}.sh`);
      writeFileSync(script, step.run);
      const own = Object.entries(step.env ?? {}).map(([name, value]) => [
        name,
        value.replace(/\$\{\{ inputs\.([a-z-]+) \}\}/g, (_, input: string) => values[input] ?? ''),
      ]);
      const { status, stdout, stderr } = spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', script], {
        cwd: join(home, 'work'),
        encoding: 'utf8',
        env: {
          PATH: process.env['PATH'],
          RUNNER_TEMP: join(home, 'temp'),
          GITHUB_ACTION_PATH: resolve('.'),
          ...files,
          ...(Object.fromEntries(own) as Record<string, string>),
        },
      });
      log += stdout + stderr;
      code = status;
      if (code !== 0) break;
    }
    const lines = readFileSync(files.GITHUB_OUTPUT, 'utf8').split('\n').slice(0, -1);
    return {
      code,
      log,
      summary: readFileSync(files.GITHUB_STEP_SUMMARY, 'utf8'),
      outputs: Object.fromEntries(lines.map(l => [l.slice(0, l.indexOf('=')), l.slice(l.indexOf('=') + 1)])),
    };
  };
  const copied = (scenario: string, to: string): void => {
    cpSync(`scenarios/${scenario}.bpf.c`, join(home, 'work', to));
  };

  it('pass where every program is accepted, and leave the reports', () => {
    copied('identity/one-load', 'good.bpf.c');
    const { code, log, summary, outputs } = run({ files: '*.bpf.c' });
    expect({ code, log }).toMatchObject({ code: 0 });
    expect(log).not.toMatch(/^::(error|warning)/m);
    expect(summary).toContain('good.bpf.c');
    expect(outputs['exit-code']).toBe('0');
    expect(JSON.parse(readFileSync(outputs['json'] ?? '', 'utf8'))).toMatchObject({ exit: { code: 0 } });
    expect(log).toMatch(/::group::Holdfast, in full\n::stop-commands::([0-9a-f-]{36})\n[^]*\n::\1::\n::endgroup::/);
  });

  it('fail with 10 and an annotated line where one is rejected', () => {
    copied('identity/one-load', 'good.bpf.c');
    copied('balance/lock-twice', 'with blank.bpf.c');
    const { code, log, outputs } = run({
      files: '\n  good.bpf.c\n  with blank.bpf.c  \n',
      design: 'ptr-id\nlinux-6.18',
    });
    expect(code).toBe(10);
    expect(log).toContain(
      '::error file=with blank.bpf.c,line=26,col=2,title=with blank.bpf.c%3Aprog@ptr-id::reject at',
    );
    expect(log.match(/^::error/gm)).toHaveLength(2);
    expect(outputs['exit-code']).toBe('10');
  });

  it('compare scenarios of this repository', () => {
    const { code, summary } = run({ command: 'compare', files: 'identity/two-loads', design: 'ptr-id' });
    expect(code).toBe(0);
    expect(summary).toContain('two-loads');
  });

  it('fail with 50 where an answer is another than that of the baseline, and take the new one', () => {
    copied('balance/lock-twice', 'twice.bpf.c');
    const first = run({ files: 'twice.bpf.c', baseline: 'base.json' });
    expect(first.log).toContain('note: there is no baseline base.json');
    expect(first.code).toBe(10);
    cpSync(first.outputs['baseline'] ?? '', join(home, 'work/base.json'));
    expect(run({ files: 'twice.bpf.c', baseline: 'base.json' }).code).toBe(10);
    expect(run({ files: 'twice.bpf.c', baseline: 'base.json', 'fail-on': 'new' }).code).toBe(0);
    const twice = readFileSync(join(home, 'work/twice.bpf.c'), 'utf8');
    writeFileSync(join(home, 'work/twice.bpf.c'), twice.replace('\tbpf_spin_lock(lock);\n', ''));
    const flipped = run({ files: 'twice.bpf.c', baseline: 'base.json', 'fail-on': 'new' });
    expect(flipped.code).toBe(50);
    expect(flipped.log).toMatch(
      /^::error file=twice.bpf.c,title=twice.bpf.c%3Aprog@linux-6.18::regression, now accepted/m,
    );
    expect(flipped.summary).toContain('Against the baseline');
    cpSync(flipped.outputs['baseline'] ?? '', join(home, 'work/base.json'));
    expect(run({ files: 'twice.bpf.c', baseline: 'base.json' }).code).toBe(0);
  });

  it('run nothing that stands in an input', () => {
    const nasty = `$(touch ${join(home, 'ran')}); \`touch ${join(home, 'ran')}\`"; touch ${join(home, 'ran')} #`;
    const { code, log } = run({ files: `${nasty}\n--version`, args: '--no-color' });
    expect(code).toBe(65);
    expect(log).toContain('there is no such file');
    expect(existsSync(join(home, 'ran'))).toBe(false);
    expect(run({ command: 'prove' }).code).toBe(64);
    expect(run({ command: nasty }).code).toBe(64);
    symlinkSync('nowhere', join(home, 'work/dangling.bpf.c'));
    expect(run({ files: 'dangling.bpf.c' }).code).toBe(65);
  });
});
