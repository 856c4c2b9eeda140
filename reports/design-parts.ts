/** The parts of a design in words, and which part stands behind a guard. */
import type { Design, IdentityPart } from '../model/design.js';
import { guardKinds } from '../model/design.js';

const identityWords: Readonly<Record<IdentityPart, string>> = {
  ptr: 'the map or BTF it belongs to (ptr)',
  id: 'the register id of the lookup or load (id)',
  offset: 'its offset in the value',
  address: 'its address, which must be known when the program is verified',
  element: 'the map and index of a .locks element',
  owner: 'the structure it is part of',
  type: 'the type of the value it lies in',
};

export interface PartText {
  readonly part: string;
  readonly question: string;
  readonly answer: string;
}

const sectionWords = (d: Design): string =>
  d.sections.rules
    .map(
      r =>
        `${r.section}: ${r.mapped === true ? 'mapped' : r.mapped === false ? 'not mapped' : 'mapped if a variable is visible'}`,
    )
    .join('; ');

/** All parts, in the order of docs/designs.md. */
export const partsOf = (d: Design): readonly PartText[] => [
  {
    part: 'identity',
    question: 'What makes two locks the same?',
    answer: d.identity.map(p => identityWords[p]).join(', and '),
  },
  {
    part: 'ids',
    question: 'When does a pointer get a fresh id?',
    answer: `at every lookup; a global has ${d.ids.global === 'zero' ? 'id 0' : 'a fresh id at every load of its address'}; the value that a callback is given has ${d.ids.callbackValue === 'zero' ? 'id 0' : 'a fresh id'}`,
  },
  { part: 'guard', question: 'Which held lock opens a list head or tree root?', answer: guardKinds[d.guard] },
  {
    part: 'placement',
    question: 'Where may locks live?',
    answer: `${{ anywhere: 'in any map value or section', 'locks-section': 'in .locks sections only', 'inside-structure': 'inside the head or root itself' }[d.placement.where]}, ${d.placement.locksPerValue === 'one' ? 'one in each value or section' : 'any number in each value or section'}`,
  },
  {
    part: 'innerMaps',
    question: "What stands for an inner map's value?",
    answer: {
      template: 'its template, with a fresh id for each lookup',
      refused: 'locks in inner maps are refused',
      'initial-contents': 'what the map of maps holds when the program is loaded',
    }[d.innerMaps],
  },
  {
    part: 'held',
    question: 'How many locks at once?',
    answer: d.held === 'one' ? 'one' : 'several, released in the opposite order',
  },
  {
    part: 'teardown',
    question: 'Which lock drains the nodes when a value or map is freed?',
    answer: { 'same-value': 'the one in the same value', declared: 'the declared one', none: 'none' }[d.teardown],
  },
  { part: 'sections', question: 'Which sections can user space map?', answer: sectionWords(d) },
  {
    part: 'annotations',
    question: 'What must the programmer write?',
    answer: d.annotations.length === 0 ? 'nothing' : d.annotations.join('; '),
  },
];

const partBehind: Readonly<Record<string, string>> = {
  'unlock-same-lock': 'identity',
  'res-no-aa-deadlock': 'identity',
  'lock-address-known': 'identity',
  'head-lock-held': 'guard',
  'head-lock-matches': 'guard',
  'head-has-lock': 'guard',
  'one-lock-per-value': 'placement',
  'lock-in-locks-section': 'placement',
  'structure-has-lock': 'placement',
  'inner-map-lock': 'innerMaps',
  'section-mapped': 'sections',
  'section-hidden': 'sections',
};

/** Returns the part of the design that decides at the guard, or null if its baseline does, whatever the design. */
export const partBehindGuard = (guard: string, d: Design): PartText | null =>
  partsOf(d).find(p => p.part === partBehind[guard.replace(/^load:/, '')]) ?? null;
