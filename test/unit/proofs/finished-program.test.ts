import { describe, expect, it } from 'vitest';
import { rulesOf } from '../../../model/rules/index.js';
import { anyProgram } from '../../../proofs/all-programs.js';
import { brokenBy, isAccepted } from '../../../proofs/finished-program.js';
import { refute } from '../../../proofs/refute.js';
import { lists } from '../../../encodings/themes/lists.js';
import { readBack } from '../../agreement/read-back.js';
import { named, without } from './named.js';

describe('finished programs', () => {
  it('what breaks a kernel too is written so that no kernel can load it', async () => {
    const kernel = named('linux-6.18');
    const rules = without(kernel, 'exit:drop-guard:exit-lock-released');
    const r = refute(kernel, rules, { property: 'lock-leak', themes: new Set(['regions']) }, { maxStates: 5_000 });
    if (r === null) throw new Error('not refuted');
    const { text } = await readBack(kernel, r);
    expect(text).toContain('MODEL_ONLY(');
    expect(text).not.toContain('loadable: true');
  });

  it.each(['ptr-id-many-locks', 'ptr-id-offset'])('%s: any program that breaks it is finished and breaks again', id => {
    const a = anyProgram(named(id), rulesOf(named(id)), lists.sizes, 20_000);
    expect(a.outcome).toBe('violated');
    const spec = a.program?.spec;
    if (spec === undefined || a.property === null) throw new Error('no program');
    expect(isAccepted(spec, named(id), rulesOf(named(id)))).toBe(true);
    expect(brokenBy(spec, named(id), rulesOf(named(id)), a.property)?.property).toBe(a.property);
  });

  it.each([
    ['ptr-id-many-locks', 'unlock-not-held', 'lists'],
    ['ptr-id-offset', 'list-race', 'lists'],
    ['lock-type', 'list-race', 'values'],
  ] as const)('%s: the C of a program that ends in %s is read as the same', async (id, property, theme) => {
    const r = refute(named(id), rulesOf(named(id)), { property, themes: new Set([theme]) }, { maxStates: 40_000 });
    if (r === null) throw new Error('not refuted');
    expect(r.property).toBe(property);
    const { cell } = await readBack(named(id), r);
    expect([cell?.verdict, cell?.property, cell?.cell]).toEqual(['accept', property, 'unsound']);
    expect(cell?.counterexample?.steps.length).toBe(r.counterexample.steps.length);
  });

  it.each([
    ['exit:drop-guard:exit-lock-released', 'lock-leak', 'regions'],
    ['exit:drop-guard:exit-references-released', 'object-leak', 'kptrs'],
    ['exit:drop-guard:exit-rcu-released', 'context-leak', 'regions'],
    ['bpf_spin_unlock:drop-guard:unlock-same-lock', 'unlock-not-held', 'values'],
    ['bpf_list_push_back:drop-guard:head-lock-matches', 'list-race', 'globals'],
    ['bpf_rbtree_add:drop-guard:head-lock-matches', 'list-race', 'tree'],
    ['bpf_refcount_acquire:drop-guard:acquire-object', 'wild-access', 'kptrs'],
  ] as const)('ptr-id without %s: %s', (mutant, property, theme) => {
    const r = refute(
      named('ptr-id'),
      without(named('ptr-id'), mutant),
      { property, events: new Set([mutant.split(':')[0] ?? '']), themes: new Set([theme]) },
      { maxStates: 60_000 },
    );
    expect(r?.property).toBe(property);
    expect(r?.counterexample.replayed).toBe(true);
  });
});
