/** Calls: which function is meant, its arguments, and the functions of the prelude and the compiler that are none. */
import { KNOWN_FUNCTIONS, UNMODELLED_FUNCTIONS } from '../../shared/known-functions.js';
import type { Argument, LocalPlace, Value } from '../ir.js';
import { lookup, type Scope } from '../scope.js';
import type { Node } from '../syntax.js';
import { LONG, pointerTo, typeName, UNKNOWN, VOID } from '../types.js';
import { decay, int, needIn, unwrap, valueOf } from './basics.js';
import type { Code } from './code.js';
import type { Lowering } from './context.js';
import type { Reader } from './reader.js';

export type CallOf = (node: Node, scope: Scope, wanted: LocalPlace | null) => Value;

export function newCalls(
  { resolver, problems }: Lowering,
  { push, newLabel, place, temp }: Code,
  { rvalue }: Reader,
): CallOf {
  const need = needIn(problems);

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

  return call;
}
