import { describe, expect, it } from 'vitest';
import { nearest } from '../../../../frontends/proposal/nearest.js';

describe('nearest', () => {
  it.each([
    ['gaurd', 'guard'],
    ['innermaps', 'innerMaps'],
    ['teardwn', 'teardown'],
    ['', 'held'],
  ])('%s is %s', (word, expected) => {
    expect(nearest(word, ['teardown', 'innerMaps', 'guard', 'held'])).toBe(expected);
  });

  it('has nothing to say where there are no names', () => {
    expect(nearest('guard', [])).toBeUndefined();
  });
});
