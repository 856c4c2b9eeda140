/** Counterexamples for people: replays a trace in the plain interpreter and says what changed at each step. */
import { ModelBug } from '../model/term.js';
import { closures } from '../encodings/closures.js';
import type { Layout } from '../encodings/instance.js';
import { valueName } from '../encodings/instance.js';
import type { Machine, MachineEdge } from '../encodings/machine.js';
import type { Violation } from '../encodings/explore.js';
import { lockSets } from './lock-sets.js';
import type { Change, Counterexample, InitialFact, Relation, TraceStep } from './cell.js';

/** How a cell is told; cells that are not listed are details nobody asks for (slots, offsets, scalars). */
const tell = (layout: Layout, i: number, from: number, to: number): Change | undefined => {
  const v = layout.vars[i];
  if (v === undefined) return undefined;
  const { inst } = layout;
  const name = (d: number): string => valueName(inst, v.cell.index[d], v.at[d] ?? 0);
  const value = (x: number): string => valueName(inst, v.cell.sort, x);
  const place = (d: number): string => `${name(d)}+${name(d + 1) === 'zero' ? '0' : name(d + 1)}`;
  const words = (what: string, yes: string, no: string): Change => ({
    what,
    from: from === 1 ? yes : no,
    to: to === 1 ? yes : no,
    edge: null,
  });
  /** Yes or no: there is an arrow, or none. */
  const arrow = (told: Change, relation: Relation, subject: string, object: string): Change => ({
    ...told,
    edge: { relation, subject, before: from === 1 ? object : null, after: to === 1 ? object : null },
  });
  /** To one thing at most. */
  const pointer = (what: string, relation: Relation, subject: string): Change => ({
    what,
    from: from === 0 ? 'nothing' : value(from),
    to: to === 0 ? 'nothing' : value(to),
    edge: { relation, subject, before: from === 0 ? null : value(from), after: to === 0 ? null : value(to) },
  });
  switch (v.cell.cell) {
    case 'locked':
      return arrow(words(`lock ${place(1)}`, `held by ${name(0)}`, 'free'), 'holds', name(0), `lock ${place(1)}`);
    case 'inside-alloc':
      return pointer(`${name(0)} works on`, 'works on', name(0));
    case 'wait-alloc':
      return pointer(`${name(0)} waits for a lock of`, 'waits for', name(0));
    case 'linked':
      return arrow(words(`${name(2)} in ${place(0)}`, 'linked', 'not linked'), 'contains', place(0), name(2));
    case 'stashed':
      return arrow(words(`kptr ${place(0)}`, name(2), 'empty'), 'stashes', `kptr ${place(0)}`, name(2));
    case 'holding':
      return pointer(`${name(0)} owns (${name(1)})`, 'owns', name(0));
    case 'life':
      return { what: name(0), from: lifeText(value(from)), to: lifeText(value(to)), edge: null };
    case 'entry':
      return pointer(`${name(0)}[${name(1)}]`, 'has', name(0));
    case 'map-freed':
      return words(name(0), 'freed', 'there');
    case 'in-rcu':
    case 'no-preempt':
    case 'no-irq':
      return words(`${name(0)} ${v.cell.cell}`, 'on', 'off');
    default:
      return undefined;
  }
};

/** What is told of the initial state: all that is not zero, which is nothing, free, empty or unborn. A section always has its value. */
const initialFacts = (m: Machine): readonly InitialFact[] => {
  const sections = new Set(m.spec.unit.maps.flatMap(x => (x.section === undefined ? [] : [x.name])));
  return [...m.init].flatMap((x, i) => {
    const told = x === 0 ? undefined : tell(m.layout, i, 0, x);
    const edge = told?.edge ?? null;
    if (told === undefined || (edge?.relation === 'has' && sections.has(edge.subject))) return [];
    const object = edge?.after ?? null;
    return [
      {
        what: told.what,
        is: told.to,
        edge: edge === null || object === null ? null : { relation: edge.relation, subject: edge.subject, object },
      },
    ];
  });
};

const LIFE: Readonly<Record<string, string>> = {
  unborn: 'not allocated',
  live: 'allocated',
  zombie: 'freed, but for RCU readers',
};
const lifeText = (life: string): string => LIFE[life] ?? life;

/** What the pointers of a step are, for its one-line text. */
const textOf = (m: Machine, e: MachineEdge, s: Int32Array): string => {
  const r = m.spec.runs[e.run];
  const slots = r?.kind === 'program' ? r.program.slots : [];
  const parts: string[] = [];
  for (const [key, slot] of e.rule.env) {
    if (
      key === 'run' ||
      key.endsWith('.add') ||
      !e.rule.rule.params.some(p => p.name === key && p.sort.name === 'Slot')
    )
      continue;
    const place = m.layout.cells.get('val')?.table[e.run * (m.layout.cells.get('val')?.dims[1] ?? 1) + slot] ?? -1;
    const points = place >= 0 ? s[place] : 0;
    const sort = m.layout.vars[place]?.cell.sort;
    const target = sort === undefined || key === 'dst' ? '' : ` -> ${valueName(m.layout.inst, sort, points)}`;
    parts.push(`${slots[slot] ?? key}${target}`);
  }
  const phase = e.rule.rule.name.includes(':') ? ` [${e.rule.rule.name.split(':')[1] ?? ''}]` : '';
  return `${e.event}${phase}${parts.length > 0 ? `(${parts.join(', ')})` : ''}`;
};

/** Steps nobody needs to read: jumps, tests and copies that change nothing that is told. */
const QUIET = new Set([
  'jump',
  'set',
  'copy',
  'test',
  'call_static',
  'return_static',
  'null',
  'global',
  'move',
  'enter_callback',
  'leave_callback',
  'load_map',
  'create_map',
  'load_btf',
]);

/**
 * Replays the trace from the initial state: every step must be possible, only the last may break a property, and it must break
 * the one that is claimed. Throws ModelBug otherwise: then the engines disagree, and nothing may be shown.
 */
export const replay = (m: Machine, v: Violation): Counterexample => {
  const of = closures();
  let s = m.init;
  const pcs = m.graphs.map(g => g.entry);
  const steps: TraceStep[] = [];
  const locks = lockSets(m);
  let wrongLock: string | null = null;
  v.trace.forEach((e, i) => {
    if (pcs[e.run] !== e.from) throw new ModelBug(`replay: ${e.event} is not at its place`);
    if (of(e.rule.where)(s) !== 1) throw new ModelBug(`replay: ${e.event} can't happen`);
    const bad = e.rule.bads.findIndex(b => of(b)(s) === 1);
    const isLast = i === v.trace.length - 1;
    if (isLast ? e.rule.rule.bads[bad]?.property !== v.property : bad >= 0)
      throw new ModelBug(
        `replay: step ${String(i + 1)} (${e.event}) ${bad >= 0 ? 'breaks something' : 'breaks nothing'}`,
      );
    const next = Int32Array.from(s);
    if (isLast && v.property === 'list-race') {
      // The second one comes in: not a state of the machine any more, but one that tells who holds what.
      const race = Int32Array.from(s);
      for (const [x, g] of e.rule.next) race[x] = of(g)(s);
      locks.see(race);
      wrongLock = locks.diagnosis(race, e.run);
    }
    if (!isLast) for (const [x, g] of e.rule.next) next[x] = of(g)(s);
    const changes = [...next]
      .flatMap((to, x) => (to === s[x] ? [] : [tell(m.layout, x, s[x], to)]))
      .filter(c => c !== undefined);
    const run = m.spec.runs[e.run];
    if (isLast || changes.length > 0 || !QUIET.has(e.event))
      steps.push({
        run: run?.name ?? String(e.run),
        cpu: run?.kind === 'program' ? `CPU ${String(run.cpu)}` : 'user space',
        event: e.event,
        text: textOf(m, e, s),
        at: e.at ?? null,
        changes,
      });
    pcs[e.run] = e.to;
    s = next;
    locks.see(s);
  });
  return {
    property: v.property,
    reason: v.reason,
    initial: initialFacts(m),
    steps,
    wrongLock,
    minimal: true,
    replayed: true,
  };
};
