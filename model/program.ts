/**
 * What a front end hands to the model: a compilation unit with its types and maps, and each BPF program as a graph of events.
 *
 * A front end only says what the programmer wrote. It never says whether it is allowed; that is what the rules are for.
 */

/** A place in a source file. Lines and columns count from 1; line 0 where nobody knows it. */
export interface At {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Of compiled programs: the instruction, in slots of 8 bytes from the start of its function. */
  readonly insn?: number;
}

/** Fields of a struct that the verifier treats specially (kernel: `btf_parse_fields`). Offsets in bytes. */
export type FieldKind =
  | 'bpf_spin_lock'
  | 'bpf_res_spin_lock'
  | 'bpf_list_head'
  | 'bpf_rb_root'
  | 'bpf_list_node'
  | 'bpf_rb_node'
  | 'bpf_refcount'
  | 'bpf_timer'
  | 'bpf_wq'
  | 'kptr';

/** Bytes that each kind of field has (kernel: btf_field_type_size). */
export const FIELD_SIZE: Readonly<Record<FieldKind, number>> = {
  bpf_spin_lock: 4,
  bpf_res_spin_lock: 4,
  bpf_list_head: 16,
  bpf_rb_root: 16,
  bpf_list_node: 24,
  bpf_rb_node: 32,
  bpf_refcount: 4,
  bpf_timer: 16,
  bpf_wq: 16,
  kptr: 8,
};

export interface Field {
  readonly kind: FieldKind;
  readonly name: string;
  readonly offset: number;
  readonly at: At;
  /** Heads and roots: the struct that `__contains` names, and its node member. Absent when there is no annotation. */
  readonly contains?: { readonly type: string; readonly node: string };
  /** Heads and roots: the lock that `__guarded_by` names: a field of the same value, or a global variable. */
  readonly guardedBy?: string;
  /** Kptrs: the struct they point to, and whether it is one of the unit's own (local) types. */
  readonly pointee?: string;
}

/** A struct of the unit, a map value, or a data section seen as one struct (its variables are the fields). Sizes in bytes. */
export interface StructType {
  readonly name: string;
  readonly size: number;
  readonly fields: readonly Field[];
  readonly at: At;
}

/** A variable of a data section. */
export interface SectionVar {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
  readonly isStatic: boolean;
  /** Carries `__hidden` (`__attribute__((visibility("hidden")))`). */
  readonly isHidden: boolean;
}

/** A map definition, or a data section (`section` set; an array of one element). */
export interface MapDef {
  readonly name: string;
  /** Kernel spelling, such as `BPF_MAP_TYPE_HASH`. */
  readonly type: string;
  readonly maxEntries: number;
  /** Name of a StructType. Values without special fields still have one, with no fields. Empty for maps in maps. */
  readonly valueType: string;
  /** Maps in maps: the name of the template map (its definition need not exist at run time) and the initial inner maps by index. */
  readonly inner?: { readonly template: string; readonly initial: readonly (string | null)[] };
  /** True for a map that is only the template of an outer map, and has no instance. */
  readonly isTemplate?: boolean;
  readonly section?: { readonly name: string; readonly vars: readonly SectionVar[] };
  /** Flags such as `BPF_F_MMAPABLE`, by name. */
  readonly flags: readonly string[];
  /** False if its value is only a number of bytes: the kernel looks for no special fields in it. */
  readonly hasBtf?: boolean;
  readonly isPinned: boolean;
  readonly at: At;
}

/** A pointer operand: the pointer in a slot, plus a constant number of bytes (`&v->lock` is v plus the offset of lock). */
export interface Operand {
  readonly slot: number;
  readonly add: number;
  /** Of compiled programs: the register it is in. */
  readonly reg?: number;
}

/** A set of value classes of a scalar; see `Unit.classes`. Sorted indices. */
export type ClassSet = readonly number[];

/** A store of a pointer; a load or store of a part, or across its border; an atomic operation; memory given to a function. */
export type KptrAccess = 'store' | 'store-part' | 'part' | 'misaligned' | 'atomic' | 'helper';

/** What a function does with a pointer that it is given: reads or writes so many bytes (a helper, or a kfunc), or something else. */
export type PassedAs = 'memory' | 'kernel-memory' | 'pointer';
export interface Passed {
  readonly src: Operand;
  readonly as: PassedAs;
}

export type CallbackKind = 'bpf_for_each_map_elem' | 'bpf_loop' | 'bpf_timer' | 'bpf_wq' | 'less';

/**
 * The alphabet of programs. Slots and scalars are indices into the program's tables. A result nobody uses still gets a slot.
 *
 * Functions of the kernel keep the kernel's names.
 */
export type ProgramEvent =
  // Pointers
  | { readonly event: 'global'; readonly dst: number; readonly map: string; readonly off: number }
  | { readonly event: 'move'; readonly dst: number; readonly src: Operand }
  /** The slot no longer holds anything (assignment of NULL is `null`; end of scope needs no event: liveness is computed). */
  | { readonly event: 'null'; readonly dst: number }
  | { readonly event: 'test_null'; readonly slot: number; readonly isNull: boolean }
  /** `there`: the key is a constant, and the map an array that has it. */
  | {
      readonly event: 'bpf_map_lookup_elem';
      readonly dst: number;
      readonly map: string;
      readonly key: number;
      readonly there?: boolean;
    }
  | {
      readonly event: 'inner_lookup';
      readonly dst: number;
      readonly map: number;
      readonly key: number;
      readonly there?: boolean;
    }
  | { readonly event: 'read'; readonly src: Operand }
  | { readonly event: 'write'; readonly dst: Operand }
  // Locks
  | { readonly event: 'bpf_spin_lock' | 'bpf_spin_unlock'; readonly lock: Operand }
  /** Model-only: the lock that `rbtree-owns-lock` puts inside every head and root. */
  | { readonly event: 'bpf_structure_lock' | 'bpf_structure_unlock'; readonly lock: Operand }
  /** Two edges leave the call: `ok: true` (the result is 0) and `ok: false` (it is not). */
  | { readonly event: 'bpf_res_spin_lock'; readonly lock: Operand; readonly ok: boolean }
  | { readonly event: 'bpf_res_spin_unlock'; readonly lock: Operand }
  /** `flags` is the slot of the variable that keeps the interrupt state. */
  | {
      readonly event: 'bpf_res_spin_lock_irqsave';
      readonly lock: Operand;
      readonly flags: number;
      readonly ok: boolean;
    }
  | { readonly event: 'bpf_res_spin_unlock_irqrestore'; readonly lock: Operand; readonly flags: number }
  // Objects
  | { readonly event: 'bpf_obj_new'; readonly dst: number; readonly type: string }
  | { readonly event: 'bpf_obj_drop'; readonly obj: Operand }
  | { readonly event: 'bpf_refcount_acquire'; readonly dst: number; readonly obj: Operand }
  | { readonly event: 'bpf_kptr_xchg'; readonly dst: number; readonly field: Operand; readonly obj: Operand | null }
  | { readonly event: 'load_kptr'; readonly dst: number; readonly field: Operand }
  /** An access that meets a kptr in another way than a load of all of it. */
  | { readonly event: 'access_kptr'; readonly field: Operand; readonly how: KptrAccess }
  // Lists and trees
  | { readonly event: 'bpf_list_push_front' | 'bpf_list_push_back'; readonly head: Operand; readonly node: Operand }
  | { readonly event: 'bpf_list_pop_front' | 'bpf_list_pop_back'; readonly dst: number; readonly head: Operand }
  | { readonly event: 'bpf_list_front' | 'bpf_list_back'; readonly dst: number; readonly head: Operand }
  | { readonly event: 'bpf_list_del'; readonly dst: number; readonly head: Operand; readonly node: Operand }
  /** `bpf_rbtree_add`; the calls of its `less` lie between this edge and the `rbtree_added` edge. */
  | { readonly event: 'bpf_rbtree_add' | 'rbtree_added'; readonly root: Operand; readonly node: Operand }
  | { readonly event: 'bpf_rbtree_first' | 'bpf_rbtree_root'; readonly dst: number; readonly root: Operand }
  | {
      readonly event: 'bpf_rbtree_left' | 'bpf_rbtree_right';
      readonly dst: number;
      readonly root: Operand;
      readonly node: Operand;
    }
  | { readonly event: 'bpf_rbtree_remove'; readonly dst: number; readonly root: Operand; readonly node: Operand }
  // Regions
  | {
      readonly event: 'bpf_rcu_read_lock' | 'bpf_rcu_read_unlock' | 'bpf_preempt_disable' | 'bpf_preempt_enable';
    }
  /** `flags` is the slot of the variable that keeps the interrupt state. */
  | { readonly event: 'bpf_local_irq_save' | 'bpf_local_irq_restore'; readonly flags: number }
  // Control
  /** A pointer is given to a function that looks into the memory behind it. */
  | { readonly event: 'pass'; readonly src: Operand; readonly as: PassedAs }
  /** Any other helper or kfunc, by name. `pointers` are the operands it is given (each must be usable). */
  | { readonly event: 'call'; readonly fn: string; readonly pointers: readonly Passed[] }
  | { readonly event: 'call_static' | 'return_static'; readonly fn: string }
  /** A call of a global subprogram: verifier-only edge past the body; the body is inlined on machine-only edges. `sleeps`: it may. */
  | { readonly event: 'call_global'; readonly fn: string; readonly sleeps: boolean }
  /** `throws`: there is a bpf_throw in it, or in what it calls. */
  | { readonly event: 'enter_callback'; readonly kind: CallbackKind; readonly throws: boolean }
  /** `inRange`: what it returns is 0 or 1. */
  | { readonly event: 'leave_callback'; readonly kind: CallbackKind; readonly inRange: boolean }
  /** The context given with a callback is neither NULL nor on the stack. */
  | { readonly event: 'callback_context'; readonly src: Operand }
  /** The value argument of a `bpf_for_each_map_elem`, timer or wq callback: any live element of the map. */
  | {
      readonly event: 'callback_value';
      readonly dst: number;
      readonly map: string;
      readonly kind: CallbackKind;
      readonly throws: boolean;
    }
  /** The two node arguments of `less`: the node being added and any member of the root. */
  | {
      readonly event: 'less_args';
      readonly a: number;
      readonly b: number;
      readonly root: Operand;
      readonly node: Operand;
    }
  /** `load_packet`: a load from outside of the packet ends the program (`BPF_LD_ABS`, `BPF_LD_IND`). */
  | { readonly event: 'bpf_throw' | 'exit' | 'bpf_tail_call' | 'load_packet' }
  // Scalars
  /** The scalar gets any value of these classes. */
  | { readonly event: 'set'; readonly scalar: number; readonly to: ClassSet }
  | { readonly event: 'copy'; readonly scalar: number; readonly from: number }
  /** A branch is taken because the scalar's class is one of these. */
  | { readonly event: 'test'; readonly scalar: number; readonly among: ClassSet }
  /** Nothing happens: a jump. */
  | { readonly event: 'jump' };

export type EventName = ProgramEvent['event'];

/** One step of a program: at `from`, `does` may happen, then control is at `to`. */
export interface Edge {
  readonly from: number;
  readonly to: number;
  readonly does: ProgramEvent;
  readonly at: At;
  /** Set when only the verifier, or only the machine, follows this edge (bodies and calls of global subprograms). */
  readonly only?: 'verifier' | 'machine';
  /**
   * Set on the edge that goes back to the head of a loop or callback: how often one entry of the loop may take it.
   * Without such an edge the graph has no cycle (constant loops are unrolled by the front end).
   */
  readonly bound?: number;
}

export type ProgramKind = 'program' | 'global' | 'async-callback';

/** One BPF program, its static subprograms and callbacks inlined. Node `entry` has no edge into it; node `exit` none out of it. */
export interface Program {
  readonly name: string;
  /** Text of `SEC()`: `tc`, `fentry/...`, `syscall`. Empty for global subprograms and async callbacks. */
  readonly section: string;
  readonly kind: ProgramKind;
  /** Section ends in `.s`, or is `syscall`. */
  readonly sleepable: boolean;
  readonly entry: number;
  readonly exit: number;
  /** Out-edges of a node in the order in which the verifier explores them. */
  readonly edges: readonly Edge[];
  /** Names of the pointer variables, for people; one of a subprogram or callback ends in `@` and the name of its function. */
  readonly slots: readonly string[];
  /** Names of the scalars that are tested or used as keys. */
  readonly scalars: readonly string[];
  /** Maps the program mentions, in order of first mention. */
  readonly maps: readonly string[];
  /** Struct types given to bpf_obj_new or reached through kptrs. */
  readonly types: readonly string[];
  readonly at: At;
}

/** One source file. */
export interface Unit {
  readonly file: string;
  readonly types: readonly StructType[];
  readonly maps: readonly MapDef[];
  readonly programs: readonly Program[];
  /**
   * The integers, cut at every constant that some scalar is compared with or some map is indexed by: class i holds lo..hi.
   * A scalar's value is known up to its class; as a key, class i selects element i of a map.
   */
  readonly classes: readonly { readonly lo: number; readonly hi: number }[];
}

/** Why a front end could not read a construct. Never an accept. */
export interface Unsupported {
  readonly kind: 'unsupported';
  readonly construct: string;
  readonly at: At;
}

/** The input is wrong: syntax, an unknown name, a broken annotation. Exit code 65. */
export interface InputError {
  readonly kind: 'input-error';
  readonly message: string;
  readonly remedy?: string;
  readonly at: At;
}
