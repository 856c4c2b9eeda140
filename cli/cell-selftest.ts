/** `compare -f selftest`: the selftest of the one cell that is asked about. */
import type { Design } from '../model/design.js';
import type { Cell } from '../proofs/cell.js';
import type { Problem } from '../reports/matrix.js';
import type { Finding } from '../reports/outcome.js';
import type { Result } from '../reports/report.js';
import type { Scenario } from '../scenarios/header.js';
import type { Asked } from './asked.js';
import type { Context } from './context.js';
import { UsageError } from './io.js';

const askedPairs = (a: Asked): readonly (readonly [Scenario, Design])[] =>
  a.scenarios.flatMap(s => a.designs.flatMap(d => (a.isAsked(s, d) ? [[s, d] as const] : [])));

/** Throws for a command line that asks for one file about several cells. */
export const isOneCell = (asked: Asked): void => {
  const n = askedPairs(asked).length;
  if (n > 1)
    throw new UsageError(
      `a selftest is made of one cell, and ${String(n)} are asked for: name it, --cell SCENARIO@DESIGN`,
    );
};

/** Makes it if the answer can be relied on. Why there is none is told. */
export const selftestOfCell = async (
  asked: Asked,
  cells: readonly Cell[],
  problems: readonly Problem[],
  resultOf: (c: Cell) => Result,
  context: Context,
): Promise<{ readonly text: string | null; readonly found: readonly Finding[] }> => {
  const none = (why: string, found: readonly Finding[]) => {
    context.io.err(`selftest: none: ${why}\n`);
    return { text: null, found };
  };
  const [pair] = askedPairs(asked);
  const [cell] = cells;
  if (pair === undefined || cell === undefined) {
    const [p] = problems;
    const why = p === undefined ? '' : `: ${p.at.file}: ${p.kind === 'unsupported' ? p.construct : p.message}`;
    return none(`there is no such cell${why}`, []);
  }
  const { madeSelftest, whyNone } = await import('./selftest.js');
  const why = whyNone(cell);
  if (why !== null) return none(why, ['inconclusive']);
  const { selftestOfResult } = await import('../reports/selftest.js');
  const [scenario, design] = pair;
  const made = await madeSelftest(scenario, [design], context, s =>
    selftestOfResult(scenario.source, s, resultOf(cell), context.tool),
  );
  return 'none' in made ? none(made.none, made.found) : made;
};
