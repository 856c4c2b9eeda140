/** Loops: `for`, `while` and `do`, and the iterator of `bpf_for`. */
import type { Label, Loop } from '../ir.js';
import { field } from '../resolve.js';
import { lookup, newScope, type Scope } from '../scope.js';
import type { Node } from '../syntax.js';
import { LONG } from '../types.js';
import { needIn, unwrap, valueOf } from './basics.js';
import type { Code } from './code.js';
import type { Conditions } from './conditions.js';
import type { Lowering } from './context.js';
import type { Declarations } from './declarations.js';
import type { Exits } from './exits.js';
import type { Expressions } from './expressions.js';
import type { Places } from './places.js';
import type { Reader } from './reader.js';

export type LoopStatement = (node: Node, scope: Scope) => void;

export function newLoops(
  { problems }: Lowering,
  { decl, push, newLabel, place, jump, temp, count, openLoop, closeLoop }: Code,
  { lvalue }: Places,
  { loopCondition }: Conditions,
  { rvalue, effect }: Expressions,
  { declaration }: Declarations,
  { inLoop, inIteration }: Exits,
  { statement }: Reader,
): LoopStatement {
  const need = needIn(problems);

  const loopStatement = (node: Node, scope: Scope): void => {
    const isFor = node.type === 'for_statement';
    const test = field(node, 'condition');
    const body = need(node, 'body');
    const update = isFor ? field(node, 'update') : null;
    const init = isFor ? field(node, 'initializer') : null;
    const iteration = test === null ? null : iterator(test, scope);
    if (init !== null) {
      if (init.type === 'declaration') declaration(init, scope, node);
      else effect(init, scope);
    }
    const loop: Loop = { fn: decl.name, name: `${decl.name}:${node.at.line}`, at: node.at, assigned: [] };
    openLoop(loop);
    const [head, top, next, end] = [newLabel(), newLabel(), newLabel(), newLabel()];
    if (iteration !== null) {
      bpfFor(iteration, node, body, scope, loop, { head, top, end });
    } else {
      push({ op: 'enter-loop', loop, at: node.at });
      place(node.type === 'do_statement' ? top : head);
      const runTest = (yes: Label): void => {
        if (test === null) jump(yes, node.at);
        else loopCondition(test, scope, yes, end);
      };
      if (node.type !== 'do_statement') {
        runTest(top);
        place(top);
      }
      inLoop(end, next, () => statement(body, newScope(scope), node));
      place(next);
      if (node.type === 'do_statement') {
        const again = newLabel();
        runTest(again);
        place(again);
        jump(top, node.at, loop);
      } else {
        if (update !== null) effect(update, scope);
        jump(head, node.at, loop);
      }
    }
    place(end);
    closeLoop();
  };

  const iterator = (test: Node, scope: Scope): readonly Node[] | null => {
    const node = unwrap(test);
    if (node.type !== 'call_expression' || field(node, 'function')?.text !== '__hf_bpf_for') return null;
    if (lookup(scope, '__hf_bpf_for') !== null) return null;
    return field(node, 'arguments')?.children ?? [];
  };

  /** bpf_for: the number iterator's three kfuncs, with a choice where bpf_iter_num_next() may be at its end. */
  const bpfFor = (
    args: readonly Node[],
    node: Node,
    body: Node,
    scope: Scope,
    loop: Loop,
    at: { head: Label; top: Label; end: Label },
  ): void => {
    const [variable, startNode, endNode] = args;
    if (variable === undefined || startNode === undefined || endNode === undefined) {
      return problems.stopInput('bpf_for takes a variable, a start and an end', node.at);
    }
    const start = rvalue(startNode, scope);
    const end = rvalue(endNode, scope);
    const iterate = (fn: string): void => push({ op: 'call', to: null, fn, args: [], objType: null, at: node.at });
    const trips = temp('the number of iterations', LONG, node.at);
    const i = lvalue(variable, scope);
    if (i.base !== 'local' || i.type.kind !== 'int')
      return problems.stopUnsupported('bpf_for over something that is no integer variable', variable.at);
    for (const v of [start, end]) count(v);
    push({ op: 'arith', to: trips, operator: '-', left: end, right: start, at: node.at });
    iterate('bpf_iter_num_new');
    place(at.head);
    iterate('bpf_iter_num_next');
    const done = newLabel();
    push({ op: 'choose', yes: at.top, no: done, at: node.at });
    place(at.top);
    push({ op: 'arith', to: i, operator: 'between', left: start, right: end, at: node.at });
    const again = newLabel();
    inIteration(at.end, again, () => statement(body, newScope(scope), node));
    place(again);
    jump(at.head, node.at, loop, valueOf(trips));
    place(done);
    iterate('bpf_iter_num_destroy');
  };

  return loopStatement;
}
