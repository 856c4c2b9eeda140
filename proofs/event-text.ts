/** An event of a program as its author would write it, with the names of the source. */
import type { Operand, Program, ProgramEvent, Unit } from '../model/program.js';

/** Fields that say where a result goes, not what the call is given. */
const RESULT = 'dst';
const isOperand = (v: unknown): v is Operand => typeof v === 'object' && v !== null && 'slot' in v && 'add' in v;

const rangeText = ({ lo, hi }: Unit['classes'][number]): string => {
  if (lo === hi) return `is ${String(lo)}`;
  if (lo === Number.MIN_SAFE_INTEGER)
    return hi === Number.MAX_SAFE_INTEGER ? 'is anything' : `is at most ${String(hi)}`;
  return hi === Number.MAX_SAFE_INTEGER ? `is at least ${String(lo)}` : `is ${String(lo)} to ${String(hi)}`;
};

/** Returns one line: `n = bpf_obj_new(node_data)`, `v is NULL`, `key is 0`. */
export const eventText = (does: ProgramEvent, p: Program, classes: Unit['classes']): string => {
  const slot = (i: number): string => p.slots[i] ?? `#${String(i)}`;
  const place = (o: Operand): string => (o.add === 0 ? slot(o.slot) : `${slot(o.slot)}+${String(o.add)}`);
  switch (does.event) {
    case 'test_null':
      return `${slot(does.slot)} is ${does.isNull ? 'NULL' : 'not NULL'}`;
    case 'test': {
      const ways = does.among.flatMap(c => classes[c] ?? []).map(rangeText);
      return `${p.scalars[does.scalar] ?? 'a scalar'} ${ways.join(' or ')}`;
    }
    case 'call':
      return `${does.fn}(${does.pointers.map(p => place(p.src)).join(', ')})`;
    case 'global':
      return `the address of ${slot(does.dst).replace(/^&/, '')} in ${does.map}`;
    case 'load_packet':
      return 'a load of packet bytes that are not there';
    case 'read':
      return `read ${place(does.src)}`;
    case 'write':
      return `write ${place(does.dst)}`;
    default: {
      const given: string[] = [];
      let result = '';
      let outcome = '';
      for (const [key, value] of Object.entries(does) as [string, unknown][]) {
        if (key === 'event') continue;
        if (key === RESULT && typeof value === 'number') result = `${slot(value)} = `;
        else if (key === 'ok') outcome = value === true ? ' succeeds' : ' fails';
        else if (isOperand(value)) given.push(place(value));
        else if (value === null) given.push('NULL');
        else if (typeof value === 'string') given.push(value);
        else if (typeof value === 'number' && (key === 'flags' || key === 'map' || key === 'a' || key === 'b'))
          given.push(slot(value));
        else if (typeof value === 'number' && key === 'key') given.push(p.scalars[value] ?? 'key');
      }
      return `${result}${does.event}${given.length > 0 ? `(${given.join(', ')})` : ''}${outcome}`;
    }
  }
};
