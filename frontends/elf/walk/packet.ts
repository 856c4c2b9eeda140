/** Loads of packet bytes by instructions of their own, which end the program where there are none. */
import { hasSocketBuffer } from '../../shared/section-types.js';
import { ANY_64 } from '../arithmetic.js';
import type { Base } from './base.js';
import { reg } from './keys.js';
import type { Returns } from './returns.js';
import type { Cursor } from './state.js';
import { clearArguments, depthOf } from './state.js';

export interface Packet {
  /** Whether a program of this kind may do so, at this depth. */
  readonly loadsPacket: (c: Cursor) => boolean;
  /** Bytes that are not there end the program (kernel: bpf_gen_ld_abs); of a subprogram they would end the call alone. */
  readonly loadPacket: (c: Cursor) => void;
}

export function packetWith({ start, graph, values }: Base, { end }: Returns): Packet {
  const loadsPacket = (c: Cursor): boolean =>
    'secName' in start.fn && depthOf(c) === 0 && hasSocketBuffer(start.fn.secName);
  const loadPacket = (c: Cursor): void => {
    if (!loadsPacket(c) || c.env.get(reg(0, 6))?.kind !== 'kernel')
      graph.stop(c, 'BPF_LD_ABS and BPF_LD_IND, except of the context in R6 of a socket, tc or action program');
    end(c, { event: 'load_packet' });
    clearArguments(c);
    values.setReg(c, 0, { kind: 'range', ...ANY_64 });
  };
  return { loadsPacket, loadPacket };
}
