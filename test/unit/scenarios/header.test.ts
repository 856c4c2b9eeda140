import { describe, expect, it } from 'vitest';
import { contextOfSection, expectationOf, parseHeader } from '../../../scenarios/header.js';
import type { Header } from '../../../scenarios/header.js';

const GOOD = `question: May a lock be taken at all?
asks: [1]
origin: { kernel: process_spin_lock }
loadable: true
runs:
  - { program: take, cpu: 0 }
  - { program: take, cpu: 0, name: irq, context: irq, interrupts: [take] }
  - { user: [ { delete: { map: m, key: 0 } }, { mmap: { section: .data } } ] }
elements: { m: [0] }
expect:
  safety: safe
  default: accept
  fresh-id: { verdict: reject, guard: unlock-same-lock }
  lock-type: { verdict: accept, safety: list-race }
`;
const file = (yaml: string): string => `/*---\n${yaml}---*/\nint x;\n`;

const header = async (yaml: string): Promise<Header> => {
  const result = await parseHeader('x.bpf.c', file(yaml));
  if (result.kind !== 'header') throw new Error(JSON.stringify(result));
  return result.header;
};
const errors = async (yaml: string): Promise<string[]> => {
  const result = await parseHeader('x.bpf.c', file(yaml));
  return result.kind === 'errors' ? result.errors.map(e => `${e.at.line}:${e.at.column} ${e.message}`) : [];
};

describe('parseHeader', () => {
  it('reads a header', async () => {
    const good = await header(GOOD);
    expect(good.runs.map(run => run.name)).toEqual(['take', 'irq', 'user']);
    expect(good.runs[1]).toMatchObject({ context: 'irq', interrupts: ['take'], load: 1 });
    expect(good.runs[2]).toMatchObject({
      events: [
        { event: 'delete', map: 'm', key: 0 },
        { event: 'mmap', section: '.data' },
      ],
    });
    expect(good.elements.get('m')).toEqual([0]);
    expect(expectationOf(good, 'fresh-id')).toMatchObject({
      verdict: 'reject',
      guard: 'unlock-same-lock',
      safety: 'safe',
    });
    expect(expectationOf(good, 'fresh-id')?.at).toEqual({ file: 'x.bpf.c', line: 14, column: 3 });
    expect(expectationOf(good, 'lock-type/other')).toMatchObject({ safety: 'list-race' });
    expect(expectationOf(good, 'ptr-id')).toMatchObject({ verdict: 'accept' });
  });

  it('leaves a file without a header alone', async () => {
    expect(await parseHeader('x.bpf.c', 'int x;')).toEqual({ kind: 'no-header' });
    expect(await parseHeader('x.bpf.c', '/* --- */ int x;')).toEqual({ kind: 'no-header' });
  });

  it('says that the header does not end', async () => {
    expect(await parseHeader('x.bpf.c', '/*---\nquestion: x\n*/')).toMatchObject({
      kind: 'errors',
      errors: [{ at: { file: 'x.bpf.c', line: 1, column: 1 } }],
    });
  });

  it.each<[string, string, string, string]>([
    ['an unknown key', 'elements:', 'element:', '10:1 unknown key `element` in the header'],
    ['an unknown key of a run', 'cpu: 0 }', 'cpu: 0, cup: 1 }', '7:30 unknown key `cup` in `runs.0`'],
    ['a missing key', 'loadable: true\n', '', '2:1 `loadable` is missing in the header'],
    ['a bad property', 'safety: safe', 'safety: unsafe', '12:11 `expect.safety` is none of: safe, list-race'],
    ['a bad verdict', 'default: accept', 'default: yes', '13:12 `expect.default` is none of: accept, reject'],
    ['no default', '  default: accept\n', '', '12:3 `default` is missing in `expect`'],
    ['a guard of an accept', 'verdict: reject', 'verdict: accept', '14:3 `fresh-id`: `accept` and a guard contradict'],
    ['an unknown user event', 'mmap:', 'map:', '9:49 unknown key `map` in `runs.2.user.1`'],
    ['two runs of one name', 'name: irq, ', '', '8:5 two runs are called `take`'],
    ['an interrupted run that is none', '[take]', '[give]', '8:5 `irq` interrupts `give`, which is no other'],
    ['another CPU', 'cpu: 0, name', 'cpu: 1, name', '8:5 `irq` interrupts `take` on another CPU'],
    ['a number out of range', '[1]', '[24]', '3:8 `asks.0` must be <= 23'],
    ['a file that is not loadable for no reason', 'loadable: true', 'loadable: false', '5:11 `loadable` must be true'],
    ['broken YAML', '[1]', '[1', '4:'],
    ['a key twice', 'loadable: true', 'asks: [2]', '5:1 Map keys must be unique'],
  ])('places %s', async (_, from, to, message) => {
    expect(GOOD).toContain(from);
    const found = await errors(GOOD.replace(from, to));
    expect(
      found.some(e => e.startsWith(message)),
      found.join('\n'),
    ).toBe(true);
  });
});

describe('contextOfSection', () => {
  it.each([
    ['kprobe/x', 'nmi'],
    ['fentry/x', 'nmi'],
    ['perf_event', 'nmi'],
    ['tc', 'task'],
    ['tcx/ingress', 'task'],
    ['syscall', 'task'],
    ['tp_btf/x', 'nmi'],
  ])('%s is %s', (section, context) => {
    expect(contextOfSection(section)).toBe(context);
  });
});
