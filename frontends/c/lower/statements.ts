/** Statements, but for loops: what each of them becomes. */
import { field } from '../resolve.js';
import { newScope, type Scope } from '../scope.js';
import type { Node } from '../syntax.js';
import { commonType, INT } from '../types.js';
import { decay, int, needIn, valueOf } from './basics.js';
import type { Code } from './code.js';
import type { Conditions } from './conditions.js';
import type { Lowering } from './context.js';
import type { Declarations } from './declarations.js';
import type { Exits } from './exits.js';
import type { Expressions } from './expressions.js';
import type { LoopStatement } from './loops.js';
import type { Reader } from './reader.js';

export interface Statements {
  readonly statement: Reader['statement'];
  /** The statements of a block, in a scope that is made for it. */
  readonly statements: (block: Node, scope: Scope) => void;
}

export function newStatements(
  { resolver, problems }: Lowering,
  { decl, push, newLabel, place, jump, temp }: Code,
  { condition }: Conditions,
  { rvalue, effect }: Expressions,
  { localTypedef, declaration }: Declarations,
  { hasIterators, leaveIterators, inSwitch, breakOrContinue, goTo, placeNamed }: Exits,
  loopStatement: LoopStatement,
): Statements {
  const need = needIn(problems);

  const statements = (block: Node, scope: Scope): void => {
    for (const item of block.children) statement(item, scope, block);
  };

  const statement = (node: Node, scope: Scope, parent: Node): void => {
    switch (node.type) {
      case 'comment':
      case 'type_definition':
      case 'struct_specifier':
      case 'enum_specifier':
      case 'union_specifier':
        if (node.type === 'type_definition') localTypedef(node, scope);
        else if (node.type !== 'comment') resolver.specifiers({ ...node, fields: new Map([['type', [node]]]) }, scope);
        return;
      case 'declaration':
        declaration(node, scope, parent);
        return;
      case 'expression_statement':
        if (node.children[0] !== undefined) effect(node.children[0], scope);
        return;
      case 'compound_statement':
        statements(node, newScope(scope));
        return;
      case 'if_statement':
        ifStatement(node, scope);
        return;
      case 'while_statement':
      case 'do_statement':
      case 'for_statement':
        loopStatement(node, newScope(scope));
        return;
      case 'switch_statement':
        switchStatement(node, scope);
        return;
      case 'return_statement': {
        const value = node.children.find(c => c.type !== 'comment');
        const returns = decl.type.returns;
        let result = value === undefined ? null : rvalue(value, scope);
        if (result?.kind === 'local' && !result.place.local.isTemp && hasIterators()) {
          const kept = temp('the result', result.place.type, node.at);
          push({ op: 'set', to: kept, from: result, at: node.at });
          result = valueOf(kept);
        }
        leaveIterators(0, node.at);
        push({ op: 'return', value: returns.kind === 'void' ? null : result, at: node.at });
        return;
      }
      case 'break_statement':
      case 'continue_statement':
        breakOrContinue(node);
        return;
      case 'goto_statement':
        goTo(node);
        return;
      case 'labeled_statement':
        placeNamed(node);
        for (const child of node.children.slice(1)) statement(child, scope, node);
        return;
      case 'attributed_statement':
        for (const child of node.children) statement(child, scope, node);
        return;
      default:
        problems.stopUnsupported(node.type.replaceAll('_', ' '), node.at);
    }
  };

  const ifStatement = (node: Node, scope: Scope): void => {
    const test = need(node, 'condition');
    const consequence = need(node, 'consequence');
    const alternative = field(node, 'alternative');
    const [yes, no, end] = [newLabel(), newLabel(), newLabel()];
    condition(test, scope, yes, no, false);
    place(yes);
    statement(consequence, newScope(scope), node);
    if (alternative !== null) jump(end, node.at);
    place(no);
    const other =
      alternative?.type === 'else_clause' ? alternative.children.find(c => c.type !== 'comment') : alternative;
    if (other !== null && other !== undefined) statement(other, newScope(scope), node);
    place(end);
  };

  const switchStatement = (node: Node, scope: Scope): void => {
    const testNode = need(node, 'condition');
    const body = need(node, 'body');
    const type = decay(resolver.typeOf(testNode, scope));
    const promoted = commonType(type, INT);
    let value = rvalue(testNode, scope);
    if (value.kind !== 'int' && value.kind !== 'local') {
      const kept = temp('the switch value', type, node.at);
      push({ op: 'set', to: kept, from: value, at: node.at });
      value = valueOf(kept);
    }
    const end = newLabel();
    const inner = newScope(scope);
    const cases = body.children.filter(c => c.type === 'case_statement');
    const entries = cases.map(item => ({ item, label: newLabel(), value: field(item, 'value') }));
    for (const entry of entries) {
      if (entry.value === null) continue;
      const constant = resolver.constantOf(entry.value, scope);
      if (constant === null) return problems.stopInput('a case needs a constant', entry.value.at);
      const next = newLabel();
      const text = `${testNode.text} == ${constant}`;
      push({
        op: 'branch',
        test: { operator: '==', left: value, right: int(constant), type: promoted, text },
        yes: entry.label,
        no: next,
        yesFirst: false,
        at: entry.item.at,
      });
      place(next);
    }
    jump(entries.find(e => e.value === null)?.label ?? end, node.at);
    inSwitch(end, () => {
      for (const item of body.children) {
        const entry = entries.find(e => e.item === item);
        if (entry === undefined) {
          if (item.type !== 'comment')
            problems.stopUnsupported('a statement in a switch before its first case', item.at);
          continue;
        }
        place(entry.label);
        for (const child of item.children) if (child !== entry.value) statement(child, inner, item);
      }
    });
    place(end);
  };

  return { statement, statements };
}
