/**
 * The text that the kernel prints where a guard fails, with its holes filled as far as the model knows what stands in them. A text
 * with a hole that stays open keeps all of them.
 */
import type { Field, Operand, ProgramEvent, Unit } from '../model/program.js';
import { FIELD_SIZE } from '../model/program.js';
import type { Guard, Hole, Message } from '../model/rule.js';
import type { Term } from '../model/term.js';
import { hasRcuFlag, kind, maybeNull, off, run, type, untrusted } from '../model/verifier-state.js';
import type { Direct } from './direct.js';
import type { Env } from './ground.js';
import type { Layout } from './instance.js';
import { valueName } from './instance.js';

/** Where a guard fails: how terms are asked of a state; the values of the rule's parameters; the state; what the program does. */
export interface Failure {
  readonly guard: Guard;
  readonly direct: Direct;
  readonly layout: Layout;
  readonly env: Env;
  readonly state: Int32Array;
  readonly does: ProgramEvent | undefined;
  readonly event: string;
  /** Names of slots: what is no pointer at all is called what the kernel calls it. */
  readonly slots: readonly string[];
  readonly unit: Unit;
  /** Of C nobody knows where the compiler will put a variable: offsets stay open. */
  readonly isCompiled: boolean;
}

const HOLE = /%(?:ll)?[dus]/g;

const isOperand = (x: unknown): x is Operand => typeof x === 'object' && x !== null && 'slot' in x && 'add' in x;

/** Names of slots that stand for what no rule takes as a pointer: the kernel's words for them (kernel: reg_type_str). */
const NOT_POINTERS = /^(fp|map_ptr|func|ctx|scalar)$/;

/** Returns the text; of the guard's messages that whose condition holds first. */
export const messageOf = (f: Failure): string => {
  const { inst } = f.layout;
  const value = (t: Term): number => f.direct.value(t, f.env, f.state);
  const isTrue = (t: Term): boolean => value(t) === 1;
  const offsetName = (t: Term): string | null => {
    const name = valueName(inst, t.sort, value(t));
    return name === 'zero' ? '0' : name === 'wild' ? null : name;
  };
  const nameOf = (t: Term): string | null => {
    if (t.sort.name === 'Off') return f.isCompiled ? offsetName(t) : null;
    const name = valueName(inst, t.sort, value(t));
    return name === 'none' ? null : name;
  };
  const kindText = (s: Term): string => {
    const slot = f.slots[value(s)] ?? '';
    const what = valueName(inst, kind.sort, value(kind(run, s)));
    const orNull = isTrue(maybeNull(run, s));
    switch (what) {
      case 'map-value':
        return orNull ? 'map_value_or_null' : 'map_value';
      case 'inner-map':
        return orNull ? 'map_ptr_or_null' : 'map_ptr';
      case 'probe':
        return `untrusted_ptr_${orNull ? 'or_null_' : ''}`;
      case 'object': {
        const prefix = isTrue(untrusted(run, s)) ? 'untrusted_' : isTrue(hasRcuFlag(s)) ? 'rcu_' : '';
        return `${prefix}ptr_${orNull ? 'or_null_' : ''}`;
      }
      default:
        return NOT_POINTERS.test(slot) ? slot : 'scalar';
    }
  };
  const operandIn = (s: Term): Operand | null => {
    const slot = value(s);
    const all = Object.values(f.does ?? {}).flatMap((x: unknown) => (Array.isArray(x) ? (x as unknown[]) : [x]));
    return all.find((x): x is Operand => isOperand(x) && x.slot === slot) ?? null;
  };
  const offsetOf = (s: Term): number | null => {
    const base = offsetName(off(run, s));
    const operand = operandIn(s);
    return base === null || operand === null ? null : Number(base) + operand.add;
  };
  const fieldsOf = (t: Term): readonly Field[] => f.unit.types.find(x => x.name === nameOf(t))?.fields ?? [];
  const filled = (h: Hole): string | null => {
    if (h === 'function') return f.does?.event === 'call' ? f.does.fn : f.event;
    if ('value' in h) return nameOf(h.value);
    if ('register' in h) return operandIn(h.register)?.reg?.toString() ?? null;
    if ('kindOf' in h) return kindText(h.kindOf);
    if ('typeOf' in h) {
      const struct = nameOf(type(run, h.typeOf));
      return struct === null ? null : `${kindText(h.typeOf)}${struct}`;
    }
    if ('placeOf' in h) {
      if (!f.isCompiled) return null;
      // Of a record without such a lock the kernel prints the error that stands for its place.
      const lock = fieldsOf(h.in).find(x => x.kind === h.placeOf);
      return lock === undefined ? '-22' : String(lock.offset);
    }
    if ('offsetOf' in h) return f.isCompiled ? (offsetOf(h.offsetOf)?.toString() ?? null) : null;
    const at = offsetOf(h.fieldAt);
    if (at === null) return null;
    const field = fieldsOf(type(run, h.fieldAt)).find(x => x.offset <= at && at < x.offset + FIELD_SIZE[x.kind]);
    return field?.kind ?? null;
  };
  const fill = ({ message, holes }: Message): string => {
    const texts = (holes ?? []).map(filled);
    const open = message.match(HOLE) ?? [];
    if (open.length !== texts.length || texts.some(t => t === null)) return message;
    let i = 0;
    return message.replaceAll(HOLE, () => texts[i++] ?? '');
  };
  return fill(f.guard.unless?.find(u => isTrue(u.when)) ?? f.guard);
};
