/** The small checker agrees with the engines and the proofs, and finds what is planted. */
import { describe, expect, it } from 'vitest';
import { ne } from '../../model/term.js';
import { kind } from '../../model/verifier-state.js';
import { designNamed } from '../../model/designs/index.js';
import type { Rule } from '../../model/rule.js';
import type { Rules } from '../../model/rules/index.js';
import { rulesOf } from '../../model/rules/index.js';
import { conjunct, slots } from '../../proofs/invariant/conjunct.js';
import { conjunctsOf } from '../../proofs/invariant/index.js';
import { smallCheck } from '../../proofs/small-check.js';

const design = designNamed('ptr-id/callback-fresh');
if (design === undefined) throw new Error('no design');
/** What the solver found not closed. */
const OPEN = new Set(['borrow.probe', 'borrow.probe-rcu']);
const closed = conjunctsOf(design).filter(c => !OPEN.has(c.name));
const few = { seed: 7, samples: 100, maxStates: 1500, closed };

/** The rules with another verifier's or machine's rule for one event. */
const changed = (event: string, how: (r: Rule) => Rule): Rules => {
  const rules = new Map(rulesOf(design));
  const e = rules.get(event);
  if (e === undefined) throw new Error(`no event ${event}`);
  rules.set(event, {
    ...e,
    verifier: how(e.verifier),
    machine: e.machine.map(m => ({ ...m, does: how(m.does) })),
  });
  return rules;
};

describe('the small checker', () => {
  it('finds nothing wrong with the closed conjuncts, in reached states and over steps', () => {
    const r = smallCheck(design, few);
    expect(r.disagreement).toBeUndefined();
    expect(r.reachable.map(x => x.states >= 1500)).toEqual([true, true, true]);
    expect(r.sampled.states).toBe(400);
    expect(r.sampled.pairs).toBeGreaterThan(5_000);
    expect(r.sampled.perStep.size).toBeGreaterThan(30);
  });

  it('says the same for the same seed', () => {
    const small = { ...few, samples: 20, maxStates: 50 };
    expect(smallCheck(design, small)).toEqual(smallCheck(design, small));
  });

  it('finds a conjunct that is false in a reachable state', () => {
    const planted = conjunct(
      'never.object',
      'No slot holds an object.',
      slots((r, s) => ne(kind(r, s), 'object')),
    );
    const r = smallCheck(design, { ...few, closed: [...closed, planted] });
    expect(r.disagreement).toMatchObject({ kind: 'not-invariant', clause: 'never.object' });
    expect(r.disagreement?.state.join('\n')).toContain('= object');
  });

  it('finds a step that does not keep a conjunct', () => {
    // The machine does not count what the verifier counts.
    const rules = changed('bpf_preempt_disable', r => ({
      ...r,
      effects: r.effects.filter(a => a.target.cell.cell !== 'no-preempt'),
    }));
    const r = smallCheck(design, { ...few, rules });
    expect(r.disagreement).toMatchObject({ kind: 'not-preserved', clause: 'region.preempt' });
    expect(r.disagreement?.step).toContain('bpf_preempt_disable(run = ');
  });

  it('finds that the value that a callback gets needs an id of its own', () => {
    const plain = designNamed('ptr-id');
    if (plain === undefined) throw new Error('no design');
    const r = smallCheck(plain, few);
    expect(r.disagreement).toMatchObject({ kind: 'not-preserved', clause: 'slot.zero-id' });
    expect(r.disagreement?.step).toContain('callback_value(');
  });
});
