/** A call of a helper or kfunc in the making: its arguments are in registers, and so is its result. */
import type { Argument } from '../../c/ir.js';
import { pointerTo, VOID } from '../../c/types.js';
import type { Call } from '../../shared/calls.js';
import type { Range } from '../../shared/graph.js';
import { KNOWN_FUNCTIONS } from '../../shared/known-functions.js';
import type { Known } from '../../shared/values.js';
import { ANY_64 } from '../arithmetic.js';
import type { InnerShape, Shape } from '../shapes.js';
import type { Base } from './base.js';
import { reg, stackKey } from './keys.js';
import { clobbered } from './memory.js';
import type { Packet } from './packet.js';
import type { Returns } from './returns.js';
import type { Cursor } from './state.js';
import { clearArguments, copyOf, depthOf, next, top } from './state.js';

const POINTER = pointerTo(VOID);
/** `BPF_REG_SIZE` */
const STACK_SLOT = 8;
const ANY_KEY: Range = ANY_64;

/** A call, and whether it went on elsewhere, or the program ended. */
export interface RegisterCall extends Call {
  readonly forked: () => boolean;
}

export type CallOf = (c: Cursor, name: string, arity: number) => RegisterCall;

export function callWith({ context, slots, graph, values }: Base, { loadsPacket }: Packet, { end }: Returns): CallOf {
  const { object, shapes } = context;
  const { cellNamed, indexOf, newSlot, shapeAt, shapeOf, stackSlot } = slots;
  const { emit, goTo, stop, useMap, useType, where } = graph;
  const { get, operandOf, setReg } = values;

  /** What the result of a call points to. */
  const resultShape = (name: string, call: Call): Shape | InnerShape | null => {
    const first = call.known(0);
    const shape = shapeOf(first);
    const add = first.kind === 'slot' ? first.add : 0;
    switch (name) {
      case 'bpf_map_lookup_elem': {
        if (first.kind === 'map') return shapes.valueOf(first.name);
        const inner = first.kind === 'slot' ? shapeAt(first.slot) : null;
        return inner !== null && 'template' in inner ? shapes.valueOf(inner.template) : null;
      }
      case 'bpf_obj_new':
        return { struct: call.objType ?? '', off: 0, map: null };
      case 'bpf_refcount_acquire':
        return shape === null ? null : { struct: shape.struct, off: 0, map: null };
      case 'bpf_kptr_xchg':
        return shapes.pointee(shape, add);
      default:
        return first.kind === 'map' ? shapes.valueOf(first.name) : shapes.contained(shape, add);
    }
  };

  return (c, name, arity) => {
    let forked = false;
    const depth = depthOf(c);
    const at = where(c);
    const after = next(c);
    const args: Argument[] = Array.from({ length: arity }, (_, n) => ({
      value: { kind: 'text' },
      type: POINTER,
      text: `R${n + 1}`,
      at,
    }));
    const given = args.map((_, n) => get(c, n + 1));
    const known = (n: number): Known => given[n] ?? { kind: 'int', value: 0 };
    const first = known(0);
    const objType =
      name === 'bpf_obj_new' && first.kind === 'int' ? (object.structNames.get(first.value) ?? null) : null;
    const finish = (p: Cursor, result: Known): void => {
      clearArguments(p);
      setReg(p, 0, result);
    };
    let constantKey: number | null = null;
    /**
     * A number in the low half of a stack slot is a spilled scalar, until the other half is written; zero in the high half is
     * remembered as bytes (kernel: check_stack_write_fixed_off, get_constant_map_key).
     */
    const isTracked = (frame: number, off: number, value: number): boolean => {
      if (off % STACK_SLOT !== 0) return value === 0;
      const written = [...c.env.keys()];
      const half = STACK_SLOT / 2;
      return written.indexOf(stackKey(frame, off, half)) > written.indexOf(stackKey(frame, off + half, half));
    };
    /** kernel: `can_elide_value_nullness`. */
    const isThere = (map: string): boolean => {
      const def = shapes.map(map);
      const isArray = def?.type === 'BPF_MAP_TYPE_ARRAY' || def?.type === 'BPF_MAP_TYPE_PERCPU_ARRAY';
      return isArray && constantKey !== null && constantKey >= 0 && constantKey < def.maxEntries;
    };
    const keyOf = (n: number): number => {
      const k = known(n);
      const any = (): number => {
        const cell = cellNamed(`key ${depth} ${top(c).fn.name} ${c.pc}`, 'key', ANY_KEY);
        emit(c, { event: 'draft-assign', cell, to: ANY_KEY });
        return indexOf(cell);
      };
      if (k.kind === 'slot') {
        emit(c, { event: 'read', src: operandOf(c, k) });
        return any();
      }
      const size = first.kind === 'map' ? (shapes.map(first.name)?.keySize ?? 4) : 4;
      const stored = k.kind === 'alias' && !k.vague ? c.env.get(stackKey(k.local.id, k.off, size)) : undefined;
      if (stored?.kind === 'cell') return indexOf(stored.cell);
      if (stored?.kind !== 'int') return any();
      if (k.kind === 'alias' && isTracked(k.local.id, k.off, stored.value)) constantKey = stored.value;
      const cell = cellNamed(`constant ${stored.value}`, String(stored.value), { lo: stored.value, hi: stored.value });
      emit(c, { event: 'draft-assign', cell, to: { lo: stored.value, hi: stored.value } });
      return indexOf(cell);
    };
    const self: RegisterCall = {
      fn: name,
      args,
      objType,
      loadsPacket: loadsPacket(c),
      forked: () => forked,
      emit(event) {
        if (event.event === 'bpf_obj_new') useType(event.type);
        if (event.event === 'bpf_map_lookup_elem') {
          useMap(event.map);
          emit(c, { ...event, there: isThere(event.map) });
        } else if (event.event === 'inner_lookup') {
          const inner = shapeAt(event.map);
          const template = inner !== null && 'template' in inner ? inner.template : '';
          emit(c, { ...event, there: isThere(template) });
        } else emit(c, event);
      },
      known,
      operand: n => ({ ...operandOf(c, known(n)), reg: n + 1 }),
      variableSlot(n) {
        const k = known(n);
        if (k.kind !== 'alias' || k.vague) return stop(c, `${name} on something that is not on the stack`);
        return stackSlot(k.local.id, k.off);
      },
      resultSlot() {
        const shape = resultShape(name, self);
        for (const n of [0, 1, 2, 3, 4, 5]) c.env.delete(reg(depth, n));
        // What is given must not be thought free while it is read.
        const used = new Map([...c.env, ...given.map((k, n) => [`given ${n}`, k] as const)]);
        const dst = newSlot({ ...c, env: used }, 'r0', shape);
        c.env.set(reg(depth, 0), { kind: 'slot', slot: dst, add: 0, vague: false });
        return dst;
      },
      setResult(value) {
        const isNumber = KNOWN_FUNCTIONS.get(name)?.returns !== 'pointer';
        finish(c, value.kind === 'opaque' && isNumber ? { kind: 'range', ...ANY_64 } : value);
      },
      fork(ways) {
        forked = true;
        for (const way of ways) {
          const one = copyOf(c);
          if (way.result === null) {
            end(one, way.event);
            continue;
          }
          emit(one, way.event);
          finish(one, way.result);
          goTo(one, after);
        }
      },
      key: keyOf,
      anyKey(text) {
        const cell = cellNamed(`key ${text}`, text, ANY_KEY);
        emit(c, { event: 'draft-assign', cell, to: ANY_KEY });
        return indexOf(cell);
      },
      useMap,
      clobber(n) {
        clobbered(c, known(n));
      },
      zero: () => undefined,
      leave(event) {
        forked = true;
        end(c, event);
      },
      stop: construct => stop(c, construct),
    };
    return self;
  };
}
