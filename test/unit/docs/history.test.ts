import { relative } from 'node:path';
import { expect, it } from 'vitest';
import { answerHistory } from '../../../proofs/history/answer.js';
import { fixes } from '../../../proofs/history/index.js';
import { historyMarkdown } from '../../../reports/history.js';
import { loadScenarios } from '../../../scenarios/header.js';

// Made again by: npx vitest run test/unit/docs -u
it('docs/history.md is what undoing the fixes shows', async () => {
  const { scenarios } = await loadScenarios('scenarios');
  const answers = await answerHistory(fixes, scenarios, { jobs: 1, engines: 'explicit', solverBudgetMs: 0 });
  const sources = { name: (f: string) => relative('.', f), line: () => null, text: () => null };
  const tool = { name: 'holdfast', version: '' };
  const report = { tool, answers, exit: { code: 0, meaning: '' }, sources, traces: false };
  await expect(historyMarkdown(report)).toMatchFileSnapshot('../../../docs/history.md');
});
