import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { annotations } from '../../../reports/github.js';
import { anyReport } from './arbitrary.js';

test('every line is one workflow command, whatever the names are', () => {
  fc.assert(
    fc.property(anyReport, report => {
      const lines = annotations(report).split('\n').slice(0, -1);
      for (const line of lines) expect(line).toMatch(/^::(error|warning|notice) [^\r\n]*::[^\r\n]*$/);
    }),
  );
});
