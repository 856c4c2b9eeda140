/** Builds the finite world of a scenario under a design: elements of every sort, and the facts that follow from the C file. */
import type { Baseline } from '../model/baseline.js';
import { baselineOf } from '../model/baseline.js';
import type { Design, SectionPolicy } from '../model/design.js';
import { isPlainKfunc, mightSleep } from '../model/functions.js';
import type { Field, MapDef, Operand, Program, StructType, Unit } from '../model/program.js';
import { FIELD_SIZE } from '../model/program.js';
import { ModelBug } from '../model/term.js';
import type { RunSpec, SystemSpec } from '../model/system.js';
import * as W from '../model/world.js';
import type { Instance } from './instance.js';
import { TooLarge } from './graph.js';
import { worldBuilder } from './instance.js';

export interface FiniteWorld {
  readonly inst: Instance;
  /** Index of an offset in bytes; `wild` when the scenario does not tell it apart. */
  readonly off: (bytes: number) => number;
  readonly type: (name: string) => number;
  readonly ptr: (map: string) => number;
  readonly classSet: (set: readonly number[]) => number;
  readonly fn: (name: string) => number;
  /** A program, by name. */
  readonly program: (name: string) => number;
  /** A map as memory, by load. */
  readonly mapAlloc: (map: string, load: number) => number;
  /** The object that one execution of bpf_obj_new may return. */
  readonly objectOf: (run: number, key: string) => number | undefined;
  /** What is in the maps at the start: (map, class, content). */
  readonly entries: readonly (readonly [number, number, number])[];
  readonly slots: number;
  readonly keyClass: (key: number) => number;
}

/** An object that the machine may allocate: one for each unrolled bpf_obj_new of each run. */
export interface ObjectSite {
  readonly run: number;
  readonly key: string;
  readonly type: string;
}

const isLock = (f: Field): boolean => f.kind === 'bpf_spin_lock' || f.kind === 'bpf_res_spin_lock';
const isHead = (f: Field): boolean => f.kind === 'bpf_list_head' || f.kind === 'bpf_rb_root';
const isNode = (f: Field): boolean => f.kind === 'bpf_list_node' || f.kind === 'bpf_rb_node';
const graphOf = (f: Field): 'none' | 'list' | 'rbtree' =>
  f.kind === 'bpf_list_head' || f.kind === 'bpf_list_node'
    ? 'list'
    : f.kind === 'bpf_rb_root' || f.kind === 'bpf_rb_node'
      ? 'rbtree'
      : 'none';

const operandsOf = (p: Program): { operand: Operand; moves: boolean }[] =>
  p.edges.flatMap(e =>
    Object.values(e.does).flatMap(v =>
      typeof v === 'object' && v !== null
        ? (Array.isArray(v) ? v : [v]).flatMap((o: unknown) =>
            typeof o === 'object' && o !== null && 'slot' in o && 'add' in o
              ? [{ operand: o as Operand, moves: e.does.event === 'move' }]
              : [],
          )
        : [],
    ),
  );

/** Offsets of fields, and sums of them, that one scenario may tell apart. */
const MAX_OFFSETS = 80;

/** The offsets that matter: special fields, and what constant moves make of them. */
const offsetsOf = (unit: Unit, programs: readonly Program[]): number[] => {
  const starts = new Set([0]);
  const covered: [number, number][] = [];
  for (const t of unit.types)
    for (const f of t.fields) {
      starts.add(f.offset);
      covered.push([f.offset, f.offset + FIELD_SIZE[f.kind]]);
    }
  const ops = programs.flatMap(operandsOf);
  for (const p of programs)
    for (const e of p.edges)
      if (
        e.does.event === 'global' &&
        covered.some(([a, b]) => e.does.event === 'global' && e.does.off >= a && e.does.off < b)
      )
        starts.add(e.does.off);
  for (let round = 0; round < 2; round++) {
    const before = [...starts];
    for (const { operand, moves } of ops)
      for (const s of before) {
        const o = s + operand.add;
        if (moves || covered.some(([a, b]) => o >= a && o < b)) starts.add(o);
      }
  }
  for (const { operand } of ops) if ([...starts].some(s => starts.has(s + operand.add))) starts.add(operand.add);
  if (starts.size > MAX_OFFSETS) throw new TooLarge(`more than ${String(MAX_OFFSETS)} offsets matter`);
  return [...starts].sort((a, b) => a - b);
};

/** Whether user space can map the section under the policy. */
export const isMapped = (policy: SectionPolicy, def: MapDef): boolean => {
  const section = def.section;
  if (section === undefined) return def.flags.includes('BPF_F_MMAPABLE');
  for (const r of policy.rules) {
    const pattern = new RegExp(
      `^${r.section
        .split('*')
        .map(s => s.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
        .join('.*')}$`,
    );
    if (!pattern.test(section.name)) continue;
    return r.mapped === 'if-any-visible-variable' ? section.vars.some(v => !v.isStatic && !v.isHidden) : r.mapped;
  }
  return true;
};

const LOCK_MAPS = [
  'HASH',
  'ARRAY',
  'CGROUP_STORAGE',
  'SK_STORAGE',
  'INODE_STORAGE',
  'TASK_STORAGE',
  'CGRP_STORAGE',
].map(t => `BPF_MAP_TYPE_${t}`);
const GRAPH_MAPS = ['HASH', 'LRU_HASH', 'ARRAY'].map(t => `BPF_MAP_TYPE_${t}`);
const KPTR_MAPS = [
  'HASH',
  'LRU_HASH',
  'PERCPU_HASH',
  'LRU_PERCPU_HASH',
  'ARRAY',
  'PERCPU_ARRAY',
  'SK_STORAGE',
  'INODE_STORAGE',
  'TASK_STORAGE',
  'CGRP_STORAGE',
].map(t => `BPF_MAP_TYPE_${t}`);
const SLEEPABLE_MAPS = [
  'HASH',
  'LRU_HASH',
  'ARRAY',
  'PERCPU_HASH',
  'PERCPU_ARRAY',
  'LRU_PERCPU_HASH',
  'ARRAY_OF_MAPS',
  'HASH_OF_MAPS',
  'RINGBUF',
  'USER_RINGBUF',
  'INODE_STORAGE',
  'SK_STORAGE',
  'TASK_STORAGE',
  'CGRP_STORAGE',
  'QUEUE',
  'STACK',
  'ARENA',
].map(t => `BPF_MAP_TYPE_${t}`);
const isTracing = (section: string): boolean =>
  /^(kprobe|kretprobe|uprobe|uretprobe|ksyscall|tracepoint|tp|raw_tp|raw_tracepoint|perf_event)(\.|\/|$)/.test(section);

/** Types of programs that the functions of objects, lists and trees are not registered for (kernel: generic_kfunc_set). */
const hasNoObjects = (section: string): boolean =>
  /^(socket|k(ret)?probe|u(ret)?probe|k(ret)?syscall|usdt|raw_tp|raw_tracepoint|sk_lookup|sk_skb|sk_msg|sk_reuseport|flow_dissector|lwt_\w+|action|lirc_mode2)(\.|\/|$)/.test(
    section,
  );

/** Length of the longest ownership chain from a type, by the rule of the release; Infinity for a cycle. */
const chain = (unit: Unit, start: StructType, kptrs: boolean): number => {
  const go = (t: StructType, seen: readonly string[]): number => {
    if (seen.includes(t.name)) return Infinity;
    const next = t.fields.flatMap(f =>
      isHead(f) && f.contains
        ? [f.contains.type]
        : kptrs && f.kind === 'kptr' && f.pointee !== undefined
          ? [f.pointee]
          : [],
    );
    return (
      1 +
      Math.max(
        0,
        ...next.map(n => {
          const u = unit.types.find(x => x.name === n);
          return u === undefined ? 0 : go(u, [...seen, t.name]);
        }),
      )
    );
  };
  return go(start, []);
};

export const finiteWorld = (
  spec: SystemSpec,
  design: Design,
  runs: readonly RunSpec[],
  objects: readonly ObjectSite[],
  ids: number,
  refs: number,
): FiniteWorld => {
  const { unit } = spec;
  const baseline: Baseline = baselineOf[design.baseline];
  const programs = runs.flatMap(r => (r.kind === 'program' ? [r.program] : []));
  const loads = Math.max(1, ...runs.map(r => (r.kind === 'program' ? r.load : 1)));
  const offsets = offsetsOf(unit, programs);
  const offIndex = new Map([[0, 0]]);
  const offNames = ['zero', 'wild', ...offsets.filter(o => o !== 0).map(String)];
  offsets.filter(o => o !== 0).forEach((o, i) => offIndex.set(o, i + 2));
  const off = (bytes: number): number => offIndex.get(bytes) ?? 1;

  const typeNames = ['none', ...unit.types.map(t => t.name)];
  const type = (name: string): number => Math.max(0, typeNames.indexOf(name));
  const templates = unit.maps.filter(m => m.inner !== undefined).map(m => `${m.name}:inner`);
  const ptrNames = ['none', 'btf', ...unit.maps.map(m => m.name), ...templates];
  const ptr = (name: string): number => {
    const i = ptrNames.indexOf(name);
    if (i < 0) throw new ModelBug(`no map '${name}'`);
    return i;
  };

  // Memory
  const allocs: string[] = ['null'];
  const made: {
    index: number;
    kind: 'map' | 'value' | 'object';
    def?: MapDef;
    type: string;
    map?: number;
    inner?: boolean;
    load: number;
  }[] = [];
  const make = (name: string, rest: Omit<(typeof made)[number], 'index'>): number => {
    allocs.push(name);
    made.push({ index: allocs.length - 1, ...rest });
    return allocs.length - 1;
  };
  const entries: [number, number, number][] = [];
  const mapIndex = new Map<string, number>();
  const classes = unit.classes.length === 0 ? [{ lo: 0, hi: 0 }] : unit.classes;
  const keyClass = (key: number): number =>
    Math.max(
      0,
      classes.findIndex(c => c.lo <= key && key <= c.hi),
    );
  const updated = new Set(
    runs.flatMap(r =>
      r.kind === 'user'
        ? r.events.flatMap(e => (e.event === 'update' || e.event === 'update_unmasked' ? [e.map] : []))
        : [],
    ),
  );
  const usedAsInner = new Set(unit.maps.flatMap(m => m.inner?.initial ?? []));
  for (let load = 1; load <= loads; load++)
    for (const def of unit.maps) {
      if (def.isTemplate === true) continue;
      if (load > 1 && def.isPinned) {
        mapIndex.set(`${def.name}#${String(load)}`, mapIndex.get(`${def.name}#1`) ?? 0);
        continue;
      }
      const suffix = load > 1 ? `#${String(load)}` : '';
      const m = make(`${def.name}${suffix}`, { kind: 'map', def, type: 'none', load });
      mapIndex.set(`${def.name}#${String(load)}`, m);
      if (def.inner !== undefined) continue;
      const hasFields = (unit.types.find(t => t.name === def.valueType)?.fields.length ?? 0) > 0;
      const inner = usedAsInner.has(def.name);
      const value = (name: string): number =>
        make(name, { kind: 'value', def, type: def.valueType, map: m, inner, load });
      if (def.section !== undefined) {
        const v = value(`${def.name}${suffix}.value`);
        classes.forEach((_, c) => entries.push([m, c, v]));
        continue;
      }
      if (isHashMap(def)) {
        const keys = spec.elements.get(def.name) ?? [];
        for (const k of keys) entries.push([m, keyClass(k), value(`${def.name}${suffix}{${String(k)}}`)]);
        if (updated.has(def.name)) value(`${def.name}${suffix}{spare}`);
        continue;
      }
      let shared: number | undefined;
      classes.forEach((c, i) => {
        if (c.lo < 0 || c.lo >= def.maxEntries) return;
        const v = hasFields
          ? value(`${def.name}${suffix}[${String(c.lo)}]`)
          : (shared ??= value(`${def.name}${suffix}[]`));
        entries.push([m, i, v]);
      });
    }
  for (let load = 1; load <= loads; load++)
    for (const def of unit.maps) {
      if (def.inner === undefined || def.isTemplate === true || (load > 1 && def.isPinned)) continue;
      const m = mapIndex.get(`${def.name}#${String(load)}`) ?? 0;
      def.inner.initial.forEach((name, k) => {
        if (
          name === null ||
          (isHashMap(def) && spec.elements.has(def.name) && !(spec.elements.get(def.name) ?? []).includes(k))
        )
          return;
        const c = classes.findIndex(x => x.lo <= k && k <= x.hi);
        const content = mapIndex.get(`${name}#${String(load)}`);
        if (c >= 0 && content !== undefined) entries.push([m, c, content]);
      });
    }
  const objectIndex = new Map<string, number>();
  for (const o of objects)
    objectIndex.set(`${String(o.run)}:${o.key}`, make(`${o.type}@${o.key}`, { kind: 'object', type: o.type, load: 1 }));

  const sets: string[] = [];
  const setIndex = new Map<string, number>();
  for (const p of programs)
    for (const e of p.edges) {
      const s = e.does.event === 'set' ? e.does.to : e.does.event === 'test' ? e.does.among : undefined;
      if (s === undefined || setIndex.has(s.join())) continue;
      setIndex.set(s.join(), sets.length);
      sets.push(s.join());
    }
  const fns: string[] = [];
  for (const p of programs)
    for (const e of p.edges) if (e.does.event === 'call' && !fns.includes(e.does.fn)) fns.push(e.does.fn);
  const slots = Math.max(1, ...programs.map(p => p.slots.length + 1));
  const scalars = Math.max(1, ...programs.map(p => p.scalars.length));
  const cpus = runs.map(r => (r.kind === 'program' ? `cpu${String(r.cpu)}` : r.name));
  const cpuNames = [...new Set(cpus)];
  const programNames = ['', ...new Set(programs.map(p => p.name))];

  const count = (prefix: string, n: number): string[] => Array.from({ length: n }, (_, i) => `${prefix}${String(i)}`);
  const names = new Map<string, readonly string[]>([
    ['Run', runs.map(r => r.name)],
    ['Cpu', cpuNames],
    ['Prog', programNames],
    ['Slot', count('s', slots)],
    ['Id', ['zero', ...count('id', ids)]],
    ['Off', offNames],
    ['Type', typeNames],
    ['Ptr', ptrNames],
    ['Alloc', allocs],
    ['Ref', ['none', ...count('r', refs)]],
    ['Scalar', count('x', scalars)],
    ['Class', classes.map(c => (c.lo === c.hi ? String(c.lo) : `${String(c.lo)}..${String(c.hi)}`))],
    ['ClassSet', sets.length === 0 ? ['none'] : sets],
    ['Fn', fns.length === 0 ? ['none'] : fns],
  ]);
  const { inst, fact } = worldBuilder(names);

  // Types
  const sectionOf = (variable: string): { def: MapDef; f: Field } | undefined => {
    for (const def of unit.maps) {
      if (def.section === undefined) continue;
      const f = unit.types.find(t => t.name === def.valueType)?.fields.find(x => x.name === variable && isLock(x));
      if (f !== undefined) return { def, f };
    }
    return undefined;
  };
  unit.types.forEach((t, i) => {
    const ti = i + 1;
    const locks = t.fields.filter(isLock);
    for (const f of t.fields) {
      const o = off(f.offset);
      if (isLock(f)) fact(W.lockAt, [ti, o], f.kind === 'bpf_spin_lock' ? 'spin' : 'res');
      if (isHead(f)) {
        fact(W.graphAt, [ti, o], graphOf(f));
        const target = unit.types.find(x => x.name === f.contains?.type);
        const node = target?.fields.find(x => x.name === f.contains?.node);
        if (target === undefined || node === undefined || graphOf(node) !== graphOf(f)) {
          fact(W.brokenContains, [ti], true);
          if (f.contains !== undefined && target === undefined) fact(W.containsUnknown, [ti], true);
        } else {
          fact(W.containsType, [ti, o], type(target.name));
          fact(W.containsOff, [ti, o], off(node.offset));
        }
        const here = locks.find(l => l.name === f.guardedBy);
        const there = f.guardedBy === undefined ? undefined : sectionOf(f.guardedBy);
        const [only] = locks;
        if (here !== undefined) fact(W.guardOff, [ti, o], off(here.offset));
        else if (there !== undefined) {
          fact(W.guardPtr, [ti, o], ptr(there.def.name));
          fact(W.guardOff, [ti, o], off(there.f.offset));
        } else
          fact(
            W.guardOff,
            [ti, o],
            locks.length === 1 && only !== undefined && f.guardedBy === undefined ? off(only.offset) : 'wild',
          );
      }
      if (isNode(f)) {
        fact(W.nodeAt, [ti, o], graphOf(f));
        fact(W.isGraphNode, [ti], true);
      }
      if (f.kind === 'kptr') fact(W.kptrAt, [ti, o], f.pointee === undefined ? 0 : type(f.pointee));
      if (f.kind === 'bpf_refcount') fact(W.refcounted, [ti], true);
      offsets.forEach(b => {
        if (b < f.offset || b >= f.offset + FIELD_SIZE[f.kind]) return;
        fact(f.kind === 'kptr' ? W.kptrCovers : W.specialAt, [ti, off(b)], true);
        if (isNode(f)) fact(W.inNode, [ti, off(b)], true);
      });
    }
    const [first] = locks;
    if (first !== undefined) {
      fact(W.lockOf, [ti], first.kind === 'bpf_spin_lock' ? 'spin' : 'res');
      fact(W.lockOffset, [ti], off(first.offset));
    } else fact(W.lockOffset, [ti], 'wild');
    fact(W.severalLocks, [ti], locks.length > 1);
    fact(W.headWithoutLock, [ti], locks.length === 0 && t.fields.some(isHead));
    fact(
      W.twoLinks,
      [ti],
      t.fields.some(f => f.kind === 'bpf_list_node') && t.fields.some(f => f.kind === 'bpf_rb_node'),
    );
    fact(W.tooManyFields, [ti], t.fields.length > 11);
    const old = design.baseline === 'linux-6.18' || design.baseline === 'bpf-next-2026';
    fact(W.longChain, [ti], chain(unit, t, !old) > (old ? 3 : 8));
  });

  // Maps
  unit.maps.forEach(def => {
    const pi = ptr(def.name);
    const fields = unit.types.find(t => t.name === def.valueType)?.fields ?? [];
    fact(W.valueType, [pi], type(def.valueType));
    fact(W.inLocksSection, [pi], def.section !== undefined && /^\.locks(\..*)?$/.test(def.section.name));
    fact(W.lockMapType, [pi], LOCK_MAPS.includes(def.type));
    fact(W.graphMapType, [pi], GRAPH_MAPS.includes(def.type));
    fact(W.hasLock, [pi], fields.some(isLock));
    fact(W.hasGraph, [pi], fields.some(isHead));
    fact(
      W.hasKptr,
      [pi],
      fields.some(f => f.kind === 'kptr'),
    );
    fact(W.kptrMapType, [pi], KPTR_MAPS.includes(def.type));
    fact(W.sleepableMapType, [pi], SLEEPABLE_MAPS.includes(def.type));
    fact(
      W.limitedForPrograms,
      [pi],
      def.flags.some(f => f === 'BPF_F_RDONLY_PROG' || f === 'BPF_F_WRONLY_PROG'),
    );
    fact(W.withoutBtf, [pi], def.hasBtf === false);
    fact(W.sectionMapped, [pi], isMapped(design.sections, def));
    if (def.inner !== undefined) {
      const template = unit.maps.find(m => m.name === def.inner?.template);
      const ti = ptr(`${def.name}:inner`);
      fact(W.innerOf, [pi], ti);
      fact(W.valueType, [ti], type(template?.valueType ?? ''));
      const tf = unit.types.find(t => t.name === template?.valueType)?.fields ?? [];
      fact(W.innerHasLock, [pi], tf.some(isLock));
      fact(W.hasLock, [ti], tf.some(isLock));
      fact(W.hasGraph, [ti], tf.some(isHead));
      fact(W.lockMapType, [ti], LOCK_MAPS.includes(template?.type ?? ''));
      fact(W.graphMapType, [ti], GRAPH_MAPS.includes(template?.type ?? ''));
      fact(
        W.hasKptr,
        [ti],
        tf.some(f => f.kind === 'kptr'),
      );
      fact(W.kptrMapType, [ti], KPTR_MAPS.includes(template?.type ?? ''));
      fact(W.sleepableMapType, [ti], SLEEPABLE_MAPS.includes(template?.type ?? ''));
    }
  });

  // Memory
  for (const a of made) {
    fact(W.isMap, [a.index], a.kind === 'map');
    fact(W.isMapValue, [a.index], a.kind === 'value');
    fact(W.isObject, [a.index], a.kind === 'object');
    fact(W.typeOf, [a.index], type(a.type));
    if (a.kind === 'map') {
      fact(W.isHash, [a.index], a.def !== undefined && isHashMap(a.def));
      if (a.def?.inner === undefined) fact(W.elementType, [a.index], type(a.def?.valueType ?? ''));
      const template = unit.maps.find(m => m.name === a.def?.inner?.template);
      for (const b of made)
        if (b.kind === 'map' && template !== undefined && b.def?.inner === undefined)
          fact(W.fits, [a.index, b.index], b.def?.section === undefined && b.def?.valueType === template.valueType);
    }
    if (a.map !== undefined) fact(W.valueOf, [a.index], a.map);
    fact(W.innerValueOf, [a.index], a.inner === true);
    for (const f of unit.types.find(t => t.name === a.type)?.fields ?? []) {
      if (!isHead(f)) continue;
      const there = f.guardedBy === undefined ? undefined : sectionOf(f.guardedBy);
      const here = unit.types
        .find(t => t.name === a.type)
        ?.fields.some(x => isLock(x) && (f.guardedBy === undefined || x.name === f.guardedBy));
      if (here === true) fact(W.guardAlloc, [a.index, off(f.offset)], a.index);
      else if (there !== undefined) {
        const v = made.find(x => x.kind === 'value' && x.def === there.def && x.load === a.load);
        if (v !== undefined) fact(W.guardAlloc, [a.index, off(f.offset)], v.index);
      }
    }
  }
  for (const [m, c, v] of entries) {
    const def = made.find(x => x.index === m)?.def;
    if (def !== undefined && (!isHashMap(def) || def.inner !== undefined)) fact(W.knownEntry, [m, c], v);
  }

  // Runs
  runs.forEach((r, i) => {
    fact(W.cpuOf, [i], cpuNames.indexOf(cpus[i] ?? ''));
    const load = r.kind === 'program' ? r.load : 1;
    for (const def of unit.maps) {
      const m = mapIndex.get(`${def.name}#${String(load)}`);
      if (m === undefined) continue;
      fact(W.mapOf, [i, ptr(def.name)], m);
      if (def.section !== undefined) {
        const v = made.find(x => x.kind === 'value' && x.map === m);
        if (v !== undefined) fact(W.globalOf, [i, ptr(def.name)], v.index);
      }
    }
    if (r.kind === 'user') {
      fact(W.sleepable, [i], true);
      fact(W.isUser, [i], true);
      return;
    }
    fact(W.programOf, [i], programNames.indexOf(r.program.name));
    fact(W.contextOf, [i], r.context);
    fact(W.sleepable, [i], r.program.sleepable);
    fact(W.socketFilter, [i], r.program.section.startsWith('socket'));
    fact(W.programLocks, [i], !isTracing(r.program.section) && !r.program.section.startsWith('socket'));
    fact(W.programGraphs, [i], !isTracing(r.program.section));
    fact(W.programObjects, [i], !hasNoObjects(r.program.section));
    const named = new Set(r.program.maps);
    const isOuter = (def: MapDef): boolean => def.inner !== undefined;
    const looksUpInner = unit.maps.some(def => named.has(def.name) && isOuter(def));
    for (const def of unit.maps) {
      const m = mapIndex.get(`${def.name}#${String(r.load)}`);
      if (m === undefined) continue;
      const uses = named.has(def.name);
      fact(W.usesMap, [i, m], uses);
      fact(W.reachesMap, [i, m], uses || (looksUpInner && def.section === undefined && !isOuter(def)));
    }
    const frames = r.program.slots.map(x => x.slice(x.lastIndexOf('@') + 1 || x.length));
    frames.forEach((f, x) => {
      frames.forEach((g, y) => {
        if (f !== g) fact(W.otherFrame, [i, x, y], true);
      });
    });
    r.interrupts.forEach(name => {
      const j = runs.findIndex(x => x.name === name);
      if (j >= 0) fact(W.interrupts, [i, j], true);
    });
  });

  // Offsets, classes, functions
  const all = [...new Set([0, ...offsets])];
  fact(W.plus, [1, 1], 1);
  for (let i = 0; i < offNames.length; i++) {
    fact(W.plus, [1, i], 1);
    fact(W.plus, [i, 1], 1);
  }
  for (const a of all) for (const b of all) fact(W.plus, [off(a), off(b)], off(a + b));
  sets.forEach((s, i) => {
    for (const c of s === '' ? [] : s.split(',')) fact(W.inSet, [i, Number(c)], true);
  });
  fns.forEach((f, i) => {
    fact(W.allowedUnderLock, [i], baseline.allowedUnderLock.has(f));
    fact(W.sleeps, [i], mightSleep(f));
    fact(W.isKfunc, [i], isPlainKfunc(f));
  });
  return {
    inst,
    off,
    type,
    ptr,
    classSet: s => setIndex.get(s.join()) ?? 0,
    fn: f => Math.max(0, fns.indexOf(f)),
    program: name => Math.max(0, programNames.indexOf(name)),
    mapAlloc: (m, load) => mapIndex.get(`${m}#${String(load)}`) ?? 0,
    objectOf: (run, key) => objectIndex.get(`${String(run)}:${key}`),
    entries,
    slots,
    keyClass,
  };
};
const isHashMap = (def: MapDef): boolean => def.type.includes('HASH');
