import { expect, it } from 'vitest';
import { designsMarkdown } from '../../../reports/designs-doc.js';

it('docs/designs.md is what the designs say', async () => {
  await expect(designsMarkdown()).toMatchFileSnapshot('../../../docs/designs.md');
});
