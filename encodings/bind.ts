/** Turns the events of a program into rules with their parameters fixed. */
import type { ProgramEvent } from '../model/program.js';
import type { EventRules, Rule } from '../model/rule.js';
import type { Rules } from '../model/rules/index.js';
import type { Sort } from '../model/term.js';
import { ModelBug } from '../model/term.js';
import type { Env } from './ground.js';
import type { FiniteWorld } from './finite-world.js';

export interface Bound {
  readonly rules: EventRules;
  readonly env: Env;
}

const rulesFor = (rules: Rules, event: string): EventRules => {
  const r = rules.get(event);
  if (r === undefined) throw new ModelBug(`no rule for event '${event}'`);
  return r;
};

/**
 * The rules of an event, in order: most events are one; a call is made before each pointer it is given is used, and NULL as a value
 * is put into the spare slot (the last one).
 */
export const bind = (rules: Rules, w: FiniteWorld, run: number, does: ProgramEvent): Bound[] => {
  const spare = w.slots - 1;
  const make = (event: string, values: Readonly<Record<string, unknown>>): Bound => {
    const r = rulesFor(rules, event);
    const env = new Map<string, number>([['run', run]]);
    const sortOf = (name: string, rule: Rule): Sort | undefined => rule.params.find(p => p.name === name)?.sort;
    for (const [key, value] of Object.entries(values)) {
      if (key === 'event') continue;
      const sort = sortOf(key, r.verifier) ?? sortOf(key, (r.machine[0] as { does: Rule }).does);
      if (typeof value === 'object' && value !== null && 'slot' in value && 'add' in value) {
        const o = value as { slot: number; add: number };
        env.set(key, o.slot);
        env.set(`${key}.add`, w.off(o.add));
      } else if (typeof value === 'boolean') env.set(key, Number(value));
      else if (Array.isArray(value)) env.set(key, w.classSet(value as number[]));
      else if (typeof value === 'number') env.set(key, sort?.name === 'Off' ? w.off(value) : value);
      else if (typeof value === 'string') {
        if (sort?.name === 'Ptr') env.set(key, w.ptr(value));
        else if (sort?.name === 'Type') env.set(key, w.type(value));
        else if (sort?.name === 'Fn') env.set(key, w.fn(value));
        else if (sort?.kind === 'enum') env.set(key, sort.values.indexOf(value));
      }
    }
    return { rules: r, env };
  };
  switch (does.event) {
    case 'call':
      return [make('call', { fn: does.fn }), ...does.pointers.map(p => make('pass', { ...p }))];
    case 'bpf_kptr_xchg':
      return does.obj === null
        ? [make('null', { dst: spare }), make('bpf_kptr_xchg', { ...does, obj: spare })]
        : [make('bpf_kptr_xchg', { dst: does.dst, field: does.field, obj: does.obj.slot })];
    case 'bpf_map_lookup_elem':
    case 'inner_lookup':
      return [make(does.event, { there: false, ...does })];
    default:
      return [make(does.event, does)];
  }
};
export const bindNamed = (rules: Rules, event: string, env: Env): Bound => ({ rules: rulesFor(rules, event), env });
