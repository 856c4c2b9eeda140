/** The rules with one guard dropped or one effect lost: what is written must matter somewhere, or it need not be written. */
import type { EventRules, MachineStep, Rule } from '../model/rule.js';
import type { Rules } from '../model/rules/index.js';
import type { Formula } from '../model/term.js';
import { ModelBug } from '../model/term.js';

export interface Mutant {
  /**
   * `event[:step]:drop-guard:guard` or `event[:step]:lose-effect:cell`. The same in every design that has the guard or
   * effect; `step` is given where the event takes several steps of the machine.
   */
  readonly id: string;
  readonly event: string;
  /** The rule that is changed is the verifier's, or one of the machine's. */
  readonly side: 'verifier' | 'machine';
  /** The guard's name, or the cell that keeps its value where the rule would have changed it. */
  readonly without: string;
  /** All rules, of which only that one is changed. Made when first asked for. */
  readonly rules: () => Rules;
}

const isTrue = (f: Formula): boolean => (f.op === 'called' ? isTrue(f.of) : f.op === 'lit' && f.value === 'true');

const once = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
};

/** `bpf_spin_lock:acquire` for a step of several, the event's name for the verifier's rule and for a step that is the only one. */
const nameOf = (e: EventRules, r: Rule): string =>
  r === e.verifier || e.machine.length === 1 ? e.event : `${e.event}:${r.name.slice(r.name.lastIndexOf(':') + 1)}`;

/** Puts `now` where the event has `old`; a rule that serves several steps changes in all of them. */
const replaced = (e: EventRules, old: Rule, now: Rule): EventRules => ({
  ...e,
  verifier: e.verifier === old ? now : e.verifier,
  machine: e.machine.map((s): MachineStep => (s.does === old ? { ...s, does: now } : s)),
});

/**
 * Every way to drop one guard or to lose one effect. An effect is all that a rule assigns to one cell. A guard that is plainly
 * true guards nothing under the design, so it is not dropped.
 */
export const mutantsOf = (rules: Rules): Mutant[] => {
  const all: Mutant[] = [];
  for (const e of rules.values()) {
    const of = (side: Mutant['side'], old: Rule): void => {
      const add = (how: string, without: string, change: Partial<Rule>): number =>
        all.push({
          id: `${nameOf(e, old)}:${how}:${without}`,
          event: e.event,
          side,
          without,
          rules: once(() => new Map(rules).set(e.event, replaced(e, old, { ...old, ...change }))),
        });
      for (const g of old.guards)
        if (!isTrue(g.holds)) add('drop-guard', g.name, { guards: old.guards.filter(x => x !== g) });
      for (const cell of new Set(old.effects.map(a => a.target.cell.cell)))
        add('lose-effect', cell, { effects: old.effects.filter(a => a.target.cell.cell !== cell) });
    };
    of('verifier', e.verifier);
    for (const does of new Set(e.machine.map(s => s.does))) of('machine', does);
  }
  const ids = new Set<string>();
  for (const m of all) {
    if (ids.has(m.id)) throw new ModelBug(`two mutants are called ${m.id}`);
    ids.add(m.id);
  }
  return all;
};
