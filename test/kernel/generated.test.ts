/** Generated programs: the model says of each what the running kernel says. */
import { describe, expect, it } from 'vitest';
import { cases, seed } from '../thorough.js';
import { running } from './ask.js';
import { newSurvey, smallest, surveyed, surveyText } from './generated/survey.js';

const EACH = cases(75);
/** Of the programs, the model may be unable to follow so many in a hundred. */
const UNSUPPORTED_PERCENT = 4;

const { design, skipped } = await running();

describe.skipIf(skipped !== null)(
  `generated programs, seed ${String(seed)}${skipped === null ? '' : ` (${skipped})`}`,
  () => {
    it('are accepted by the model iff the running kernel accepts them', { timeout: 300_000 }, async () => {
      if (design === null) return;
      const survey = newSurvey();
      await surveyed(survey, design, seed, EACH);
      expect(await smallest(survey.differences, design, 3), surveyText(survey)).toEqual([]);
      const all = [...survey.agreements.values()].reduce((n, k) => n + k, 0);
      expect(survey.agreements.get('unsupported') ?? 0).toBeLessThan((all * UNSUPPORTED_PERCENT) / 100);
      // Neither verdict is rare.
      expect(survey.verdicts.get('accept')).toBeGreaterThan(all / 5);
      expect(survey.verdicts.get('reject')).toBeGreaterThan(all / 5);
    });
  },
);
