/** Programs as a tree of steps: a main line, and at each test the other branch aside. What a finished program is made of. */
import type { At, Edge, Operand, Program, ProgramEvent, Unit } from '../model/program.js';

/** A body ends with `exit`, which is not written. */
export type Body = readonly Step[];
export type Step =
  | { readonly kind: 'do'; readonly does: ProgramEvent }
  /** The main line goes on where `does` holds; where `otherwise` does, the program ends after `aside`. */
  | { readonly kind: 'fork'; readonly does: ProgramEvent; readonly otherwise: ProgramEvent; readonly aside: Body };

/** The other outcome of a test; undefined for events that have just one. */
export const otherwise = (e: ProgramEvent): ProgramEvent | undefined => {
  switch (e.event) {
    case 'test_null':
      return { ...e, isNull: !e.isNull };
    case 'bpf_res_spin_lock':
    case 'bpf_res_spin_lock_irqsave':
      return { ...e, ok: !e.ok };
    default:
      return undefined;
  }
};

/** How many events there are, not counting exits. */
export const sizeOfBody = (b: Body): number =>
  b.reduce((n, s) => n + 1 + (s.kind === 'fork' ? sizeOfBody(s.aside) : 0), 0);

/** What a slot of the trace is in the finished program: a variable, or a global whose address is loaded at every mention. */
type Place = { readonly slot: number } | { readonly map: string; readonly off: number };

const isOperand = (v: unknown): v is Operand => typeof v === 'object' && v !== null && 'slot' in v && 'add' in v;

const VARIABLE: Readonly<Partial<Record<ProgramEvent['event'], string>>> = {
  bpf_map_lookup_elem: 'v',
  inner_lookup: 'v',
  callback_value: 'v',
  bpf_obj_new: 'n',
};

/** Slots that hold something else than the result of the event. */
const USES = ['slot', 'map'] as const;

/**
 * The program of a body as a programmer would write it: every result has a variable of its own, and every mention of a global's
 * address is one load of it. Null if the body uses a variable that it never sets.
 */
export const programOf = (name: string, body: Body, unit: Unit, like: Program, keepMoves: boolean): Program | null => {
  const edges: Edge[] = [];
  const slots: string[] = [];
  const maps: string[] = [];
  const types: string[] = [];
  const flags = new Map<number, number>();
  let nodes = 1;
  let isBroken = false;
  let usesKey = false;
  const at = (): At => ({ file: name, line: edges.length + 1, column: 1 });
  const define = (prefix: string): number => {
    const n = slots.filter(s => s.replace(/\d+$/, '') === prefix).length;
    return slots.push(n === 0 ? prefix : `${prefix}${String(n)}`) - 1;
  };
  const mention = (map: string): void => {
    if (!maps.includes(map)) maps.push(map);
  };
  const flagsOf = (slot: number): number => {
    const known = flags.get(slot) ?? define('flags');
    flags.set(slot, known);
    return known;
  };
  const go = (steps: Body, start: number, given: ReadonlyMap<number, Place>, exits: number[]): void => {
    const env = new Map(given);
    let node = start;
    const put = (does: ProgramEvent, to: number = nodes++): number => {
      edges.push({ from: node, to, does, at: at() });
      return to;
    };
    const use = (slot: number, add: number): Operand => {
      const p = env.get(slot);
      if (p === undefined) {
        isBroken = true;
        return { slot: 0, add };
      }
      if ('slot' in p) return { slot: p.slot, add };
      mention(p.map);
      const off = p.off + add;
      const dst = define(`&${fieldAt(unit, p.map, off)}`);
      node = put({ event: 'global', dst, map: p.map, off });
      return { slot: dst, add: 0 };
    };
    const renamed = (e: ProgramEvent): ProgramEvent => {
      const out: Record<string, unknown> = { ...e };
      for (const [key, v] of Object.entries(e)) {
        if (isOperand(v)) out[key] = use(v.slot, v.add);
        else if (key === 'pointers' && Array.isArray(v)) out[key] = v.map((o: Operand) => use(o.slot, o.add));
        else if (key === 'flags' && typeof v === 'number') out[key] = flagsOf(v);
        else if (typeof v === 'number' && USES.some(u => u === key)) out[key] = use(v, 0).slot;
      }
      if ('dst' in e && typeof e.dst === 'number') {
        const source = 'src' in e ? undefined : VARIABLE[e.event];
        const dst = define(source ?? 'p');
        out['dst'] = dst;
        env.set(e.dst, { slot: dst });
      }
      if ('key' in e) usesKey = true;
      if (e.event === 'bpf_map_lookup_elem') mention(e.map);
      if (e.event === 'bpf_obj_new' && !types.includes(e.type)) types.push(e.type);
      return out as unknown as ProgramEvent;
    };
    for (const s of steps) {
      const { does } = s;
      if (does.event === 'exit') break;
      if (does.event === 'global') {
        env.set(does.dst, { map: does.map, off: does.off });
        continue;
      }
      if (does.event === 'move') {
        const p = env.get(does.src.slot);
        if (p !== undefined && does.src.add === 0 && (!keepMoves || !('slot' in p))) {
          env.set(does.dst, p);
          continue;
        }
      }
      if (s.kind === 'do') {
        const does = renamed(s.does);
        node = put(does);
        if (does.event !== 'bpf_rbtree_add') continue;
        // Its less() compares nothing.
        const inside = put({ event: 'enter_callback', kind: 'less', throws: false });
        edges.push({
          from: inside,
          to: node,
          does: { event: 'leave_callback', kind: 'less', inRange: true },
          at: at(),
          bound: 1,
        });
        node = put({ ...does, event: 'rbtree_added' });
        continue;
      }
      const main = renamed(does);
      const other = { ...main, ...pick(s.otherwise) } as ProgramEvent;
      // The verifier looks at the branch of a pointer that is not NULL first, at that of a lock that was taken first.
      const isFirst = ('isNull' in does && !does.isNull) || ('ok' in does && does.ok);
      const here = node;
      const [a, b] = isFirst ? [main, other] : [other, main];
      const first = put(a);
      const second = put(b);
      const onward = isFirst ? first : second;
      go(s.aside, isFirst ? second : first, env, exits);
      node = onward;
      if (here === node) isBroken = true;
    }
    exits.push(node);
  };
  const exits: number[] = [];
  go(body, 0, new Map(), exits);
  if (isBroken) return null;
  const exit = nodes++;
  for (const from of exits) edges.push({ from, to: exit, does: { event: 'exit' }, at: at() });
  const start = nodes;
  const keyed: Edge[] = usesKey ? [{ from: start, to: 0, does: { event: 'set', scalar: 0, to: [0] }, at: at() }] : [];
  return {
    ...like,
    name,
    entry: usesKey ? start : 0,
    exit,
    edges: [...keyed, ...edges],
    slots,
    scalars: usesKey ? ['key'] : [],
    maps,
    types,
  };
};

/** What tells the two events of a fork apart. */
const pick = (e: ProgramEvent): object => ('isNull' in e ? { isNull: e.isNull } : 'ok' in e ? { ok: e.ok } : {});

/** The variable of a section at an offset, for people. */
const fieldAt = (unit: Unit, map: string, off: number): string => {
  const def = unit.maps.find(m => m.name === map);
  return unit.types.find(t => t.name === def?.valueType)?.fields.find(f => f.offset === off)?.name ?? map;
};
