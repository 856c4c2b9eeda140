import { expect, it } from 'vitest';
import { designNamed } from '../../../model/designs/index.js';
import { rulesOf } from '../../../model/rules/index.js';
import { rulesMarkdown } from '../../../reports/rules-doc.js';

// Made again by: npx vitest run test/unit/docs -u
it('docs/rules.md is what the rules say', async () => {
  const design = designNamed('linux-6.18');
  if (design === undefined) throw new Error('linux-6.18 is a design');
  await expect(rulesMarkdown(rulesOf(design), design.id)).toMatchFileSnapshot('../../../docs/rules.md');
});
