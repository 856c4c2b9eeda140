/** A rejection for people: the guard that failed, in the words of the kernel and of the rule, and the way to it. */
import { prose } from '../encodings/prose.js';
import type { Design } from '../model/design.js';
import type { PropertyId } from '../model/properties.js';
import { properties } from '../model/properties.js';
import type { Guard } from '../model/rule.js';
import { rulesOf } from '../model/rules/index.js';
import type { ProgramVerdict } from '../proofs/cell.js';
import { partBehindGuard } from './design-parts.js';
import type { Diagnosis } from './diagnosis.js';
import { count, inSentence, sentence } from './layout.js';
import { suggestionForGuard } from './suggestions.js';

const guardsOf = new WeakMap<Design, readonly Guard[]>();
const allGuards = (design: Design): readonly Guard[] => {
  let guards = guardsOf.get(design);
  if (guards === undefined)
    guardsOf.set(design, (guards = [...rulesOf(design).values()].flatMap(r => r.verifier.guards)));
  return guards;
};

/** Returns the guard of the design with this name and message, or null: a guard of a name may differ from rule to rule. */
const guardNamed = (design: Design, name: string, message: string | null): Guard | null => {
  const guards = allGuards(design).filter(g => g.name === name.replace(/^load:/, ''));
  return (
    guards.find(g => g.message === message || g.unless?.some(u => u.message === message) === true) ?? guards[0] ?? null
  );
};

const named = (id: PropertyId): string => `${id} (${inSentence(properties[id])})`;
const protectedBy = (g: Guard): string =>
  'policy' in g.protects
    ? `It protects no property: ${g.protects.policy}.`
    : `It protects against ${g.protects.map(named).join('; ')}.`;

const partText = (guard: string, design: Design): string => {
  const part = partBehindGuard(guard, design);
  return part === null
    ? `It is a rule of the ${design.baseline} baseline, whatever the design says of locks.`
    : `Here the design decides by its ${part.part}: ${part.answer}.`;
};

/** Who rejects a program: all the designs that do so alike. */
export const rejectedBy = (program: string, designs: readonly string[]): string =>
  `${program} is rejected by ${designs.join(', ')}`;

/** Returns the five sections for a program that a design rejects. */
export const rejectionOf = (v: ProgramVerdict, design: Design): Diagnosis => {
  const name = v.guard ?? 'unknown guard';
  const guard = v.guard === null ? null : guardNamed(design, v.guard, v.message);
  return {
    category: name,
    title: v.message ?? 'rejected',
    subject: rejectedBy(v.program, [design.id]),
    reason: [
      ...(v.reason === null ? [] : [sentence(v.reason)]),
      ...(guard === null ? [] : [`The guard asks for: ${prose(guard.holds)}.`]),
      ...(v.kernelFunction === null ? [] : [`The kernel tests it in ${v.kernelFunction}.`]),
      ...(guard === null ? [] : [protectedBy(guard)]),
      partText(name, design),
    ],
    at: v.at,
    path: v.path.map(p => ({ actor: '', text: p.text, at: p.at, changes: [] })),
    pathNote: v.path.length === 0 ? '' : `${count(v.path.length, 'event')} of the path that the verifier explored`,
    suggestion: suggestionForGuard(name),
  };
};
