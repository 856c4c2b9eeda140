/** The model beside what kernels said of the corpus; docs/fidelity.md is what comes of it. */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { allDesigns, designNamed } from '../../model/designs/index.js';
import { agreementOf } from '../../proofs/agreement.js';
import type { ProgramVerdict } from '../../proofs/cell.js';
import { checkObject } from '../../proofs/check.js';
import type { Change, FidelityOf } from '../../reports/fidelity.js';
import { fidelityDoc } from '../../reports/fidelity.js';
import { isThorough } from '../thorough.js';
import { clangVersion, compiled, corpusFiles, recordingOf } from './corpus.js';

const clang = clangVersion();
const noClang = clang === null;
const files = corpusFiles().filter((_, i) => isThorough || i % 6 === 0);
const releases = ['linux-6.18', 'linux-6.12'];
/** Designs that tell programs apart by what they see of them; variants of teardown and placement see no more. */
const designs = allDesigns.filter(d => !d.id.startsWith('linux-') && !d.id.includes('/'));

type Verdicts = ReadonlyMap<string, ProgramVerdict>;

/** By file and program, under each design. */
const verdicts = async (ids: readonly string[]): Promise<ReadonlyMap<string, Verdicts>> => {
  const into = await mkdtemp(join(tmpdir(), 'holdfast-'));
  const asked = ids.flatMap(id => designNamed(id) ?? []);
  const all = new Map<string, Map<string, ProgramVerdict>>(ids.map(id => [id, new Map<string, ProgramVerdict>()]));
  try {
    const objects = await compiled(files, into);
    for (const [i, file] of files.entries()) {
      const { results, problems } = await checkObject(file, readFileSync(objects[i] ?? ''), asked);
      expect(problems).toEqual([]);
      for (const r of results) all.get(r.design)?.set(`${file}/${r.verdict.program}`, r.verdict);
    }
  } finally {
    await rm(into, { recursive: true });
  }
  return all;
};

const beside = (design: string, verdictsOf: Verdicts): FidelityOf => {
  const recording = recordingOf(design);
  if (recording === null) throw new Error(`nothing is recorded of ${design}`);
  const isExact = recording.clang === undefined || recording.clang === clang;
  const asked = Object.entries(recording.programs).filter(([file]) => files.includes(file));
  const programs = asked.flatMap(([file, list]) =>
    Object.entries(list).flatMap(([program, r]) => {
      const model = verdictsOf.get(`${file}/${program}`);
      if (model === undefined) throw new Error(`${file}/${program} has no verdict`);
      const said = { verdict: r.verdict, message: r.message ?? null, messages: r.before ?? [] };
      return [{ file, program, model, agreement: agreementOf(isExact ? model : unfilled(model), said) }];
    }),
  );
  return { design, kernel: recording.kernel, isConfirmed: recording.confirmed, programs };
};

/** Another compiler may choose other registers. */
const unfilled = (v: ProgramVerdict): ProgramVerdict => ({
  ...v,
  message: v.message?.replaceAll(/\bR\d+\b/g, 'R%d') ?? null,
});

const short = (v: ProgramVerdict): string => (v.verdict === 'reject' ? `reject at ${v.guard ?? ''}` : v.verdict);

/** The verdicts are the same, and nearly all messages. */
const expectAgreement = (f: FidelityOf): void => {
  const rejected = f.programs.filter(p => p.model.verdict === 'reject');
  const wrong = f.programs.filter(p => p.agreement === 'other-verdict');
  expect(wrong.map(p => `${p.file}/${p.program}: ${short(p.model)}`)).toEqual([]);
  if (f.isConfirmed)
    expect(rejected.filter(p => p.agreement === 'other-message').length).toBeLessThanOrEqual(rejected.length / 100);
};

const changed = (design: string, all: ReadonlyMap<string, Verdicts>): Change => ({
  design,
  changes: [...(all.get(design) ?? [])]
    .filter(([name, v]) => all.get('linux-6.18')?.get(name)?.verdict !== v.verdict)
    .map(([name, v]) => {
      const [file = '', program = ''] = name.split('/');
      return { file, program, verdict: short(v) };
    }),
});

describe.skipIf(noClang)(`the model and the corpus${noClang ? ' (there is no clang)' : ''}`, () => {
  it.skipIf(isThorough)('agree', { timeout: 300_000 }, async () => {
    const [newest = ''] = releases;
    expectAgreement(beside(newest, (await verdicts([newest])).get(newest) ?? new Map()));
  });

  it.skipIf(!isThorough)('agree, as docs/fidelity.md says', { timeout: 300_000 }, async () => {
    const all = await verdicts([...releases, ...designs.map(d => d.id)]);
    const fidelity = releases.map(id => beside(id, all.get(id) ?? new Map()));
    fidelity.forEach(expectAgreement);
    const changes = designs.map(d => changed(d.id, all));
    await expect(fidelityDoc(fidelity, changes)).toMatchFileSnapshot('../../docs/fidelity.md');
  });
});
