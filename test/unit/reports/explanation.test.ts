import { expect, test } from 'vitest';
import { effectProse, hasWords, prose, spelledOut, whereProse } from '../../../encodings/prose.js';
import { allDesigns } from '../../../model/designs/index.js';
import { ptrId } from '../../../model/designs/ptr-id.js';
import { propertyIds } from '../../../model/properties.js';
import { rulesOf } from '../../../model/rules/index.js';
import type { Formula } from '../../../model/term.js';
import {
  and,
  called,
  enumSort,
  eq,
  exists,
  implies,
  indexSort,
  not,
  oneOf,
  or,
  variable,
} from '../../../model/term.js';
import { machineCells } from '../../../model/machine-state.js';
import { verifierCells } from '../../../model/verifier-state.js';
import { worldFns } from '../../../model/world.js';
import { partBehindGuard, partsOf } from '../../../reports/design-parts.js';
import {
  explainDesign,
  explainGuard,
  explainProperty,
  explainRule,
  explanationMarkdown,
  explanationText,
} from '../../../reports/explanation.js';
import { plain } from '../../../reports/paint.js';
import { rulesMarkdown } from '../../../reports/rules-doc.js';
import { hasSuggestion } from '../../../reports/suggestions.js';

const Colour = enumSort('Colour', 'red', 'green', 'blue');
const Thing = indexSort('Thing');
const x = variable('x', Colour);
const y = variable('y', Colour);
const a: Formula = eq(x, 'red');
const b: Formula = eq(y, 'blue');

test.each([
  [a, '`x` is red'],
  [not(a), '`x` is not red'],
  [and(a, b), '`x` is red and `y` is blue'],
  [not(and(a, b)), '`x` is not red or `y` is not blue'],
  [or(and(a, b), a), '(`x` is red and `y` is blue) or `x` is red'],
  [implies(a, b), 'if `x` is red, then `y` is blue'],
  [not(implies(a, b)), '`x` is red and `y` is not blue'],
  [oneOf(x, 'red', 'green'), '`x` is red or green'],
  [not(oneOf(x, 'red', 'green', 'blue')), '`x` is neither red, green nor blue'],
  [called('the lamp is on', and(a, b)), 'the lamp is on'],
  [not(called('the lamp is on', and(a, b))), 'the lamp is not on'],
  [not(called('a lamp is on', a)), 'no lamp is on'],
  [not(called('inside the lamp', a)), 'not inside the lamp'],
  [and(), 'always'],
  [or(), 'never'],
  [and(a, a), '`x` is red'],
  [exists(Thing, t => eq(t, variable('z', Thing))), 'for some thing t, t is `z`'],
  [not(exists(Thing, t => exists(Thing, u => eq(t, u)))), 'for no thing t and thing t2, t is t2'],
])('prose %#', (formula, english) => {
  expect(prose(formula)).toBe(english);
});

test('named formulas can be spelled out', () => {
  expect(spelledOut(called('the lamp is on', and(a, called('it is dark', b))))).toBe('`x` is red and `y` is blue');
});

const all = allDesigns.map(d => ({ d, rules: rulesOf(d) }));

test('every guard, bad thing and effect of every design has English without leftovers of the formulas', () => {
  for (const { rules } of all)
    for (const e of rules.values()) {
      const texts = [e.verifier, ...e.machine.map(m => m.does)].flatMap(r => [
        whereProse(r) ?? 'always',
        ...r.guards.map(g => prose(g.holds)),
        ...r.bads.map(bad => prose(bad.when)),
        ...effectProse(r.effects),
      ]);
      for (const t of texts) {
        expect(t.trim()).not.toBe('');
        expect(t).not.toMatch(/undefined|\[object|\{\d\}|\?|[a-z]+\.\d+/);
        expect(t.split('(').length).toBe(t.split(')').length);
      }
    }
});

test('the English of a rule does not depend on how many rules were built before', () => {
  expect(rulesMarkdown(rulesOf(ptrId))).toBe(rulesMarkdown(rulesOf(ptrId)));
});

test('every cell and fact has English of its own', () => {
  const names = [...[...verifierCells, ...machineCells].map(c => c.cell), ...worldFns.map(f => f.fn)];
  expect(names.filter(n => !hasWords(n))).toEqual([]);
});

test('long conditions that several changes share get a letter', () => {
  const drop = rulesOf(ptrId).get('bpf_obj_drop')?.machine[0]?.does;
  const effects = effectProse(drop?.effects ?? []);
  expect(effects[0]).toMatch(/^\(A\) stands for: /);
  expect(effects.filter(e => e.includes('if not (A)')).length).toBeGreaterThan(2);
});

test('every guard has a suggestion', () => {
  const guards = new Set(
    all.flatMap(({ rules }) => [...rules.values()].flatMap(e => e.verifier.guards.map(g => g.name))),
  );
  expect([...guards].filter(g => !hasSuggestion(g))).toEqual([]);
});

test('the part behind a guard is a part of the design', () => {
  expect(partBehindGuard('unlock-same-lock', ptrId)?.part).toBe('identity');
  expect(partBehindGuard('exit-lock-released', ptrId)).toBeNull();
  expect(new Set(partsOf(ptrId).map(p => p.part)).size).toBe(partsOf(ptrId).length);
});

test('a rule is explained guard by guard, in order', () => {
  const rule = rulesOf(ptrId).get('bpf_obj_drop');
  if (rule === undefined) throw new Error('no rule');
  const text = explanationText(explainRule(rule, ptrId), plain, 100);
  const places = rule.verifier.guards.map((g, i) => text.indexOf(`${String(i + 1).padStart(3)}  ${g.name}`));
  expect(places.every((p, i) => p > (places[i - 1] ?? 0))).toBe(true);
  for (const g of rule.verifier.guards) {
    expect(text).toContain(`"${g.message}"`);
    expect(text).toContain(g.kernel);
  }
  expect(text).toContain('In the machine');
});

test('every guard and property can be explained, and fits', () => {
  const rules = rulesOf(ptrId);
  for (const id of propertyIds) expect(explanationText(explainProperty(id, rules, ptrId, []), plain, 80)).toContain(id);
  for (const g of new Set([...rules.values()].flatMap(e => e.verifier.guards.map(x => x.name)))) {
    const explanation = explainGuard(g, rules, ptrId);
    if (explanation === null) throw new Error(g);
    expect(
      Math.max(
        ...explanationText(explanation, plain, 80)
          .split('\n')
          .map(l => l.length),
      ),
    ).toBeLessThanOrEqual(80);
  }
  expect(explainGuard('no-such-guard', rules, ptrId)).toBeNull();
});

test.each(allDesigns.map(d => [d.id, d] as const))('the design %s can be explained', (id, d) => {
  const text = explanationMarkdown(explainDesign(d));
  expect(text).toContain(`## ${id}`);
  expect(text).toContain('identity: What makes two locks the same?');
  expect(text).not.toContain('undefined');
});

test('docs/rules.md has a section for every rule and a row for every guard', () => {
  const rules = rulesOf(ptrId);
  const text = rulesMarkdown(rules, 'ptr-id');
  expect(text.match(/^## /gm)).toHaveLength(rules.size);
  const guards = [...rules.values()].reduce((n, e) => n + e.verifier.guards.length, 0);
  expect(text.match(/^\| \d+ \|/gm)).toHaveLength(guards);
  expect(text).toContain('## bpf_spin_unlock(lock)');
});
