/** Structs that a program calls as a kernel calls one of its own: in a selftest they have another name. */
import type { ProgramVerdict } from './cell.js';

/** Structs of a vmlinux.h, among the names that programs like to give theirs. A kptr to one would be a pointer to the kernel's. */
const KERNEL_STRUCTS = ['context', 'key', 'node'];

/** Those that a C text, or one without its comments, defines. */
export const kernelStructsIn = (code: string): readonly string[] =>
  KERNEL_STRUCTS.filter(name => new RegExp(`\\bstruct\\s+${name}\\s*\\{`).test(code));

export const ownName = (name: string): string => `${name}_data`;

/** The verdict, with such structs named in its message as the selftest of this text names them. */
export const inOwnNames = (v: ProgramVerdict, code: string): ProgramVerdict => {
  const taken = kernelStructsIn(code);
  const renamed = v.message?.replaceAll(/(?<=\bstruct |ptr_(?:or_null_)?)\w+/g, name =>
    taken.includes(name) ? ownName(name) : name,
  );
  return { ...v, message: renamed ?? null };
};
