/**
 * The hypotheses that were written down, by hand, before anything was checked, and what the matrix says of each. The expectations
 * of the scenarios are not used here: a row is answered by cells alone.
 */
import type { Cell } from '../proofs/cell.js';

/** What a design was thought to make of a row. `rejected` is about the verdict only; `rightly rejected` also about what the runs do. */
export type Guess = 'ok' | 'over-strict' | 'unsound' | 'rejected' | 'rightly rejected';

/** A design's answer to all scenarios of a row: unsound if one is, else over-strict if one is, else ok. */
export type RowAnswer = 'ok' | 'over-strict' | 'unsound' | 'not applicable' | 'unknown';

export interface Claim {
  readonly design: string;
  readonly guess: Guess;
}

export interface Hypothesis {
  /** The words of the table of hypotheses. `–` and `?` say nothing. */
  readonly says: string;
  /** What these words come to. Empty: nothing was guessed, and the answer is only shown. */
  readonly claims: readonly Claim[];
  /** How we read words that can be read in more than one way. */
  readonly reading?: string;
  /** Why the matrix says otherwise; needed where it does. */
  readonly because?: string;
}

export const families = [
  'fresh-id',
  'ptr-id',
  'ptr-id-offset',
  'guarded-by',
  'rbtree-owns-lock',
  'lock-address',
  'locks-*',
  'lock-type',
] as const;
export type Family = (typeof families)[number];

/** The designs that answer for a family where nothing was guessed. */
const designsOf = (f: Family): readonly string[] => (f === 'locks-*' ? ['locks-offset', 'locks-element'] : [f]);

export interface Row {
  /** As the `hypothesis` of a scenario header names it. */
  readonly id: string;
  readonly title: string;
  /** All scenarios whose header names the row. */
  readonly scenarios: readonly string[];
  readonly hypotheses: Readonly<Record<Family, Hypothesis>>;
}

const none = (says = '–'): Hypothesis => ({ says, claims: [] });
const is = (guess: Guess, ...designs: readonly string[]): Claim[] => designs.map(design => ({ design, guess }));
const guess = (says: string, claims: readonly Claim[], more: Partial<Hypothesis> = {}): Hypothesis => ({
  says,
  claims,
  ...more,
});
/** The same word in several columns. */
const alike = <F extends Family>(says: string, g: Guess, ...columns: readonly F[]): Record<F, Hypothesis> =>
  Object.fromEntries(columns.map(f => [f, guess(says, is(g, ...designsOf(f)))])) as Record<F, Hypothesis>;

export const rows: readonly Row[] = [
  {
    id: '1',
    title: 'Two loads of one global lock',
    scenarios: ['identity/two-loads', 'identity/two-loads-list'],
    hypotheses: {
      ...alike('over-strict', 'over-strict', 'fresh-id'),
      ...alike('ok', 'ok', 'ptr-id', 'ptr-id-offset', 'guarded-by', 'lock-address', 'locks-*', 'lock-type'),
      'rbtree-owns-lock': none(),
    },
  },
  {
    id: '2',
    title: 'Two locks in one section',
    scenarios: ['two-locks/one-section-crossed', 'two-locks/one-section-unlock-other'],
    hypotheses: {
      ...alike('rejected', 'rejected', 'fresh-id'),
      'ptr-id': guess('rejected (UNSOUND without one-lock rule)', [
        ...is('rejected', 'ptr-id'),
        ...is('unsound', 'ptr-id-many-locks'),
      ]),
      ...alike('UNSOUND', 'unsound', 'ptr-id-offset'),
      ...alike('ok', 'ok', 'guarded-by', 'lock-address', 'locks-*'),
      'rbtree-owns-lock': none(),
      'lock-type': guess('rejected (one-lock rule)', is('rejected', 'lock-type')),
    },
  },
  {
    id: '4',
    title: 'One lock for several structures of one value',
    scenarios: ['shared-locks/array-of-heads', 'shared-locks/list-and-tree', 'shared-locks/two-lists'],
    hypotheses: {
      'fresh-id': none(),
      ...alike('ok', 'ok', 'ptr-id', 'ptr-id-offset', 'guarded-by', 'lock-address', 'locks-*', 'lock-type'),
      ...alike('over-strict', 'over-strict', 'rbtree-owns-lock'),
    },
  },
  {
    id: '5',
    title: 'One lock for structures of several values',
    scenarios: [
      'shared-locks/map-under-global-lock',
      'shared-locks/map-under-wrong-global-lock',
      'shared-locks/two-sections',
      'shared-locks/two-sections-two-locks',
    ],
    hypotheses: {
      'fresh-id': none(),
      ...alike('over-strict', 'over-strict', 'ptr-id', 'ptr-id-offset', 'rbtree-owns-lock'),
      'guarded-by': guess('ok for globals', is('ok', 'guarded-by/global-names'), {
        reading: 'if `__guarded_by` may name a global lock',
      }),
      ...alike('ok', 'ok', 'lock-address', 'locks-*'),
      'lock-type': none(),
    },
  },
  {
    id: '6 inner map, crossed',
    title: 'Inner map: lock of one value, list of another',
    scenarios: ['map-in-map/crossed', 'map-in-map/crossed-keys'],
    hypotheses: {
      ...alike('refused', 'rejected', 'fresh-id'),
      ...alike('rejects, as it must', 'rightly rejected', 'ptr-id'),
      ...alike('rejects', 'rejected', 'ptr-id-offset', 'guarded-by'),
      'rbtree-owns-lock': none('?'),
      'lock-address': none(),
      'locks-*': none(),
      ...alike('UNSOUND', 'unsound', 'lock-type'),
    },
  },
  {
    id: '7a',
    title: 'Inner heads under one outer lock',
    scenarios: ['map-in-map/outer-lock', 'map-in-map/outer-lock-wrong'],
    hypotheses: {
      'fresh-id': none(),
      ...alike('over-strict', 'over-strict', 'ptr-id', 'ptr-id-offset', 'rbtree-owns-lock'),
      'guarded-by': guess('over-strict unless global names are allowed', [
        ...is('over-strict', 'guarded-by'),
        ...is('ok', 'guarded-by/global-names'),
      ]),
      'lock-address': guess(
        'partly',
        [...is('ok', 'lock-address'), ...is('over-strict', 'lock-address/refuse-inner-maps')],
        { reading: 'accepted in one reading of the design and refused in the other' },
      ),
      ...alike('ok', 'ok', 'locks-*'),
      'lock-type': guess('UNSOUND', is('unsound', 'lock-type'), {
        because:
          'The design stands on ptr-id, where a head needs a lock in its own value. An inner value without a lock is refused for that, before the type of the held lock is looked at; the price is that the safe program is refused too.',
      }),
    },
  },
  {
    id: '6 same key twice, nothing changes in between',
    title: 'Inner map: one key looked up twice, nothing changes',
    scenarios: ['map-in-map/same-key-twice'],
    hypotheses: {
      ...alike('over-strict', 'over-strict', 'fresh-id', 'ptr-id', 'ptr-id-offset', 'guarded-by'),
      'rbtree-owns-lock': none(),
      'lock-address': guess('ok if the key is constant', is('ok', 'lock-address'), { reading: 'the key is constant' }),
      'locks-*': none(),
      ...alike('ok', 'ok', 'lock-type'),
    },
  },
  {
    id: '6 same key twice, element or inner map replaced in between',
    title: 'Inner map: one key looked up twice, replaced between',
    scenarios: ['map-in-map/same-key-twice-deleted', 'map-in-map/same-key-twice-replaced'],
    hypotheses: {
      ...alike('rejects', 'rejected', 'fresh-id', 'ptr-id-offset', 'guarded-by'),
      ...alike('rejects, as it must', 'rightly rejected', 'ptr-id'),
      'rbtree-owns-lock': none(),
      'lock-address': guess('UNSOUND', is('unsound', 'lock-address'), {
        reading: 'where the inner map is replaced; an element of an inner hash has no address that is known',
      }),
      'locks-*': none(),
      ...alike('UNSOUND', 'unsound', 'lock-type'),
    },
  },
];

export interface Judged {
  readonly row: Row;
  readonly family: Family;
  readonly hypothesis: Hypothesis;
  readonly outcome: 'confirmed' | 'contradicted' | 'unknown' | 'no hypothesis';
  /** The answer of each design that was asked, whether or not something was guessed of it. */
  readonly answers: readonly { readonly design: string; readonly text: string }[];
}

/** A row counts as answered only if every cell of it is there and known. */
export const rowAnswer = (cells: readonly (Cell | undefined)[]): RowAnswer => {
  const kinds = cells.map(c => c?.cell ?? 'unknown');
  if (kinds.length === 0 || kinds.includes('unknown')) return 'unknown';
  if (kinds.includes('unsound')) return 'unsound';
  if (kinds.includes('over-strict')) return 'over-strict';
  return kinds.includes('ok') ? 'ok' : 'not applicable';
};

const holds = (g: Guess, cells: readonly (Cell | undefined)[]): boolean | 'unknown' => {
  const answer = rowAnswer(cells);
  if (answer === 'unknown') return 'unknown';
  const asked = cells.filter(c => c !== undefined && c.cell !== 'not-applicable');
  const isRejected = asked.length > 0 && asked.every(c => c?.verdict === 'reject');
  if (g === 'rejected') return isRejected;
  if (g === 'rightly rejected') return isRejected && answer === 'ok';
  return answer === g;
};

/** `ok` alone does not say whether the programs were taken. */
const answerText = (cells: readonly (Cell | undefined)[]): string => {
  const answer = rowAnswer(cells);
  const verdicts = new Set(cells.flatMap(c => (c === undefined || c.cell === 'not-applicable' ? [] : [c.verdict])));
  const [only] = verdicts;
  return answer === 'ok' && verdicts.size === 1 && only !== undefined ? `ok (${only}s)` : answer;
};

/** Puts every hypothesis to the cells. Cells of other scenarios and designs are not looked at. */
export const judge = (cells: readonly Cell[]): readonly Judged[] => {
  const byKey = new Map(cells.map(c => [`${c.scenario}@${c.design}`, c]));
  return rows.flatMap(row =>
    families.map((family): Judged => {
      const hypothesis = row.hypotheses[family];
      const of = (design: string): (Cell | undefined)[] => row.scenarios.map(s => byKey.get(`${s}@${design}`));
      const found = hypothesis.claims.map(c => holds(c.guess, of(c.design)));
      const outcome =
        found.length === 0
          ? 'no hypothesis'
          : found.includes('unknown')
            ? 'unknown'
            : found.includes(false)
              ? 'contradicted'
              : 'confirmed';
      const designs = hypothesis.claims.length === 0 ? designsOf(family) : hypothesis.claims.map(c => c.design);
      return { row, family, hypothesis, outcome, answers: designs.map(d => ({ design: d, text: answerText(of(d)) })) };
    }),
  );
};

/** The designs that the table asks. */
export const designsAsked: readonly string[] = [
  ...new Set([
    ...families.flatMap(designsOf),
    ...rows.flatMap(r => families.flatMap(f => r.hypotheses[f].claims.map(c => c.design))),
  ]),
];
export const scenariosAsked: readonly string[] = [...new Set(rows.flatMap(r => r.scenarios))];

const marks = { confirmed: '✓ ', contradicted: '✗ ', unknown: '? ', 'no hypothesis': '' } as const;

/** One answer if all designs of the column give it; else each with the name of its design, the column's own first. */
const cellText = (j: Judged): string => {
  const texts = new Set(j.answers.map(a => a.text));
  const named = (a: Judged['answers'][number]): string =>
    a.design === j.family ? a.text : `${a.text} in \`${a.design}\``;
  const isOwn = j.answers.every(a => designsOf(j.family).includes(a.design));
  const text = texts.size === 1 && isOwn ? [...texts].join('') : j.answers.map(named).join('; ');
  return `${marks[j.outcome]}${text}`;
};

const code = (s: string): string => `\`${s}\``;

/** Returns the table in Markdown, with what was contradicted below it, and the scenarios that are the evidence for each row. */
export const hypothesesMarkdown = (cells: readonly Cell[]): string => {
  const judged = judge(cells);
  const count = (outcome: Judged['outcome']): number => judged.filter(j => j.outcome === outcome).length;
  const of = (row: Row): readonly Judged[] => judged.filter(j => j.row === row);
  const guessed = judged.length - count('no hypothesis');
  const lines = [
    `${String(guessed)} hypotheses: ${String(count('confirmed'))} confirmed (✓), ${String(count('contradicted'))} contradicted (✗), ${String(count('unknown'))} unknown (?). Cells without a mark are answers to which there was none.`,
    '',
    `| | ${families.map(code).join(' | ')} |`,
    `|---|${families.map(() => '---|').join('')}`,
    ...rows.map((row, i) => `| ${String(i + 1)}. ${row.title} | ${of(row).map(cellText).join(' | ')} |`),
    '',
    'Evidence, by row:',
    '',
    ...rows.map((row, i) => `${String(i + 1)}. ${row.scenarios.map(code).join(', ')}`),
  ];
  const wrong = judged.filter(j => j.outcome === 'contradicted');
  if (wrong.length > 0)
    lines.push(
      '',
      'Contradicted:',
      '',
      ...wrong.map(
        j =>
          `- Row ${String(rows.indexOf(j.row) + 1)}, ${code(j.family)}: thought to be ${code(j.hypothesis.says)}, is ${j.answers.map(a => code(a.text)).join(', ')}. ${j.hypothesis.because ?? ''}`,
      ),
    );
  const read = judged.filter(j => j.hypothesis.reading !== undefined);
  lines.push(
    '',
    'Readings of words that leave something open:',
    '',
    ...read.map(
      j =>
        `- Row ${String(rows.indexOf(j.row) + 1)}, ${code(j.family)}: “${j.hypothesis.says}” is read as: ${j.hypothesis.reading ?? ''}.`,
    ),
  );
  return lines.join('\n');
};
