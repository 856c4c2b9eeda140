/** Everything that can be done, with every pointer and in every place: the model says of each program what the running kernel says. */
import { describe, expect, it } from 'vitest';
import { agreementOf } from '../../proofs/agreement.js';
import { cases, seed } from '../thorough.js';
import { asked, running } from './ask.js';
import { grids, textOf } from './grid/grid.js';

/** Of each grid so many programs are asked, other ones with another seed; `npm run soak` asks all. */
const isSoak = process.env['HOLDFAST_SOAK'] !== undefined;
const EACH = isSoak ? Infinity : cases(60);
/** In a hundred: programs that the model can't follow, and those that both reject for different reasons. */
const [UNSUPPORTED_PERCENT, MESSAGES_PERCENT] = [4, 1];

const { design, skipped } = await running();

describe.skipIf(skipped !== null)(
  `grids of programs, seed ${String(seed)}${skipped === null ? '' : ` (${skipped})`}`,
  () => {
    it.each(grids)('$name in $section', { timeout: 600_000 }, async grid => {
      if (design === null) return;
      const step = Math.max(1, Math.floor(grid.cells.length / EACH));
      const cells = grid.cells.filter((_, i) => (i + seed) % step === 0);
      const answers = await asked(textOf(grid, cells), design);
      const agreements = [...answers].map(([name, { kernel, model }]) => {
        const agreement = agreementOf(model, kernel);
        const said = `${name}: ${kernel.verdict} ${kernel.message ?? ''} | ${model.verdict} ${model.message ?? model.reason ?? ''}`;
        return { agreement, said };
      });
      const all = (which: string): readonly string[] =>
        agreements.flatMap(a => (a.agreement === which ? [a.said] : []));
      if (isSoak) {
        const counts = ['same', 'other-message', 'other-verdict', 'unsupported', 'unanswered'].map(
          which => `${String(all(which).length)} ${which}`,
        );
        process.stderr.write(`${grid.name} in ${grid.section}: ${counts.join(', ')}\n`);
      }
      expect(all('other-verdict')).toEqual([]);
      // None of them is to make a kernel find a mistake of its own.
      expect(all('unanswered')).toEqual([]);
      // A few programs alone say nothing of how rare something is.
      const few = (percent: number): number => Math.max(2, (answers.size * percent) / 100);
      expect(all('other-message').length, all('other-message').join('\n')).toBeLessThanOrEqual(few(MESSAGES_PERCENT));
      expect(all('unsupported').length, all('unsupported').join('\n')).toBeLessThanOrEqual(few(UNSUPPORTED_PERCENT));
    });
  },
);
