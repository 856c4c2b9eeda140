import { describe, expect, it } from 'vitest';
import { allDesigns } from '../../model/designs/index.js';
import { expectationOf, loadScenarios } from '../../scenarios/header.js';

const { scenarios, errors } = await loadScenarios('scenarios');

const scenarioNames = scenarios.map(s => s.id);
const of = (id: string) => {
  const found = scenarios.find(s => s.id === id);
  if (found === undefined) throw new Error(`no scenario ${id}`);
  return found;
};

describe('the shipped scenarios', () => {
  it('have headers without errors', () => {
    expect(errors).toEqual([]);
    expect(scenarios.length).toBeGreaterThanOrEqual(64);
  });

  it('ask every question of proposals.md 4', () => {
    const asked = new Set(scenarios.flatMap(s => s.header.asks));
    expect(Array.from({ length: 23 }, (_, i) => i + 1).filter(n => !asked.has(n))).toEqual([]);
  });

  it('ask each question once', () => {
    const questions = scenarios.map(s => s.header.question);
    expect(questions.filter((q, i) => questions.indexOf(q) !== i)).toEqual([]);
  });

  it('name only designs that exist', () => {
    const known = new Set(['default', 'section-policies', ...allDesigns.map(d => d.id)]);
    const unknown = scenarios.flatMap(s =>
      [...s.header.expect.keys()].filter(d => !known.has(d)).map(d => `${s.id}: ${d}`),
    );
    expect(unknown).toEqual([]);
  });

  it('name the guard of every rejection', () => {
    const bare = scenarios.flatMap(s =>
      [...s.header.expect]
        .filter(([, e]) => e.verdict === 'reject' && e.guard === undefined)
        .map(([d]) => `${s.id}: ${d}`),
    );
    expect(bare).toEqual([]);
  });

  it('name only programs, callbacks and maps that are in the file', () => {
    const missing = scenarios.flatMap(({ id, header, source }) => {
      const programs = header.runs.flatMap(run => (run.kind === 'program' ? [run.program] : []));
      const maps = header.runs.flatMap(run =>
        run.kind === 'user' ? run.events.flatMap(e => ('map' in e ? [e.map] : 'section' in e ? [e.section] : [])) : [],
      );
      const text = source.slice(source.indexOf('---*/'));
      const names = [...programs, ...maps, ...header.callbacks.keys(), ...header.elements.keys()];
      return names.filter(name => !text.includes(name) && name !== '.bss').map(name => `${id}: ${name}`);
    });
    expect(missing).toEqual([]);
  });

  it('use a step without a counterpart exactly where they say that they do', () => {
    const claimed = scenarios.filter(s => String(s.header.loadable).includes('no kernel counterpart')).map(s => s.id);
    const used = scenarios.filter(s => s.source.includes('MODEL_ONLY(')).map(s => s.id);
    expect(used).toEqual(claimed);
  });

  // 19 is about section policies: there the answer hangs on the policy.
  const bothWays = Array.from({ length: 23 }, (_, i) => i + 1).filter(n => n !== 19);
  it.each(bothWays)('show a safe and a broken form of question %i', question => {
    const about = scenarios.filter(s => s.header.asks.includes(question));
    expect(about.some(s => s.header.safety === 'safe')).toBe(true);
    expect(about.some(s => s.header.safety !== 'safe')).toBe(true);
  });
});

describe('what is expected of a design', () => {
  it('is what its variant says, then what the design says, then the default', () => {
    const { header } = of('two-locks/one-section-crossed');
    expect(expectationOf(header, 'ptr-id-offset/reject-several')).toMatchObject({ guard: 'one-lock-per-value' });
    expect(expectationOf(header, 'ptr-id-offset/any-lock')).toMatchObject({ verdict: 'accept', safety: 'list-race' });
    expect(expectationOf(header, 'linux-6.12')).toMatchObject({ verdict: 'reject' });
  });

  it('is nothing for a section policy that is not named', () => {
    expect(scenarioNames).toContain('identity/two-loads');
    expect(expectationOf(of('identity/two-loads').header, 'custom-hidden')).toBeUndefined();
    expect(expectationOf(of('sections/named-enqueue').header, 'custom-hidden')).toMatchObject({ verdict: 'accept' });
  });
});
