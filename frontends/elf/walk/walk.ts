/**
 * Follows the instructions of one program, once for each combination of known constants and copied pointers, and writes down the
 * program graph. Nothing is judged here: an operand that cannot be right becomes an operand that no rule takes.
 *
 * A copy of a pointer (move, spill, fill) is the same slot: the verifier gives copies one id and one reference, so what it learns
 * of one it learns of all. A pointer moved by a constant is a slot of its own.
 */
import type { Draft } from '../../shared/graph.js';
import { maySleep } from '../../shared/section-types.js';
import { aluWith } from './alu.js';
import type { Base } from './base.js';
import { newBase } from './base.js';
import { branchWith } from './branch.js';
import { callInstructionWith } from './call-instruction.js';
import { callWith } from './call.js';
import { callbacksWith } from './callbacks.js';
import { mayThrow } from './callees.js';
import { mention } from './callees.js';
import { constantsWith } from './constants.js';
import { firstOf, framesWith } from './frames.js';
import { reg } from './keys.js';
import { memoryWith } from './memory.js';
import { packetWith } from './packet.js';
import { returnsWith } from './returns.js';
import type { Start, WalkContext } from './start.js';
import { sectionOf } from './start.js';
import type { Cursor, State } from './state.js';
import { copyOf, here, KERNEL, next, OPAQUE, top } from './state.js';

/** The first point of a path, with what the registers hold there. */
const begin = ({ start, context, slots, graph }: Base): Cursor => {
  const c: Cursor = { node: graph.entry, frames: [], pc: firstOf(start.fn), env: new Map() };
  c.frames = [{ fn: start.fn, code: context.codeOf(start.fn), resume: 0, back: { kind: 'program' } }];
  if (start.async !== undefined) {
    const { map, kind } = start.async;
    graph.useMap(map);
    c.env.set(reg(0, 1), { kind: 'map', name: map });
    c.env.set(reg(0, 2), KERNEL);
    const shape = context.shapes.valueOf(map);
    const dst = slots.fixedSlot('value', 'r3', shape === null || 'template' in shape ? null : shape);
    graph.emit(c, { event: 'callback_value', dst, map, kind, throws: mayThrow(start.fn, context) });
    c.env.set(reg(0, 3), { kind: 'slot', slot: dst, add: 0, vague: false });
  } else if (start.kind === 'global') {
    for (const n of [1, 2, 3, 4, 5]) c.env.set(reg(0, n), OPAQUE);
  } else c.env.set(reg(0, 1), KERNEL);
  return c;
};

/** Returns the graph of one program. Stops (problem collected) at what it cannot follow. */
export function walk(start: Start, context: WalkContext): Draft {
  const base = newBase(start, context);
  const { slots, graph } = base;
  const { goTo, stop } = graph;
  const { alu, unary } = aluWith(base);
  const { loadConstant, relocated } = constantsWith(base);
  const branch = branchWith(base);
  const memory = memoryWith(base);
  const { load, store, atomic } = memory;
  const frames = framesWith(base);
  const callbacks = callbacksWith(base, frames);
  const returns = returnsWith(base, callbacks);
  const packet = packetWith(base, returns);
  const callOf = callWith(base, packet, returns);
  const doCall = callInstructionWith(base, memory, frames, callbacks, callOf);

  const run = (state: State, node: number): void => {
    const c: Cursor = { node, frames: state.frames, pc: state.pc, env: new Map(state.env) };
    if (state.pending !== null) {
      callbacks.stepPending(c, state.pending);
      return;
    }
    for (let isFirst = true; ; isFirst = false) {
      const i = here(c);
      if (i === undefined) return stop(c, 'control that leaves its function');
      if (!isFirst && top(c).code.isLeader(c.pc)) {
        goTo(c, c.pc);
        return;
      }
      const { does } = i;
      if (!relocated(c, i))
        switch (does.op) {
          case 'alu':
            alu(c, does);
            break;
          case 'movsx':
          case 'neg':
          case 'swap':
            unary(c, does);
            break;
          case 'ld_imm64':
            loadConstant(c, does);
            break;
          case 'load':
            load(c, does);
            break;
          case 'store':
            store(c, does);
            break;
          case 'atomic':
            atomic(c, does);
            break;
          case 'jump':
            goTo(c, does.to);
            return;
          case 'may_goto':
            goTo(copyOf(c), next(c));
            goTo(c, does.to);
            return;
          case 'branch':
            branch(c, does);
            return;
          case 'call':
            if (doCall(c, does)) return;
            break;
          case 'exit':
            returns.doReturn(c);
            return;
          case 'packet':
            packet.loadPacket(c);
            break;
          case 'addr_space_cast':
            return stop(c, 'arenas');
        }
      c.pc = next(c);
    }
  };

  frames.enter(begin(base));
  for (let w = graph.take(); w !== undefined; w = graph.take()) run(w.state, w.node);
  mention(start.fn, context, graph.useMap);
  return {
    name: start.fn.name,
    section: sectionOf(start),
    sleepable: maySleep(sectionOf(start), start.async),
    kind: start.kind,
    at: graph.startAt,
    entry: graph.entry,
    exit: graph.exit,
    nodes: graph.size(),
    edges: graph.edges,
    slots: slots.names,
    cells: slots.cells,
    facts: new Map(),
    live: new Map(),
    maps: graph.maps,
    types: graph.types,
  };
}
