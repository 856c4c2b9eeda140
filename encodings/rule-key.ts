/** A name for the content of a rule: designs that share a rule share what is computed from it. */
import { createHash } from 'node:crypto';
import type { Rule } from '../model/rule.js';
import type { Rules } from '../model/rules/index.js';
import type { Assign, Term, Var } from '../model/term.js';

/** The text of a term, with bound variables named by their depth, so that equal terms have equal texts. */
export const termText = (t: Term, bound: readonly string[] = []): string => {
  const go = (x: Term): string => termText(x, bound);
  switch (t.op) {
    case 'lit':
      return `${t.sort.name}.${t.value}`;
    case 'var': {
      const d = bound.lastIndexOf(t.name);
      return d < 0 ? `$${t.name}` : `#${String(d)}`;
    }
    case 'read':
      return `${t.cell.cell}(${t.at.map(go).join()})`;
    case 'world':
      return `${t.fn.fn}[${t.at.map(go).join()}]`;
    case 'forall':
    case 'exists':
      return `${t.op} ${t.over.sort.name}.${termText(t.body, [...bound, t.over.name])}`;
    case 'called':
      return go(t.of);
    default:
      return `${t.op}{${t.args.map(go).join()}}`;
  }
};

const assignText = (a: Assign): string => {
  const bound = a.vars.map((v: Var) => v.name);
  return `${a.vars.map(v => v.sort.name).join()}:${termText(a.target, bound)}=${termText(a.value, bound)}`;
};

const ids = new Map<string, number>();
const idOf = (text: string): number => {
  let id = ids.get(text);
  if (id === undefined) ids.set(text, (id = ids.size));
  return id;
};
const termIds = new WeakMap<Term, number>();
/** Equal for terms of equal texts, whatever rules they are part of. */
export const termId = (t: Term): number => {
  let id = termIds.get(t);
  if (id === undefined) termIds.set(t, (id = idOf(termText(t))));
  return id;
};
const effectIds = new WeakMap<readonly Assign[], number>();
/** Equal for effects that assign the same. */
export const effectsId = (effects: readonly Assign[]): number => {
  let id = effectIds.get(effects);
  if (id === undefined) effectIds.set(effects, (id = idOf(effects.map(assignText).join('\n'))));
  return id;
};

/** All that a rule asks, chooses and changes, its terms and effects named as the caller likes. */
const contentOf = (
  r: Rule,
  ofTerm: (t: Term) => string | number,
  ofEffects: (effects: readonly Assign[]) => unknown,
): string =>
  JSON.stringify([
    r.name,
    r.choices.map(c => [c.of.name, c.of.sort.name, c.take]),
    ofTerm(r.where),
    r.guards.map(g => [g.name, ofTerm(g.holds), g.message, g.unless?.map(u => [ofTerm(u.when), u.message])]),
    r.bads.map(b => [b.property, ofTerm(b.when), b.reason]),
    ofEffects(r.effects),
    r.capacity.map(c => [c.of, ofTerm(c.holds)]),
  ]);

/** The same text in every process, for rules that guard, choose and change the same. Keys are shorter, and of one process. */
export const ruleText = (r: Rule): string =>
  contentOf(
    r,
    t => termText(t),
    effects => effects.map(assignText),
  );

const keys = new WeakMap<Rule, string>();

/** Equal for rules that guard, choose and change the same. */
export const ruleKey = (r: Rule): string => {
  let key = keys.get(r);
  if (key === undefined) {
    key = createHash('sha1')
      .update(contentOf(r, termId, effectsId))
      .digest('base64');
    keys.set(r, key);
  }
  return key;
};

/** Equal for rules under which these events are the same on one side. Events that neither has are left out. */
export const rulesKey = (rules: Rules, events: Iterable<string>, side: 'verifier' | 'machine'): string =>
  [...events]
    .flatMap(name => {
      const e = rules.get(name);
      if (e === undefined) return [];
      return side === 'verifier'
        ? [ruleKey(e.verifier)]
        : e.machine.map(m => `${String(m.from)}>${String(m.to)} ${ruleKey(m.does)}`);
    })
    .join();
