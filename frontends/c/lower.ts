/** Turns the body of a function into instructions. */
import type { At } from '../../model/program.js';
import { liveness, readsOfValue, type Argument, type FunctionIr, type Index, type Instruction, type Label, type LocalPlace, type Loop, type Place, type Value } from './ir.js'; // prettier-ignore
import { KNOWN_FUNCTIONS, UNMODELLED_FUNCTIONS } from '../shared/known-functions.js';
import type { Problems } from '../shared/problems.js';
import { field, type Resolver } from './resolve.js';
import { lookup, newScope, type FunctionDecl, type GlobalVar, type LocalVar, type Scope } from './scope.js';
import type { Node } from './syntax.js';
import { applyOperator } from './preprocess.js';
import { commonType, convert, findMember, INT, layout, LONG, pointerTo, typeName, UNKNOWN, VOID, type CType } from './types.js'; // prettier-ignore

export interface Lowering {
  readonly resolver: Resolver;
  readonly problems: Problems;
  readonly fileScope: Scope;
  newLocalId(): number;
  /** A static variable inside a function becomes a global of the unit. */
  addStatic(global: GlobalVar): void;
}

const COMPARISONS = new Set(['==', '!=', '<', '>', '<=', '>=']);
const MOST_INSTRUCTIONS = 20_000;

const int = (value: number): Value => ({ kind: 'int', value });
const unwrap = (node: Node): Node => {
  const inner = node.type === 'parenthesized_expression' && node.children.length === 1 ? node.children[0] : undefined;
  return inner === undefined || inner.type === 'compound_statement' ? node : unwrap(inner);
};
const decay = (type: CType): CType => (type.kind === 'array' ? pointerTo(type.of) : type);
const isPointer = (type: CType): boolean => type.kind === 'pointer' || type.kind === 'array';
const isAggregate = (type: CType): boolean => type.kind === 'struct' || type.kind === 'array';

/** Where `break` and `continue` lead, and the iterators that must be destroyed on the way out. */
interface Target {
  readonly breakTo: Label;
  readonly continueTo: Label | null;
  /** How many iterators stay open after a break, and after a continue. */
  readonly iterators: number;
  readonly continueIterators: number;
}

/** Returns the instructions of a function with a body. Stops (problem collected) at the first construct it cannot read. */
export function lowerFunction(decl: FunctionDecl, unit: Lowering): FunctionIr {
  const { resolver, problems } = unit;
  const code: Instruction[] = [];
  const labels = new Map<Label, number>();
  const counters = new Set<number>();
  const loopsOpen: { loop: Loop; assigned: Set<LocalVar> }[] = [];
  const named = new Map<string, { label: Label; at: At; iterators: number }>();
  const targets: Target[] = [];
  const addressed: LocalVar[] = [];
  const addresses = new Map<GlobalVar, LocalVar>();
  let iterators: { local: LocalVar; at: At }[] = [];
  let nextLabel = 0;
  let inLoopTest = 0;
  const body = decl.body;
  if (body === null) return problems.stopInput(`function \`${decl.name}\` has no body`, decl.at);

  const push = (i: Instruction): void => {
    if (code.length > MOST_INSTRUCTIONS) problems.stopUnsupported('a function of this size', decl.at);
    code.push(i);
    const to =
      i.op === 'fresh' ? i.local : 'to' in i && typeof i.to === 'object' && i.to?.base === 'local' ? i.to.local : null;
    if (to !== null) for (const open of loopsOpen) open.assigned.add(to);
  };
  const newLabel = (): Label => nextLabel++;
  const place = (label: Label): void => {
    labels.set(label, code.length);
    push({ op: 'label', label });
  };
  const jump = (to: Label, at: At, loop: Loop | null = null, trips: Value | null = null): void =>
    push({ op: 'jump', to, loop, trips, at });
  const newLocal = (name: string, type: CType, at: At, isTemp: boolean): LocalVar => ({
    id: unit.newLocalId(),
    fn: decl.name,
    name,
    type,
    at,
    isTemp,
    isAddressTaken: false,
  });
  const whole = (local: LocalVar): LocalPlace => ({ base: 'local', local, off: 0, index: [], type: local.type });
  const temp = (name: string, type: CType, at: At): LocalPlace => whole(newLocal(name, type, at, true));
  const valueOf = (p: LocalPlace): Value => ({ kind: 'local', place: p });
  const need = (node: Node, name: string): Node =>
    field(node, name) ?? problems.stopInput(`this ${node.type.replaceAll('_', ' ')} is not complete`, node.at);

  // ---- places -------------------------------------------------------------------------------------------------------

  const shift = (p: Place, by: number, type: CType): Place => ({ ...p, off: p.off + by, type });

  const lvalue = (outer: Node, scope: Scope): Place => {
    const node = unwrap(outer);
    switch (node.type) {
      case 'identifier': {
        const entity = lookup(scope, node.text);
        if (entity?.kind === 'local') return whole(entity.local);
        if (entity?.kind === 'global') {
          return { base: 'global', global: entity.global, off: 0, index: [], type: entity.global.type };
        }
        if (entity === null) return problems.stopInput(`unknown identifier \`${node.text}\``, node.at);
        return problems.stopInput(`\`${node.text}\` is no variable`, node.at);
      }
      case 'field_expression': {
        const type = resolver.typeOf(node, scope);
        const object = need(node, 'argument');
        const name = need(node, 'field').text;
        const arrow = node.marks.includes('->') || field(node, 'operator')?.type === '->';
        const base = arrow ? dereference(rvalue(object, scope), resolver.typeOf(object, scope)) : lvalue(object, scope);
        const struct = base.type;
        const member = struct.kind === 'struct' ? findMember(struct.decl, name) : null;
        return shift(base, member?.offset ?? 0, type);
      }
      case 'subscript_expression': {
        const array = need(node, 'argument');
        const index = field(node, 'index') ?? node.children.at(-1);
        if (index === undefined || index === array) return problems.stopInput('a subscript without an index', node.at);
        const type = resolver.typeOf(array, scope);
        const base = type.kind === 'array' ? lvalue(array, scope) : dereference(rvalue(array, scope), type);
        return indexed(base, resolver.typeOf(node, scope), rvalue(index, scope), node.at);
      }
      case 'pointer_expression': {
        if (node.text.startsWith('&')) break;
        const pointer = need(node, 'argument');
        return dereference(rvalue(pointer, scope), resolver.typeOf(pointer, scope));
      }
      case 'compound_literal_expression': {
        const type = resolver.typeOf(node, scope);
        const constant = type.kind === 'int' ? constantLiteral(need(node, 'value'), scope) : null;
        const local = newLocal(node.text.replaceAll(' ', '').slice(0, 30), type, node.at, constant !== null);
        initialise(whole(local), need(node, 'value'), scope, node.at);
        return whole(local);
      }
      case 'cast_expression': {
        // the old way to write to a volatile: *(volatile T *)&x is handled above; a cast itself is no place
        break;
      }
      default:
        break;
    }
    const type = resolver.typeOf(node, scope);
    if (isAggregate(type) && node.type === 'call_expression')
      return problems.stopUnsupported('a struct returned by value', node.at);
    return problems.stopInput(`\`${node.text.slice(0, 40)}\` is nothing that can be assigned to`, node.at);
  };

  const constantLiteral = (list: Node, scope: Scope): number | null =>
    list.children.length === 1 && list.children[0] !== undefined ? resolver.constantOf(list.children[0], scope) : null;

  const indexed = (base: Place, type: CType, index: Value, at: At): Place => {
    const one = layout(type)?.size ?? (type.kind === 'unknown' || type.kind === 'void' ? 1 : null);
    if (one === null) return problems.stopInput(`${typeName(type)} has no size`, at);
    if (index.kind === 'int') return shift(base, index.value * one, type);
    for (const local of readsOfValue(index)) counters.add(local.id);
    const more: Index = { value: index, scale: one };
    return { ...base, index: [...base.index, more], type };
  };

  const dereference = (pointer: Value, pointerType: CType): Place => {
    const type =
      pointerType.kind === 'pointer' ? pointerType.to : pointerType.kind === 'array' ? pointerType.of : UNKNOWN;
    if (pointer.kind === 'address') return { ...pointer.place, type };
    return { base: 'memory', pointer, off: 0, index: [], type };
  };

  const addressOf = (p: Place): Value => {
    if (p.base === 'local' && !p.local.isAddressTaken) {
      p.local.isAddressTaken = true;
      addressed.push(p.local);
    }
    // &p->first where first is at offset 0 is p itself: keep one spelling
    if (p.base === 'memory' && p.off === 0 && p.index.length === 0) return p.pointer;
    return { kind: 'address', place: p };
  };

  // ---- values -------------------------------------------------------------------------------------------------------

  const load = (from: Place, at: At, name: string, wanted: LocalPlace | null): Value => {
    if (from.type.kind === 'array') return addressOf(from);
    if (from.base === 'local' && from.index.length === 0) return valueOf(from);
    const to = wanted ?? temp(name, decay(from.type), at);
    push({ op: 'load', to, from, at });
    return valueOf(to);
  };

  /** Computes an expression. With `wanted`, calls and loads put their result there; the returned value is then that place. */
  const rvalue = (outer: Node, scope: Scope, wanted: LocalPlace | null = null): Value => {
    const node = unwrap(outer);
    const constant = resolver.constantOf(node, scope);
    if (constant !== null) return int(constant);
    switch (node.type) {
      case 'identifier': {
        const entity = lookup(scope, node.text);
        if (entity?.kind === 'function') return { kind: 'function', name: node.text };
        if (entity === null && KNOWN_FUNCTIONS.has(node.text)) return { kind: 'function', name: node.text };
        return load(lvalue(node, scope), node.at, node.text, wanted);
      }
      case 'field_expression':
      case 'subscript_expression':
      case 'compound_literal_expression':
        resolver.typeOf(node, scope);
        return load(lvalue(node, scope), node.at, node.text, wanted);
      case 'pointer_expression': {
        const operand = unwrap(need(node, 'argument'));
        if (!node.text.startsWith('&')) {
          if (resolver.typeOf(operand, scope).kind === 'function') return rvalue(operand, scope);
          return load(lvalue(node, scope), node.at, node.text, wanted);
        }
        const entity = operand.type === 'identifier' ? lookup(scope, operand.text) : null;
        if (entity?.kind === 'function') return { kind: 'function', name: operand.text };
        if (entity?.kind === 'global' && entity.global.section === '.maps') return { kind: 'map', name: operand.text };
        return addressOf(lvalue(operand, scope));
      }
      case 'string_literal':
      case 'concatenated_string':
        return { kind: 'text' };
      case 'parenthesized_expression':
        return statementExpression(node, scope);
      case 'comma_expression': {
        const left = need(node, 'left');
        effect(left, scope);
        return rvalue(need(node, 'right'), scope, wanted);
      }
      case 'cast_expression': {
        const to = resolver.typeOf(node, scope);
        const inner = need(node, 'value');
        const from = decay(resolver.typeOf(inner, scope));
        const value = rvalue(
          inner,
          scope,
          to.kind === 'int' && from.kind === 'int' && to.size < from.size ? null : wanted,
        );
        return to.kind === 'int' ? narrowed(value, from, to, node) : value;
      }
      case 'call_expression':
        return call(node, scope, wanted);
      case 'assignment_expression':
        return assignment(node, scope);
      case 'update_expression':
        return update(node, scope);
      case 'conditional_expression':
        return conditional(node, scope, wanted);
      case 'unary_expression':
        if (node.text.startsWith('!')) return truth(node, scope, wanted);
        return arithmetic(
          node.text.charAt(0) === '-' ? '-' : node.text.charAt(0) === '~' ? '^' : '+',
          int(node.text.startsWith('~') ? -1 : 0),
          rvalue(need(node, 'argument'), scope),
          node,
          scope,
        );
      case 'binary_expression':
        return binary(node, scope, wanted);
      case 'initializer_list':
        return problems.stopUnsupported('an initializer list here', node.at);
      default:
        resolver.typeOf(node, scope);
        return problems.stopUnsupported(node.type.replaceAll('_', ' '), node.at);
    }
  };

  /** A cast to a smaller integer type changes values; same-range casts do not. */
  const narrowed = (value: Value, from: CType, to: CType, node: Node): Value => {
    if (from.kind !== 'int' || to.kind !== 'int' || (to.size >= from.size && to.signed === from.signed)) return value;
    if (value.kind === 'int') return int(convert(value.value, to));
    const result = temp(node.text, to, node.at);
    push({ op: 'set', to: result, from: value, at: node.at });
    return valueOf(result);
  };

  const statementExpression = (node: Node, scope: Scope): Value => {
    const block = node.children[0];
    if (block?.type !== 'compound_statement') return problems.stopInput('an empty expression', node.at);
    const inner = newScope(scope);
    const last = block.children.at(-1);
    for (const item of block.children) {
      if (item === last && item.type === 'expression_statement' && item.children[0] !== undefined) {
        return rvalue(item.children[0], inner);
      }
      statement(item, inner, block);
    }
    return { kind: 'any', type: VOID };
  };

  const arithmetic = (operator: string, left: Value, right: Value, node: Node, scope: Scope): Value => {
    const type = resolver.typeOf(node, scope);
    if (left.kind === 'int' && right.kind === 'int') {
      const value = applyOperator(operator, left.value, right.value);
      if (value !== null) return int(convert(value, type));
    }
    const to = temp(node.text.replaceAll(/\s+/g, ' '), type, node.at);
    push({ op: 'arith', to, operator, left, right, at: node.at });
    return valueOf(to);
  };

  const binary = (node: Node, scope: Scope, wanted: LocalPlace | null): Value => {
    const operator = field(node, 'operator')?.type ?? '';
    if (operator === '&&' || operator === '||' || COMPARISONS.has(operator)) return truth(node, scope, wanted);
    const leftNode = need(node, 'left');
    const rightNode = need(node, 'right');
    const leftType = decay(resolver.typeOf(leftNode, scope));
    const rightType = decay(resolver.typeOf(rightNode, scope));
    const left = rvalue(leftNode, scope);
    const right = rvalue(rightNode, scope);
    if (leftType.kind === 'pointer' && rightType.kind !== 'pointer')
      return advance(left, leftType, right, operator, node, scope);
    if (rightType.kind === 'pointer' && leftType.kind !== 'pointer' && operator === '+') {
      return advance(right, rightType, left, operator, node, scope);
    }
    return arithmetic(operator, left, right, node, scope);
  };

  /** Pointer plus or minus integer. */
  const advance = (pointer: Value, type: CType, by: Value, operator: string, node: Node, scope: Scope): Value => {
    const element = type.kind === 'pointer' ? type.to : VOID;
    const one: CType = layout(element) === null ? UNKNOWN : element;
    const base: Place = dereference(pointer, pointerTo(one));
    const size = layout(element)?.size ?? 1;
    if (by.kind === 'int') return addressOf(shift(base, (operator === '-' ? -1 : 1) * by.value * size, one));
    const index = operator === '-' ? arithmetic('-', int(0), by, node, scope) : by;
    for (const local of readsOfValue(index)) counters.add(local.id);
    return addressOf({ ...base, index: [...base.index, { value: index, scale: size }], type: one });
  };

  /** A truth value as a number. Values that nothing else depends on are simply 0 or 1, without a branch. */
  const truth = (node: Node, scope: Scope, wanted: LocalPlace | null): Value => {
    const to =
      wanted !== null && wanted.type.kind === 'int' && !usesLocal(node, wanted.local.name)
        ? wanted
        : temp(node.text, INT, node.at);
    const [yes, no, end] = [newLabel(), newLabel(), newLabel()];
    condition(node, scope, yes, no, false);
    place(no);
    push({ op: 'set', to, from: int(0), at: node.at });
    jump(end, node.at);
    place(yes);
    push({ op: 'set', to, from: int(1), at: node.at });
    place(end);
    return valueOf(to);
  };

  const usesLocal = (node: Node, name: string): boolean =>
    (node.type === 'identifier' && node.text === name) || node.children.some(c => usesLocal(c, name));

  const conditional = (node: Node, scope: Scope, wanted: LocalPlace | null): Value => {
    const type = decay(resolver.typeOf(node, scope));
    const test = need(node, 'condition');
    const consequence = field(node, 'consequence');
    const alternative = need(node, 'alternative');
    const usable = wanted !== null && !usesLocal(node, wanted.local.name);
    const to = usable ? wanted : type.kind === 'void' ? null : temp(node.text, type, node.at);
    const [yes, no, end] = [newLabel(), newLabel(), newLabel()];
    if (consequence === null) {
      // a ?: b evaluates a once
      const value = rvalue(test, scope);
      push({
        op: 'branch',
        test: nonZero(value, decay(resolver.typeOf(test, scope)), test),
        yes,
        no,
        yesFirst: false,
        at: node.at,
      });
      place(no);
      if (to !== null) into(to, alternative, scope);
      jump(end, node.at);
      place(yes);
      if (to !== null) push({ op: 'set', to, from: value, at: node.at });
    } else {
      condition(test, scope, yes, no, false);
      place(no);
      if (to === null) effect(alternative, scope);
      else into(to, alternative, scope);
      jump(end, node.at);
      place(yes);
      if (to === null) effect(consequence, scope);
      else into(to, consequence, scope);
    }
    place(end);
    return to === null ? { kind: 'any', type: VOID } : valueOf(to);
  };

  /** Assigns an expression to a local place, without a detour where the result can be put there at once. */
  const into = (to: LocalPlace, node: Node, scope: Scope): void => {
    const value = rvalue(node, scope, to);
    if (value.kind === 'local' && value.place === to) return;
    push({ op: 'set', to, from: value, at: node.at });
  };

  const assignment = (node: Node, scope: Scope): Value => {
    const operator = field(node, 'operator')?.type ?? '=';
    const leftNode = need(node, 'left');
    const rightNode = need(node, 'right');
    const type = resolver.typeOf(leftNode, scope);
    resolver.typeOf(rightNode, scope);
    if (operator !== '=') {
      const to = once(lvalue(leftNode, scope), node.at);
      const old = load(to, node.at, leftNode.text, null);
      const right = rvalue(rightNode, scope);
      const op = operator.slice(0, -1);
      const value = isPointer(type)
        ? advance(old, decay(type), right, op, node, scope)
        : arithmetic(op, old, right, node, scope);
      store(to, value, node.at);
      return value;
    }
    if (isAggregate(type)) {
      const from = unwrap(rightNode);
      push({ op: 'copy', to: lvalue(leftNode, scope), from: lvalue(from, scope), at: node.at });
      return { kind: 'any', type };
    }
    const target = unwrap(leftNode);
    const entity = target.type === 'identifier' ? lookup(scope, target.text) : null;
    if (isInLocal(target, scope)) {
      const to = lvalue(target, scope);
      if (to.base === 'local') {
        into(to, rightNode, scope);
        return valueOf(to);
      }
    }
    if (entity?.kind === 'global' && entity.global.isConst && !entity.global.isVolatile) {
      return problems.stopInput(`\`${target.text}\` is const`, node.at);
    }
    const value = rvalue(rightNode, scope);
    store(lvalue(leftNode, scope), value, node.at);
    return value;
  };

  /** A local variable, a member of one, or an element of a local array. */
  const isInLocal = (outer: Node, scope: Scope): boolean => {
    const node = unwrap(outer);
    if (node.type === 'identifier') return lookup(scope, node.text)?.kind === 'local';
    const object = field(node, 'argument');
    if (object === null) return false;
    if (node.type === 'subscript_expression')
      return resolver.typeOf(object, scope).kind === 'array' && isInLocal(object, scope);
    return (
      node.type === 'field_expression' && resolver.typeOf(object, scope).kind === 'struct' && isInLocal(object, scope)
    );
  };

  /** A global that is read and written in one expression is mentioned once: its address is loaded once. */
  const once = (p: Place, at: At): Place => {
    if (p.base !== 'global') return p;
    const base: Place = { ...p, off: 0, index: [], type: p.global.type };
    const known = addresses.get(p.global) ?? newLocal(`&${p.global.name}`, pointerTo(p.global.type), at, true);
    addresses.set(p.global, known);
    push({ op: 'set', to: whole(known), from: { kind: 'address', place: base }, at });
    return { base: 'memory', pointer: valueOf(whole(known)), off: p.off, index: p.index, type: p.type };
  };

  const store = (to: Place, from: Value, at: At): void => {
    if (to.base === 'local' && to.index.length === 0) push({ op: 'set', to, from, at });
    else push({ op: 'store', to, from, at });
  };

  const update = (node: Node, scope: Scope): Value => {
    const operand = need(node, 'argument');
    const type = resolver.typeOf(operand, scope);
    const to = once(lvalue(operand, scope), node.at);
    const prefix = node.text.startsWith('++') || node.text.startsWith('--');
    const op = node.text.includes('++') ? '+' : '-';
    const old = load(to, node.at, operand.text, null);
    let before = old;
    if (!prefix && old.kind === 'local') {
      const kept = temp(operand.text, decay(type), node.at);
      push({ op: 'set', to: kept, from: old, at: node.at });
      before = valueOf(kept);
    }
    const value = isPointer(type)
      ? advance(before, decay(type), int(1), op, node, scope)
      : stepped(op, before, node, type);
    store(to, value, node.at);
    return prefix ? load(to, node.at, operand.text, null) : before;
  };

  const stepped = (operator: string, left: Value, node: Node, type: CType): Value => {
    const to = temp(node.text, decay(type), node.at);
    push({ op: 'arith', to, operator, left, right: int(1), at: node.at });
    return valueOf(to);
  };

  // ---- calls --------------------------------------------------------------------------------------------------------

  const call = (node: Node, scope: Scope, wanted: LocalPlace | null): Value => {
    const fnNode = unwrap(need(node, 'function'));
    const list = need(node, 'arguments');
    const name = fnNode.text;
    const entity = fnNode.type === 'identifier' ? lookup(scope, name) : null;
    if (fnNode.type !== 'identifier' || (entity !== null && entity.kind !== 'function')) {
      return problems.stopUnsupported('a call through a function pointer', fnNode.at);
    }
    const known = entity === null || entity.fn.body === null ? KNOWN_FUNCTIONS.get(name) : undefined;
    if (known === undefined && entity === null) {
      return problems.stopInput(
        `unknown function \`${name}\``,
        fnNode.at,
        'it is neither defined here nor a helper or kfunc we know',
      );
    }
    if (known === undefined && entity !== null && entity.fn.body === null) {
      if (entity.fn.isKfunc) return problems.stopUnsupported(`kfunc ${name}`, fnNode.at);
      return problems.stopInput(`function \`${name}\` is declared but not defined`, fnNode.at);
    }
    if (UNMODELLED_FUNCTIONS.has(name)) return problems.stopUnsupported(`call of ${name}`, fnNode.at);
    const argNodes = list.children.filter(c => c.type !== 'comment');
    const arity = known?.arity ?? (entity?.kind === 'function' ? entity.fn.type.params.length : 0);
    const variadic = known?.variadic ?? (entity?.kind === 'function' && entity.fn.type.variadic);
    if (argNodes.length < arity || (argNodes.length > arity && !variadic)) {
      return problems.stopInput(
        `\`${name}\` takes ${arity} argument${arity === 1 ? '' : 's'}, not ${argNodes.length}`,
        node.at,
      );
    }
    const builtin = builtinCall(name, argNodes, node, scope);
    if (builtin !== null) return builtin;
    const objType = name === 'bpf_obj_new_impl' ? objectType(argNodes[0], scope, node) : null;
    const args: Argument[] = argNodes.map(arg => {
      const type = decay(resolver.typeOf(arg, scope));
      if (type.kind === 'struct') return problems.stopUnsupported('a struct passed by value', arg.at);
      return { value: rvalue(arg, scope), type, text: arg.text.replaceAll(/\s+/g, ''), at: arg.at };
    });
    const returns = resolver.typeOf(node, scope);
    if (returns.kind === 'struct') return problems.stopUnsupported('a struct returned by value', node.at);
    const fits =
      wanted !== null &&
      (wanted.type.kind === 'pointer') === (returns.kind === 'pointer' || returns.kind === 'unknown');
    const to = returns.kind === 'void' ? null : fits ? wanted : temp(`${name}()`, returns, node.at);
    push({ op: 'call', to, fn: name, args, objType, at: node.at });
    // paths through a body join again behind the call
    if (known === undefined || args.some(a => a.value.kind === 'function')) place(newLabel());
    return to === null ? { kind: 'any', type: VOID } : valueOf(to);
  };

  const objectType = (arg: Node | undefined, scope: Scope, node: Node): string => {
    const inner = arg === undefined ? undefined : unwrap(arg);
    if (inner?.type !== 'sizeof_expression') return problems.stopInput('bpf_obj_new needs a type', node.at);
    const type = resolver.operandType(inner, scope);
    if (type.kind !== 'struct' || type.decl.members === null) {
      return problems.stopInput(`bpf_obj_new needs a struct type, not ${typeName(type)}`, node.at);
    }
    return type.decl.name;
  };

  const builtinCall = (name: string, args: readonly Node[], node: Node, scope: Scope): Value | null => {
    const first = args[0];
    switch (name) {
      case '__hf_unsupported':
        return problems.stopUnsupported((first?.text ?? '').replaceAll('"', ''), node.at);
      case '__hf_unknown':
      case '__hf_opaque':
      case '__hf_can_loop':
        return { kind: 'any', type: name === '__hf_opaque' ? pointerTo(UNKNOWN) : LONG };
      case '__builtin_expect':
        return first === undefined ? null : rvalue(first, scope);
      case '__builtin_bswap16':
      case '__builtin_bswap32':
      case '__builtin_bswap64': {
        const value = first === undefined ? int(0) : rvalue(first, scope);
        const bytes = Number(name.slice(-2)) / 8;
        if (value.kind !== 'int') return { kind: 'any', type: LONG };
        let swapped = 0n;
        let rest = BigInt.asUintN(bytes * 8, BigInt(Math.trunc(value.value)));
        for (let i = 0; i < bytes; i++, rest >>= 8n) swapped = (swapped << 8n) | (rest & 255n);
        return int(Number(swapped));
      }
      case '__builtin_constant_p':
        return int(0);
      case '__builtin_unreachable':
      case '__builtin_trap':
        return problems.stopUnsupported(name, node.at);
      default:
        return null;
    }
  };

  // ---- conditions ---------------------------------------------------------------------------------------------------

  const nonZero = (value: Value, type: CType, node: Node) => ({
    operator: '!=',
    left: value,
    right: int(0),
    type: decay(type),
    text: node.text.replaceAll(/\s+/g, ' '),
  });

  /** Jumps to `yes` or `no`. Each test first explores the edge that makes the whole condition false. */
  const condition = (outer: Node, scope: Scope, yes: Label, no: Label, negated: boolean): void => {
    const node = unwrap(outer);
    const constant = resolver.constantOf(node, scope);
    if (constant !== null) {
      jump(constant === 0 ? no : yes, node.at);
      return;
    }
    const operator = node.type === 'binary_expression' ? (field(node, 'operator')?.type ?? '') : '';
    if (node.type === 'unary_expression' && node.text.startsWith('!')) {
      condition(need(node, 'argument'), scope, no, yes, !negated);
    } else if (operator === '&&' || operator === '||') {
      const next = newLabel();
      condition(need(node, 'left'), scope, operator === '&&' ? next : yes, operator === '&&' ? no : next, negated);
      place(next);
      condition(need(node, 'right'), scope, yes, no, negated);
    } else if (COMPARISONS.has(operator)) {
      const left = need(node, 'left');
      const right = need(node, 'right');
      const a = decay(resolver.typeOf(left, scope));
      const b = decay(resolver.typeOf(right, scope));
      const type = a.kind === 'int' && b.kind === 'int' ? commonType(a, b) : a.kind === 'pointer' ? a : b;
      const leftValue = rvalue(left, scope);
      const rightValue = rvalue(right, scope);
      const text = node.text.replaceAll(/\s+/g, ' ');
      branch({ operator, left: leftValue, right: rightValue, type, text }, yes, no, negated, node.at);
    } else {
      const type = decay(resolver.typeOf(node, scope));
      if (type.kind === 'void' || type.kind === 'struct')
        problems.stopInput(`a condition of type ${typeName(type)}`, node.at);
      branch(nonZero(rvalue(node, scope), type, node), yes, no, negated, node.at);
    }
  };

  const branch = (test: ReturnType<typeof nonZero>, yes: Label, no: Label, negated: boolean, at: At): void => {
    if (inLoopTest > 0)
      for (const v of [test.left, test.right]) for (const local of readsOfValue(v)) counters.add(local.id);
    push({ op: 'branch', test, yes, no, yesFirst: negated, at });
  };

  // ---- statements ---------------------------------------------------------------------------------------------------

  const effect = (node: Node, scope: Scope): void => {
    if (unwrap(node).type === 'gnu_asm_expression') problems.stopUnsupported('inline assembly', node.at);
    if (unwrap(node).type === 'conditional_expression') conditional(unwrap(node), scope, null);
    else if (resolver.constantOf(unwrap(node), scope) === null) rvalue(node, scope);
  };

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
        if (result?.kind === 'local' && !result.place.local.isTemp && iterators.length > 0) {
          const kept = temp('the result', result.place.type, node.at);
          push({ op: 'set', to: kept, from: result, at: node.at });
          result = valueOf(kept);
        }
        leaveIterators(0, node.at);
        push({ op: 'return', value: returns.kind === 'void' ? null : result, at: node.at });
        return;
      }
      case 'break_statement':
      case 'continue_statement': {
        const isBreak = node.type === 'break_statement';
        const target = targets.findLast(t => isBreak || t.continueTo !== null);
        if (target === undefined)
          return problems.stopInput(`${isBreak ? 'break' : 'continue'} outside a loop`, node.at);
        leaveIterators(isBreak ? target.iterators : target.continueIterators, node.at);
        jump(isBreak ? target.breakTo : (target.continueTo ?? target.breakTo), node.at);
        return;
      }
      case 'goto_statement': {
        const label = node.children[0]?.text ?? '';
        const target = named.get(label);
        if (target === undefined) return problems.stopInput(`unknown label \`${label}\``, node.at);
        leaveIterators(target.iterators, node.at);
        const isBackward = labels.has(target.label);
        const loop = { fn: decl.name, name: `${decl.name}:${target.at.line}`, at: target.at, assigned: [] };
        jump(target.label, node.at, isBackward ? loop : null);
        return;
      }
      case 'labeled_statement': {
        const target = named.get(field(node, 'label')?.text ?? '');
        if (target !== undefined) place(target.label);
        for (const child of node.children.slice(1)) statement(child, scope, node);
        return;
      }
      case 'attributed_statement':
        for (const child of node.children) statement(child, scope, node);
        return;
      default:
        problems.stopUnsupported(node.type.replaceAll('_', ' '), node.at);
    }
  };

  const localTypedef = (node: Node, scope: Scope): void => {
    const said = resolver.specifiers(node, scope);
    for (const d of resolver.declared(node, said, scope, node.start))
      scope.names.set(d.name, { kind: 'typedef', type: d.type });
  };

  const declaration = (node: Node, scope: Scope, parent: Node): void => {
    const said = resolver.specifiers(node, scope);
    const before = parent.children[parent.children.indexOf(node) - 1];
    for (const d of resolver.declared(node, said, scope, before?.end ?? node.start - 1)) {
      if (said.isExtern || d.type.kind === 'function') continue;
      if (scope.names.has(d.name)) problems.inputError(`\`${d.name}\` is declared twice`, d.at);
      let type = d.type;
      if (type.kind === 'array' && type.length === null && d.init?.type === 'initializer_list') {
        type = { ...type, length: d.init.children.length };
      }
      if (type.kind === 'array' && type.length === null && d.init?.type === 'string_literal') {
        type = { ...type, length: d.init.text.length - 1 };
      }
      if (layout(type) === null)
        return problems.stopInput(`\`${d.name}\` has the incomplete type ${typeName(type)}`, d.at);
      if (said.isStatic) {
        const global: GlobalVar = {
          name: `${decl.name}.${d.name}`, type, at: d.at, section: null, isStatic: true, isHidden: false, isExtern: false,
          isConst: said.isConst, isVolatile: said.isVolatile, align: 0, declTags: [], init: d.init,
        }; // prettier-ignore
        unit.addStatic(global);
        scope.names.set(d.name, { kind: 'global', global });
        continue;
      }
      const local = newLocal(d.name, type, d.at, false);
      // C puts the name in scope before its initializer: bpf_obj_new(typeof(*f))
      scope.names.set(d.name, { kind: 'local', local });
      if (d.init === null) push({ op: 'fresh', local, zero: false, at: d.at });
      else initialise(whole(local), d.init, scope, d.at);
    }
  };

  const initialise = (to: LocalPlace, init: Node, scope: Scope, at: At): void => {
    if (init.type !== 'initializer_list') {
      if (init.type === 'string_literal' || init.type === 'concatenated_string') {
        if (to.type.kind === 'array') push({ op: 'fresh', local: to.local, zero: false, at });
        else push({ op: 'set', to, from: { kind: 'text' }, at });
      } else if (isAggregate(to.type)) {
        resolver.typeOf(init, scope);
        push({ op: 'copy', to, from: lvalue(init, scope), at });
      } else into(to, init, scope);
      return;
    }
    if (to.off === 0 && to.type === to.local.type && isAggregate(to.type))
      push({ op: 'fresh', local: to.local, zero: true, at });
    const type = to.type;
    const items = init.children.filter(c => c.type !== 'comment');
    if (!isAggregate(type)) {
      const only = items[0];
      if (only === undefined) push({ op: 'set', to, from: int(0), at });
      else if (items.length > 1) problems.stopInput(`too many values for \`${to.local.name}\``, init.at);
      else initialise(to, only, scope, at);
      return;
    }
    let next = 0;
    for (const item of items) {
      let value = item;
      let target: LocalPlace | null = null;
      if (item.type === 'initializer_pair') {
        value = need(item, 'value');
        const designators = item.fields.get('designator') ?? [];
        target = designators.reduce<LocalPlace>((p, d) => designate(p, d, scope, index => (next = index)), to);
      } else if (type.kind === 'array') {
        const one = layout(type.of)?.size ?? 0;
        target = { ...to, off: to.off + next * one, type: type.of };
      } else if (type.kind === 'struct') {
        const member = type.decl.members?.[next];
        if (member !== undefined) target = { ...to, off: to.off + member.offset, type: member.type };
      }
      if (target === null) return problems.stopInput('too many values in the initializer', item.at);
      initialise(target, value, scope, item.at);
      next++;
    }
  };

  const designate = (p: LocalPlace, designator: Node, scope: Scope, at: (index: number) => void): LocalPlace => {
    const inner = designator.children[0];
    const type = p.type;
    if (designator.type === 'field_designator' && type.kind === 'struct' && inner !== undefined) {
      const member = findMember(type.decl, inner.text);
      if (member === null) return problems.stopInput(`${typeName(type)} has no member \`${inner.text}\``, inner.at);
      at(
        Math.max(
          0,
          (type.decl.members ?? []).findIndex(m => m.name === inner.text),
        ),
      );
      return { ...p, off: p.off + member.offset, type: member.type };
    }
    if (designator.type === 'subscript_designator' && type.kind === 'array' && inner !== undefined) {
      const index = resolver.constantOf(inner, scope);
      const one = layout(type.of)?.size ?? 0;
      if (index !== null) {
        at(index);
        return { ...p, off: p.off + index * one, type: type.of };
      }
    }
    return problems.stopUnsupported('this designated initializer', designator.at);
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
    const open = { loop, assigned: new Set<LocalVar>() };
    loopsOpen.push(open);
    const [head, top, next, end] = [newLabel(), newLabel(), newLabel(), newLabel()];
    if (iteration !== null) {
      bpfFor(iteration, node, body, scope, loop, { head, top, end });
    } else {
      push({ op: 'enter-loop', loop, at: node.at });
      place(node.type === 'do_statement' ? top : head);
      const runTest = (yes: Label): void => {
        if (test === null) jump(yes, node.at);
        else {
          inLoopTest++;
          condition(test, scope, yes, end, false);
          inLoopTest--;
        }
      };
      if (node.type !== 'do_statement') {
        runTest(top);
        place(top);
      }
      targets.push({
        breakTo: end,
        continueTo: next,
        iterators: iterators.length,
        continueIterators: iterators.length,
      });
      statement(body, newScope(scope), node);
      targets.pop();
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
    loopsOpen.pop();
    loop.assigned = [...open.assigned];
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
    for (const v of [start, end]) for (const local of readsOfValue(v)) counters.add(local.id);
    push({ op: 'arith', to: trips, operator: '-', left: end, right: start, at: node.at });
    iterate('bpf_iter_num_new');
    place(at.head);
    iterate('bpf_iter_num_next');
    const done = newLabel();
    push({ op: 'choose', yes: at.top, no: done, at: node.at });
    place(at.top);
    push({ op: 'arith', to: i, operator: 'between', left: start, right: end, at: node.at });
    const again = newLabel();
    iterators.push({ local: trips.local, at: node.at });
    targets.push({
      breakTo: at.end,
      continueTo: again,
      iterators: iterators.length - 1,
      continueIterators: iterators.length,
    });
    bpfForBody(body, node, scope);
    targets.pop();
    iterators.pop();
    place(again);
    jump(at.head, node.at, loop, valueOf(trips));
    place(done);
    iterate('bpf_iter_num_destroy');
  };

  const bpfForBody = (body: Node, node: Node, scope: Scope): void => {
    statement(body, newScope(scope), node);
  };

  /** break, goto and return out of a bpf_for destroy its iterator. */
  const leaveIterators = (keep: number, at: At): void => {
    for (let n = iterators.length; n > keep; n--) {
      push({ op: 'call', to: null, fn: 'bpf_iter_num_destroy', args: [], objType: null, at });
    }
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
    targets.push({ breakTo: end, continueTo: null, iterators: iterators.length, continueIterators: 0 });
    for (const item of body.children) {
      const entry = entries.find(e => e.item === item);
      if (entry === undefined) {
        if (item.type !== 'comment') problems.stopUnsupported('a statement in a switch before its first case', item.at);
        continue;
      }
      place(entry.label);
      for (const child of item.children) if (child !== entry.value) statement(child, inner, item);
    }
    targets.pop();
    place(end);
  };

  /** Labels are known in the whole function, and jumping to one leaves the iterators opened around the goto only. */
  const collectLabels = (node: Node, depth: number): void => {
    if (node.type === 'labeled_statement') {
      const name = field(node, 'label')?.text ?? '';
      if (named.has(name)) problems.inputError(`label \`${name}\` is defined twice`, node.at);
      named.set(name, { label: newLabel(), at: node.at, iterators: depth });
    }
    const isBpfFor =
      node.type === 'for_statement' && (field(node, 'condition')?.text.startsWith('__hf_bpf_for') ?? false);
    for (const child of node.children) collectLabels(child, depth + (isBpfFor ? 1 : 0));
  };

  collectLabels(body, 0);
  const scope = newScope(unit.fileScope);
  const params = decl.type.params.map(p => {
    const local = newLocal(p.name, p.type, p.at, false);
    if (p.name !== '') scope.names.set(p.name, { kind: 'local', local });
    return local;
  });
  statements(body, newScope(scope));
  const last = code.at(-1);
  if (last?.op !== 'return') push({ op: 'return', value: null, at: endOf(body) });
  addStepped(code, labels, counters);
  close(code, counters);
  const live = liveness(code, labels);
  for (const ids of live.values()) for (const local of addressed) ids.add(local.id);
  return { decl, params, code, labels, counters, live };
}

/** The last character of a body: where a function without return statement ends. */
function endOf(body: Node): At {
  let node = body;
  for (let last = node.children.at(-1); last !== undefined; last = node.children.at(-1)) node = last;
  return node.at;
}

/** Variables that a loop steps by itself and tests are counters, wherever in the loop the test stands. */
function addStepped(code: readonly Instruction[], labels: ReadonlyMap<Label, number>, counters: Set<number>): void {
  const sources = new Map<number, Set<number>>();
  const stepped = new Set<number>();
  for (const i of code) {
    if (i.op !== 'set' && i.op !== 'arith') continue;
    const from = (i.op === 'set' ? [i.from] : [i.left, i.right]).flatMap(readsOfValue);
    const all = new Set(from.flatMap(l => [l.id, ...(l.isTemp ? (sources.get(l.id) ?? []) : [])]));
    if (i.to.local.isTemp) sources.set(i.to.local.id, all);
    else if (all.has(i.to.local.id)) stepped.add(i.to.local.id);
  }
  code.forEach((jump, end) => {
    if (jump.op !== 'jump' || jump.loop === null) return;
    for (let k = labels.get(jump.to) ?? end; k < end; k++) {
      const i = code[k];
      if (i?.op !== 'branch') continue;
      for (const local of [i.test.left, i.test.right].flatMap(readsOfValue)) {
        for (const id of local.isTemp ? (sources.get(local.id) ?? []) : [local.id])
          if (stepped.has(id)) counters.add(id);
      }
    }
  });
}

/** A variable that a counter is computed from is a counter too. */
function close(code: readonly Instruction[], counters: Set<number>): void {
  let changed = true;
  while (changed) {
    changed = false;
    for (const i of code) {
      if ((i.op !== 'set' && i.op !== 'arith') || !counters.has(i.to.local.id)) continue;
      const from = i.op === 'set' ? [i.from] : [i.left, i.right];
      for (const local of from.flatMap(readsOfValue)) {
        if (counters.has(local.id) || local.type.kind !== 'int') continue;
        counters.add(local.id);
        changed = true;
      }
    }
  }
}
