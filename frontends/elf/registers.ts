/** Which registers an instruction reads and writes, and which may still be read later: what a path may forget. */
import { KNOWN_FUNCTIONS } from '../shared/known-functions.js';
import { resolve, typeOf } from './btf-query.js';
import { helperName } from './helpers.js';
import type { BpfObject, Instruction, ObjectFunction } from './object.js';
import type { Callee, Operation, Source } from './operation.js';

const ARGUMENTS = [1, 2, 3, 4, 5];

const ofSource = (s: Source): number[] => ('register' in s ? [s.register] : []);

/** Parameters of a BTF `func`, or null if it is none. */
export function parametersOf(object: BpfObject, func: number | null): number | null {
  const type = func === null ? null : typeOf(object.btf, func);
  const proto = type?.kind === 'func' ? typeOf(object.btf, resolve(object.btf, type.type)) : null;
  return proto?.kind === 'func_proto' ? proto.params.length : null;
}

/** How many arguments a callee takes, or null if nobody says. */
export function arityOf(object: BpfObject, callee: Callee): number | null {
  switch (callee.kind) {
    case 'helper': {
      const name = helperName(callee.id);
      return name === null ? null : (KNOWN_FUNCTIONS.get(name)?.arity ?? null);
    }
    case 'kfunc':
      return (
        KNOWN_FUNCTIONS.get(callee.name)?.arity ??
        parametersOf(object, object.externs.find(e => e.name === callee.name)?.typeId ?? null)
      );
    case 'subprogram':
      return parametersOf(object, object.subprograms.find(f => f.name === callee.name)?.typeId ?? null);
    case 'register':
      return null;
  }
}

export function readRegisters(object: BpfObject, does: Operation): readonly number[] {
  switch (does.op) {
    case 'alu':
      return does.operator === 'mov' ? ofSource(does.src) : [does.dst, ...ofSource(does.src)];
    case 'movsx':
    case 'addr_space_cast':
      return [does.src];
    case 'neg':
    case 'swap':
      return [does.dst];
    case 'load':
      return [does.base];
    case 'store':
      return [does.base, ...ofSource(does.src)];
    case 'atomic':
      return [does.base, does.register, ...(does.operator === 'cmpxchg' ? [0] : [])];
    case 'packet':
      return [6, ...(does.index === null ? [] : [does.index])];
    case 'branch':
      return [does.dst, ...ofSource(does.src)];
    case 'call':
      return [
        ...ARGUMENTS.slice(0, arityOf(object, does.callee) ?? 5),
        ...(does.callee.kind === 'register' ? [does.callee.register] : []),
      ];
    case 'exit':
      return [0];
    case 'ld_imm64':
    case 'jump':
    case 'may_goto':
      return [];
  }
}

export function writtenRegisters(does: Operation): readonly number[] {
  switch (does.op) {
    case 'alu':
    case 'movsx':
    case 'addr_space_cast':
    case 'neg':
    case 'swap':
    case 'ld_imm64':
    case 'load':
      return [does.dst];
    case 'atomic':
      return does.operator === 'cmpxchg' ? [0] : does.fetch || does.operator === 'load_acquire' ? [does.register] : [];
    case 'packet':
    case 'call':
      return [0, ...ARGUMENTS];
    case 'store':
    case 'branch':
    case 'jump':
    case 'may_goto':
    case 'exit':
      return [];
  }
}

/** A function's instructions by slot, where control comes together, and the registers that may be read from there on. */
export interface Code {
  readonly at: (slot: number) => Instruction | undefined;
  readonly next: (slot: number) => number;
  readonly isLeader: (slot: number) => boolean;
  /** A set of bits: register n is bit n. */
  readonly live: (slot: number) => number;
}

export function codeOf(object: BpfObject, fn: ObjectFunction): Code {
  const { instructions } = fn;
  const index = new Map(instructions.map((i, k) => [i.slot, k]));
  const leaders = new Set<number>();
  const after = (k: number): number => instructions[k + 1]?.slot ?? -1;
  const bits = (list: readonly number[]): number => list.reduce((b, r) => b | (1 << r), 0);
  const uses = instructions.map(i => bits(readRegisters(object, i.does)));
  const kills = instructions.map(i => bits(writtenRegisters(i.does)));
  const targets = instructions.map(({ does }, k) => {
    switch (does.op) {
      case 'exit':
        return [];
      case 'jump':
        return [does.to];
      case 'branch':
      case 'may_goto':
        return [does.to, after(k)];
      default:
        return [after(k)];
    }
  });
  instructions.forEach(({ does }, k) => {
    if (does.op === 'jump' || does.op === 'branch' || does.op === 'may_goto')
      for (const t of targets[k] ?? []) leaders.add(t);
  });
  const live = instructions.map(() => 0);
  for (let changed = true; changed;) {
    changed = false;
    for (let k = instructions.length - 1; k >= 0; k--) {
      const out = (targets[k] ?? []).reduce((b, t) => b | (live[index.get(t) ?? -1] ?? 0), 0);
      const now = (uses[k] ?? 0) | (out & ~(kills[k] ?? 0));
      if (now !== live[k]) {
        live[k] = now;
        changed = true;
      }
    }
  }
  return {
    at: slot => instructions[index.get(slot) ?? -1],
    next: slot => after(index.get(slot) ?? -1),
    isLeader: slot => leaders.has(slot),
    live: slot => live[index.get(slot) ?? -1] ?? 0,
  };
}
