/** A counterexample for people: what goes wrong, where, and the shortest way to it. */
import { properties } from '../model/properties.js';
import type { Cell, Counterexample, TraceStep } from '../proofs/cell.js';
import type { Diagnosis } from './diagnosis.js';
import { count, sentence } from './layout.js';
import { suggestionForProperty } from './suggestions.js';

const actorOf = (s: TraceStep): string => (s.cpu === s.run ? s.run : `${s.cpu} ${s.run}`);

const verdictWords = (cell: Cell): string => {
  switch (cell.verdict) {
    case 'accept':
      return 'accepts every program';
    case 'reject':
      return `rejects it at ${cell.guard ?? 'a guard'}, and is right to`;
    default:
      return `has no verdict (${cell.verdict})`;
  }
};

const noteOf = (c: Counterexample): string =>
  [
    count(c.steps.length, 'step'),
    c.minimal ? 'no shorter run breaks anything' : 'not known to be the shortest',
    c.replayed ? 'replayed' : 'NOT REPLAYED: the engines disagree',
  ].join(', ');

/** Returns the five sections for the counterexample of a cell. */
export const counterexampleOf = (cell: Cell, c: Counterexample): Diagnosis => {
  const actors = new Set(c.steps.map(actorOf));
  const last = c.steps.at(-1);
  return {
    category: c.property,
    title: properties[c.property],
    subject: `${cell.scenario}: ${cell.design} ${verdictWords(cell)}; this run of the machine breaks ${c.property}`,
    reason: [
      sentence(c.reason),
      ...(last === undefined
        ? []
        : [`It happens at step ${String(c.steps.length)}, ${last.event} by ${actorOf(last)}.`]),
      ...(c.wrongLock === null ? [] : [`wrong-lock: ${c.wrongLock}.`]),
    ],
    at: last?.at ?? null,
    path: c.steps.map(s => ({
      actor: actors.size > 1 ? actorOf(s) : '',
      text: s.text,
      at: s.at,
      changes: s.changes.map(x => `${x.what}: ${x.from} -> ${x.to}`),
    })),
    pathNote: noteOf(c),
    suggestion: suggestionForProperty[c.property],
  };
};
