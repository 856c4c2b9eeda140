/** Real objects of clang: what their programs and instructions are read as. */
import { describe, expect, it } from 'vitest';
import { fixture, objectOf } from './reading.js';

describe('functions of a real object', () => {
  const { programs, subprograms, license } = objectOf(fixture('functions'));

  it('are programs by section and bounds, and subprograms by binding and visibility', () => {
    expect(license).toBe('Dual BSD/GPL');
    expect(programs.map(p => [p.name, p.section, p.offset, p.autoload, p.sleepable])).toEqual([
      ['first', 'tc', 0, true, false],
      ['second', 'tc', 64, true, false],
      ['manual', '?fentry.s/do_unlinkat', 0, false, true],
    ]);
    expect(subprograms.map(f => [f.name, f.isGlobal, f.isWeak])).toEqual([
      ['global', true, false],
      ['local', false, false],
      ['hidden', false, false],
      ['weak', true, true],
      ['each', false, false],
    ]);
  });

  it('call one another, helpers and the kernel', () => {
    const callees = programs.map(p => p.instructions.flatMap(({ does }) => (does.op === 'call' ? [does.callee] : [])));
    expect(callees).toEqual([
      [
        { kind: 'subprogram', name: 'global' },
        { kind: 'subprogram', name: 'hidden' },
      ],
      [
        { kind: 'helper', id: 181 },
        { kind: 'subprogram', name: 'weak' },
        { kind: 'subprogram', name: 'local' },
      ],
      [
        { kind: 'kfunc', name: 'bpf_rcu_read_lock' },
        { kind: 'kfunc', name: 'bpf_rcu_read_unlock' },
      ],
    ]);
  });

  it('give callbacks by address', () => {
    expect(programs[1]?.instructions.map(i => i.does)).toContainEqual({
      op: 'ld_imm64',
      dst: 2,
      value: 168n,
      target: { to: 'function', name: 'each' },
    });
  });

  it('jump by slots, of which a long constant takes two', () => {
    expect(programs[2]?.instructions.map(i => i.does)).toContainEqual({
      op: 'branch',
      operator: 'slt',
      width: 32,
      dst: 1,
      src: { constant: -5 },
      to: 7,
    });
    expect(programs[1]?.instructions.slice(2, 4).map(i => i.slot)).toEqual([2, 4]);
  });

  it('say where they come from', () => {
    expect(programs[0]?.at).toEqual({
      file: './test/frontends/elf/fixtures/functions.bpf.c',
      line: 36,
      column: 1,
      text: 'int first(struct __sk_buff *ctx)',
    });
    for (const fn of [...programs, ...subprograms]) for (const i of fn.instructions) expect(i.at).not.toBeNull();
  });
});

describe('CO-RE of a real object', () => {
  const [where] = objectOf(fixture('core')).programs;

  it('stays with its instructions', () => {
    const relocated = where?.instructions.flatMap(i =>
      i.core === null ? [] : [[i.does.op, i.core.kind, i.core.access]],
    );
    expect(relocated).toEqual([
      ['ld_imm64', 'BPF_CORE_TYPE_ID_LOCAL', '0'],
      ['alu', 'BPF_CORE_TYPE_EXISTS', '0'],
      ['load', 'BPF_CORE_FIELD_BYTE_OFFSET', '0:1'],
      ['alu', 'BPF_CORE_FIELD_BYTE_OFFSET', '0:0:0'],
    ]);
  });
});

describe('two objects linked to one', () => {
  const parts = [objectOf(fixture('maps')), objectOf(fixture('fields'))];
  const linked = objectOf(fixture('linked'));

  it('have the maps of both, and the variables of both in one section', () => {
    const names = (maps: readonly { readonly name: string }[]): string[] => [...new Set(maps.map(m => m.name))].sort();
    expect(names(linked.maps)).toEqual(names(parts.flatMap(p => p.maps)));
    expect(linked.maps.find(m => m.name === 'outer')?.inner?.initial).toEqual(['one', null, 'other']);
    expect(linked.maps.find(m => m.name === '.data.A')?.section?.vars.map(v => [v.name, v.offset])).toEqual([
      ['lock', 0],
      ['guarded', 8],
      ['glock', 16],
      ['ghead', 24],
    ]);
  });

  it('have the programs of both in one section, with their lines', () => {
    expect(linked.programs.map(p => [p.name, p.section, p.at?.line])).toEqual(
      parts.flatMap(p => p.programs.map(q => [q.name, q.section, q.at?.line])),
    );
    expect(linked.programs[1]?.offset).toBe(0x218);
  });

  it('have type ids that mean what they meant', () => {
    const local = linked.programs[1]?.instructions.find(i => i.core !== null);
    expect(local?.core?.kind).toBe('BPF_CORE_TYPE_ID_LOCAL');
    expect(linked.structNames.get(local?.core?.typeId ?? 0)).toBe('elem');
    expect(local?.does).toMatchObject({ op: 'ld_imm64', value: BigInt(local?.core?.typeId ?? 0) });
    expect(local?.encoded.imm).not.toBe(local?.core?.typeId);
  });
});
