/** What test/kernel/generated.test.ts asks, of as many programs as wanted: only under `npm run soak`. */
import { describe, expect, it } from 'vitest';
import { running } from '../kernel/ask.js';
import { newSurvey, smallest, surveyed, surveyText } from '../kernel/generated/survey.js';
import { worlds } from '../kernel/generated/worlds.js';

const isSoak = process.env['HOLDFAST_SOAK'] !== undefined;
const seed = Number(process.env['HOLDFAST_SEED'] ?? Date.now() % 2 ** 31);
const runs = Number(process.env['HOLDFAST_RUNS'] ?? 20_000);
const EACH = 125;
/** Kinds of differences that are shrunk. */
const MOST = 12;

const { design } = isSoak ? await running() : { design: null };

describe.skipIf(design === null)(`generated programs, seed ${String(seed)}`, () => {
  it('model and running kernel agree', { timeout: 24 * 3_600_000 }, async () => {
    if (design === null) return;
    const survey = newSurvey();
    for (let part = 0; part * EACH * worlds.length < runs; part++) {
      await surveyed(survey, design, seed + part, EACH);
      process.stderr.write(`${String((part + 1) * EACH * worlds.length)} programs, seed ${String(seed + part)}\n`);
    }
    process.stderr.write(`${surveyText(survey)}\n`);
    if (process.env['HOLDFAST_NO_SHRINK'] === undefined) {
      for (const text of await smallest(survey.differences, design, MOST)) process.stderr.write(`\n${text}\n`);
      for (const text of await smallest(survey.reasons, design, MOST)) process.stderr.write(`\n${text}\n`);
    }
    expect([...survey.differences.keys()]).toEqual([]);
    expect(survey.agreements.get('unsupported') ?? 0).toBeLessThan(runs / 25);
  });
});
