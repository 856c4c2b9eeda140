/** Mutants change what they say and nothing else, and the reasons for survivors are about mutants that there are. */
import { describe, expect, it } from 'vitest';
import { explained, survey } from '../../../bench/mutants.js';
import { mutantsOf } from '../../../encodings/mutation.js';
import { allDesigns, designNamed } from '../../../model/designs/index.js';
import type { Design } from '../../../model/design.js';
import { rulesOf } from '../../../model/rules/index.js';
import { loadScenarios } from '../../../scenarios/header.js';

const named = (id: string): Design => {
  const d = designNamed(id);
  if (d === undefined) throw new Error(`${id} is gone`);
  return d;
};
const ids = new Set(allDesigns.flatMap(d => mutantsOf(rulesOf(d)).map(m => m.id)));

describe('mutants', () => {
  it('drop one guard, and leave every other rule as it is', () => {
    const rules = rulesOf(named('ptr-id'));
    const m = mutantsOf(rules).find(x => x.id === 'bpf_list_push_back:drop-guard:head-lock-matches');
    if (m === undefined) throw new Error('the guard is gone');
    const changed = [...m.rules()].filter(([event, r]) => rules.get(event) !== r);
    expect(changed.map(([event]) => event)).toEqual(['bpf_list_push_back']);
    const guards = (r: (typeof changed)[number][1] | undefined): string[] => r?.verifier.guards.map(g => g.name) ?? [];
    expect(guards(rules.get('bpf_list_push_back')).filter(g => g !== 'head-lock-matches')).toEqual(
      guards(changed[0]?.[1]),
    );
  });

  it('are killed by the scenario that asks about them, and by no other', async () => {
    const { scenarios } = await loadScenarios('scenarios');
    const only = (id: string) => scenarios.filter(s => s.id === id);
    const mutant = 'bpf_list_push_back:drop-guard:head-lock-matches';
    const wrong = survey(only('map-in-map/crossed'), [named('ptr-id')]);
    expect(await wrong.kill(mutant)).toMatchObject({ scenario: 'map-in-map/crossed', design: 'ptr-id' });
    const right = survey(only('shared-locks/two-lists'), [named('ptr-id')]);
    expect(await right.kill(mutant)).toBeUndefined();
  });

  it('that survive have a reason, and only those that there are', async () => {
    const reasons = await explained();
    expect([...reasons.keys()].filter(id => !ids.has(id))).toEqual([]);
    expect([...reasons.values()].filter(r => r.length < 40)).toEqual([]);
  });
});
