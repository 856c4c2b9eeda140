/** Which variables a body assigns and needs: what C has to declare, pass on and initialise. */
import type { Body, Ptr, Stmt } from './program.js';
import { bodiesOf, pointersOf, statementsIn } from './program.js';

/** The parameters of a comparison of tree nodes. */
export const LESS_PARAMETERS: readonly string[] = ['a', 'b'];

export const variableOf = (p: Ptr): string | null => ('v' in p ? p.v : null);

/** Returns the variable that a statement itself assigns. */
export const assignedBy = (s: Stmt): string | null => ('to' in s ? s.to : null);

/** The flags of a statement, which live on the stack of its function. */
export const flagsOf = (s: Stmt): string | null => ('flags' in s ? s.flags : null);

const usedBy = (s: Stmt): readonly string[] => [
  ...pointersOf(s).flatMap(p => variableOf(p) ?? []),
  ...(s.do === 'copy' || s.do === 'inner' || s.do === 'ifPtr' ? [s.v] : []),
  ...(s.do === 'ifNumber' ? [s.x] : []),
];

interface Flow {
  /** Surely assigned; null where control does not come. */
  readonly defined: ReadonlySet<string> | null;
  readonly needed: ReadonlySet<string>;
}

const meet = (a: ReadonlySet<string> | null, b: ReadonlySet<string> | null): ReadonlySet<string> | null =>
  a === null ? b : b === null ? a : new Set([...a].filter(v => b.has(v)));

const flow = (body: Body, before: ReadonlySet<string>): Flow => {
  const needed = new Set<string>();
  let defined: ReadonlySet<string> | null = before;
  for (const s of body) {
    if (defined === null) break;
    const now: ReadonlySet<string> = defined;
    const needs = [...usedBy(s), ...captured(s)];
    for (const v of needs) if (!now.has(v)) needed.add(v);
    const to = assignedBy(s);
    if (to !== null) defined = new Set([...now, to]);
    if (s.do === 'return') defined = null;
    else if (s.do === 'ifPtr' || s.do === 'ifNumber' || s.do === 'take') {
      const [a, b] = [flow(s.does, now), flow(s.otherwise, now)];
      for (const v of [...a.needed, ...b.needed]) needed.add(v);
      defined = meet(a.defined, b.defined);
    } else if (s.do === 'times') for (const v of flow(s.does, now).needed) needed.add(v);
  }
  return { defined, needed };
};

/** Returns the variables that a body may read before it assigns them. */
export const neededBy = (body: Body, given: readonly string[] = []): readonly string[] =>
  [...flow(body, new Set(given)).needed].toSorted();

/** At most so many arguments go to a function. */
const MOST_ARGUMENTS = 5;

/** Returns what is passed on to the function that a statement defines. */
export const captured = (s: Stmt): readonly string[] => {
  if (s.do === 'each') return neededBy(s.does, [s.v]);
  return s.do === 'function' && s.kind === 'static' ? neededBy(s.does).slice(0, MOST_ARGUMENTS) : [];
};

/** The statements of a function, without those of the functions it defines. */
const ownStatements = (body: Body): readonly Stmt[] =>
  body.flatMap(s =>
    s.do === 'each' || s.do === 'function' || s.do === 'add' ? [s] : [s, ...bodiesOf(s).flatMap(ownStatements)],
  );

/** Returns the variables of a function, pointers and numbers. */
export const variablesOf = (body: Body): readonly string[] =>
  [
    ...new Set(
      ownStatements(body).flatMap(s => [
        ...usedBy(s),
        ...captured(s),
        ...(assignedBy(s) === null ? [] : [assignedBy(s) ?? '']),
      ]),
    ),
  ].toSorted();

export const flagVariablesOf = (body: Body): readonly string[] =>
  [...new Set(ownStatements(body).flatMap(s => flagsOf(s) ?? []))].toSorted();

/** Returns all names in use, so that a new one can be chosen. */
export const namesIn = (body: Body): ReadonlySet<string> =>
  new Set(statementsIn(body).flatMap(s => [...usedBy(s), assignedBy(s) ?? '', flagsOf(s) ?? '']));
