/** Every scenario three ways: its source, what clang makes of it, and what the running kernel says of that. */
import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BpfObject } from '../../frontends/elf/object.js';
import { readObject } from '../../frontends/elf/read.js';
import { askKernel, kernelReady, remedyOf } from '../../kernel/load.js';
import { baselineOf } from '../../kernel/release.js';
import { designNamed } from '../../model/designs/index.js';
import type { Unit } from '../../model/program.js';
import { agreementOf } from '../../proofs/agreement.js';
import type { ProgramVerdict } from '../../proofs/cell.js';
import { checkFile, checkObject } from '../../proofs/check.js';
import { readUnit } from '../../proofs/scenario.js';
import { loadScenarios } from '../../scenarios/header.js';
import { isThorough } from '../thorough.js';

const NEWEST = 'linux-6.18';
const noClang = spawnSync('clang', ['--version']).status !== 0;
const run = promisify(execFile);
const { scenarios } = await loadScenarios('scenarios');
/** Those that a kernel can be asked about: no step of the model's own. */
const plain = scenarios.filter((s, i) => !s.source.includes('MODEL_ONLY(') && (isThorough || i % 6 === 0));
const design = designNamed(NEWEST);
if (design === undefined) throw new Error(`there is no ${NEWEST}`);

/** Where clang does not keep what the question is about; the kernel says what the object says. */
const CHANGED: Readonly<Record<string, string>> = {
  'balance/global-locks-for-caller prog': 'the function that is called stands first and is at fault itself',
  'operands/null-is-used is_null': 'clang sees that the pointer is NULL, and leaves the use out',
  'operands/value-not-tested move': 'the key is a constant in range, which the C front end does not follow',
  'operands/what-is-stashed load_elsewhere': 'clang loads nothing that nobody looks at',
};

/** What clang 14 leaves out of BTF, which shows where the kernel would look for it. */
const lost = (object: BpfObject, unit: Unit): boolean =>
  object.fieldProblems.some(p => p.message.includes('do not have')) ||
  object.structs.some(s => s.fields.some(f => f.kind === 'kptr' && !object.structs.some(x => x.name === f.pointee))) ||
  unit.types.some(t => {
    const own = object.structs.find(s => s.name === t.name);
    return t.fields.some(f => f.kind === 'kptr' && own?.fields.every(x => x.offset !== f.offset) === true);
  });

const ready = await kernelReady();
const noKernel =
  'lacks' in ready
    ? remedyOf(ready.lacks, ready.detail)
    : baselineOf(ready.release) === NEWEST
      ? null
      : `${ready.release} is not the kernel that is modelled`;

const said = (v: ProgramVerdict): string => (v.verdict === 'reject' ? `reject at ${v.guard ?? ''}` : v.verdict);

describe.skipIf(noClang)(`scenarios as objects${noClang ? ' (there is no clang)' : ''}`, () => {
  let folder = '';
  const objectFile = (id: string): string => join(folder, `${id.replaceAll('/', '__')}.o`);
  const verdicts = new Map<string, ProgramVerdict>();
  const differences: string[] = [];
  let same = 0;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'holdfast-'));
    const queue = [...plain];
    const worker = async (): Promise<void> => {
      for (let s = queue.shift(); s !== undefined; s = queue.shift())
        await run('clang', [
          '--target=bpf',
          '-O2',
          '-g',
          '-I',
          'scenarios/include',
          '-c',
          s.file,
          '-o',
          objectFile(s.id),
        ]);
    };
    await Promise.all([worker(), worker()]);
    for (const s of plain) {
      const bytes = readFileSync(objectFile(s.id));
      const read = readObject(bytes, s.file);
      const source = await readUnit(
        s.file,
        s.source,
        'same-value',
        new Map([...s.header.loops, ...s.header.callbacks]),
      );
      if (!read.ok || !source.ok) throw new Error(`${s.id} can't be read`);
      const compiled = await checkObject(s.file, bytes, [design]);
      const written = await checkFile(s.file, s.source, [design]);
      for (const { verdict } of compiled.results) {
        verdicts.set(`${basename(objectFile(s.id))} ${verdict.program}`, verdict);
        const names = new Set([
          verdict.program,
          ...source.unit.programs.filter(p => p.kind !== 'program').map(p => p.name),
        ]);
        const mine = written.results.map(r => r.verdict).filter(v => names.has(v.program));
        const own = mine.find(v => v.verdict !== 'accept') ?? mine[0];
        const name = `${s.id} ${verdict.program}`;
        // A kernel without one of the functions is not asked about the file at all.
        if (own === undefined || own.verdict === 'not-applicable' || verdict.verdict === 'not-applicable') continue;
        if (said(own) === said(verdict)) same++;
        else if (verdict.verdict !== 'unsupported' && CHANGED[name] === undefined && !lost(read.object, source.unit))
          differences.push(`${name}: ${said(own)} in C, ${said(verdict)} compiled`);
      }
    }
  }, 300_000);
  afterAll(() => rm(folder, { recursive: true }));

  it('have the verdicts of their sources', () => {
    expect(differences).toEqual([]);
    expect(same).toBeGreaterThan(isThorough ? 500 : 60);
  });

  it.skipIf(noKernel !== null)(
    `have the verdicts of the running kernel${noKernel === null ? '' : ` (${noKernel})`}`,
    { timeout: 300_000 },
    async () => {
      const answer = await askKernel(
        plain.map(s => objectFile(s.id)),
        { budgetMs: 20_000 },
      );
      if ('lacks' in answer) throw new Error(answer.message);
      const compared = answer.answers.flatMap(a => {
        const model = verdicts.get(`${basename(a.file)} ${a.program}`);
        if (model === undefined) return [];
        return [{ name: `${basename(a.file)} ${a.program}`, model, a, agreement: agreementOf(model, a) }];
      });
      const wrong = compared.filter(c => c.agreement === 'other-verdict');
      expect(wrong.map(c => `${c.name}: ${said(c.model)}, the kernel: ${c.a.message ?? 'accept'}`)).toEqual([]);
      expect(compared.filter(c => c.agreement === 'same').length).toBeGreaterThan(isThorough ? 600 : 60);
    },
  );
});
