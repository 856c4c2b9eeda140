/** The structs of an object by name: those of its BTF, and the values of maps and data sections as they are found. */
import type { At } from '../../model/program.js';
import type { BtfSection } from './btf.js';
import { quote } from './bytes.js';
import { newFieldFinder, type FieldFinder, type Place } from './fields.js';
import type { FieldProblem, ObjectStruct } from './object.js';

export interface Structs {
  readonly list: readonly ObjectStruct[];
  readonly names: ReadonlyMap<number, string>;
  readonly problems: readonly FieldProblem[];
  readonly finder: FieldFinder;
  /** Adds what is wrong with a special field that `finder` is not asked about. */
  addProblem(problem: FieldProblem): void;
  /** Adds a struct that consists of these places, unless there is one of that name. */
  add(name: string, typeId: number | null, size: number, places: readonly Place[]): void;
}

/** Returns the named structs of the BTF. A second one of a name gets its id as a suffix: names are how the model tells them apart. */
export function newStructs(btf: BtfSection, at: At): Structs {
  const list: ObjectStruct[] = [];
  const names = new Map<number, string>();
  const taken = new Set<string>();
  const problems: FieldProblem[] = [];
  const finder = newFieldFinder(btf.btf, at);

  const add = (name: string, typeId: number | null, size: number, places: readonly Place[]): void => {
    if (taken.has(name)) return;
    taken.add(name);
    const found = finder.find(name, places);
    if (found === null) {
      return btf.bytes.unsupported(btf.offsetOf(typeId ?? 0), `too many special fields in ${quote(name)}`);
    }
    list.push({ name, size, fields: found.fields, at, typeId });
    problems.push(...found.problems);
  };

  btf.btf.types.forEach((type, id) => {
    // a lock or a node is a field of something, not a value of its own
    if (type.kind !== 'struct' || type.name === '' || finder.isSpecial(id)) return;
    const name = taken.has(type.name) ? `${type.name}#${id}` : type.name;
    names.set(id, name);
    add(name, id, type.size, [{ typeId: id, name: '', offset: 0, tags: [] }]);
  });
  return { list, names, problems, finder, add, addProblem: problem => void problems.push(problem) };
}
