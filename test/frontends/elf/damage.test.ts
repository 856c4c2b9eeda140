/** The reader on damaged objects: it answers, soon, and says where the damage is. `test/soak/elf.test.ts` asks for longer. */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { apply, damaged, readsOrSaysWhere } from './damage.js';
import { fixture, FIXTURES, objectOf } from './reading.js';

const objects = FIXTURES.map(fixture);
const seed = 20260511;

it('undamaged objects are read', () => {
  for (const bytes of objects) expect(objectOf(bytes).programs.length).toBeGreaterThan(0);
});

it('damage of any kind', () => {
  const tally = { read: 0, refused: 0 };
  fc.assert(
    fc.property(damaged(objects.length), ([which, damages]) => {
      const isRead = readsOrSaysWhere(apply(objects[which] ?? new Uint8Array(), damages));
      tally[isRead ? 'read' : 'refused']++;
    }),
    { numRuns: 2000, seed },
  );
  // otherwise the damage is of no interest
  expect(Math.min(tally.read, tally.refused)).toBeGreaterThan(100);
});

it('every shorter object is refused', () => {
  for (const bytes of objects) {
    for (let length = 0; length < bytes.length; length += 7) {
      expect(readsOrSaysWhere(bytes.slice(0, length))).toBe(false);
    }
  }
});

it('every third byte of an object, changed', () => {
  const [bytes = new Uint8Array()] = objects;
  for (let i = 0; i < bytes.length; i += 3) {
    const changed = bytes.slice();
    changed[i] = (changed[i] ?? 0) ^ 0xff;
    readsOrSaysWhere(changed);
  }
});

it('random bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), bytes => {
      expect(readsOrSaysWhere(bytes)).toBe(false);
    }),
    { numRuns: 500, seed },
  );
});
