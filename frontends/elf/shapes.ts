/** What a pointer points to, as far as the names in events need it: which struct a head, node or kptr belongs to. */
import type { MapDef } from '../../model/program.js';
import { FIELD_SIZE } from '../../model/program.js';
import { hasPointerAt, isAcrossMembers } from './btf-query.js';
import type { BpfObject, ObjectField, ObjectMap } from './object.js';

/**
 * A pointer `off` bytes into a struct. Only for naming: what may be done with the pointer is for the rules to say, from what
 * the verifier knows.
 */
export interface Shape {
  readonly struct: string;
  readonly off: number;
  /** Values: the map; of an inner map, the template. */
  readonly map: string | null;
}
/** An inner map, by its template. */
export interface InnerShape {
  readonly template: string;
}

export interface Shapes {
  readonly map: (name: string) => ObjectMap | null;
  /** A value of a map, or the inner map of a map of maps. */
  readonly valueOf: (map: string) => Shape | InnerShape | null;
  readonly fieldAt: (s: Shape, add: number) => ObjectField | null;
  /** The special fields that so many bytes from there on meet, and where, from the start of the pointer. */
  readonly met: (
    s: Shape,
    add: number,
    size: number,
  ) => readonly { readonly field: ObjectField; readonly add: number }[];
  /** Whether so many bytes from there on lie inside the struct. */
  readonly isInside: (s: Shape, add: number, size: number) => boolean;
  /** Whether they belong to an object, and to more than one member of it: the kernel refuses that in words of its own. */
  readonly isAcross: (s: Shape, add: number, size: number) => boolean;
  /** Whether they are a pointer that an object keeps, other than a kptr. */
  readonly isPlainPointer: (s: Shape, add: number, size: number) => boolean;
  /** A node of what the head or root there contains. */
  readonly contained: (s: Shape | null, add: number) => Shape | null;
  readonly pointee: (s: Shape | null, add: number) => Shape | null;
}

export function shapesOf(object: BpfObject): Shapes {
  const maps = new Map(object.maps.map(m => [m.name, m]));
  const structs = new Map(object.structs.map(s => [s.name, s]));
  const fieldAt = (s: Shape, add: number): ObjectField | null =>
    structs.get(s.struct)?.fields.find(f => f.offset === s.off + add) ?? null;
  const nodeOf = (struct: string, node: string): Shape | null => {
    const field = structs.get(struct)?.fields.find(f => f.name === node);
    return field === undefined ? null : { struct, off: field.offset, map: null };
  };
  const valueOf = (name: string): Shape | InnerShape | null => {
    const map: MapDef | undefined = maps.get(name);
    if (map === undefined) return null;
    return map.inner === undefined ? { struct: map.valueType, off: 0, map: name } : { template: map.inner.template };
  };
  return {
    map: name => maps.get(name) ?? null,
    valueOf,
    fieldAt,
    met(s, add, size) {
      const from = s.off + add;
      return (structs.get(s.struct)?.fields ?? []).flatMap(field => {
        const isMet = field.offset < from + size && from < field.offset + FIELD_SIZE[field.kind];
        return isMet ? [{ field, add: Math.max(from, field.offset) - s.off }] : [];
      });
    },
    isInside(s, add, size) {
      const struct = structs.get(s.struct);
      return struct === undefined || (s.off + add >= 0 && s.off + add + size <= struct.size);
    },
    isAcross(s, add, size) {
      const typeId = structs.get(s.struct)?.typeId ?? null;
      return s.map === null && typeId !== null && isAcrossMembers(object.btf, typeId, s.off + add, size);
    },
    isPlainPointer(s, add, size) {
      const typeId = structs.get(s.struct)?.typeId ?? null;
      const isField = fieldAt(s, add) !== null;
      return (
        s.map === null && typeId !== null && size === 8 && !isField && hasPointerAt(object.btf, typeId, s.off + add)
      );
    },
    contained(s, add) {
      const contains = s === null ? undefined : fieldAt(s, add)?.contains;
      return contains === undefined ? null : nodeOf(contains.type, contains.node);
    },
    pointee(s, add) {
      const struct = s === null ? undefined : fieldAt(s, add)?.pointee;
      return struct === undefined ? null : { struct, off: 0, map: null };
    },
  };
}
