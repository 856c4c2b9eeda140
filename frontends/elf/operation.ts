/** What one BPF instruction does, with names instead of opcodes (Documentation/bpf/standardization/instruction-set.rst). */

/** The second operand: a register or a constant (sign-extended). */
export type Source = { readonly register: number } | { readonly constant: number };

export type AluOperator =
  'add' | 'sub' | 'mul' | 'div' | 'sdiv' | 'or' | 'and' | 'lsh' | 'rsh' | 'mod' | 'smod' | 'xor' | 'mov' | 'arsh';

export type BranchOperator = 'eq' | 'gt' | 'ge' | 'set' | 'ne' | 'sgt' | 'sge' | 'lt' | 'le' | 'slt' | 'sle';

export type AtomicOperator = 'add' | 'or' | 'and' | 'xor' | 'xchg' | 'cmpxchg' | 'load_acquire' | 'store_release';

/** What a 64-bit constant stands for once the object is loaded. */
export type Target =
  | { readonly to: 'map'; readonly map: string }
  /** A byte of a data section. */
  | { readonly to: 'data'; readonly map: string; readonly offset: number }
  /** A subprogram as a callback (`BPF_PSEUDO_FUNC`). */
  | { readonly to: 'function'; readonly name: string }
  /** The address of an extern, by its name in `BpfObject.externs`. */
  | { readonly to: 'extern'; readonly name: string };

export type Callee =
  | { readonly kind: 'helper'; readonly id: number }
  | { readonly kind: 'subprogram'; readonly name: string }
  /** By its name in `BpfObject.externs`. */
  | { readonly kind: 'kfunc'; readonly name: string }
  /** `callx`: no kernel takes it, but compilers emit it. */
  | { readonly kind: 'register'; readonly register: number };

/** Sizes in bytes, widths in bits; `to` of a jump is the slot of an instruction of the same function. */
export type Operation =
  | {
      readonly op: 'alu';
      readonly operator: AluOperator;
      readonly width: 32 | 64;
      readonly dst: number;
      readonly src: Source;
    }
  /** `MOVSX`: the low bits of a register, sign-extended. */
  | {
      readonly op: 'movsx';
      readonly from: 8 | 16 | 32;
      readonly width: 32 | 64;
      readonly dst: number;
      readonly src: number;
    }
  | { readonly op: 'neg'; readonly width: 32 | 64; readonly dst: number }
  /** Byte order: `le` and `be` convert from and to the host's, `bswap` always swaps. */
  | { readonly op: 'swap'; readonly order: 'le' | 'be' | 'bswap'; readonly width: 16 | 32 | 64; readonly dst: number }
  /** A pointer between address spaces: arenas. */
  | { readonly op: 'addr_space_cast'; readonly dst: number; readonly src: number; readonly spaces: number }
  /** A constant of 64 bits. With a target, `value` is what the file has there, and means nothing. */
  | { readonly op: 'ld_imm64'; readonly dst: number; readonly value: bigint; readonly target: Target | null }
  | {
      readonly op: 'load';
      readonly size: 1 | 2 | 4 | 8;
      readonly isSigned: boolean;
      readonly dst: number;
      readonly base: number;
      readonly offset: number;
    }
  | {
      readonly op: 'store';
      readonly size: 1 | 2 | 4 | 8;
      readonly base: number;
      readonly offset: number;
      readonly src: Source;
    }
  /** `fetch`: the old value goes to `register`, or to register 0 for `cmpxchg`; a `load_acquire` loads to `register`. */
  | {
      readonly op: 'atomic';
      readonly operator: AtomicOperator;
      readonly fetch: boolean;
      readonly size: 1 | 2 | 4 | 8;
      readonly base: number;
      readonly offset: number;
      readonly register: number;
    }
  /** `BPF_LD | BPF_ABS` and `BPF_IND`: packet bytes to register 0. */
  | { readonly op: 'packet'; readonly size: 1 | 2 | 4; readonly offset: number; readonly index: number | null }
  | { readonly op: 'jump'; readonly to: number }
  | { readonly op: 'may_goto'; readonly to: number }
  | {
      readonly op: 'branch';
      readonly operator: BranchOperator;
      readonly width: 32 | 64;
      readonly dst: number;
      readonly src: Source;
      /** If the comparison holds; otherwise the next instruction. */
      readonly to: number;
    }
  | { readonly op: 'call'; readonly callee: Callee }
  | { readonly op: 'exit' };
