/** What each helper and kfunc call becomes in the alphabet of events. */
import type { Operand, Passed } from '../../model/program.js';
import type { DraftEvent } from './graph.js';
import type { Argument } from '../c/ir.js';
import { ADDRESS_ARGUMENTS, READ_ONLY_FUNCTIONS, passedAs } from './known-functions.js';
import type { Known } from './values.js';

/** A call in the making: the events it emits go to the present point of the path. */
export interface Call {
  readonly fn: string;
  readonly args: readonly Argument[];
  readonly objType: string | null;
  emit(event: DraftEvent): void;
  /** What is known of an argument. Mentioning a global's address loads it. */
  known(index: number): Known;
  /** An argument as a pointer operand; stops if it is none that the model can follow. */
  operand(index: number): Operand;
  /** A slot that stands for the local variable behind an argument; stops if there is none. */
  variableSlot(index: number): number;
  /** The slot that receives a pointer result. */
  resultSlot(): number;
  setResult(known: Known): void;
  /** Continues once for each way, in this order; not after one whose result is null: there the program ends. */
  fork(ways: readonly { readonly event: DraftEvent; readonly result: Known | null }[]): void;
  /** Whether bytes of the packet may be loaded here, and the program ends where there are none. */
  readonly loadsPacket: boolean;
  /** The scalar whose value is the key behind a pointer argument. */
  key(index: number): number;
  /** A scalar of any value, for keys that are no integer. */
  anyKey(name: string): number;
  useMap(name: string): void;
  /** The function wrote whatever it liked to the local variable behind an argument. */
  clobber(index: number): void;
  /** Local memory behind an argument becomes zero. */
  zero(index: number): void;
  leave(event: DraftEvent): void;
  stop(construct: string): never;
}

const FAILS: Known = { kind: 'range', lo: -4095, hi: -1 };
const ZERO: Known = { kind: 'int', value: 0 };
const ANY_INT: Known = { kind: 'range', lo: Number.MIN_SAFE_INTEGER, hi: Number.MAX_SAFE_INTEGER };

const REGIONS: ReadonlySet<string> = new Set([
  'bpf_rcu_read_lock', 'bpf_rcu_read_unlock', 'bpf_preempt_disable', 'bpf_preempt_enable',
]); // prettier-ignore

const STORAGE_GET: ReadonlySet<string> = new Set([
  'bpf_task_storage_get', 'bpf_sk_storage_get', 'bpf_inode_storage_get', 'bpf_cgrp_storage_get',
]); // prettier-ignore

/** Helpers whose unsigned result is small enough to matter. */
const RESULT_RANGES: ReadonlyMap<string, Known> = new Map<string, Known>([
  ['bpf_get_prandom_u32', { kind: 'range', lo: 0, hi: 4294967295 }],
  ['bpf_get_smp_processor_id', { kind: 'range', lo: 0, hi: 4294967295 }],
]);

/** Functions that compilers make a `BPF_LD_ABS` or `BPF_LD_IND` of, and what they return. */
const PACKET_LOADS: ReadonlyMap<string, Known> = new Map<string, Known>([
  ['load_byte', { kind: 'range', lo: 0, hi: 2 ** 8 - 1 }],
  ['load_half', { kind: 'range', lo: 0, hi: 2 ** 16 - 1 }],
  ['load_word', { kind: 'range', lo: 0, hi: 2 ** 32 - 1 }],
]);

/** Emits the events of a call of a known function. Callbacks and rbtree_add are not for this function. */
export function emitCall(call: Call): void {
  const name = call.fn.replace(/_impl$/, '');
  switch (name) {
    case 'bpf_spin_lock':
    case 'bpf_spin_unlock':
    case 'bpf_structure_lock':
    case 'bpf_structure_unlock':
      call.emit({ event: name, lock: call.operand(0) });
      return;
    case 'bpf_res_spin_lock': {
      const lock = call.operand(0);
      call.fork([
        { event: { event: name, lock, ok: true }, result: ZERO },
        { event: { event: name, lock, ok: false }, result: FAILS },
      ]);
      return;
    }
    case 'bpf_res_spin_lock_irqsave': {
      const lock = call.operand(0);
      const flags = call.variableSlot(1);
      call.fork([
        { event: { event: name, lock, flags, ok: true }, result: ZERO },
        { event: { event: name, lock, flags, ok: false }, result: FAILS },
      ]);
      return;
    }
    case 'bpf_res_spin_unlock':
      call.emit({ event: name, lock: call.operand(0) });
      return;
    case 'bpf_res_spin_unlock_irqrestore': {
      const lock = call.operand(0);
      call.emit({ event: name, lock, flags: call.variableSlot(1) });
      return;
    }
    case 'bpf_obj_new':
      call.emit({ event: name, dst: call.resultSlot(), type: call.objType ?? '' });
      return;
    case 'bpf_obj_drop':
      call.emit({ event: name, obj: call.operand(0) });
      return;
    case 'bpf_refcount_acquire': {
      const obj = call.operand(0);
      call.emit({ event: name, dst: call.resultSlot(), obj });
      return;
    }
    case 'bpf_kptr_xchg': {
      const to = call.operand(0);
      const given = call.known(1);
      const obj = given.kind === 'int' && given.value === 0 ? null : call.operand(1);
      call.emit({ event: name, dst: call.resultSlot(), field: to, obj });
      return;
    }
    case 'bpf_list_push_front':
    case 'bpf_list_push_back': {
      const head = call.operand(0);
      call.emit({ event: name, head, node: call.operand(1) });
      call.setResult(ANY_INT);
      return;
    }
    case 'bpf_list_pop_front':
    case 'bpf_list_pop_back':
    case 'bpf_list_front':
    case 'bpf_list_back': {
      const head = call.operand(0);
      call.emit({ event: name, dst: call.resultSlot(), head });
      return;
    }
    case 'bpf_list_del': {
      const head = call.operand(0);
      const node = call.operand(1);
      call.emit({ event: name, dst: call.resultSlot(), head, node });
      return;
    }
    case 'bpf_rbtree_first':
    case 'bpf_rbtree_root': {
      const root = call.operand(0);
      call.emit({ event: name, dst: call.resultSlot(), root });
      return;
    }
    case 'bpf_rbtree_left':
    case 'bpf_rbtree_right':
    case 'bpf_rbtree_remove': {
      const root = call.operand(0);
      const node = call.operand(1);
      call.emit({ event: name, dst: call.resultSlot(), root, node });
      return;
    }
    case 'bpf_map_lookup_elem':
      emitLookup(call);
      return;
    case 'bpf_local_irq_save':
    case 'bpf_local_irq_restore':
      call.emit({ event: name, flags: call.variableSlot(0) });
      return;
    case 'bpf_throw':
      call.leave({ event: 'bpf_throw' });
      return;
    default:
      break;
  }
  if (REGIONS.has(name)) {
    call.emit({ event: name } as DraftEvent);
  } else if (STORAGE_GET.has(name)) {
    const map = call.known(0);
    if (map.kind !== 'map') call.stop(`${name} on a map that is not named`);
    call.emit({
      event: 'bpf_map_lookup_elem',
      dst: call.resultSlot(),
      map: map.name,
      key: call.anyKey(call.args[1]?.text ?? 'owner'),
    });
  } else if (name.startsWith('__sync_') || name.startsWith('__atomic_')) {
    emitAtomic(call);
  } else if (name.startsWith('__builtin_mem')) {
    emitMemory(call, name);
  } else {
    emitOther(call, name === '__hf_printk' ? 'bpf_trace_printk' : name);
  }
}

function emitLookup(call: Call): void {
  const map = call.known(0);
  if (map.kind === 'map') {
    const key = call.key(1);
    call.emit({ event: 'bpf_map_lookup_elem', dst: call.resultSlot(), map: map.name, key });
  } else {
    const inner = call.operand(0);
    if (inner.add !== 0) call.stop('a lookup in a map that is not named');
    const key = call.key(1);
    call.emit({ event: 'inner_lookup', dst: call.resultSlot(), map: inner.slot, key });
  }
}

function emitAtomic(call: Call): void {
  const target = call.known(0);
  if (target.kind === 'slot') {
    const at = call.operand(0);
    call.emit({ event: 'read', src: at });
    call.emit({ event: 'write', dst: at });
  } else if (target.kind === 'alias') {
    call.clobber(0);
  } else {
    call.stop('an atomic operation on this operand');
  }
  call.setResult(ANY_INT);
}

function emitMemory(call: Call, name: string): void {
  const target = call.known(0);
  if (target.kind === 'slot') call.emit({ event: 'write', dst: call.operand(0) });
  else if (target.kind === 'alias') {
    const value = call.args[1]?.value;
    if (name === '__builtin_memset' && value?.kind === 'int' && value.value === 0) call.zero(0);
    else call.clobber(0);
  }
  if (name !== '__builtin_memset' && call.known(1).kind === 'slot') call.emit({ event: 'read', src: call.operand(1) });
  call.setResult(target);
}

/** Any other function: its pointers must be usable, its integer result can be anything. */
function emitOther(call: Call, name: string): void {
  const pointers: Passed[] = [];
  call.args.forEach((arg, i) => {
    const isPointer = arg.type.kind === 'pointer' || arg.type.kind === 'unknown';
    const known = call.known(i);
    if (known.kind === 'map') call.useMap(known.name);
    if (known.kind === 'function') call.stop(`a callback given to ${name}`);
    if (known.kind === 'alias' && !READ_ONLY_FUNCTIONS.has(name) && name !== 'bpf_trace_printk') call.clobber(i);
    const isAsked = isPointer && name !== 'bpf_trace_printk' && ADDRESS_ARGUMENTS.get(name) !== i;
    if (known.kind === 'slot' && isAsked) pointers.push({ src: call.operand(i), as: passedAs(name, i) });
  });
  if (name === 'bpf_tail_call') {
    call.fork([
      { event: { event: 'bpf_tail_call' }, result: null },
      { event: { event: 'jump' }, result: FAILS },
    ]);
    return;
  }
  const bytes = PACKET_LOADS.get(name);
  if (bytes !== undefined) {
    if (!call.loadsPacket || call.known(0).kind !== 'kernel')
      call.stop(`${name}, except of the context of a socket, tc or action program,`);
    call.fork([
      { event: { event: 'load_packet' }, result: null },
      { event: { event: 'jump' }, result: bytes },
    ]);
    return;
  }
  call.emit({ event: 'call', fn: name, pointers });
  const range = RESULT_RANGES.get(name);
  call.setResult(range ?? { kind: 'opaque', cell: null, trusted: true });
}
