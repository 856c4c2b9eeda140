/** What the functions of one file share while they are read. */
import type { Problems } from '../../shared/problems.js';
import type { Resolver } from '../resolve.js';
import type { GlobalVar, Scope } from '../scope.js';

export interface Lowering {
  readonly resolver: Resolver;
  readonly problems: Problems;
  readonly fileScope: Scope;
  newLocalId(): number;
  /** A static variable inside a function becomes a global of the unit. */
  addStatic(global: GlobalVar): void;
}
