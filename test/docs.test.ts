/** What the documentation shows is what happens: commands are run, and what is said of cells is asked of the matrix. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { designNamed } from '../model/designs/index.js';
import type { Cell } from '../proofs/cell.js';
import { compareAll } from '../proofs/matrix.js';
import { expectationOf, loadScenarios } from '../scenarios/header.js';
import { asPattern } from './shown.js';
import { isThorough } from './thorough.js';

// The command as it is installed: `npm test` builds it first.
const main = 'out/cli/main.js';
const written = mkdtempSync(join(tmpdir(), 'holdfast-'));
afterAll(() => {
  rmSync(written, { recursive: true });
});
/** Reports that a page writes to files do not lie about here, and are found by what reads them. */
const elsewhere = (arg: string): string => {
  const there = join(written, arg);
  if (/^\w+\.json$/.test(arg) && existsSync(there)) return there;
  return arg.replace(/^(\w+:)(?!-$)(?=[\w.]+$)/, `$1${written}/`);
};
const run = (args: string): { readonly status: number | null; readonly stdout: string } =>
  spawnSync(
    process.execPath,
    [
      main,
      ...args
        .split(/\s+/)
        .filter(a => a !== '')
        .map(elsewhere),
    ],
    { encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } },
  );

const pages = [
  'README.md',
  'ARCHITECTURE.md',
  'CHANGELOG.md',
  'scenarios/README.md',
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter(f => f.endsWith('.md'))
    .map(f => join('docs', f)),
].map(file => ({ file, text: readFileSync(file, 'utf8') }));
const page = (file: string): string => pages.find(p => p.file === file)?.text ?? '';

const blocks = (language: string): readonly { readonly file: string; readonly body: string }[] =>
  pages.flatMap(({ file, text }) =>
    [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, 'gm'))].map(m => ({ file, body: m[1] ?? '' })),
  );

/** Commands with the output that belongs to them; `[...]` stands for lines that are left out. */
const shown = blocks('console')
  // docs-ci.test.ts follows that page, in a folder of its own.
  .filter(({ file }) => file !== 'docs/ci.md')
  .flatMap(({ file, body }) =>
    body
      .split(/^\$ /m)
      .slice(1)
      .map(part => {
        const end = part.indexOf('\n');
        return { file, command: part.slice(0, end), output: part.slice(end + 1) };
      }),
  );
/** Commands of which only the success is promised. A matrix of everything and proofs take minutes, and some files are the reader's. */
const commands = blocks('sh').flatMap(({ file, body }) =>
  body
    .split('\n')
    .flatMap(line => line.replace(/\s+#.*$/, '').split(' && '))
    .filter(c => c.startsWith('npx holdfast '))
    .map(c => ({ file, args: c.slice('npx holdfast '.length) })),
);
const asksEverything = (args: string): boolean => /^(compare(\s+--design \S+)*|(prove|verify)\b.*)$/.test(args);
const isAskedNow = ({ file, args }: { readonly file: string; readonly args: string }): boolean =>
  isThorough || file === 'docs/reports.md' || !/^(compare|history)\b/.test(args);
const isReaders = (args: string): boolean => /(^| )my(-proposal\.yaml|\.bpf\.o)/.test(args);

const { scenarios } = await loadScenarios('scenarios');
const cellsOf = async (names: readonly string[], designs: readonly string[]): Promise<readonly Cell[]> =>
  (
    await compareAll({
      designs: designs.map(designNamed).filter(d => d !== undefined),
      scenarios: scenarios.filter(s => names.includes(s.id)),
      jobs: 1,
      engines: 'explicit',
      solverBudgetMs: 0,
    })
  ).cells;
const quoted = (text: string): string[] => [...text.matchAll(/`([^`\n]+)`/g)].map(m => m[1] ?? '');

describe('commands', () => {
  it('are there to be tested', () => {
    expect(existsSync(main), 'npm run build comes first').toBe(true);
    expect(shown.length).toBeGreaterThan(0);
    expect(commands.filter(c => !asksEverything(c.args) && !isReaders(c.args)).length).toBeGreaterThan(2);
  });

  it.each(shown)('$file: $command', ({ command, output }) => {
    const { stdout } = run(command.replace(/^npx holdfast /, ''));
    expect(stdout).toMatch(asPattern(output));
  });

  // Of other pages than the first, those that take no solver are asked every time.
  it.each(commands.filter(c => !asksEverything(c.args) && !isReaders(c.args) && isAskedNow(c)))(
    '$file: npx holdfast $args',
    ({ args }) => {
      expect(run(args)).toMatchObject({ status: 0 });
    },
  );

  it('of npm exist', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
    const named = pages.flatMap(p => [...p.text.matchAll(/npm run ([a-z:]+)/g)].map(m => m[1] ?? ''));
    expect(named.filter(n => scripts[n] === undefined)).toEqual([]);
  });
});

describe('links and names', () => {
  it('lead somewhere', () => {
    const broken = pages.flatMap(({ file, text }) =>
      [...text.replace(/^```[^]*?^```/gm, '').matchAll(/\]\(([^)#\s]+)[^)]*\)/g)]
        .map(m => m[1] ?? '')
        .filter(to => !/^[a-z]+:/.test(to) && !existsSync(join(dirname(file), to)))
        .map(to => `${file}: ${to}`),
    );
    expect(broken).toEqual([]);
  });

  it('are names of scenarios, designs or files', () => {
    const topics = new Set(scenarios.map(s => s.id.split('/', 1)[0] ?? ''));
    const isId = (n: string): boolean => /^[a-z0-9.-]+\/[a-z0-9-]+$/.test(n);
    const isClaimed = (n: string): boolean =>
      isId(n) && (topics.has(n.split('/', 1)[0] ?? '') || designNamed(n.split('/', 1)[0] ?? '') !== undefined);
    const wrong = pages.flatMap(({ file, text }) =>
      quoted(text)
        .filter(n => isClaimed(n) && !scenarios.some(s => s.id === n) && designNamed(n) === undefined && !existsSync(n))
        .map(n => `${file}: ${n}`),
    );
    expect(wrong).toEqual([]);
  });
});

describe('findings', () => {
  const findings = page('README.md')
    .split('\n')
    .map(line => line.split('|').map(c => c.trim()))
    .filter(c => c.length === 6 && /^`[a-z-]+\/[a-z-]+`$/.test(c[2] ?? ''))
    .map(c => ({
      scenario: quoted(c[2] ?? '')[0] ?? '',
      designs: quoted(c[3] ?? ''),
      property: quoted(c[4] ?? '')[0],
    }));

  it('are there', () => {
    expect(findings.length).toBeGreaterThan(5);
  });

  it.each(findings)('$scenario is unsound in $designs', async ({ scenario, designs, property }) => {
    const cells = await cellsOf([scenario], designs);
    expect(cells.map(c => `${c.design} ${c.cell} ${c.property ?? ''}`)).toEqual(
      designs.map(d => `${d} unsound ${property ?? ''}`),
    );
  });

  it('say what the rules of ptr-id cost', async () => {
    const cells = await cellsOf(['two-locks/one-section-right', 'shared-locks/two-sections'], ['ptr-id']);
    expect(cells.map(c => c.cell)).toEqual(['over-strict', 'over-strict']);
  });

  it('a fresh id each closes the nested callbacks', async () => {
    const [cell] = await cellsOf(['callbacks/nested-lock-of-outer'], ['ptr-id/callback-fresh']);
    expect(cell?.cell).toBe('ok');
  });

  // That the expectations of the headers are met is for the matrix to say.
  it('name every cell of a kernel release that is expected to be unsound', () => {
    const releases = ['linux-6.12', 'linux-6.18'];
    const only618 = [
      'callbacks/less-calls-unlock',
      'ownership/acquire-after-lock-stashed',
      'ownership/acquire-borrowed-not-tested',
    ];
    const only612 = ['regions/sleeping-global-in-rcu'];
    const inOne = new Map<string, string[]>();
    for (const id of only612) inOne.set(id, ['linux-6.12']);
    for (const id of only618) inOne.set(id, ['linux-6.18']);
    const expected = scenarios
      .map(s => ({
        id: s.id,
        in: releases.filter(d => {
          const x = expectationOf(s.header, d);
          return x?.verdict === 'accept' && x.safety !== 'safe';
        }),
      }))
      .filter(s => s.in.length > 0);
    const after = page('README.md').slice(page('README.md').indexOf('## Findings'));
    expect(expected.map(s => s.id).filter(s => !after.includes(`\`${s}\``))).toEqual([]);
    for (const s of expected) expect(s.in, s.id).toEqual(inOne.get(s.id) ?? releases);
    expect(expected.map(s => s.id)).toEqual(expect.arrayContaining([...inOne.keys()]));
  });
});
