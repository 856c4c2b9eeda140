/** Names for values: two values of one name are equal, whatever they are. */
import { unreachable } from '../../shared/problems.js';
import type { Known } from '../../shared/values.js';
import type { Tables } from './tables.js';

export interface Description {
  readonly text: string;
  /** Keys of cells and `slot:n`. */
  readonly deps: readonly string[];
}

/** Names a value by the variables in it; null if it is fresh and so equal to nothing else. */
export function describe({ cells, slots }: Tables, known: Known): Description | null {
  switch (known.kind) {
    case 'int':
      return { text: String(known.value), deps: [] };
    case 'cell':
      return { text: `${cells.get(known.cell)?.name ?? ''}#${known.cell}`, deps: [known.cell] };
    case 'expression':
      return { text: known.text, deps: known.deps };
    case 'slot':
      return { text: `${slots[known.slot] ?? ''}#s${known.slot}+${known.add}`, deps: [`slot:${known.slot}`] };
    case 'alias':
      return { text: `&${known.local.id}+${known.off}`, deps: [] };
    case 'opaque':
      return known.cell === null
        ? null
        : { text: `${cells.get(known.cell)?.name ?? ''}#${known.cell}`, deps: [known.cell] };
    case 'range':
    case 'map':
    case 'function':
    case 'text':
    case 'kernel':
      return null;
    default:
      return unreachable(known);
  }
}
