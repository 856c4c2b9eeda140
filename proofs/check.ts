/** Verdicts on the programs of one file. */
import type { Design } from '../model/design.js';
import { dialectOf } from '../model/design.js';
import { rulesOf } from '../model/rules/index.js';
import { verdictsOf } from './answers.js';
import type { ProgramVerdict } from './cell.js';
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
