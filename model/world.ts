/** The sorts, and the immutable facts of a scenario: types and their fields, maps, allocations, runs. */
import { Bool, enumSort, indexSort, worldFn } from './term.js';

/** One execution of a program, or a sequence of things user space does. */
export const Run = indexSort('Run');
export const Cpu = indexSort('Cpu');
/** A loaded program, of which there may be several runs. */
export const Prog = indexSort('Prog');
/** A pointer variable, register or stack slot; the rules don't care which. */
export const Slot = indexSort('Slot');
/** The verifier's register ids. `zero` is a legal identity (globals). */
export const Id = indexSort('Id', 'zero');
/** Byte offsets that occur in the scenario; `wild` is any other. */
export const Off = indexSort('Off', 'zero', 'wild');
/** Struct types, map values and sections. */
export const Type = indexSort('Type', 'none');
/** What `ptr` of an identity names: a map as the verifier sees it (a template for all inner maps), or the program's BTF. */
export const Ptr = indexSort('Ptr', 'none', 'btf');
/** Memory: maps, map values, objects. */
export const Alloc = indexSort('Alloc', 'null');
/** One reference instance of a run; copies of a register share it. */
export const Ref = indexSort('Ref', 'none');
export const Scalar = indexSort('Scalar');
/** A class of integers that the program's tests and keys don't tell apart. */
export const Class = indexSort('Class');
/** A set of classes written in the program. */
export const ClassSet = indexSort('ClassSet');
/** A helper or kfunc that has no rule of its own. */
export const Fn = indexSort('Fn');

export const LockKind = enumSort('LockKind', 'none', 'spin', 'res');
export const GraphKind = enumSort('GraphKind', 'none', 'list', 'rbtree');
export const Context = enumSort('Context', 'task', 'irq', 'nmi');

// Types and their fields (kernel: struct btf_record)
export const lockAt = worldFn('lock-at', [Type, Off], LockKind, 'the kind of lock at an offset of a type');
export const lockOf = worldFn('lock-of', [Type], LockKind, 'the kind of lock a type has anywhere');
export const lockOffset = worldFn(
  'lock-offset',
  [Type],
  Off,
  'where the (first) lock of a type is; wild if it has none',
);
export const graphAt = worldFn('graph-at', [Type, Off], GraphKind, 'the kind of head or root at an offset');
export const nodeAt = worldFn('node-at', [Type, Off], GraphKind, 'the kind of list or tree node at an offset');
export const containsType = worldFn(
  'contains-type',
  [Type, Off],
  Type,
  'the struct that the head at an offset contains',
);
export const containsOff = worldFn('contains-offset', [Type, Off], Off, 'where the node is in what the head contains');
export const kptrAt = worldFn(
  'kptr-at',
  [Type, Off],
  Type,
  'the struct that the kptr at an offset points to; none if there is no kptr',
);
export const specialAt = worldFn('special-at', [Type, Off], Bool, 'a special field covers the offset');
export const inNode = worldFn('in-node', [Type, Off], Bool, 'a list or tree node covers the offset');
export const kptrCovers = worldFn('kptr-covers', [Type, Off], Bool, 'a kptr covers the offset');
export const refcounted = worldFn('refcounted', [Type], Bool, 'the type has a bpf_refcount');
export const isGraphNode = worldFn('graph-node', [Type], Bool, 'the type has a list or tree node');
export const guardPtr = worldFn(
  'guard-ptr',
  [Type, Off],
  Ptr,
  'the section of the lock declared for the head; none if undeclared or in the same value',
);
export const guardOff = worldFn(
  'guard-offset',
  [Type, Off],
  Off,
  'the offset of the lock declared for the head; wild if undeclared',
);
export const guardAlloc = worldFn(
  'guard-alloc',
  [Alloc, Off],
  Alloc,
  'the allocation of the lock bound to the head at an offset of an allocation',
);

// Maps as the verifier sees them
export const valueType = worldFn('value-type', [Ptr], Type, 'the type of a map value');
export const innerOf = worldFn('inner-of', [Ptr], Ptr, 'the template of a map of maps; none for other maps');
export const inLocksSection = worldFn('in-locks-section', [Ptr], Bool, 'the map backs a .locks section');
export const mapOf = worldFn('map-of', [Run, Ptr], Alloc, 'the map that a run means by a name');
export const globalOf = worldFn('global-of', [Run, Ptr], Alloc, 'the value of the section that a run means by a name');
export const severalLocks = worldFn('several-locks', [Type], Bool, 'the type has more than one lock');
export const headWithoutLock = worldFn(
  'head-without-lock',
  [Type],
  Bool,
  'the type has a head or root and no lock of its own',
);
export const brokenContains = worldFn('broken-contains', [Type], Bool, 'a head of the type has no usable __contains');
export const lockMapType = worldFn('lock-map-type', [Ptr], Bool, 'the map type may hold locks');
export const graphMapType = worldFn('graph-map-type', [Ptr], Bool, 'the map type may hold heads and roots');
export const innerHasLock = worldFn('inner-has-lock', [Ptr], Bool, 'a map of maps whose inner values have locks');
export const hasLock = worldFn('has-lock', [Ptr], Bool, 'the map value has a lock');
export const hasGraph = worldFn('has-graph', [Ptr], Bool, 'the map value has a head or root');
export const hasKptr = worldFn('has-kptr', [Ptr], Bool, 'the map value has a kptr');
export const kptrMapType = worldFn('kptr-map-type', [Ptr], Bool, 'maps of this type may have kptrs in values');
export const sleepableMapType = worldFn(
  'sleepable-map-type',
  [Ptr],
  Bool,
  'sleepable programs may use maps of this type',
);
export const limitedForPrograms = worldFn('limited', [Ptr], Bool, 'programs may only read the map, or only write it');
export const withoutBtf = worldFn('without-btf', [Ptr], Bool, 'the map is created without BTF');
export const containsUnknown = worldFn('contains-unknown', [Type], Bool, 'a head names a struct that there is not');
export const twoLinks = worldFn('two-links', [Type], Bool, 'the type has a list node and a tree node');
export const tooManyFields = worldFn('too-many-fields', [Type], Bool, 'the type has more than 11 special fields');
export const longChain = worldFn(
  'long-chain',
  [Type],
  Bool,
  'the ownership chain from the type is longer than the baseline allows, or a cycle',
);
export const socketFilter = worldFn('socket-filter', [Run], Bool, 'the program is a socket filter');
export const programLocks = worldFn('program-locks', [Run], Bool, 'programs of this type may use maps with locks');
export const programGraphs = worldFn(
  'program-graphs',
  [Run],
  Bool,
  'programs of this type may use maps with heads and roots',
);
export const programObjects = worldFn(
  'program-objects',
  [Run],
  Bool,
  'programs of this type may call the functions of objects, lists and trees',
);
export const sectionMapped = worldFn(
  'section-mapped',
  [Ptr],
  Bool,
  'the section policy lets user space map the section',
);
export const knownEntry = worldFn(
  'known-entry',
  [Alloc, Class],
  Alloc,
  'the element at a key when the program is loaded, if its address is fixed; else null',
);

// Memory
export const typeOf = worldFn('type-of', [Alloc], Type, 'the type of an allocation; none for maps');
export const isMap = worldFn('is-map', [Alloc], Bool, 'the allocation is a map');
export const isMapValue = worldFn('is-map-value', [Alloc], Bool, 'the allocation is a map value');
export const isObject = worldFn('is-object', [Alloc], Bool, 'the allocation comes from bpf_obj_new');
export const isHash = worldFn('is-hash', [Alloc], Bool, 'a map whose elements come and go');
export const valueOf = worldFn('value-of', [Alloc], Alloc, 'the map that a value belongs to');
export const elementType = worldFn(
  'element-type',
  [Alloc],
  Type,
  'the type of the values of a map; none for a map of maps',
);
export const fits = worldFn(
  'fits',
  [Alloc, Alloc],
  Bool,
  'the second map may be put into the first, a map of maps (kernel: bpf_map_meta_equal)',
);
export const innerValueOf = worldFn('inner-value-of', [Alloc], Bool, 'the map value belongs to an inner map');

// Runs
export const cpuOf = worldFn('cpu-of', [Run], Cpu, 'the CPU of a run');
export const programOf = worldFn('program-of', [Run], Prog, 'the program of a run');
export const isUser = worldFn('is-user', [Run], Bool, 'the run is user space');
export const contextOf = worldFn('context-of', [Run], Context, 'what kind of context a run is');
export const interrupts = worldFn(
  'interrupts',
  [Run, Run],
  Bool,
  'the first run starts only inside the second, on its CPU',
);
export const sleepable = worldFn('sleepable', [Run], Bool, 'the run is of a sleepable program');
export const usesMap = worldFn(
  'uses-map',
  [Run, Alloc],
  Bool,
  "the run's program refers to the map, as long as it is loaded",
);
export const reachesMap = worldFn(
  'reaches-map',
  [Run, Alloc],
  Bool,
  'the run may come to the map: its program refers to it, or to a map of maps that may hold it',
);
export const otherFrame = worldFn(
  'other-frame',
  [Run, Slot, Slot],
  Bool,
  "two variables of the run's program belong to different functions",
);

// Offsets, classes, functions
export const plus = worldFn('plus', [Off, Off], Off, 'sum of two offsets');
export const inSet = worldFn('in-set', [ClassSet, Class], Bool, 'membership');
export const allowedUnderLock = worldFn(
  'allowed-under-lock',
  [Fn],
  Bool,
  'the baseline allows the call while a lock is held',
);
export const isKfunc = worldFn('is-kfunc', [Fn], Bool, 'the call is one of a kfunc, not of a helper');
export const sleeps = worldFn('sleeps', [Fn], Bool, 'the call may sleep');

export const worldFns = [
  lockAt,
  lockOf,
  lockOffset,
  severalLocks,
  headWithoutLock,
  brokenContains,
  lockMapType,
  graphMapType,
  innerHasLock,
  hasLock,
  hasGraph,
  hasKptr,
  kptrMapType,
  sleepableMapType,
  limitedForPrograms,
  withoutBtf,
  containsUnknown,
  twoLinks,
  tooManyFields,
  longChain,
  socketFilter,
  programLocks,
  programGraphs,
  programObjects,
  sectionMapped,
  graphAt,
  nodeAt,
  containsType,
  containsOff,
  kptrAt,
  specialAt,
  inNode,
  kptrCovers,
  refcounted,
  isGraphNode,
  guardPtr,
  guardOff,
  guardAlloc,
  valueType,
  innerOf,
  inLocksSection,
  mapOf,
  globalOf,
  knownEntry,
  typeOf,
  isMap,
  isMapValue,
  isObject,
  isHash,
  valueOf,
  elementType,
  fits,
  innerValueOf,
  cpuOf,
  programOf,
  isUser,
  contextOf,
  interrupts,
  sleepable,
  usesMap,
  reachesMap,
  otherFrame,
  plus,
  inSet,
  allowedUnderLock,
  isKfunc,
  sleeps,
] as const;
