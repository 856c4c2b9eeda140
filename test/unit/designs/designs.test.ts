import { describe, expect, it } from 'vitest';
import { dialectOf } from '../../../model/design.js';
import {
  allDesigns,
  designNamed,
  familyOf,
  isVariant,
  lockDesigns,
  sectionRows,
} from '../../../model/designs/index.js';
import { rulesOf } from '../../../model/rules/index.js';
import { SECTION_POLICIES, loadScenarios } from '../../../scenarios/header.js';
import { contradictionsIn } from '../../../frontends/proposal/contradictions.js';

const { scenarios } = await loadScenarios('scenarios');
const ids = allDesigns.map(d => d.id);

describe('the designs', () => {
  it('have ids of their own', () => {
    expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
  });

  it('include every proposal of the thread', () => {
    expect(lockDesigns.filter(d => !isVariant(d)).map(d => d.id)).toEqual([
      'fresh-id',
      'ptr-id',
      'ptr-id-many-locks',
      'ptr-id-offset',
      'guarded-by',
      'rbtree-owns-lock',
      'lock-address',
      'locks-offset',
      'locks-element',
      'named-sections',
      'lock-type',
      'linux-6.12',
      'linux-6.18',
    ]);
  });

  it('have the section policies as an axis of their own', () => {
    expect(sectionRows.map(d => d.id)).toEqual(SECTION_POLICIES);
    expect(lockDesigns.length + sectionRows.length).toBe(allDesigns.length);
  });

  it('are found by their ids', () => {
    expect(allDesigns.filter(d => designNamed(d.id) !== d)).toEqual([]);
    expect(designNamed('ptr-id/none')).toBeUndefined();
  });

  it('have variants of designs that exist', () => {
    expect(allDesigns.filter(d => designNamed(familyOf(d)) === undefined)).toEqual([]);
  });

  it.each(allDesigns)('$id has a source and a title', ({ source, title }) => {
    expect(source.author).not.toBe('');
    expect(source.message ?? source.kernel ?? '').not.toBe('');
    expect(title).not.toBe('');
  });

  it.each(allDesigns)('$id is not twice there under two names', design => {
    const parts = (d: typeof design) => JSON.stringify({ ...d, id: '', title: '', source: {}, annotations: [] });
    expect(allDesigns.filter(d => d !== design && parts(d) === parts(design)).map(d => d.id)).toEqual([]);
  });

  it.each(allDesigns)('$id does not contradict itself', design => {
    expect(contradictionsIn(design)).toEqual([]);
  });

  it.each(allDesigns)('$id has rules', design => {
    expect(rulesOf(design).size).toBeGreaterThan(0);
  });

  it('are there for every expectation of a scenario', () => {
    const missing = scenarios.flatMap(s =>
      [...s.header.expect.keys()].filter(
        id => !['default', 'section-policies'].includes(id) && designNamed(id) === undefined,
      ),
    );
    expect([...new Set(missing)]).toEqual([]);
  });

  it('speak all dialects', () => {
    expect(new Set(allDesigns.map(dialectOf))).toEqual(new Set(['same-value', 'locks-section', 'own-lock']));
  });
});
