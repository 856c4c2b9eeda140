/** What instructions name: numbers, maps, functions, externs and the data of sections. */
import type { Instruction } from '../object.js';
import type { Operation } from '../operation.js';
import type { Base } from './base.js';
import { reg } from './keys.js';
import type { Cursor } from './state.js';
import { depthOf, OPAQUE } from './state.js';
import { asNumber } from './values.js';

export interface Constants {
  readonly loadConstant: (c: Cursor, i: Operation & { op: 'ld_imm64' }) => void;
  /** Whether the loader writes the constant of this instruction. */
  readonly relocated: (c: Cursor, i: Instruction) => boolean;
}

export function constantsWith({ context, slots, graph, values }: Base): Constants {
  const { emit, stop, useMap } = graph;
  const { setReg } = values;

  const loadConstant = (c: Cursor, i: Operation & { op: 'ld_imm64' }): void => {
    const key = reg(depthOf(c), i.dst);
    const { target } = i;
    if (target === null) {
      setReg(c, i.dst, asNumber(i.value));
      return;
    }
    switch (target.to) {
      case 'map':
        useMap(target.map);
        c.env.set(key, { kind: 'map', name: target.map });
        return;
      case 'function':
        c.env.set(key, { kind: 'function', name: target.name });
        return;
      case 'extern':
        c.env.set(key, OPAQUE);
        return;
      case 'data': {
        const def = context.shapes.map(target.map);
        if (def === null) return stop(c, `the data section ${target.map}`);
        useMap(target.map);
        c.env.delete(key);
        const dst = slots.newSlot(c, `r${i.dst}`, { struct: def.valueType, off: target.offset, map: target.map });
        emit(c, { event: 'global', dst, map: target.map, off: target.offset });
        c.env.set(key, { kind: 'slot', slot: dst, add: 0, vague: false });
      }
    }
  };

  const relocated = (c: Cursor, i: Instruction): boolean => {
    if (i.core === null) return false;
    if (i.core.kind !== 'BPF_CORE_TYPE_ID_LOCAL') return stop(c, `the CO-RE relocation ${i.core.kind}`);
    const { does } = i;
    if (does.op !== 'ld_imm64' && does.op !== 'alu') return stop(c, 'a CO-RE relocation of this instruction');
    setReg(c, does.dst, { kind: 'int', value: i.core.typeId });
    return true;
  };

  return { loadConstant, relocated };
}
