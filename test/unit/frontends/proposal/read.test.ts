import { readFile } from 'node:fs/promises';
import { array, assert, asyncProperty, constantFrom, oneof, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { readProposal } from '../../../../frontends/proposal/read.js';
import { allDesigns, designNamed } from '../../../../model/designs/index.js';
import { sectionPolicies } from '../../../../model/designs/section-policies.js';
import { rulesOf } from '../../../../model/rules/index.js';

const FILE = 'my-proposal.yaml';

const designIn = async (text: string) => {
  const result = await readProposal(FILE, text);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.design;
};

/** The problems of a file, one a line, as an editor would show them. */
const problemsIn = async (text: string): Promise<readonly string[]> => {
  const result = await readProposal(FILE, text);
  if (result.ok) return [];
  expect(result.problems.filter(p => p.at.file !== FILE || p.at.line < 1 || p.at.column < 1)).toEqual([]);
  return result.problems.map(
    ({ at, message, remedy }) =>
      `${String(at.line)}:${String(at.column)} ${message}${remedy === undefined ? '' : ` (${remedy})`}`,
  );
};

describe('a proposal', () => {
  it.each(allDesigns)('can say all that $id says', async design => {
    const renamed = { ...design, id: 'my-own/copy' };
    expect(await designIn(stringify(renamed))).toEqual(renamed);
  });

  it.each(allDesigns)('can change $id', async design => {
    const title = 'With another title';
    expect(await designIn(`id: mine\ntitle: ${title}\nextends: ${design.id}\n`)).toEqual({
      ...design,
      id: 'mine',
      title,
      source: { author: 'not named', reading: `a change to ${design.id}` },
    });
  });

  it('needs no more than a name', async () => {
    const { id, title, guard } = await designIn('id: mine');
    expect({ id, title, guard }).toEqual({ id: 'mine', title: 'mine', guard: 'same-allocation' });
  });

  it('changes one half of a part and keeps the other', async () => {
    const design = await designIn('id: mine\nids: { callbackValue: fresh }\nplacement: { locksPerValue: many }\n');
    expect(design.ids).toEqual({ global: 'zero', callbackValue: 'fresh' });
    expect(design.placement).toEqual({ where: 'anywhere', locksPerValue: 'many' });
  });

  it('names a section policy, or writes one', async () => {
    expect((await designIn('id: mine\nsections: custom-hidden')).sections).toEqual(sectionPolicies['custom-hidden']);
    const own = 'id: mine\nsections: { rules: [{ section: ".locks", mapped: false }, { section: "*", mapped: true }] }';
    expect((await designIn(own)).sections.rules).toHaveLength(2);
  });

  it('is the same with Windows line ends', async () => {
    expect(await designIn('id: mine\r\nguard: lock-type\r\n')).toMatchObject({ id: 'mine', guard: 'lock-type' });
  });

  it('that ships as an example is one, and has rules', async () => {
    const file = 'examples/my-proposal.yaml';
    const result = await readProposal(file, await readFile(file, 'utf8'));
    expect(result).toMatchObject({ ok: true, design: { id: 'named-locks', guard: 'declared-anywhere' } });
    if (result.ok) expect(rulesOf(result.design).size).toBeGreaterThan(0);
  });
});

describe('a problem in a proposal has its place', () => {
  it.each<[string, string, readonly string[]]>([
    [
      'an unknown key',
      'id: mine\ngaurd: own\n',
      ['2:1 unknown key `gaurd` in the proposal (The nearest known key is `guard`.)'],
    ],
    [
      'an unknown key inside a part',
      'id: mine\nplacement:\n  locks_per_value: many\n',
      ['3:3 unknown key `locks_per_value` in `placement` (The nearest known key is `locksPerValue`.)'],
    ],
    [
      'a key of any name',
      'id: mine\n__proto__: 1\n',
      ['2:1 unknown key `__proto__` in the proposal (The nearest known'],
    ],
    ['a key that is no text', 'id: mine\n1: one\n', ['2:1 unknown key `1` in the proposal (The nearest known key is']],
    ['a key twice', 'id: mine\nheld: one\nheld: several\n', ['3:1 Map keys must be unique']],
    ['no name', 'guard: own\n', ['1:1 `id` is missing in the proposal']],
    ['a name that is none', 'id: My Proposal\n', ['1:5 `id` is not a name for a design (Write lower-case words']],
    [
      'the name of another design',
      'id: ptr-id\n',
      [
        '1:5 there is a design called `ptr-id` already (Choose another id; to change that design, write `extends: ptr-id`',
      ],
    ],
    ['a name with another meaning', 'id: default\n', ['1:5 `default` means something else in scenarios']],
    [
      'a base that does not exist',
      'id: mine\nextends: guarded_by\n',
      ['2:10 there is no design called `guarded_by` to extend (The nearest design is `guarded-by`;'],
    ],
    [
      'an unknown value',
      'id: mine\nguard: same-alocation\n',
      ['2:8 `guard` is none of: same-allocation, any-lock-of-value'],
    ],
    ['a wrong value in a list', 'id: mine\nidentity: [ptr, adress]\n', ['2:17 `identity.1` is none of: ptr, id']],
    ['the same thing twice', 'id: mine\nidentity: [ptr, id, ptr]\n', ['2:21 `identity` says the same thing twice']],
    ['an identity of nothing', 'id: mine\nidentity: []\n', ['2:11 `identity` must NOT have fewer than 1 items']],
    ['a number for a text', 'id: mine\ntitle: 7\n', ['2:8 `title` must be string']],
    ['a text for a part', 'id: mine\nids: zero\n', ['2:6 `ids` must be object']],
    ['a text for yes or no', 'id: mine\nsyscallMask: yes\n', ['2:14 `syscallMask` must be boolean']],
    ['an unknown section policy', 'id: mine\nsections: hidden\n', ['2:11 `sections` is none of: libbpf-2022,']],
    ['a section policy of a wrong type', 'id: mine\nsections: 3\n', ['2:11 `sections` must be string or object']],
    [
      'half a section rule',
      'id: mine\nsections:\n  rules:\n    - section: "*"\n',
      ['4:7 `mapped` is missing in `sections.rules.0`'],
    ],
    ['a list', '- id: mine\n', ['1:1 the proposal must be object']],
    ['nothing', '', ['1:1 there is no proposal in the file (Begin with']],
    ['only a comment', '# id: mine\n', ['there is no proposal in the file']],
    ['YAML that does not close', 'id: mine\nidentity: [ptr\n', [':']],
    ['a tab', 'id: mine\nids:\n\tglobal: zero\n', ['3:1 ']],
    ['two documents', 'id: mine\n---\nid: other\n', ['2:']],
    ['an unknown alias', 'id: *other\n', ['1:']],
    ['a list that contains itself', 'id: mine\nidentity: &a [*a]\n', ['2:15 `identity.0` is none of']],
    ['several at once', 'hold: one\nid: 1\nguard: 2\n', ['1:1 unknown key', '2:5 `id` must be', '3:8 `guard` is none']],
  ])('%s', async (_, text, expected) => {
    const problems = await problemsIn(text);
    expected.forEach((start, i) => expect(problems[i]).toContain(start));
    expect(problems.length).toBeGreaterThanOrEqual(expected.length);
  });

  it.each<[string, string, string]>([
    ['own without a place for the lock', 'guard: own', '2:8 guard `own` needs a lock inside the structure'],
    [
      'a lock inside that no guard asks for',
      'placement: { where: inside-structure }',
      '2:21 the placement `inside-structure` leaves no lock',
    ],
    ['an owner without a structure', 'identity: [owner]', '2:11 identity `owner` is the structure'],
    [
      'an element without .locks',
      'identity: [element]',
      '2:11 identity `element` is the element of a `.locks` section',
    ],
    ['bound addresses without addresses', 'guard: bound-address', '2:8 guard `bound-address` compares addresses'],
    ['the address of a template', 'identity: [address]', '2:11 the template of an inner map has no address'],
    ['contents without addresses', 'innerMaps: initial-contents', '2:12 inner maps by their initial contents'],
    ['lists before there were any', 'baseline: linux-6.1', '2:11 linux-6.1 has no lists and trees'],
    [
      'a section rule that never decides',
      'sections: { rules: [{ section: "*", mapped: true }, { section: .locks, mapped: false }] }',
      '2:53 the rule for `.locks` never decides',
    ],
    ['a base that does not fit', 'extends: locks-element\nplacement: { where: anywhere }', '3:21 identity `element`'],
  ])('%s', async (_, text, expected) => {
    const problems = await problemsIn(`id: mine\n${text}\n`);
    expect(problems.some(p => p.startsWith(expected) && / \((Write|Add|Put)/.test(p))).toBe(true);
  });

  it('declared guards are fine with any placement', async () => {
    for (const guard of ['declared-in-value', 'declared-anywhere', 'declared-global'])
      for (const where of ['anywhere', 'locks-section'])
        expect(await problemsIn(`id: mine\nguard: ${guard}\nplacement: { where: ${where} }\n`)).toEqual([]);
  });

  it('is found in files that no parser likes', async () => {
    for (const text of [
      `id: ${'['.repeat(50_000)}`,
      'id: &a [&b [*b, *a], *a]',
      '? [a, b]\n: c',
      '\0\0',
      '{{{{',
      '%YAML 9',
    ])
      expect(await problemsIn(text)).not.toEqual([]);
  });

  it('is there for aliases that expand without end', async () => {
    const lines = ['id: mine', 'a0: &a0 [x, x]'];
    for (let i = 1; i < 40; i++) lines.push(`a${String(i)}: &a${String(i)} [*a${String(i - 1)}, *a${String(i - 1)}]`);
    expect(await problemsIn(lines.join('\n'))).not.toEqual([]);
  });

  it('never is an exception', async () => {
    const words = [
      'id',
      'mine',
      'guard',
      'own',
      'identity',
      ':',
      ' ',
      '\n',
      '- ',
      '[',
      ']',
      '{',
      '}',
      '*',
      '&a',
      '"',
      '!!',
      '#',
      '|',
    ];
    const text = array(oneof(constantFrom(...words), string({ maxLength: 3 })), { maxLength: 30 });
    await assert(
      asyncProperty(text, async parts => {
        await problemsIn(parts.join(''));
      }),
      { seed: 42, numRuns: 500 },
    );
  });

  it('is there for every design that is written under its own name', async () => {
    for (const d of allDesigns) expect(await problemsIn(stringify(d))).toHaveLength(1);
    expect(designNamed('mine')).toBeUndefined();
  });
});
