import { describe, expect, it } from 'vitest';
import { isMapped } from '../../../encodings/finite-world.js';
import { sectionRows } from '../../../model/designs/index.js';
import { sectionPolicies } from '../../../model/designs/section-policies.js';
import type { SectionPolicy } from '../../../model/design.js';
import type { MapDef } from '../../../model/program.js';
import { expectationOf, loadScenarios } from '../../../scenarios/header.js';

const at = { file: 'sections.bpf.c', line: 1, column: 1 };

const section = (name: string, vars: { isStatic?: boolean; isHidden?: boolean }[]): MapDef => ({
  name,
  type: 'BPF_MAP_TYPE_ARRAY',
  maxEntries: 1,
  valueType: name,
  flags: [],
  isPinned: false,
  section: {
    name,
    vars: vars.map((v, i) => ({
      name: `v${String(i)}`,
      offset: 8 * i,
      size: 8,
      isStatic: v.isStatic ?? false,
      isHidden: v.isHidden ?? false,
    })),
  },
  at,
});
const mapped = (policy: SectionPolicy, name: string): boolean => isMapped(policy, section(name, [{}]));

describe('the section policies', () => {
  it.each([
    ['libbpf-2022', ['.data', '.bss.private', 'enqueue', '.locks'], []],
    ['bss-private', ['.bss', '.bss.private.one', '.data.private', 'enqueue'], ['.bss.private']],
    ['private-suffix', ['.bss', 'enqueue', '.private'], ['.bss.private', '.bss.private.one', '.data.private.one']],
    ['reserved-prefix', ['.bss', '.bss.private', 'enqueue', '.lock'], ['.locks', '.locks.a', '.private', '.private.a']],
    ['custom-hidden', ['.data', '.bss', '.rodata', 'a.mmap'], ['.data.a', '.rodata.cst16', 'enqueue', 'a.mmap.b']],
    ['custom-mapped', ['.data', '.rodata.cst16', 'enqueue'], ['enqueue.nommap']],
  ] as const)('%s', (id, visible, invisible) => {
    expect(visible.filter(name => !mapped(sectionPolicies[id], name))).toEqual([]);
    expect(invisible.filter(name => mapped(sectionPolicies[id], name))).toEqual([]);
  });

  it('hidden-vars asks for a variable that is neither static nor hidden', () => {
    const policy = sectionPolicies['hidden-vars'];
    expect(isMapped(policy, section('.data', [{ isStatic: true }, { isHidden: true }]))).toBe(false);
    expect(isMapped(policy, section('.data', [{ isStatic: true }, {}]))).toBe(true);
    expect(isMapped(policy, section('.rodata.cst16', []))).toBe(false);
  });

  it('agree with what the scenarios about sections expect', async () => {
    const { scenarios } = await loadScenarios('scenarios/sections');
    const different: string[] = [];
    let asked = 0;
    for (const { id, header, source } of scenarios)
      for (const run of header.runs) {
        const mmap = run.kind === 'user' ? run.events.find(e => e.event === 'mmap') : undefined;
        if (mmap === undefined) continue;
        const hasLock = /struct bpf_spin_lock \w+/.test(source);
        const invisible = /^static struct bpf_spin_lock|__hidden/m.test(source);
        for (const design of sectionRows) {
          const expected = expectationOf(header, design.id);
          if (expected === undefined) continue;
          asked++;
          const isSeen = isMapped(design.sections, section(mmap.section, [{ isHidden: invisible }]));
          if ((expected.verdict === 'accept') === (hasLock ? isSeen : !isSeen) && !/compiler-made/.test(id))
            different.push(`${id}: ${design.id}`);
        }
      }
    expect(different).toEqual([]);
    expect(asked).toBeGreaterThan(50);
  });
});
