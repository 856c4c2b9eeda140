/** A call of a helper or kfunc, as `frontends/shared/calls.ts` wants it: its arguments and its result on this path. */
import type { At } from '../../../model/program.js';
import type { Call } from '../../shared/calls.js';
import type { Problems } from '../../shared/problems.js';
import { hasSocketBuffer } from '../../shared/section-types.js';
import { anyOf, cellKey, type Known } from '../../shared/values.js';
import type { Argument, Instruction } from '../ir.js';
import type { LocalVar } from '../scope.js';
import { rangeOf } from '../types.js';
import type { Start } from './context.js';
import type { Evaluator } from './evaluate.js';
import type { Graph } from './graph.js';
import type { Keys } from './keys.js';
import type { Locals } from './locals.js';
import { stateOf, type Cursor } from './state.js';
import type { Tables } from './tables.js';

/** `forked` says that the path ended in the call: others go on, or none. */
export type CallOf = (c: Cursor, i: Instruction & { op: 'call' }) => Call & { readonly forked: () => boolean };

export function newCallOf(
  start: Start,
  problems: Problems,
  { slotFor, slotOf, useMap, useType }: Tables,
  { exit, emit, emitTo, nodeFor }: Graph,
  { evaluate, indexSum }: Evaluator,
  { touch, setPlace, forget, zero }: Locals,
  { keyScalar, anyKey }: Keys,
): CallOf {
  return (c, i) => {
    let forked = false;
    const cache = new Map<number, Known>();
    const known = (index: number): Known => {
      const cached = cache.get(index);
      if (cached !== undefined) return cached;
      const arg: Argument | undefined = i.args[index];
      const result: Known = arg === undefined ? { kind: 'int', value: 0 } : evaluate(c, arg.value, arg.at);
      cache.set(index, result);
      return result;
    };
    const where = (index: number): At => i.args[index]?.at ?? i.at;
    const local = (index: number): LocalVar | null => {
      const value = known(index);
      return value.kind === 'alias' ? value.local : null;
    };
    return {
      fn: i.fn,
      args: i.args,
      objType: i.objType,
      loadsPacket: start.kind === 'program' && c.frames.length === 1 && hasSocketBuffer(start.section),
      forked: () => forked,
      emit: event => {
        if (event.event === 'bpf_obj_new') useType(event.type);
        if (event.event === 'bpf_map_lookup_elem') useMap(event.map);
        emit(c, event, i.at);
      },
      known,
      operand(index) {
        const value = known(index);
        const text = i.args[index]?.text ?? '';
        if (value.kind === 'slot' && !value.vague) return { slot: value.slot, add: value.add };
        if (value.kind === 'slot')
          return problems.stopUnsupported(`\`${text}\`, an address with a variable offset,`, where(index));
        if (value.kind === 'alias')
          return problems.stopUnsupported(`${i.fn} on \`${text}\`, which is on the stack`, where(index));
        if (value.kind === 'int') return problems.stopUnsupported(`${i.fn} on NULL`, where(index));
        return problems.stopUnsupported(`${i.fn} on \`${text}\`, a pointer whose origin is not known`, where(index));
      },
      variableSlot(index) {
        const value = known(index);
        if (value.kind === 'alias') return slotOf(value.local, value.off);
        const text = i.args[index]?.text ?? '';
        return problems.stopUnsupported(`${i.fn} on \`${text}\`, which is no local variable,`, where(index));
      },
      resultSlot() {
        const to = i.to;
        if (to === null || to.type.kind === 'int') return slotFor(`result ${i.fn}`, `${i.fn}()`);
        const off = indexSum(c, to, i.at);
        if (off === null) return problems.stopUnsupported('an array of pointers with a variable index', i.at);
        touch(c, to.local, i.at);
        c.env.delete(cellKey(to.local, off));
        return slotOf(to.local, off);
      },
      setResult(value) {
        if (i.to === null) return;
        if (i.to.type.kind === 'int' && value.kind === 'opaque') setPlace(c, i.to, anyOf(i.to.type), i.at);
        else if (i.to.type.kind === 'int' && value.kind === 'range') {
          const full = rangeOf(i.to.type);
          setPlace(c, i.to, { kind: 'range', lo: Math.max(full.lo, value.lo), hi: Math.min(full.hi, value.hi) }, i.at);
        } else setPlace(c, i.to, value, i.at);
      },
      fork(ways) {
        forked = true;
        for (const way of ways) {
          const one: Cursor = { ...c, env: new Map(c.env) };
          if (way.result === null) {
            emitTo(one, exit, way.event, i.at);
            continue;
          }
          emit(one, way.event, i.at);
          if (i.to !== null) setPlace(one, i.to, way.result, i.at);
          emitTo(one, nodeFor(stateOf(one, one.pc + 1)), { event: 'jump' }, i.at);
        }
      },
      key: index => keyScalar(c, known(index), i.args[index]?.text ?? '', where(index)),
      anyKey: name => anyKey(c, name, i.at),
      useMap,
      clobber(index) {
        const it = local(index);
        if (it !== null) forget(c, it, i.at);
      },
      zero(index) {
        const it = local(index);
        if (it !== null) zero(c, it, i.at);
      },
      leave(event) {
        forked = true;
        emitTo(c, exit, event, i.at);
      },
      stop: construct => problems.stopUnsupported(construct, i.at),
    };
  };
}
