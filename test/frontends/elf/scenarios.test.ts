/** Every scenario as clang makes it, read from the object and from the source: the same programs, maps and fields. */
import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { readC } from '../../../frontends/c/read.js';
import type { BpfObject, ObjectMap, ObjectStruct } from '../../../frontends/elf/object.js';
import type { MapDef, StructType, Unit } from '../../../model/program.js';
import { loadScenarios } from '../../../scenarios/header.js';
import { isThorough } from '../../thorough.js';
import { danglingIn } from './damage.js';
import { objectOf } from './reading.js';

const noClang = spawnSync('clang', ['--version']).status !== 0;
const run = promisify(execFile);
const INCLUDE = 'scenarios/include';

const byName = (a: { readonly name: string }, b: { readonly name: string }): number => (a.name < b.name ? -1 : 1);

/** A map as both front ends see it. Where clang puts the variables of a section is its own affair. */
const mapOf = ({ name, type, maxEntries, valueType, inner, isTemplate, flags, isPinned, section }: MapDef | ObjectMap) => ({
  name, type, maxEntries, valueType, inner, isTemplate, flags, isPinned,
  vars: section?.vars.map(v => ({ ...v, offset: 0 })).sort(byName),
}); // prettier-ignore

/** Special fields of a struct. clang 14 has no type tags in BTF, so kptrs are left out. */
const fieldsOf = (struct: StructType | ObjectStruct, isSection: boolean): string[] =>
  struct.fields
    .filter(f => f.kind !== 'kptr')
    .map(f => JSON.stringify([f.kind, f.name, isSection ? 0 : f.offset, f.contains, f.guardedBy]))
    .sort();

/** The unit without static variables that nobody uses, which compilers leave out. */
function asCompiled(unit: Unit, object: BpfObject): Unit {
  const kept = (map: MapDef): NonNullable<MapDef['section']>['vars'] => {
    const own = object.maps.find(m => m.name === map.name)?.section?.vars ?? [];
    return (map.section?.vars ?? []).filter(v => !v.isStatic || own.some(o => o.name === v.name));
  };
  const maps = unit.maps.map(m => (m.section === undefined ? m : { ...m, section: { ...m.section, vars: kept(m) } }));
  const types = unit.types.map(t => {
    const { section } = maps.find(m => m.name === t.name) ?? {};
    return section === undefined
      ? t
      : { ...t, fields: t.fields.filter(f => section.vars.some(v => f.name.startsWith(v.name))) };
  });
  return { ...unit, maps, types };
}

function expectSame(object: BpfObject, source: Unit): void {
  const unit = asCompiled(source, object);
  expect(object.maps.map(mapOf).sort(byName)).toEqual(unit.maps.map(mapOf).sort(byName));
  const sections = new Set(unit.maps.filter(m => m.section !== undefined).map(m => m.name));
  for (const struct of unit.types) {
    const own = object.structs.find(s => s.name === struct.name);
    // clang leaves out structs that nothing but container_of names
    if (own === undefined) continue;
    if (!sections.has(struct.name)) expect(own.size).toBe(struct.size);
    expect(fieldsOf(own, sections.has(struct.name))).toEqual(fieldsOf(struct, sections.has(struct.name)));
  }
  const programs = (list: readonly { name: string; section: string; sleepable: boolean }[]) =>
    list.map(({ name, section, sleepable }) => ({ name, section, sleepable })).sort(byName);
  expect(programs(object.programs.map(p => ({ ...p, section: p.secName })))).toEqual(
    programs(unit.programs.filter(p => p.kind === 'program')),
  );
  expect(
    object.subprograms
      .filter(f => f.isGlobal)
      .map(f => f.name)
      .sort(),
  ).toEqual(
    unit.programs
      .filter(p => p.kind === 'global')
      .map(p => p.name)
      .sort(),
  );
}

describe('every scenario is read from its object as from its source', () => {
  it.skipIf(noClang).each([
    { dialect: 'as it stands', define: null, every: isThorough ? 1 : 5 },
    // the same sources with other locks: a part of them is enough
    { dialect: 'with a section for locks', define: 'HOLDFAST_LOCKS_SECTION', every: 20 },
    { dialect: 'with structures that own their lock', define: 'HOLDFAST_OWN_LOCK', every: 20 },
  ])('$dialect', { timeout: 240_000 }, async ({ define, every }) => {
    const { scenarios } = await loadScenarios('scenarios');
    const directory = await mkdtemp(join(tmpdir(), 'holdfast-'));
    const queue = scenarios.map(s => s.file).filter((_, i) => i % every === 0);
    const worker = async (name: string): Promise<void> => {
      const path = join(directory, name);
      for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
        const text = await readFile(file, 'utf8');
        const defines = define === null ? [] : [`-D${define}`];
        await run('clang', ['--target=bpf', '-O2', '-g', '-I', INCLUDE, ...defines, '-c', file, '-o', path]);
        const object = objectOf(new Uint8Array(await readFile(path)));
        expect(danglingIn(object)).toEqual([]);
        const read = await readC(file, text, {
          includeDirs: [INCLUDE],
          defines: define === null ? {} : { [define]: '1' },
        });
        if (!read.ok) throw new Error(`${file}: the source could not be read`);
        try {
          expectSame(object, read.unit);
        } catch (error) {
          throw new Error(`${file}: ${String(error)}`, { cause: error });
        }
      }
    };
    await Promise.all(['a.o', 'b.o'].map(worker));
    await rm(directory, { recursive: true });
  });
});
