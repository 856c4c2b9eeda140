/**
 * Programs that mean to be right: statements are chosen with what the program holds in mind, and every way out gives it back.
 * What is right here is the idiom of BPF programs, not the rules: who is to judge is the kernel.
 */
import type { Random } from 'fast-check';
import type { GeneratedProgram, Less, PointerCall, Ptr, Stmt } from './program.js';
import { DATA, fieldsOf } from './world.js';
import type { World, WorldField, WorldMap } from './world.js';

/** What the program believes of a pointer. */
interface Pointer {
  /** What it points to; of inner maps, the struct of their values. */
  readonly struct: string;
  /** It points to this node member. */
  readonly member: string | null;
  readonly is: 'value' | 'object' | 'inner';
  readonly owned: boolean;
  readonly maybeNull: boolean;
  /** Dies with the lock, or with the RCU region. */
  readonly dies: 'never' | 'at-unlock' | 'with-rcu';
}

/** What is open, innermost last. */
type Open =
  | { readonly what: 'lock'; readonly lock: Ptr; readonly owner: string }
  | { readonly what: 'res'; readonly lock: Ptr; readonly owner: string; readonly flags: string | null }
  | { readonly what: 'irq'; readonly flags: string }
  | { readonly what: 'rcu' }
  | { readonly what: 'preempt' };

interface State {
  vars: Map<string, Pointer>;
  numbers: string[];
  open: Open[];
  /** What the function was called with: not its own to give back. */
  readonly entry: { readonly vars: ReadonlyMap<string, Pointer>; readonly open: number } | null;
  /** How much of what is open was open before this body, and is not its own to close. */
  readonly floor: number;
  readonly within: 'main' | 'callback' | 'static' | 'global' | 'times';
  readonly depth: number;
}

/** A struct that an address is in: a section, or what a variable points to. */
interface Place {
  readonly struct: string;
  readonly address: (field: string) => Ptr;
  /** Which held lock it is under, as a word. */
  readonly owner: string;
  readonly isOwned: boolean;
  readonly isObject: boolean;
}

const MOST_MOVES = 14;
const MOST_DEPTH = 4;

const NODE_OF = { bpf_list_head: 'bpf_list_node', bpf_rb_root: 'bpf_rb_node' } as const;

/** Grows one program over a world. */
export const grow = (random: Random, world: World): GeneratedProgram => {
  const below = (n: number): number => random.nextInt(0, n - 1);
  const chance = (percent: number): boolean => below(100) < percent;
  const pick = <T>(from: readonly T[]): T | null => from[below(Math.max(1, from.length))] ?? null;
  let names = 0;
  let room = MOST_MOVES;
  const name = (letter: string): string => `${letter}${String(names++)}`;
  const section = chance(15) ? 'syscall' : 'tc';

  const copy = (s: State, more: Partial<State> = {}): State => ({
    ...s,
    vars: new Map(s.vars),
    numbers: [...s.numbers],
    open: [...s.open],
    floor: s.open.length,
    depth: s.depth + 1,
    ...more,
  });

  // ---- what there is ----------------------------------------------------------------------------------------------------

  const pointerAt = (v: string, p: Pointer, field: string | null): Ptr => {
    if (p.member !== null) return { at: 'around', v, struct: p.struct, member: p.member, field };
    return field === null ? { at: 'var', v } : { at: 'field', v, struct: p.struct, field };
  };
  const sections = (): readonly Place[] =>
    world.sections.map(s => ({
      struct: s.name,
      address: field => ({ at: 'global', section: s.name, field }),
      owner: `.${s.name}`,
      isOwned: false,
      isObject: false,
    }));
  const usable = (s: State): readonly (readonly [string, Pointer])[] =>
    [...s.vars].filter(([, p]) => !p.maybeNull && p.is !== 'inner');
  const places = (s: State): readonly Place[] => [
    ...sections(),
    ...usable(s).map(([v, p]) => ({
      struct: p.struct,
      address: (field: string) => pointerAt(v, p, field),
      owner: v,
      isOwned: p.owned,
      isObject: p.is === 'object',
    })),
  ];
  const owned = (s: State): readonly (readonly [string, Pointer])[] => usable(s).filter(([, p]) => p.owned);
  const held = (s: State): readonly (Open & { owner: string })[] =>
    s.open.flatMap(o => (o.what === 'lock' || o.what === 'res' ? [o] : []));
  const isLocked = (s: State): boolean => held(s).length > 0;
  const inRcu = (s: State): boolean => section === 'tc' || isLocked(s) || s.open.some(o => o.what === 'rcu');
  const isSteady = (s: State): boolean => !s.open.some(o => o.what !== 'rcu');

  // ---- giving back ------------------------------------------------------------------------------------------------------

  const forgetBorrowed = (s: State, dies: 'at-unlock' | 'with-rcu'): void => {
    for (const [v, p] of s.vars) if (p.dies === dies) s.vars.delete(v);
  };
  const close = (s: State): Stmt | null => {
    const o = s.open.pop();
    switch (o?.what) {
      case 'lock':
        forgetBorrowed(s, 'at-unlock');
        return { do: 'call', fn: 'bpf_spin_unlock', to: null, args: [o.lock] };
      case 'res':
        forgetBorrowed(s, 'at-unlock');
        return o.flags === null
          ? { do: 'call', fn: 'bpf_res_spin_unlock', to: null, args: [o.lock] }
          : { do: 'res_unlock_irq', lock: o.lock, flags: o.flags };
      case 'irq':
        return { do: 'irq', fn: 'bpf_local_irq_restore', flags: o.flags };
      case 'rcu':
        forgetBorrowed(s, 'with-rcu');
        return { do: 'plain', fn: 'bpf_rcu_read_unlock', map: '' };
      case 'preempt':
        return { do: 'plain', fn: 'bpf_preempt_enable', map: '' };
      case undefined:
        return null;
    }
  };
  /** Under a lock nothing can be dropped: it goes into a list or tree there. */
  const away = (s: State, v: string, p: Pointer): Stmt => {
    const fits = (kind: 'bpf_list_head' | 'bpf_rb_root'): Structure | null =>
      pick(structures(s, kind).filter(x => x.field.of === p.struct));
    const to = isLocked(s) ? (fits('bpf_list_head') ?? fits('bpf_rb_root')) : null;
    if (to === null) return { do: 'call', fn: 'bpf_obj_drop', to: null, args: [pointerAt(v, p, null)] };
    const member = nodeField(to.field);
    const node = pointerAt(v, p, member);
    return to.field.kind === 'bpf_list_head'
      ? { do: 'call', fn: 'bpf_list_push_back', to: null, args: [to.at, node] }
      : { do: 'add', root: to.at, node, less: [], by: { struct: p.struct, member } };
  };
  const drop = (s: State, v: string, p: Pointer): Stmt => {
    const it = away(s, v, p);
    return p.maybeNull ? { do: 'ifPtr', v, does: [it], otherwise: [] } : it;
  };
  /** Gives back what is owned and open beyond `base`. */
  const giveBack = (s: State, base: { readonly vars: ReadonlyMap<string, Pointer>; readonly open: number }): Stmt[] => {
    const body: Stmt[] = [];
    while (s.open.length > base.open) {
      const it = close(s);
      if (it !== null) body.push(it);
    }
    for (const [v, p] of s.vars)
      if (p.owned && base.vars.get(v)?.owned !== true) {
        body.push(drop(s, v, p));
        s.vars.delete(v);
      }
    return body;
  };
  const nothing = { vars: new Map<string, Pointer>(), open: 0 };
  const leave = (s: State): Stmt[] => [...giveBack(copy(s), s.entry ?? nothing), { do: 'return' }];
  const canReturn = (s: State): boolean => {
    if (s.within === 'times' || s.open.length < (s.entry?.open ?? 0)) return false;
    // What was given and is owned no more can't be given back.
    return s.entry === null || [...s.entry.vars].every(([v, p]) => !p.owned || s.vars.get(v)?.owned === true);
  };

  // ---- moves ------------------------------------------------------------------------------------------------------------

  const sure = (p: Pointer): Pointer => ({ ...p, maybeNull: false });
  /** A test of a pointer that may be NULL. */
  const test = (s: State, v: string): Stmt[] => {
    const p = s.vars.get(v);
    if (p === undefined) return [];
    const without = copy(s);
    without.vars.delete(v);
    if (canReturn(s) && chance(70)) {
      const out = leave(without);
      s.vars.set(v, sure(p));
      return [{ do: 'ifPtr', v, does: [], otherwise: out }];
    }
    const inside = copy(s);
    inside.vars.set(v, sure(p));
    const base = { vars: without.vars, open: s.open.length };
    const does = [...growBody(inside, 1 + below(3)), ...giveBack(inside, base)];
    const otherwise = chance(15) ? balanced(without, 1) : [];
    otherwise.push(...levelled(base.vars, inside, without));
    settle(s, [inside, without]);
    s.vars.delete(v);
    return [{ do: 'ifPtr', v, does, otherwise }];
  };
  /** After branches: what is known on all of them. */
  const settle = (s: State, branches: readonly State[]): void => {
    for (const v of s.vars.keys()) if (branches.some(b => !b.vars.has(v))) s.vars.delete(v);
  };
  const tested = (s: State, v: string): Stmt[] => (chance(88) ? test(s, v) : []);
  const balanced = (s: State, fuel: number): Stmt[] => {
    const base = { vars: new Map(s.vars), open: s.open.length };
    return [...growBody(s, fuel), ...giveBack(s, base)];
  };

  const get = (s: State, v: string, p: Partial<Pointer> & { struct: string; is: Pointer['is'] }): void => {
    s.vars.set(v, { member: null, owned: false, maybeNull: true, dies: 'never', ...p });
  };

  const lookup = (s: State): Stmt[] => {
    const map: WorldMap | null = pick(world.maps);
    if (map === null || isLocked(s)) return [];
    const v = name('v');
    const body: Stmt[] = [{ do: 'lookup', to: v, map: map.name, key: below(2) }];
    if (map.inner === undefined) {
      get(s, v, { struct: map.value, is: 'value' });
      return [...body, ...tested(s, v)];
    }
    get(s, v, { struct: map.value, is: 'inner' });
    if (!canReturn(s)) return [...body, ...test(s, v)];
    body.push(...test(s, v));
    return [...body, ...innerLookup(s)];
  };
  const innerLookup = (s: State): Stmt[] => {
    const found = pick([...s.vars].filter(([, p]) => p.is === 'inner' && !p.maybeNull));
    if (found === null || isLocked(s)) return [];
    const v = name('v');
    get(s, v, { struct: found[1].struct, is: 'value' });
    return [{ do: 'inner', to: v, v: found[0], key: below(2) }, ...tested(s, v)];
  };

  const take = (s: State): Stmt[] => {
    const locks = places(s).flatMap(p =>
      fieldsOf(world, p.struct, 'bpf_spin_lock', 'bpf_res_spin_lock').map(f => ({ p, f })),
    );
    const useful = locks.filter(l => l.p.isOwned || !l.p.isObject);
    const it = pick(chance(93) ? useful : locks);
    if (it === null) return [];
    const lock = it.p.address(it.f.name);
    const { owner } = it.p;
    if (held(s).some(h => h.owner === owner)) return [];
    if (it.f.kind === 'bpf_spin_lock') {
      if (isLocked(s) && !chance(4)) return [];
      s.open.push({ what: 'lock', lock, owner });
      return [{ do: 'call', fn: 'bpf_spin_lock', to: null, args: [lock] }];
    }
    const flags = chance(30) ? name('f') : null;
    const open: Open = { what: 'res', lock, owner, flags };
    if (canReturn(s) && chance(65)) {
      const otherwise = leave(s);
      s.open.push(open);
      return [{ do: 'take', lock, flags, does: [], otherwise }];
    }
    const inside = copy(s);
    inside.open.push(open);
    const base = { vars: new Map(s.vars), open: s.open.length };
    const does = [...growBody(inside, 2 + below(3)), ...giveBack(inside, base)];
    const otherwise = levelled(base.vars, inside, s);
    settle(s, [inside]);
    return [{ do: 'take', lock, flags, does, otherwise }];
  };

  const create = (s: State): Stmt[] => {
    if (isLocked(s)) return [];
    const types = world.structs.filter(t => !world.maps.some(m => m.value === t.name) || t.name === 'bare');
    const type = pick(types);
    if (type === null) return [];
    const v = name('v');
    get(s, v, { struct: type.name, is: 'object', owned: true });
    return [{ do: 'new', to: v, type: type.name }, ...test(s, v)];
  };
  const dropOne = (s: State): Stmt[] => {
    const it = pick(owned(s));
    if (it === null || isLocked(s)) return [];
    s.vars.delete(it[0]);
    return [drop(s, it[0], it[1])];
  };
  const acquire = (s: State): Stmt[] => {
    const it = pick(
      usable(s).filter(([, p]) => p.is === 'object' && fieldsOf(world, p.struct, 'bpf_refcount').length > 0),
    );
    if (it === null) return [];
    const v = name('v');
    const [from, p] = it;
    get(s, v, { struct: p.struct, is: 'object', owned: true, maybeNull: !p.owned });
    const body: Stmt[] = [{ do: 'call', fn: 'bpf_refcount_acquire', to: v, args: [pointerAt(from, p, null)] }];
    return p.owned ? body : [...body, ...test(s, v)];
  };

  interface Structure {
    readonly at: Ptr;
    readonly field: WorldField;
  }
  /** Lists or trees under a held lock; now and then one that is not. */
  const structures = (s: State, kind: 'bpf_list_head' | 'bpf_rb_root'): readonly Structure[] => {
    const isCareless = chance(2);
    return places(s)
      .filter(p => isCareless || held(s).some(h => h.owner === p.owner))
      .flatMap(p => fieldsOf(world, p.struct, kind).map(field => ({ at: p.address(field.name), field })));
  };
  const nodeField = (f: WorldField): string =>
    fieldsOf(world, f.of ?? '', NODE_OF[f.kind === 'bpf_rb_root' ? 'bpf_rb_root' : 'bpf_list_head'])[0]?.name ?? '';
  const insert = (s: State): Stmt[] => {
    const pairs = [...structures(s, 'bpf_list_head'), ...structures(s, 'bpf_rb_root')].flatMap(to =>
      owned(s)
        .filter(([, p]) => p.struct === to.field.of)
        .map(it => ({ to, it })),
    );
    const found = pick(pairs);
    if (found === null) return [];
    const { to, it } = found;
    const [v, p] = it;
    const node = pointerAt(v, p, nodeField(to.field));
    s.vars.set(v, { ...p, owned: false, dies: 'at-unlock' });
    if (to.field.kind === 'bpf_list_head') {
      const fn: PointerCall = chance(50) ? 'bpf_list_push_front' : 'bpf_list_push_back';
      return [{ do: 'call', fn, to: null, args: [to.at, node] }];
    }
    const member = nodeField(to.field);
    const struct = to.field.of ?? '';
    const by: Less = chance(96) ? { struct, member } : { number: below(3) };
    return [{ do: 'add', root: to.at, node, less: chance(12) ? lessBody(s, struct, member) : [], by }];
  };
  /** What a comparison does beside comparing. */
  const lessBody = (s: State, struct: string, member: string): Stmt[] => {
    const around = (field: string | null): Ptr => ({ at: 'around', v: pick(['a', 'b']) ?? 'a', struct, member, field });
    const acquired: Stmt[] = [
      { do: 'call', fn: 'bpf_refcount_acquire', to: 'r', args: [around(null)] },
      { do: 'ifPtr', v: 'r', does: [], otherwise: [] },
    ];
    const root = pick(structures(s, 'bpf_rb_root'))?.at ?? { at: 'null' };
    const choices: readonly Stmt[][] = [
      [{ do: 'read', from: around(DATA), size: 4 }],
      [{ do: 'write', into: around(DATA), size: 4 }],
      [{ do: 'plain', fn: 'bpf_ktime_get_ns', map: '' }],
      [{ do: 'plain', fn: 'bpf_rcu_read_lock', map: '' }],
      fieldsOf(world, struct, 'bpf_refcount').length > 0 ? acquired : [],
      root.at === 'global'
        ? [{ do: 'call', fn: 'bpf_rbtree_remove', to: 'r', args: [root, { at: 'var', v: 'a' }] }]
        : [],
      root.at === 'global' ? [{ do: 'call', fn: 'bpf_rbtree_first', to: 'r', args: [root] }] : [],
    ];
    return pick(choices) ?? [];
  };
  const pop = (s: State): Stmt[] => {
    const from = pick(structures(s, 'bpf_list_head'));
    if (from === null) return [];
    const v = name('v');
    const isPop = chance(70);
    const fn = pick<PointerCall>(
      isPop ? ['bpf_list_pop_front', 'bpf_list_pop_back'] : ['bpf_list_front', 'bpf_list_back'],
    );
    if (fn === null) return [];
    get(s, v, {
      struct: from.field.of ?? '',
      member: nodeField(from.field),
      is: 'object',
      owned: isPop,
      dies: isPop ? 'never' : 'at-unlock',
    });
    return [{ do: 'call', fn, to: v, args: [from.at] }, ...(chance(isPop ? 40 : 90) ? test(s, v) : [])];
  };
  const walkTree = (s: State): Stmt[] => {
    const from = pick(structures(s, 'bpf_rb_root'));
    if (from === null) return [];
    const node = pick(
      usable(s).filter(
        ([, p]) => p.struct === from.field.of && !p.owned && p.is === 'object' && p.dies === 'at-unlock',
      ),
    );
    const v = name('v');
    const member = nodeField(from.field);
    const got = { struct: from.field.of ?? '', member, is: 'object' } as const;
    if (node === null || chance(30)) {
      get(s, v, { ...got, dies: 'at-unlock' });
      const fn: PointerCall = chance(60) ? 'bpf_rbtree_first' : 'bpf_rbtree_root';
      return [{ do: 'call', fn, to: v, args: [from.at] }, ...(chance(92) ? test(s, v) : [])];
    }
    const [n, p] = node;
    const at: Ptr = p.member === member ? { at: 'var', v: n } : pointerAt(n, p, member);
    if (chance(30)) {
      get(s, v, { ...got, dies: 'at-unlock' });
      const fn: PointerCall = chance(50) ? 'bpf_rbtree_left' : 'bpf_rbtree_right';
      return [{ do: 'call', fn, to: v, args: [from.at, at] }, ...(chance(92) ? test(s, v) : [])];
    }
    get(s, v, { ...got, owned: true });
    return [{ do: 'call', fn: 'bpf_rbtree_remove', to: v, args: [from.at, at] }, ...(chance(40) ? test(s, v) : [])];
  };

  const kptrs = (s: State): readonly { readonly at: Ptr; readonly of: string; readonly isObject: boolean }[] =>
    places(s).flatMap(p =>
      fieldsOf(world, p.struct, 'kptr')
        .filter(() => !p.isObject || p.isOwned)
        .map(f => ({ at: p.address(f.name), of: f.of ?? '', isObject: p.isObject })),
    );
  const exchange = (s: State): Stmt[] => {
    const slot = pick(kptrs(s));
    if (slot === null || isLocked(s)) return [];
    const given = pick(owned(s).filter(([v, p]) => p.struct === slot.of && !('v' in slot.at && slot.at.v === v)));
    const v = name('v');
    if (given !== null) s.vars.delete(given[0]);
    get(s, v, { struct: slot.of, is: 'object', owned: true });
    const obj: Ptr = given === null ? { at: 'null' } : pointerAt(given[0], given[1], null);
    return [{ do: 'call', fn: 'bpf_kptr_xchg', to: v, args: [slot.at, obj] }, ...(chance(75) ? test(s, v) : [])];
  };
  const load = (s: State): Stmt[] => {
    const slot = pick(kptrs(s));
    if (slot === null || (!inRcu(s) && chance(85))) return [];
    const v = name('v');
    const isGraph = fieldsOf(world, slot.of, 'bpf_list_node', 'bpf_rb_node').length > 0;
    get(s, v, { struct: slot.of, is: 'object', dies: isGraph && isLocked(s) ? 'at-unlock' : 'with-rcu' });
    return [{ do: 'load', to: v, from: slot.at }, ...(chance(92) ? test(s, v) : [])];
  };

  const access = (s: State): Stmt[] => {
    const place = pick(places(s));
    if (place === null) return [];
    const field = chance(96)
      ? DATA
      : (pick(
          fieldsOf(
            world,
            place.struct,
            'bpf_spin_lock',
            'bpf_list_head',
            'bpf_list_node',
            'bpf_rb_node',
            'bpf_refcount',
            'kptr',
          ),
        )?.name ?? DATA);
    const at = place.address(field);
    return [chance(50) ? { do: 'read', from: at, size: 4 } : { do: 'write', into: at, size: 4 }];
  };

  const region = (s: State): Stmt[] => {
    const which = below(isLocked(s) ? 1 : 3);
    if (isLocked(s) && !chance(5)) return [];
    if (which === 0) {
      if (s.open.some(o => o.what === 'rcu')) return [];
      s.open.push({ what: 'rcu' });
      return [{ do: 'plain', fn: 'bpf_rcu_read_lock', map: '' }];
    }
    if (which === 1) {
      s.open.push({ what: 'preempt' });
      return [{ do: 'plain', fn: 'bpf_preempt_disable', map: '' }];
    }
    const flags = name('f');
    s.open.push({ what: 'irq', flags });
    return [{ do: 'irq', fn: 'bpf_local_irq_save', flags }];
  };
  const closeOne = (s: State): Stmt[] => {
    if (s.open.length <= s.floor) return [];
    const it = close(s);
    return it === null ? [] : [it];
  };

  const call = (s: State): Stmt[] => {
    const map = pick(world.maps.filter(m => m.inner === undefined));
    if (isLocked(s) && !chance(4)) return [];
    if (chance(20) && s.within !== 'times' && s.within === 'main') {
      const isClean = s.open.length === 0 && ![...s.vars.values()].some(p => p.owned);
      if (!isClean && !chance(10)) return [];
      return [
        {
          do: 'plain',
          fn: pick(['bpf_throw', 'bpf_throw', 'bpf_tail_call', 'load_packet'] as const) ?? 'bpf_throw',
          map: '',
        },
      ];
    }
    if (
      section === 'syscall' &&
      chance(50) &&
      (isSteady(s) || chance(10)) &&
      (!s.open.some(o => o.what === 'rcu') || chance(10))
    )
      return [{ do: 'plain', fn: 'bpf_copy_from_user', map: '' }];
    if (map === null || chance(40)) return [{ do: 'plain', fn: 'bpf_ktime_get_ns', map: '' }];
    return [{ do: 'plain', fn: chance(50) ? 'bpf_map_update_elem' : 'bpf_map_delete_elem', map: map.name }];
  };

  const number = (s: State): Stmt[] => {
    const x = name('x');
    const place = chance(50) && !isLocked(s) ? null : pick(places(s));
    s.numbers.push(x);
    return [{ do: 'number', to: x, from: place === null ? null : place.address(DATA) }];
  };
  const fork = (s: State): Stmt[] => {
    const before = s.numbers.length > 0 && chance(70) ? [] : number(s);
    const x = s.numbers.length > 1 && chance(40) ? pick(s.numbers) : (s.numbers.at(-1) ?? null);
    if (x === null) return before;
    const branches = [copy(s), copy(s)] as const;
    const [yes, no] = branches;
    const base = { vars: new Map(s.vars), open: s.open.length };
    const ends = canReturn(s) && chance(35);
    const does = [...growBody(yes, 1 + below(3)), ...(ends && canReturn(yes) ? leave(yes) : giveBack(yes, base))];
    const isOut = does.at(-1)?.do === 'return';
    const otherwise = chance(35) ? balanced(no, 1 + below(2)) : [];
    if (!isOut) {
      does.push(...levelled(base.vars, no, yes));
      otherwise.push(...levelled(base.vars, yes, no));
    }
    settle(s, isOut ? [no] : [yes, no]);
    const is = pick(['==', '!=', '<', '>'] as const) ?? '==';
    return [...before, { do: 'ifNumber', x, is, n: below(3), does, otherwise }];
  };
  /** What `gone` has given away and `has` still owns. */
  const levelled = (base: ReadonlyMap<string, Pointer>, gone: State, has: State): Stmt[] =>
    [...base].flatMap(([v, p]) =>
      p.owned && gone.vars.get(v)?.owned !== true && has.vars.get(v)?.owned === true ? [drop(has, v, p)] : [],
    );

  const each = (s: State): Stmt[] => {
    if ((isLocked(s) && !chance(3)) || s.depth > 2) return [];
    const map = pick(world.maps.filter(m => m.inner === undefined));
    const isLoop = map === null || chance(50);
    // Callers' objects are not a callback's to give away.
    const vars = new Map([...s.vars].map(([v, p]) => [v, { ...p, owned: false }] as const));
    const inside = copy(s, {
      vars,
      entry: { vars: new Map(vars), open: s.open.length },
      within: 'callback',
      numbers: [],
    });
    const v = name('v');
    if (!isLoop && map !== null) get(inside, v, { struct: map.value, is: 'value', maybeNull: false });
    const does = balanced(inside, 1 + below(4));
    return [{ do: 'each', fn: isLoop ? 'bpf_loop' : 'bpf_for_each_map_elem', map: map?.name ?? '', v, does }];
  };
  const subprogram = (s: State): Stmt[] => {
    if (s.depth > 2) return [];
    if (chance(25)) {
      if (isLocked(s) && !chance(5)) return [];
      const inside = copy(s, {
        vars: new Map(),
        numbers: [],
        open: [],
        entry: { vars: new Map(), open: 0 },
        floor: 0,
        within: 'global',
      });
      return [{ do: 'function', kind: 'global', does: balanced(inside, 1 + below(4)) }];
    }
    // A function may return with what was held before, or with more or less.
    const isFree = chance(25) && s.floor === 0;
    const entry = { vars: new Map(s.vars), open: s.open.length };
    const inside = copy(s, { entry, within: 'static', ...(isFree ? { floor: 0 } : {}) });
    const does = isFree ? growBody(inside, 1 + below(3)) : balanced(inside, 1 + below(4));
    if (isFree) s.open = inside.open;
    settle(s, [inside]);
    for (const [v, p] of inside.vars) if (s.vars.has(v)) s.vars.set(v, p);
    return [{ do: 'function', kind: 'static', does }];
  };
  const times = (s: State): Stmt[] => {
    if (s.depth > 2) return [];
    const base = { vars: new Map(s.vars), open: s.open.length };
    const vars = new Map([...s.vars].map(([v, p]) => [v, { ...p, owned: false }] as const));
    const inside = copy(s, { vars, within: 'times', entry: { vars: new Map(vars), open: s.open.length } });
    const does = [...growBody(inside, 1 + below(2)), ...giveBack(inside, base)];
    return [{ do: 'times', n: 2, does }];
  };
  const alias = (s: State): Stmt[] => {
    const it = pick(usable(s));
    if (it === null) return [];
    const v = name('v');
    s.vars.set(v, { ...it[1], owned: false });
    return [{ do: 'copy', to: v, v: it[0] }];
  };
  const testOld = (s: State): Stmt[] => {
    const it = pick([...s.vars].filter(([, p]) => p.maybeNull));
    return it === null ? [] : test(s, it[0]);
  };

  const outside: readonly (readonly [number, (s: State) => Stmt[]])[] = [
    [16, lookup],
    [6, innerLookup],
    [26, take],
    [14, create],
    [6, dropOne],
    [5, acquire],
    [10, exchange],
    [6, load],
    [7, access],
    [6, region],
    [6, closeOne],
    [5, call],
    [7, fork],
    [5, each],
    [6, subprogram],
    [2, times],
    [2, alias],
    [12, testOld],
    [1, pop],
    [1, insert],
  ];
  const underLock: readonly (readonly [number, (s: State) => Stmt[]])[] = [
    [22, insert],
    [18, pop],
    [22, walkTree],
    [7, acquire],
    [7, access],
    [3, load],
    [5, fork],
    [4, subprogram],
    [1, times],
    [2, alias],
    [14, closeOne],
    [4, take],
    [10, testOld],
    [1, each],
    [1, call],
    [1, region],
    [1, create],
  ];
  const growBody = (s: State, fuel: number): Stmt[] => {
    const body: Stmt[] = [];
    for (let left = fuel, tries = 0; left > 0 && tries < 8 * fuel && room > 0 && s.depth < MOST_DEPTH; tries++) {
      const table = isLocked(s) ? underLock : outside;
      let at = below(table.reduce((n, [w]) => n + w, 0));
      const move = table.find(([w]) => (at -= w) < 0)?.[1];
      const next = move?.(s) ?? [];
      body.push(...next);
      if (next.length > 0) {
        left--;
        room--;
      }
    }
    return body;
  };

  const s: State = { vars: new Map(), numbers: [], open: [], entry: null, floor: 0, within: 'main', depth: 0 };
  const body = growBody(s, 2 + below(7));
  return { world: world.name, section, body: [...body, ...giveBack(s, nothing)] };
};
