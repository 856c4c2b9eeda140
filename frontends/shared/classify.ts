/** Cuts the integers into the classes of a unit, and turns draft graphs into programs. */
import type { At, ClassSet, Edge, Program, ProgramEvent, Unit } from '../../model/program.js';
import { writtenSlots, type Draft, type DraftEdge, type DraftEvent, type Range } from './graph.js';
import type { Problems } from './problems.js';
import { rangeOf } from '../c/types.js';

const MOST_CLASSES = 12;
const LEAST = Number.MIN_SAFE_INTEGER;
const MOST = Number.MAX_SAFE_INTEGER;

/** Returns the classes and the programs of a unit, or null (problem collected) if it compares with too many constants. */
export function classify(drafts: readonly Draft[], problems: Problems): Pick<Unit, 'classes' | 'programs'> | null {
  const cuts = new Map<number, At | null>([
    [0, null],
    [1, null],
    [2, null],
  ]);
  const cut = (range: Range, at: At): void => {
    if (range.lo > LEAST && !cuts.has(range.lo)) cuts.set(range.lo, at);
    if (range.hi < MOST && !cuts.has(range.hi + 1)) cuts.set(range.hi + 1, at);
  };
  for (const draft of drafts) {
    const keys = keyCells(draft);
    for (const { does, at } of draft.edges) {
      if (does.event === 'draft-test') {
        const own = rangeOf(draft.cells.get(does.cell)?.type ?? { kind: 'void' });
        // an outcome that ends where the type ends needs no cut there
        for (const range of does.among)
          cut({ lo: range.lo <= own.lo ? LEAST : range.lo, hi: range.hi >= own.hi ? MOST : range.hi }, at);
      }
      if (does.event === 'draft-assign' && does.to.lo === does.to.hi && keys.has(does.cell)) cut(does.to, at);
    }
  }
  const points = [...cuts.keys()].sort((a, b) => a - b);
  const pieces = [LEAST, ...points].map((lo, i) => ({ lo, hi: (points[i] ?? MOST + 1) - 1 }));
  const pieceList = pieces.filter(p => p.lo <= p.hi);
  // classes 0 and 1 are the numbers 0 and 1; negative numbers come last
  const classes = [...pieceList.filter(p => p.lo >= 0), ...pieceList.filter(p => p.lo < 0)];
  if (classes.length > MOST_CLASSES) {
    const last = [...cuts.values()].findLast(at => at !== null);
    problems.unsupported(
      `comparisons with constants that make ${classes.length} classes of integers`,
      last ?? drafts[0]?.at ?? NOWHERE,
    );
    return null;
  }
  const classSet = (ranges: readonly Range[]): ClassSet =>
    classes.flatMap((c, i) => (ranges.some(r => r.lo <= c.hi && c.lo <= r.hi) ? [i] : []));
  return { classes, programs: drafts.map(draft => finish(draft, classSet)) };
}

const NOWHERE: At = { file: '', line: 1, column: 1 };

/** Cells used as keys, and those copied into them. */
function keyCells(draft: Draft): Set<string> {
  const byIndex = new Map([...draft.cells].map(([key, cell]) => [cell.index, key]));
  const keys = new Set<string>();
  for (const { does } of draft.edges) {
    if (does.event === 'bpf_map_lookup_elem' || does.event === 'inner_lookup') keys.add(byIndex.get(does.key) ?? '');
  }
  for (let size = -1; size !== keys.size;) {
    size = keys.size;
    for (const { does } of draft.edges) if (does.event === 'draft-copy' && keys.has(does.cell)) keys.add(does.from);
  }
  return keys;
}

function finish(draft: Draft, classSet: (ranges: readonly Range[]) => ClassSet): Program {
  const edges: Edge[] = [];
  const numbers = new Map<number, number>();
  let count = 0;
  const number = (node: number): number => {
    const known = numbers.get(node);
    if (known !== undefined) return known;
    numbers.set(node, count);
    return count++;
  };
  const scalars: string[] = [];
  const scalarOf = new Map<string, number>();
  const scalar = (key: string, name: string): number => {
    const known = scalarOf.get(key);
    if (known !== undefined) return known;
    scalars.push(name);
    scalarOf.set(key, scalars.length - 1);
    return scalars.length - 1;
  };
  const cell = (key: string): number => scalar(`cell ${key}`, draft.cells.get(key)?.name ?? '');
  const byIndex = new Map([...draft.cells].map(([key, c]) => [c.index, key]));
  const facts = [...new Set(draft.edges.flatMap(({ does }) => (does.event === 'draft-fact' ? [does.fact] : [])))];
  const factScalar = (fact: string): number => scalar(`fact ${fact}`, draft.facts.get(fact)?.text ?? '');
  const both: ClassSet = [0, 1];
  const isLive = (node: number, id: string): boolean => draft.live.get(node)?.has(id) === true;
  const resets = (edge: DraftEdge, changed: ReadonlySet<string>): ProgramEvent[] =>
    facts
      .filter(
        fact => isLive(edge.to, `fact ${fact}`) && draft.facts.get(fact)?.deps.some(dep => changed.has(dep)) === true,
      )
      .map(fact => ({ event: 'set', scalar: factScalar(fact), to: both }));

  const entry = number(draft.entry);
  // facts about variables that nobody assigns can be anything
  let first = entry;
  const at = draft.at;
  for (const fact of facts.filter(f => isLive(draft.entry, `fact ${f}`))) {
    const next = count++;
    edges.push({ from: first, to: next, does: { event: 'set', scalar: factScalar(fact), to: both }, at });
    first = next;
  }
  const from = (node: number): number => (node === draft.entry ? first : number(node));

  const chain = (edge: DraftEdge, events: readonly ProgramEvent[]): void => {
    let here = from(edge.from);
    events.forEach((does, i) => {
      const isLast = i === events.length - 1;
      const to = isLast ? number(edge.to) : count++;
      edges.push({
        from: here,
        to,
        does,
        at: edge.at,
        ...(edge.only === undefined ? {} : { only: edge.only }),
        ...(edge.bound === undefined || !isLast ? {} : { bound: edge.bound }),
      });
      here = to;
    });
  };

  for (const edge of draft.edges) {
    const { does } = edge;
    const changed = new Set(writtenSlots(does).map(slot => `slot:${slot}`));
    switch (does.event) {
      case 'draft-assign': {
        changed.add(does.cell);
        const set: ProgramEvent[] = isLive(edge.to, does.cell)
          ? [{ event: 'set', scalar: cell(does.cell), to: classSet([does.to]) }]
          : [];
        chain(edge, orJump([...set, ...resets(edge, changed)]));
        break;
      }
      case 'draft-copy': {
        changed.add(does.cell);
        if (isLive(edge.to, does.cell)) copy(edge, does, resets(edge, changed));
        else chain(edge, orJump(resets(edge, changed)));
        break;
      }
      case 'draft-test':
        chain(edge, [{ event: 'test', scalar: cell(does.cell), among: classSet(does.among) }]);
        break;
      case 'draft-fact':
        chain(edge, [{ event: 'test', scalar: factScalar(does.fact), among: does.holds ? [1] : [0] }]);
        break;
      case 'bpf_map_lookup_elem':
      case 'inner_lookup':
        chain(edge, [{ ...does, key: cell(byIndex.get(does.key) ?? '') }, ...resets(edge, changed)]);
        break;
      default:
        chain(edge, [plain(does), ...resets(edge, changed)]);
    }
  }

  /** A copy into a smaller type changes the values that do not fit. */
  function copy(edge: DraftEdge, does: DraftEvent & { event: 'draft-copy' }, then: readonly ProgramEvent[]): void {
    const own = rangeOf(draft.cells.get(does.cell)?.type ?? { kind: 'void' });
    const source = rangeOf(draft.cells.get(does.from)?.type ?? { kind: 'void' });
    const move: ProgramEvent = { event: 'copy', scalar: cell(does.cell), from: cell(does.from) };
    const all = classSet([source]);
    const fits = all.filter(c => classSet([own]).includes(c));
    const rest = all.filter(c => !fits.includes(c));
    if (rest.length === 0 || (own.lo <= source.lo && source.hi <= own.hi)) {
      chain(edge, [move, ...then]);
      return;
    }
    chain(edge, [{ event: 'test', scalar: cell(does.from), among: fits }, move, ...then]);
    chain(edge, [
      { event: 'test', scalar: cell(does.from), among: rest },
      { event: 'set', scalar: cell(does.cell), to: classSet([own]) },
      ...then,
    ]);
  }

  const exit = number(draft.exit);
  const { slots, renumbered } = usedSlots(draft.slots, edges);
  return {
    name: draft.name,
    section: draft.section,
    kind: draft.kind,
    sleepable: draft.sleepable,
    entry,
    exit,
    edges: renumbered,
    slots,
    scalars,
    maps: draft.maps,
    types: draft.types,
    at,
  };
}

const orJump = (events: readonly ProgramEvent[]): readonly ProgramEvent[] =>
  events.length > 0 ? events : [{ event: 'jump' }];

function plain(does: DraftEvent): ProgramEvent {
  switch (does.event) {
    case 'draft-assign':
    case 'draft-copy':
    case 'draft-test':
    case 'draft-fact':
      throw new Error(`a draft event outside its case: ${does.event}`);
    default:
      return does;
  }
}

/** Drops the slots that no event mentions. */
function usedSlots(names: readonly string[], edges: readonly Edge[]): { slots: string[]; renumbered: Edge[] } {
  const slots: string[] = [];
  const numbers = new Map<number, number>();
  const slot = (old: number): number => {
    const known = numbers.get(old);
    if (known !== undefined) return known;
    slots.push(names[old] ?? '');
    numbers.set(old, slots.length - 1);
    return slots.length - 1;
  };
  const renumber = (value: unknown, key: string): unknown => {
    if (typeof value === 'number') return SLOT_KEYS.has(key) ? slot(value) : value;
    if (Array.isArray(value)) return value.map(v => renumber(v, ''));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, renumber(v, k)]));
  };
  // an event's numbers are slots exactly where program.ts says so
  const renumbered = edges.map(edge => ({ ...edge, does: renumber(edge.does, '') as ProgramEvent }));
  return { slots, renumbered };
}

const SLOT_KEYS: ReadonlySet<string> = new Set(['dst', 'slot', 'a', 'b', 'map', 'flags']);
