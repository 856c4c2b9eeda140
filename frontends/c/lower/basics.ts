/** Small words about nodes, types, places and values. */
import type { Problems } from '../../shared/problems.js';
import type { LocalPlace, Place, Value } from '../ir.js';
import { field } from '../resolve.js';
import type { LocalVar } from '../scope.js';
import type { Node } from '../syntax.js';
import { pointerTo, type CType } from '../types.js';

export const int = (value: number): Value => ({ kind: 'int', value });
export const unwrap = (node: Node): Node => {
  const inner = node.type === 'parenthesized_expression' && node.children.length === 1 ? node.children[0] : undefined;
  return inner === undefined || inner.type === 'compound_statement' ? node : unwrap(inner);
};
export const decay = (type: CType): CType => (type.kind === 'array' ? pointerTo(type.of) : type);
export const isPointer = (type: CType): boolean => type.kind === 'pointer' || type.kind === 'array';
export const isAggregate = (type: CType): boolean => type.kind === 'struct' || type.kind === 'array';

export const whole = (local: LocalVar): LocalPlace => ({ base: 'local', local, off: 0, index: [], type: local.type });
export const valueOf = (p: LocalPlace): Value => ({ kind: 'local', place: p });
export const shift = (p: Place, by: number, type: CType): Place => ({ ...p, off: p.off + by, type });

/** Returns how to ask for a part of a node that no program is without. */
export const needIn =
  (problems: Problems) =>
  (node: Node, name: string): Node =>
    field(node, name) ?? problems.stopInput(`this ${node.type.replaceAll('_', ' ')} is not complete`, node.at);
