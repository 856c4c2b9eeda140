/** Verdicts on the programs of one file: C, or a compiled object. */
import type { Design } from '../model/design.js';
import { dialectOf } from '../model/design.js';
import type { Program, Unit } from '../model/program.js';
import { rulesOf } from '../model/rules/index.js';
import type { Engines } from './answers.js';
import { verdictsOf } from './answers.js';
import type { ProgramVerdict } from './cell.js';
import { verdictOfAll } from './cell.js';
import { unitOfPrograms } from './mentioned.js';
import type { Problem } from './scenario.js';
import { plainSystem, readUnit } from './scenario.js';

/** Verdicts on every program of one file, under each design. Nothing is run: `check` is about the verifier. */
export const checkFile = async (
  file: string,
  text: string,
  designs: readonly Design[],
): Promise<{
  results: readonly { file: string; design: string; verdict: ProgramVerdict }[];
  problems: readonly Problem[];
}> => {
  const results: { file: string; design: string; verdict: ProgramVerdict }[] = [];
  const problems: Problem[] = [];
  const seen = new Set<string>();
  for (const design of designs) {
    const read = await readUnit(file, text, dialectOf(design));
    if (!read.ok) {
      for (const p of read.problems) {
        const key = JSON.stringify(p);
        if (seen.has(key)) continue;
        seen.add(key);
        problems.push(p);
      }
      continue;
    }
    const { programs } = await verdictsOf(plainSystem(read.unit), design, rulesOf(design), { timeoutMs: 0 });
    for (const verdict of programs) results.push({ file, design: design.id, verdict });
  }
  return { results, problems };
};

/** A program of an object as one verdict: its own, or that of a function that is verified with it. */
export interface ObjectVerdict {
  readonly file: string;
  readonly design: string;
  readonly verdict: ProgramVerdict;
}

const unsupported = (program: string, problems: readonly Problem[]): ProgramVerdict => ({
  program,
  verdict: 'unsupported',
  guard: null,
  message: null,
  kernelFunction: null,
  reason: problems.map(p => (p.kind === 'unsupported' ? p.construct : p.message)).join('; '),
  at: problems[0]?.at ?? null,
  path: [],
});

/** The unit with a program that does nothing: what is checked before any program. */
const onlyLoaded = (unit: Unit): Unit => {
  const [first] = unit.programs;
  if (first === undefined) return unit;
  const at = first.at;
  const edges = [{ from: 0, to: 1, does: { event: 'exit' }, at }] as const;
  const nothing: Program = {
    ...first,
    section: '',
    kind: 'program',
    entry: 0,
    exit: 1,
    edges,
    slots: [],
    scalars: [],
    maps: [],
    types: [],
  };
  return { ...unit, programs: [nothing] };
};

/** Compiled programs may be large: paths that the kernel prunes are left, as it leaves them. */
const AS_THE_KERNEL: Engines = { timeoutMs: 0, verify: { pruned: 'left' } };

/**
 * Verdicts on every program of a compiled object under each design, each program by itself with the functions it needs, as libbpf
 * would load it alone. What can't be followed is `unsupported`, program by program. A file that is no object is a problem.
 */
export const checkObject = async (
  file: string,
  bytes: Uint8Array,
  designs: readonly Design[],
  engines: Engines = AS_THE_KERNEL,
): Promise<{ readonly results: readonly ObjectVerdict[]; readonly problems: readonly Problem[] }> => {
  const { readElf } = await import('../frontends/elf/unit.js');
  const read = readElf(file, bytes);
  if (!read.ok) {
    const at = { file, line: 0, column: 0 };
    const { kind, message } = read.error;
    return {
      results: [],
      problems: [kind === 'unsupported' ? { kind, construct: message, at } : { kind, message, at }],
    };
  }
  const results: ObjectVerdict[] = [];
  const [some] = read.programs.flatMap(p => p.unit ?? []);
  const units = new Map(read.programs.map(p => [p, p.unit && unitOfPrograms(p.unit, p.unit.programs)]));
  for (const design of designs) {
    const rules = rulesOf(design);
    const answer = async (unit: Unit): Promise<ProgramVerdict> =>
      verdictOfAll((await verdictsOf(plainSystem(unit), design, rules, engines)).programs);
    // Types and maps are loaded first, all of them, whatever the program: once is enough.
    const loading = some === undefined ? undefined : await answer(onlyLoaded(some));
    for (const [p, unit] of units) {
      const verdict =
        unit === null ? unsupported(p.name, p.problems) : loading?.verdict === 'reject' ? loading : await answer(unit);
      results.push({ file, design: design.id, verdict: { ...verdict, program: p.name } });
    }
  }
  return { results, problems: [] };
};
