/** docs/ci.md is followed as a reader would: the programs are saved, the commands run, in the order of the page. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { exitMeanings } from '../cli/exit.js';
import { reportFormats } from '../cli/options.js';
import { asPattern } from './shown.js';
import { workflowProblems } from './workflow-problems.js';

const page = readFileSync('docs/ci.md', 'utf8');
const blocks = [...page.matchAll(/^```(\w+)\n([^]*?)^```/gm)].map(m => ({ language: m[1] ?? '', body: m[2] ?? '' }));
const main = resolve('out/cli/main.js');

describe.skipIf(!existsSync(main))('the page', () => {
  let home = '';
  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), 'holdfast-'));
    mkdirSync(join(home, 'bpf'));
  });
  afterAll(() => {
    rmSync(home, { recursive: true, force: true });
  });

  it('says what happens', () => {
    let commands = 0;
    for (const { language, body } of blocks) {
      if (language === 'c') writeFileSync(join(home, 'bpf/counter.bpf.c'), body);
      if (language !== 'console') continue;
      for (const part of body.split(/^\$ /m).slice(1)) {
        const end = part.indexOf('\n');
        const args = part.slice(0, end).replace(/^npx holdfast /, '');
        const shell = `node "${main}" ${args} 2>"${home}/err"; code=$?; cat "${home}/err"; exit $code`;
        const { stdout, status } = spawnSync('bash', ['-c', shell], {
          cwd: home,
          encoding: 'utf8',
          env: { ...process.env, NO_COLOR: '1' },
        });
        const output = part.slice(end + 1);
        expect(stdout, args).toMatch(asPattern(output));
        expect(status, args).toBe(Number(/^exit (\d+):/m.exec(output)?.[1] ?? 0));
        commands++;
      }
    }
    expect(commands).toBeGreaterThan(5);
    expect(readdirSync(home).sort()).toEqual(['bpf', 'err', 'holdfast.json']);
  });
});

describe('the YAML of the page', () => {
  const yaml = blocks.filter(b => b.language === 'yaml').map(b => b.body);
  const isWorkflow = (text: string): boolean => /^on:/m.test(text);

  it('is YAML, and its workflows are such as GitHub reads', () => {
    for (const text of yaml) expect(parse(text)).toBeTypeOf('object');
    const workflows = yaml.filter(isWorkflow);
    expect(workflows.length).toBeGreaterThan(2);
    for (const w of workflows) expect(workflowProblems('workflow', w)).toEqual([]);
    expect(workflowProblems('workflow', (workflows[0] ?? '').replace('runs-on:', 'runs:'))).not.toEqual([]);
  });

  it('gives the action inputs, and takes outputs from it, that it has', () => {
    const action = parse(readFileSync('action.yml', 'utf8')) as { inputs: object; outputs: object };
    const steps = yaml.filter(isWorkflow).flatMap(w => {
      const { jobs } = parse(w) as { jobs: Record<string, { steps: { uses: string; with?: object }[] }> };
      return Object.values(jobs).flatMap(j => j.steps);
    });
    const given = steps.filter(s => s.uses.includes('/holdfast@')).flatMap(s => Object.keys(s.with ?? {}));
    expect(given.filter(n => !(n in action.inputs))).toEqual([]);
    const taken = [...page.matchAll(/steps\.holdfast\.outputs\.([a-z-]+)/g)].map(m => m[1] ?? '');
    expect(taken.length).toBeGreaterThan(2);
    expect(taken.filter(n => !(n in action.outputs))).toEqual([]);
  });
});

it('the table of exit codes has them all', () => {
  for (const [code, meaning] of Object.entries(exitMeanings))
    expect(page).toContain(`| ${code} | ${meaning.split(',')[0] ?? ''}`);
});

it('names formats that there are', () => {
  const written = [...page.matchAll(/--out ([a-z]+):|--format ([a-z]+)/g)].map(m => m[1] ?? m[2] ?? '');
  expect(written.filter(f => !reportFormats.some(x => x === f))).toEqual([]);
});
