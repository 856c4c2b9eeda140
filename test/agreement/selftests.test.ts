/** Selftests: what is written is what was asked. They are read back, compiled, and put to the running kernel by loading only. */
import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askKernel, kernelReady, remedyOf } from '../../kernel/load.js';
import { baselineOf } from '../../kernel/release.js';
import { designNamed } from '../../model/designs/index.js';
import { agreementOf } from '../../proofs/agreement.js';
import type { ProgramVerdict } from '../../proofs/cell.js';
import { checkObject } from '../../proofs/check.js';
import type { Selftest } from '../../proofs/selftest.js';
import { otherVerdicts, selftestOf } from '../../proofs/selftest.js';
import { mentions } from '../../reports/c-text.js';
import { selftestC } from '../../reports/selftest.js';
import type { Scenario } from '../../scenarios/header.js';
import { loadScenarios } from '../../scenarios/header.js';
import { isThorough } from '../thorough.js';

const run = promisify(execFile);
const NEWEST = 'linux-6.18';
const noClang = spawnSync('clang', ['--version']).status !== 0;
const { scenarios } = await loadScenarios('scenarios');
const [design, kernel] = ['guarded-by', NEWEST].map(designNamed);
if (design === undefined || kernel === undefined) throw new Error('the designs are missing');

/**
 * What the C front end does not follow, or a compiler leaves out: the kernel says what the object says. And where it reports a bug of
 * its own.
 */
const CHANGED = new Set([
  'operands/null-is-used is_null',
  'operands/value-not-tested move',
  'operands/what-is-stashed load_elsewhere',
  'operands/what-is-stashed not_tested',
]);
/** Programs that may have another message: what else is wrong with them is found first. */
const OTHER_MESSAGES = 12;

interface Made {
  readonly scenario: Scenario;
  readonly selftest: Selftest;
  readonly text: string;
}
const made: Made[] = [];
/** What breaks a kernel is never left out. */
const isAsked = (s: Scenario, i: number): boolean => isThorough || i % 8 === 0 || s.source.includes('MODEL_ONLY');

beforeAll(async () => {
  for (const s of scenarios.filter(isAsked)) {
    const known = await selftestOf(s, [design]);
    if (!known.ok) throw new Error(`${s.id} can't be read`);
    const { selftest } = known;
    made.push({ scenario: s, selftest, text: selftestC({ source: s.source, selftest, about: [[s.header.question]] }) });
  }
}, 300_000);

const expects = (text: string): boolean => /^__(success|failure)/m.test(text);
const loadable = (): readonly Made[] => made.filter(m => expects(m.text));

describe('selftests of scenarios', () => {
  it('are there, of what a kernel can express', () => {
    expect(loadable().length).toBeGreaterThan(isThorough ? 350 : 40);
  });

  it('have the verdicts that they predict', async () => {
    for (const m of made)
      expect({ id: m.scenario.id, other: await otherVerdicts(m.text, m.scenario, m.selftest) }).toEqual({
        id: m.scenario.id,
        other: [],
      });
  });

  it('can not be loaded where they break a kernel, and expect nothing', () => {
    const holes = made.filter(m => m.selftest.hole !== null);
    expect(holes.length).toBeGreaterThan(10);
    expect(holes.filter(m => !mentions(m.text, 'MODEL_ONLY') || expects(m.text)).map(m => m.scenario.id)).toEqual([]);
  });

  it('know nothing of our own header', () => {
    expect(made.filter(m => /holdfast\.h|\b(LOCK|LOCK_FOR|UNLOCK_FOR)\(/.test(m.text)).map(m => m.scenario.id)).toEqual(
      [],
    );
  });
});

const ready = await kernelReady();
const noKernel =
  'lacks' in ready
    ? remedyOf(ready.lacks, ready.detail)
    : baselineOf(ready.release) === NEWEST
      ? null
      : `${ready.release} is not the kernel that is modelled`;

describe.skipIf(noClang)(`selftests as objects${noClang ? ' (there is no clang)' : ''}`, () => {
  let folder = '';
  const fileOf = (m: Made): string => join(folder, `${m.scenario.id.replaceAll('/', '__')}.bpf.c`);
  const objectOf = (m: Made): string => fileOf(m).replace(/\.c$/, '.o');
  const refused: string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'holdfast-'));
    const queue = [...made];
    const flags = ['--target=bpf', '-O2', '-g', '-Wall', '-Wno-unused', '-Werror', '-I', 'scenarios/include'];
    const worker = async (): Promise<void> => {
      for (let m = queue.shift(); m !== undefined; m = queue.shift()) {
        await writeFile(fileOf(m), m.text);
        try {
          await run('clang', [...flags, '-c', fileOf(m), '-o', objectOf(m)]);
        } catch (error) {
          refused.push(String(error));
        }
      }
    };
    await Promise.all([worker(), worker()]);
  }, 300_000);
  afterAll(() => rm(folder, { recursive: true }));

  const named = (m: Made, v: ProgramVerdict): string => `${m.scenario.id} ${v.program}`;

  it('compile without a warning', () => {
    expect(refused).toEqual([]);
  });

  it('need a function that no kernel has, where they break one', () => {
    const holes = made.filter(m => m.selftest.hole !== null);
    expect(holes.filter(m => !readFileSync(objectOf(m)).includes('bpf_model_only')).map(m => m.scenario.id)).toEqual(
      [],
    );
  });

  it('carry what they expect, as the loader of the selftests reads it', () => {
    const lacking = loadable().filter(m => !readFileSync(objectOf(m)).includes('comment:test_expect_'));
    expect(lacking.map(m => m.scenario.id)).toEqual([]);
  });

  it('have the verdicts of their texts', { timeout: 300_000 }, async () => {
    const wrong: string[] = [];
    for (const m of loadable()) {
      const { results } = await checkObject(objectOf(m), readFileSync(objectOf(m)), [kernel]);
      for (const v of m.selftest.programs) {
        const compiled = results.find(r => r.verdict.program === v.program)?.verdict;
        if (compiled?.verdict !== 'unsupported' && compiled?.verdict !== v.verdict && !CHANGED.has(named(m, v)))
          wrong.push(`${named(m, v)}: ${v.verdict}, compiled ${compiled?.verdict ?? 'none'}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it.skipIf(noKernel !== null)(
    `have the verdicts of the running kernel${noKernel === null ? '' : ` (${noKernel})`}`,
    { timeout: 300_000 },
    async () => {
      const asked = await askKernel(loadable().map(objectOf), { budgetMs: 20_000 });
      if ('lacks' in asked) throw new Error(asked.message);
      expect(asked.bad).toEqual([]);
      const compared = loadable().flatMap(m =>
        m.selftest.programs
          .filter(v => v.verdict === 'accept' || v.verdict === 'reject')
          .map(v => {
            const a = asked.answers.find(x => basename(x.file) === basename(objectOf(m)) && x.program === v.program);
            return { name: named(m, v), agreement: a === undefined ? 'unanswered' : agreementOf(v, a), a };
          }),
      );
      const wrong = compared.filter(
        c => c.agreement !== 'same' && c.agreement !== 'other-message' && !CHANGED.has(c.name),
      );
      expect(wrong.map(c => `${c.name}: the kernel says ${c.a?.message ?? 'accept'}`)).toEqual([]);
      expect(compared.filter(c => c.agreement === 'other-message').length).toBeLessThanOrEqual(OTHER_MESSAGES);
      expect(compared.filter(c => c.agreement === 'same').length).toBeGreaterThan(isThorough ? 650 : 60);
    },
  );
});
