import { describe, expect, it } from 'vitest';
import { rulesOf } from '../../../model/rules/index.js';
import { brokenBy, isAccepted } from '../../../proofs/finished-program.js';
import { overStrict, separate } from '../../../proofs/separate.js';
import { named } from './named.js';

describe('programs that tell two designs apart', () => {
  it.each([
    ['ptr-id', 'ptr-id/literal', 'ptr-id/literal', 'unlock-same-lock'],
    ['linux-6.12', 'linux-6.18', 'linux-6.18', 'drop-trusted'],
  ])('%s and %s: %s accepts it, the other says %s', (a, b, acceptedBy, guard) => {
    const { found } = separate(named(a), named(b), { maxStates: 5_000 });
    if (found === null) throw new Error('nothing found');
    expect([found.acceptedBy, found.guard]).toEqual([acceptedBy, guard]);
    const yes = named(found.acceptedBy);
    const no = named(found.design);
    expect(isAccepted(found.spec, yes, rulesOf(yes))).toBe(true);
    expect(isAccepted(found.spec, no, rulesOf(no))).toBe(false);
    // Whichever is named first, the answer is the same.
    expect(separate(named(b), named(a), { maxStates: 5_000 }).found?.guard).toBe(guard);
  });

  it('finds nothing where there is no difference, and says what it looked at', () => {
    const { found, looked } = separate(named('guarded-by'), named('guarded-by/global-names'), { maxStates: 5_000 });
    expect(found).toBeNull();
    expect(looked.length).toBeGreaterThan(3);
    expect(looked.every(l => l.whole)).toBe(true);
  });

  it('does not compare designs whose programs are written differently', () => {
    const { found, reason } = separate(named('ptr-id'), named('locks-offset'), { maxStates: 100 });
    expect(found).toBeNull();
    expect(reason).toContain('want their locks in different places');
  });
});

describe('programs that a design rejects needlessly', () => {
  it('breaks nothing, alone or twice at once, and is rejected by a guard that protects something', () => {
    const { found } = overStrict(named('ptr-id'), { maxStates: 5_000 });
    if (found === null) throw new Error('nothing found');
    const rules = rulesOf(named('ptr-id'));
    expect(isAccepted(found.spec, named('ptr-id'), rules)).toBe(false);
    expect(brokenBy(found.spec, named('ptr-id'), rules, undefined)).toBeNull();
    const guard = [...rules.values()].flatMap(r => r.verifier.guards).find(g => g.name === found.guard);
    expect(guard !== undefined && !('policy' in guard.protects)).toBe(true);
  });
});
