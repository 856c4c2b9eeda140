/** The part of a unit that programs are about. */
import type { Field, Program, Unit } from '../model/program.js';

/** What the programs mention of a unit, and what that mentions. */
export const unitOfPrograms = (unit: Unit, programs: readonly Program[]): Unit => {
  const maps = new Set(programs.flatMap(p => p.maps));
  const types = new Set(programs.flatMap(p => p.types));
  const typeOf = (map: string): string => unit.maps.find(m => m.name === map)?.valueType ?? '';
  const locksOf = (f: Field): string[] =>
    unit.maps.flatMap(m => (m.section !== undefined && fieldsOf(unit, m.valueType).some(isNamed(f)) ? [m.name] : []));
  for (let before = -1; before < maps.size + types.size;) {
    before = maps.size + types.size;
    for (const name of maps) {
      const inner = unit.maps.find(m => m.name === name)?.inner;
      // User space may put any map of the template's type into the outer one.
      if (inner !== undefined) for (const m of unit.maps) if (m.valueType === typeOf(inner.template)) maps.add(m.name);
      types.add(typeOf(name));
    }
    for (const name of types)
      for (const f of fieldsOf(unit, name)) {
        if (f.contains !== undefined) types.add(f.contains.type);
        if (f.pointee !== undefined) types.add(f.pointee);
        if (f.guardedBy !== undefined && !fieldsOf(unit, name).some(isNamed(f)))
          for (const m of locksOf(f)) maps.add(m);
      }
  }
  return {
    ...unit,
    types: unit.types.filter(t => types.has(t.name)),
    maps: unit.maps.filter(m => maps.has(m.name)),
    programs,
  };
};
const fieldsOf = (unit: Unit, type: string): readonly Field[] => unit.types.find(t => t.name === type)?.fields ?? [];
const isNamed =
  (head: Field) =>
  (lock: Field): boolean =>
    lock.name === head.guardedBy;
