/** Declarations inside a function, and what their initializers put where. */
import type { At } from '../../../model/program.js';
import type { LocalPlace } from '../ir.js';
import type { GlobalVar, Scope } from '../scope.js';
import type { Node } from '../syntax.js';
import { findMember, layout, typeName } from '../types.js';
import type { Assignments } from './assignments.js';
import { int, isAggregate, needIn, whole } from './basics.js';
import type { Code } from './code.js';
import type { Lowering } from './context.js';
import type { Places } from './places.js';
import type { Reader } from './reader.js';

export interface Declarations {
  readonly localTypedef: (node: Node, scope: Scope) => void;
  /** `parent` is where the node stands: attributes may stand before it. */
  readonly declaration: (node: Node, scope: Scope, parent: Node) => void;
  readonly initialise: Reader['initialise'];
}

export function newDeclarations(
  unit: Lowering,
  { decl, push, newLocal }: Code,
  { lvalue }: Places,
  { into }: Assignments,
): Declarations {
  const { resolver, problems } = unit;
  const need = needIn(problems);

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

  return { localTypedef, declaration, initialise };
}
