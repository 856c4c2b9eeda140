import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pictureOf, MOST_NODES } from '../../../../reports/html/graph-layout.js';
import { everything, gridOf, wantedBy } from '../../../../reports/html/grid.js';
import { highlighted } from '../../../../reports/html/highlight.js';
import type { Trace } from '../../../../reports/html/model.js';
import { pageModel } from '../../../../reports/html/model.js';
import { atMatrix, hashOf, placeOf } from '../../../../reports/html/place.js';
import { arrowStates, arrowsOf, factsAfter } from '../../../../reports/html/state.js';
import { visible, visibleData } from '../../../../reports/html/visible.js';
import { hostile } from '../arbitrary.js';
import { sample, sources } from './sample.js';

const model = pageModel(sample, sources);
const trace = model.traces.find(t => t.steps.length === 20);
if (trace === undefined) throw new Error('the sample has a trace of twenty steps');

describe('addresses', () => {
  test('can be read', () => {
    expect(hashOf({ id: 'identity/two-loads@ptr-id', trace: null, step: 5 })).toBe('#identity/two-loads@ptr-id&step=5');
  });

  test('lead back to what they were made of', () => {
    const number = fc.option(fc.integer({ min: 1, max: 999_999 }), { nil: null });
    fc.assert(
      fc.property(hostile, number, number, (id, trace, step) => {
        fc.pre(id !== '' && !/\p{Cs}/u.test(id));
        expect(placeOf(hashOf({ id, trace, step }))).toEqual({ id, trace, step });
      }),
    );
  });

  test('of any kind lead somewhere', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), hash => {
        expect(placeOf(hash)).toHaveProperty('id');
      }),
    );
    expect(placeOf('#%')).toEqual(atMatrix);
    expect(placeOf('#a@b&step=0&trace=x')).toEqual({ id: 'a@b', trace: null, step: null });
  });
});

describe('characters that nobody sees', () => {
  test('are shown', () => {
    expect(visible('a\u0000b\u001b[31m\u007f\u202ec\r\n\t\ud800')).toBe(
      'a\u2400b\u241b[31m\u2421<U+202E>c\u240d\n\t\ufffd',
    );
  });

  test('nowhere in data', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ a: hostile, b: fc.array(hostile) })), data => {
        const shown = visibleData(data);
        expect(shown).toEqual(data.map(d => ({ a: visible(d.a), b: d.b.map(visible) })));
      }),
    );
  });
});

describe('C in colours', () => {
  const textOf = (code: string): string =>
    highlighted(code)
      .map(l => l.map(p => p.text).join(''))
      .join('\n');

  test('is the text of the file', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(hostile, fc.constantFrom('/* a\nb */', '"a', 'int x;', '#define A \\\n1', '\n'))),
        pieces => {
          const code = pieces.join(' ').replaceAll('\r', '');
          expect(textOf(code)).toBe(code);
        },
      ),
    );
  });

  test('has a comment of two lines in both', () => {
    expect(highlighted('/* a\n b */').map(l => l.map(p => p.kind))).toEqual([['comment'], ['comment']]);
  });
});

describe('the state after a step', () => {
  test('is what there was and what changed since', () => {
    expect(factsAfter(trace, 0)).toEqual([{ what: 'm[0]', is: 'm{0}', since: 0 }]);
    expect(factsAfter(trace, 2)).toEqual([
      { what: 'm[0]', is: 'm{0}', since: 0 },
      { what: 'wrong owns', is: 'node@0', since: 1 },
      { what: 'lock .data.A+0', is: 'held by wrong', since: 2 },
    ]);
    expect(factsAfter(trace, 4).find(f => f.what === 'lock .data.A+0')).toEqual({
      what: 'lock .data.A+0',
      is: 'free',
      since: 4,
    });
  });

  test('as arrows: there, new, gone', () => {
    const holds = { subject: 'wrong', relation: 'holds', object: 'lock .data.A+0' } as const;
    expect([1, 2, 3, 4, 5].map(n => arrowStates(trace, n)(holds))).toEqual([
      undefined,
      'new',
      'there',
      'gone',
      undefined,
    ]);
    expect(arrowsOf(trace)).toContainEqual({ subject: 'm', relation: 'has', object: 'm{0}' });
  });
});

describe('the picture', () => {
  test('has a place for everything that there ever is, and no two in one', () => {
    const picture = pictureOf(trace);
    expect(picture?.arrows).toHaveLength(arrowsOf(trace).length);
    const nodes = picture?.nodes ?? [];
    expect(nodes.map(n => [n.name, n.kind])).toContainEqual(['lock .data.A+0', 'lock']);
    for (const a of nodes) {
      expect(a.x).toBeGreaterThanOrEqual(0);
      expect(a.x + a.width).toBeLessThanOrEqual(picture?.width ?? 0);
      for (const b of nodes)
        if (a !== b)
          expect(a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y).toBe(
            true,
          );
    }
  });

  const of = (objects: readonly string[]): Trace => ({
    ...trace,
    steps: [],
    initial: objects.map(object => ({ what: object, is: '', edge: { relation: 'owns', subject: 'a', object } })),
  });
  test('is not drawn of too much, nor of nothing', () => {
    expect(pictureOf(of(Array.from({ length: MOST_NODES }, (_, i) => String(i))))).toBeNull();
    expect(pictureOf(of([]))).toBeNull();
  });
  test('is drawn of what points to itself', () => {
    expect(pictureOf(of(['a', 'a', '__proto__']))?.nodes).toHaveLength(2);
  });
});

describe('the filter', () => {
  const wanted = (filter: Partial<typeof everything>): readonly string[] =>
    model.results.filter(wantedBy(model, { ...everything, ...filter })).map(r => r.id);

  test('wants everything at first', () => {
    expect(wanted({})).toEqual(sample.results.map(r => r.id));
  });
  test('by words, all of which must be there', () => {
    expect(wanted({ text: 'RACE  long' })).toEqual(['two-locks/long@ptr-id']);
    expect(wanted({ text: 'no such thing' })).toEqual([]);
  });
  test('by kind, outcome and design', () => {
    expect(wanted({ without: new Set(['ok', 'unsound', 'over-strict', 'unknown']) })).toEqual([
      'two-locks/crossed@fresh-id',
    ]);
    expect(wanted({ outcome: 'fail' })).toEqual(sample.results.filter(r => r.outcome === 'fail').map(r => r.id));
    expect(wanted({ outcome: 'unexpected' })).toEqual(['identity/one-load@guarded-by']);
    expect(wanted({ withoutDesigns: new Set(['ptr-id', 'guarded-by']) })).toEqual([
      'identity/one-load@fresh-id',
      'two-locks/crossed@fresh-id',
    ]);
  });
  test('and the grid has every result at its place', () => {
    const grid = gridOf(model);
    expect(grid.topics.map(t => t.name)).toEqual(['identity', 'two-locks']);
    expect(grid.rows.flatMap(r => [...r.cells.values()])).toHaveLength(model.results.length);
  });
});
