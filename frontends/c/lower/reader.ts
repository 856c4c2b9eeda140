/** What rooms ask of those that come after them: there are expressions in places, and statements in expressions. */
import type { At } from '../../../model/program.js';
import type { LocalPlace, Value } from '../ir.js';
import type { Scope } from '../scope.js';
import type { Node } from '../syntax.js';

export interface Reader {
  /** Computes an expression. With `wanted`, calls and loads put their result there; the returned value is then that place. */
  readonly rvalue: (outer: Node, scope: Scope, wanted?: LocalPlace | null) => Value;
  readonly statement: (node: Node, scope: Scope, parent: Node) => void;
  /** Assigns what a declaration or a compound literal says to the variable it is about. */
  readonly initialise: (to: LocalPlace, init: Node, scope: Scope, at: At) => void;
}
