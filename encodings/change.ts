/** Rules with something changed in them: what a fix adds or its reversal takes away, said as a change of data. */
import type { EventRules, Guard, MachineStep, Rule } from '../model/rule.js';
import type { Rules } from '../model/rules/index.js';
import type { Assign, Formula, Term } from '../model/term.js';
import { ModelBug } from '../model/term.js';
import { mapParts } from './unbounded/after.js';

export type Change = (rules: Rules) => Rules;
type RuleChange = (r: Rule) => Rule;

/** One change after the other. */
export const changes =
  (...all: readonly Change[]): Change =>
  rules =>
    all.reduce((r, change) => change(r), rules);

const eventOf = (rules: Rules, event: string): EventRules => {
  const e = rules.get(event);
  if (e === undefined) throw new ModelBug(`no rule for ${event}`);
  return e;
};

/** Changes the verifier's rule for each of the events. Throws if one is not there, or if nothing is different then. */
export const inVerifier =
  (events: readonly string[], change: RuleChange): Change =>
  rules => {
    const out = new Map(rules);
    for (const event of events) {
      const e = eventOf(rules, event);
      const verifier = change(e.verifier);
      if (verifier === e.verifier) throw new ModelBug(`the change leaves ${event} as it was`);
      out.set(event, { ...e, verifier });
    }
    return out;
  };

/** Changes those steps of the machine, by the names of their rules, of any event. Throws if there is none. */
export const inMachine =
  (isMeant: (name: string) => boolean, change: RuleChange): Change =>
  rules => {
    let found = false;
    const changed = (s: MachineStep): MachineStep => {
      if (!isMeant(s.does.name)) return s;
      found = true;
      return { ...s, does: change(s.does) };
    };
    const out = new Map([...rules].map(([event, e]) => [event, { ...e, machine: e.machine.map(changed) }]));
    if (!found) throw new ModelBug('the change meets no step of the machine');
    return out;
  };

/** Drops the guard wherever it stands. Throws if it stands nowhere. */
export const dropGuard =
  (name: string): Change =>
  rules => {
    const having = [...rules.values()].filter(e => e.verifier.guards.some(g => g.name === name)).map(e => e.event);
    if (having.length === 0) throw new ModelBug(`no guard is called ${name}`);
    return inVerifier(having, r => ({ ...r, guards: r.guards.filter(g => g.name !== name) }))(rules);
  };

/** Puts guards before those that the rule has. */
export const addGuards =
  (event: string, guards: (rules: Rules) => readonly Guard[]): Change =>
  rules =>
    inVerifier([event], r => ({ ...r, guards: [...guards(rules), ...r.guards] }))(rules);

/** Guards of those names say what they say in other rules, where both have them. Throws if there is none. */
export const guardsAsIn =
  (other: Rules, names: readonly string[]): Change =>
  rules => {
    const there = (event: string, g: Guard): Guard | undefined =>
      names.includes(g.name) ? other.get(event)?.verifier.guards.find(x => x.name === g.name) : undefined;
    const having = [...rules.values()].filter(e => e.verifier.guards.some(g => there(e.event, g) !== undefined));
    if (having.length === 0) throw new ModelBug(`no guard is called ${names.join(' or ')} on both sides`);
    return having.reduce(
      (all, { event }) => inVerifier([event], r => ({ ...r, guards: r.guards.map(g => there(event, g) ?? g) }))(all),
      rules,
    );
  };

/** The verifier's rule for the event does what it does in other rules. */
export const effectsAsIn = (other: Rules, event: string): Change =>
  inVerifier([event], r => ({ ...r, effects: eventOf(other, event).verifier.effects }));

/** Other formulas for those guards of the event. Throws if there is none. */
export const guardsHold = (event: string, isMeant: (g: Guard) => boolean, holds: (g: Guard) => Formula): Change =>
  inVerifier([event], r =>
    r.guards.some(isMeant) ? { ...r, guards: r.guards.map(g => (isMeant(g) ? { ...g, holds: holds(g) } : g)) } : r,
  );

/** Replaces every part of the term that `by` has another term for, outermost first. */
export const rewriteTerm = (t: Term, by: (t: Term) => Term | undefined): Term =>
  by(t) ?? mapParts(t, x => rewriteTerm(x, by));

/** Rewrites when the rule can happen and the values that it assigns; what it assigns them to stays. Throws if nothing is met. */
export const rewriteRule =
  (by: (t: Term) => Term | undefined): RuleChange =>
  r => {
    let met = false;
    const counted = (t: Term): Term | undefined => {
      const other = by(t);
      met ||= other !== undefined;
      return other;
    };
    const effects = r.effects.map((a): Assign => ({ ...a, value: rewriteTerm(a.value, counted) }));
    const changed = { ...r, where: rewriteTerm(r.where, counted) as Formula, effects };
    if (!met) throw new ModelBug(`${r.name} has nothing of what is to be rewritten`);
    return changed;
  };
