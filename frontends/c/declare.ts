/** Reads the declarations at file scope: types, variables, maps and functions by name. */
import type { Problems } from '../shared/problems.js';
import { attempt } from '../shared/problems.js';
import { attributeStrings, field, PRELUDE_FILE, type Resolver } from './resolve.js';
import { newScope, type FunctionDecl, type GlobalVar, type Scope } from './scope.js';
import type { Node, Syntax } from './syntax.js';
import type { StructDecl } from './types.js';

export interface Declarations {
  readonly scope: Scope;
  readonly globals: GlobalVar[];
  readonly functions: FunctionDecl[];
  /** Structs and unions with a body, of the file itself. */
  readonly structs: readonly StructDecl[];
}

/** Returns the names of a file. What could not be read is in `problems`, and missing here. */
export function declare(syntax: Syntax, resolver: Resolver, problems: Problems): Declarations {
  const scope = newScope(null);
  const globals: GlobalVar[] = [];
  const functions: FunctionDecl[] = [];
  const typedefs: StructDecl[] = [];
  let from = -1;
  for (const item of syntax.root.children) {
    if (item.type === 'comment') continue;
    attempt(() => readItem(item, from));
    from = item.end;
  }
  const structs = [...new Set([...scope.tags.values(), ...typedefs])].filter(
    decl => decl.members !== null && !decl.isKernel,
  );
  return { scope, globals, functions, structs };

  function readItem(item: Node, before: number): void {
    switch (item.type) {
      case 'declaration':
        readDeclaration(item, before);
        return;
      case 'function_definition':
        readFunction(item, before);
        return;
      case 'type_definition': {
        const said = resolver.specifiers(item, scope);
        for (const d of resolver.declared(item, said, scope, before)) {
          if (d.type.kind === 'struct' && d.type.decl.name === '') {
            d.type.decl.name = d.name;
            typedefs.push(d.type.decl);
          }
          scope.names.set(d.name, { kind: 'typedef', type: d.type });
        }
        return;
      }
      case 'struct_specifier':
      case 'union_specifier':
      case 'enum_specifier':
        resolver.specifiers({ ...item, fields: new Map([['type', [item]]]) }, scope);
        return;
      case 'expression_statement':
        if (item.children.length === 0) return;
        problems.stopInput(`\`${item.text.slice(0, 40)}\` stands outside a function`, item.at);
        return;
      default:
        problems.stopUnsupported(`${item.type.replaceAll('_', ' ')} at file scope`, item.at);
    }
  }

  function readDeclaration(item: Node, before: number): void {
    const said = resolver.specifiers(item, scope);
    for (const d of resolver.declared(item, said, scope, before)) {
      const section = attributeStrings(d.attributes, 'section')[0] ?? null;
      const isHidden = attributeStrings(d.attributes, 'visibility').includes('hidden');
      if (d.type.kind === 'function') {
        addFunction(
          {
            name: d.name,
            type: d.type,
            at: d.at,
            section,
            isStatic: said.isStatic,
            isHidden,
            body: null,
            isKfunc: section === '.ksyms',
            attributes: d.attributes,
          },
          item,
        );
        continue;
      }
      const known = scope.names.get(d.name);
      if (
        known?.kind === 'global' &&
        (known.global.isExtern || said.isExtern || (known.global.init === null && d.init === null))
      ) {
        if (known.global.isExtern) {
          known.global.isExtern = said.isExtern;
          known.global.type = d.type;
          known.global.init = d.init;
          known.global.section ??= section;
          known.global.isHidden ||= isHidden;
        }
        continue;
      }
      if (known !== undefined) {
        problems.inputError(`\`${d.name}\` is declared twice`, d.at);
        continue;
      }
      let type = d.type;
      if (type.kind === 'array' && type.length === null && d.init !== null) {
        const isText = d.init.type === 'string_literal';
        type = { ...type, length: isText ? d.init.text.length - 1 : d.init.children.length };
      }
      const global: GlobalVar = {
        name: d.name,
        type,
        at: d.at,
        section,
        isStatic: said.isStatic,
        isHidden,
        isExtern: said.isExtern,
        isConst: said.isConst && d.type.kind !== 'pointer',
        isVolatile: said.isVolatile,
        align: resolver.attributeNumber(d.attributes, 'aligned', scope),
        declTags: attributeStrings(d.attributes, 'btf_decl_tag'),
        init: d.init,
      };
      scope.names.set(d.name, { kind: 'global', global });
      if (item.at.file !== PRELUDE_FILE) globals.push(global);
    }
  }

  function readFunction(item: Node, before: number): void {
    const said = resolver.specifiers(item, scope);
    const d = resolver.declared(item, said, scope, before)[0];
    const body = field(item, 'body');
    if (d === undefined || d.type.kind !== 'function' || body === null) {
      problems.stopInput('a function without parameters', item.at);
    }
    addFunction(
      {
        name: d.name,
        type: d.type,
        at: d.at,
        section: attributeStrings(d.attributes, 'section')[0] ?? null,
        isStatic: said.isStatic,
        isHidden: attributeStrings(d.attributes, 'visibility').includes('hidden'),
        body,
        isKfunc: false,
        attributes: d.attributes,
      },
      item,
    );
  }

  function addFunction(fn: FunctionDecl, item: Node): void {
    const known = scope.names.get(fn.name);
    if (known === undefined) {
      scope.names.set(fn.name, { kind: 'function', fn });
      functions.push(fn);
      return;
    }
    if (known.kind !== 'function' || (known.fn.body !== null && fn.body !== null)) {
      problems.inputError(`\`${fn.name}\` is declared twice`, fn.at);
      return;
    }
    if (known.fn.type.params.length !== fn.type.params.length) {
      problems.inputError(`\`${fn.name}\` is declared with other parameters elsewhere`, item.at);
    }
    if (fn.body !== null) {
      known.fn.body = fn.body;
      known.fn.type = fn.type;
      known.fn.at = fn.at;
    }
    known.fn.section ??= fn.section;
    known.fn.isStatic ||= fn.isStatic;
    known.fn.isHidden ||= fn.isHidden;
    known.fn.attributes = [...known.fn.attributes, ...fn.attributes];
  }
}
