/** The names of a C file, and what they stand for. */
import type { At } from '../../model/program.js';
import type { Attribute, Node } from './syntax.js';
import type { CType, StructDecl } from './types.js';

/** A variable at file scope, or a static one inside a function (named `function.variable`). */
export interface GlobalVar {
  readonly name: string;
  type: CType;
  readonly at: At;
  /** Text of `SEC()`; null for plain globals. */
  section: string | null;
  readonly isStatic: boolean;
  isHidden: boolean;
  isExtern: boolean;
  readonly isConst: boolean;
  readonly isVolatile: boolean;
  readonly align: number;
  readonly declTags: readonly string[];
  init: Node | null;
}

export interface FunctionDecl {
  readonly name: string;
  type: CType & { kind: 'function' };
  at: At;
  section: string | null;
  isStatic: boolean;
  isHidden: boolean;
  /** Null while only declared. */
  body: Node | null;
  /** A declaration with `__ksym`: a kfunc. */
  isKfunc: boolean;
  attributes: readonly Attribute[];
}

/** A local variable or parameter, or a temporary of the front end. Unique in the file. */
export interface LocalVar {
  readonly id: number;
  readonly fn: string;
  readonly name: string;
  readonly type: CType;
  readonly at: At;
  readonly isTemp: boolean;
  isAddressTaken: boolean;
}

export type Entity =
  | { readonly kind: 'typedef'; readonly type: CType }
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'global'; readonly global: GlobalVar }
  | { readonly kind: 'local'; readonly local: LocalVar }
  | { readonly kind: 'function'; readonly fn: FunctionDecl };

export interface Scope {
  readonly parent: Scope | null;
  readonly names: Map<string, Entity>;
  readonly tags: Map<string, StructDecl>;
  readonly enums: Set<string>;
}

/** Returns an empty scope inside another. */
export const newScope = (parent: Scope | null): Scope => ({
  parent,
  names: new Map(),
  tags: new Map(),
  enums: new Set(),
});

/** Returns what a name stands for, or null. */
export function lookup(scope: Scope, name: string): Entity | null {
  for (let s: Scope | null = scope; s !== null; s = s.parent) {
    const entity = s.names.get(name);
    if (entity !== undefined) return entity;
  }
  return null;
}

/** Returns the struct or union of a tag, or null. */
export function lookupTag(scope: Scope, name: string): StructDecl | null {
  for (let s: Scope | null = scope; s !== null; s = s.parent) {
    const decl = s.tags.get(name);
    if (decl !== undefined) return decl;
  }
  return null;
}
