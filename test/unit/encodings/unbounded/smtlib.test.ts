import { beforeAll, describe, expect, it } from 'vitest';
import { nativeVersion, runNative } from '../../../../encodings/solver/native.js';
import type { Z3Session } from '../../../../encodings/solver/z3.js';
import { openZ3 } from '../../../../encodings/solver/z3.js';
import { smtQuery, smtTerm } from '../../../../encodings/unbounded/smtlib.js';
import type { Formula } from '../../../../model/term.js';
import {
  Bool,
  and,
  cell,
  enumSort,
  eq,
  exists,
  forall,
  implies,
  indexSort,
  ne,
  not,
  or,
  variable,
} from '../../../../model/term.js';

const Thing = indexSort('Thing', 'a', 'b');
const Mood = enumSort('Mood', 'good', 'bad');
const next = cell('next', [Thing], Thing, '');
const mood = cell('mood', [Thing], Mood, '');
const likes = cell('likes', [Thing, Thing], Bool, '');
const p = variable('p', Thing);

const ask = (...fs: readonly Formula[]): string =>
  smtQuery(
    fs.map((formula, i) => ({ name: `f${String(i)}`, formula })),
    ['a question of a test: \u00e9'],
  );

const oneToOne = forall(Thing, x => forall(Thing, y => implies(eq(next(x), next(y)), eq(x, y))));
const cases: readonly (readonly [string, 'sat' | 'unsat', string])[] = [
  ['elements with names differ', 'unsat', ask(eq(p, 'a'), eq(p, 'b'))],
  ['there may be elements without a name', 'sat', ask(ne(p, 'a'), ne(p, 'b'))],
  ['an enum has only its values', 'unsat', ask(ne(mood(p), 'good'), ne(mood(p), 'bad'))],
  ['a cell is a function', 'unsat', ask(eq(p, 'a'), ne(next(p), next('a')))],
  [
    'there is no largest size',
    'sat',
    ask(
      oneToOne,
      forall(Thing, x => ne(next(x), 'a')),
    ),
  ],
  [
    'for all is not exists',
    'unsat',
    ask(
      forall(Thing, x => likes(x, x)),
      exists(Thing, x => not(likes(x, x))),
    ),
  ],
  [
    'a free variable is not a bound one',
    'sat',
    ask(
      forall(Thing, x => likes(x, x)),
      not(likes(p, 'a')),
    ),
  ],
  ['nothing at all', 'sat', ask(and())],
  ['the empty alternative', 'unsat', ask(or())],
];

describe('a question of terms', () => {
  let z3: Z3Session;
  beforeAll(async () => {
    z3 = await openZ3();
  });
  it.each(cases)('%s: %s', (_, wanted, text) => {
    // A budget keeps Z3 from building ever larger models of what only an infinite one satisfies.
    const { status } = z3.solveSmtlib2(text, { rlimit: 200_000 });
    expect(status === 'unknown' ? 'sat' : status).toBe(wanted);
  });
  it('names in its core what contradicts, and nothing else', () => {
    const text = ask(eq(p, 'a'), likes(p, p), eq(p, 'b'));
    expect(z3.solveSmtlib2(text, { core: true })).toMatchObject({ status: 'unsat', core: '(f0 f2)' });
  });
});

it('native z3 says the same, where it is installed', async ctx => {
  if ((await nativeVersion()) === null) ctx.skip('z3 is not installed');
  for (const [what, wanted, input] of cases) {
    if (wanted !== 'unsat') continue;
    expect([what, await runNative({ input, deadlineMs: 20_000 })]).toEqual([what, { status: wanted }]);
  }
});

it('two functions of one name are a mistake', () => {
  const other = cell('next', [Mood], Thing, '');
  expect(() => ask(eq(next(p), 'a'), eq(other('good'), 'a'))).toThrow(/two functions are called next/);
});

it('texts of equal terms are equal, whatever was built before them', () => {
  const build = (): Formula =>
    forall(Thing, x =>
      exists(Thing, y =>
        and(
          likes(x, y),
          forall(Thing, z => likes(z, y)),
        ),
      ),
    );
  expect(smtTerm(build())).toBe(smtTerm(build()));
  // Names are used again side by side, and never inside one another.
  expect(smtTerm(build())).toBe(
    '(forall ((?thing.0 Thing)) (exists ((?thing.1 Thing)) (and (likes ?thing.0 ?thing.1) (forall ((?thing.2 Thing)) (likes ?thing.2 ?thing.1)))))',
  );
});
