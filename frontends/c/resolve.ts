/** From syntax to types, constants and declared names. */
import type { At } from '../../model/program.js';
import { OPAQUE_STRUCTS } from './known-headers.js';
import { KNOWN_FUNCTIONS } from '../shared/known-functions.js';
import { applyOperator, parseInteger } from './preprocess.js';
import type { Problems } from '../shared/problems.js';
import { lookup, lookupTag, newScope, type Scope } from './scope.js';
import type { Attribute, Node, Syntax } from './syntax.js';
import {
  BOOL, CHAR, commonType, complete, convert, findMember, INT, integerType, layout, LONG, pointerTo, typeName, UINT,
  ULONG, UNKNOWN, VOID, type CType, type MemberSpec, type Param, type StructDecl,
} from './types.js'; // prettier-ignore

export const PRELUDE_FILE = '<holdfast prelude>';

/** One name of a declaration, with everything said about it. */
export interface Declared {
  readonly name: string;
  readonly type: CType;
  readonly at: At;
  readonly attributes: readonly Attribute[];
  readonly init: Node | null;
}

export interface Specifiers {
  readonly type: CType;
  readonly isStatic: boolean;
  readonly isExtern: boolean;
  readonly isConst: boolean;
  readonly isVolatile: boolean;
}

export interface Resolver {
  readonly problems: Problems;
  /** Reads the type and storage of a declaration; declares the structs and enums in it. */
  specifiers(node: Node, scope: Scope): Specifiers;
  /** Reads the names of a declaration, after its specifiers. `from` is where attributes before it may begin. */
  declared(node: Node, specifiers: Specifiers, scope: Scope, from: number): Declared[];
  /** Reads the type of a cast, sizeof or compound literal. */
  typeOfDescriptor(node: Node, scope: Scope): CType;
  typeOf(expression: Node, scope: Scope): CType;
  /** Returns the value of a constant expression, or null if it is none. */
  constantOf(expression: Node, scope: Scope): number | null;
  /** Returns the type that a sizeof or typeof is about. */
  operandType(sizeofExpression: Node, scope: Scope): CType;
  attributesBetween(from: number, to: number): readonly Attribute[];
  attributeNumber(attributes: readonly Attribute[], name: string, scope: Scope): number;
}

export const field = (node: Node, name: string): Node | null => node.fields.get(name)?.[0] ?? null;

/** Returns the text of the string in an attribute such as section("x") or btf_decl_tag("x"), joined if it is in pieces. */
export function attributeStrings(attributes: readonly Attribute[], name: string): string[] {
  return attributes.filter(a => a.name === name).map(a => a.args.map(t => unquote(t.text)).join(''));
}

/** Returns a string literal without its quotes; other tokens unchanged. */
export const unquote = (text: string): string => (text.startsWith('"') ? text.slice(1, -1) : text);

/** Returns the resolver of one file. */
export function newResolver(syntax: Syntax, problems: Problems): Resolver {
  const starts = syntax.attributes.map(a => a.position);

  const attributesBetween = (from: number, to: number): readonly Attribute[] => {
    let low = 0;
    let high = starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) < from) low = middle + 1;
      else high = middle;
    }
    const result: Attribute[] = [];
    for (let i = low; i < starts.length && (starts[i] ?? 0) <= to; i++) {
      const attribute = syntax.attributes[i];
      if (attribute !== undefined) result.push(attribute);
    }
    return result;
  };

  const attributeNumber = (attributes: readonly Attribute[], name: string, scope: Scope): number => {
    let result = 0;
    for (const attribute of attributes) {
      if (attribute.name !== name) continue;
      const token = attribute.args[0];
      const entity = token?.kind === 'name' ? lookup(scope, token.text) : null;
      const value =
        token?.kind === 'number' ? parseInteger(token.text) : entity?.kind === 'constant' ? entity.value : null;
      if (attribute.args.length === 0) result = Math.max(result, 16);
      else if (value === null || attribute.args.length > 1)
        problems.unsupported(`attribute ${name} of this form`, attribute.at);
      else result = Math.max(result, value);
    }
    return result;
  };

  const specifiers = (node: Node, scope: Scope): Specifiers => {
    const words = node.children
      .filter(c => c.type === 'storage_class_specifier' || c.type === 'type_qualifier')
      .map(c => c.text);
    const typeNode = field(node, 'type');
    if (typeNode === null) return problems.stopInput('a declaration without a type', node.at);
    return {
      type: specifierType(typeNode, scope),
      isStatic: words.includes('static'),
      isExtern: words.includes('extern'),
      isConst: words.includes('const'),
      isVolatile: words.includes('volatile'),
    };
  };

  const specifierType = (node: Node, scope: Scope): CType => {
    switch (node.type) {
      case 'primitive_type':
        return primitive(node, scope);
      case 'sized_type_specifier': {
        const type = integerType(node.text.split(/\s+/).filter(w => w !== 'const' && w !== 'volatile'));
        return type ?? problems.stopUnsupported(`type ${node.text}`, node.at);
      }
      case 'type_identifier':
      case 'identifier':
        return namedType(node, scope);
      case 'struct_specifier':
      case 'union_specifier':
        return structType(node, scope);
      case 'enum_specifier':
        return enumType(node, scope);
      default:
        return problems.stopUnsupported(`type ${node.text.slice(0, 40)}`, node.at);
    }
  };

  const primitive = (node: Node, scope: Scope): CType => {
    if (node.text === 'void') return VOID;
    if (node.text === 'bool' || node.text === '_Bool') return BOOL;
    if (node.text === 'char') return CHAR;
    if (node.text === 'int') return INT;
    if (node.text === 'float' || node.text === 'double')
      return problems.stopUnsupported('floating-point type', node.at);
    return integerType([node.text]) ?? namedType(node, scope);
  };

  const namedType = (node: Node, scope: Scope): CType => {
    const entity = lookup(scope, node.text);
    if (entity?.kind === 'typedef') return entity.type;
    const words = integerType([node.text]);
    if (words !== null) return words;
    if (node.text === '_Bool') return BOOL;
    const operand = syntax.typeofs.get(node.text);
    if (operand !== undefined) return operandType(operand, scope);
    return problems.stopInput(
      `unknown type \`${node.text}\``,
      node.at,
      lookupTag(scope, node.text) === null ? undefined : `write \`struct ${node.text}\``,
    );
  };

  const structType = (node: Node, scope: Scope): CType => {
    const nameNode = field(node, 'name');
    const body = field(node, 'body');
    const isUnion = node.type === 'union_specifier';
    const isKernel = node.at.file === PRELUDE_FILE;
    const create = (name: string, kernel: boolean): StructDecl => {
      return { name, isUnion, at: (nameNode ?? node).at, isKernel: kernel, members: null, size: 0, align: 1 };
    };
    if (body === null) {
      const name = nameNode?.text ?? '';
      const known = lookupTag(scope, name);
      if (known !== null) return { kind: 'struct', decl: known };
      let outer = scope;
      while (outer.parent !== null) outer = outer.parent;
      const decl = create(name, isKernel || OPAQUE_STRUCTS.has(name));
      outer.tags.set(name, decl);
      return { kind: 'struct', decl };
    }
    const name = nameNode?.text ?? '';
    let decl = name === '' ? null : (scope.tags.get(name) ?? null);
    if (decl !== null && decl.members !== null && decl.at.file !== PRELUDE_FILE) {
      return problems.stopInput(`struct ${name} is defined twice`, node.at);
    }
    if (decl === null || decl.isKernel !== isKernel || decl.members !== null) decl = create(name, isKernel);
    if (name !== '') scope.tags.set(name, decl);
    const specs = body.children.flatMap((child, i) =>
      memberSpecs(child, body.children[i - 1]?.end ?? body.start, scope),
    );
    const leading = attributesBetween(node.start, body.start);
    const after = attributesBetween(node.end, node.end + 1);
    const own = [...leading, ...after];
    const names = new Set<string>();
    for (const spec of specs) {
      if (spec.name !== '' && names.has(spec.name))
        problems.inputError(`struct ${name} has two members \`${spec.name}\``, spec.at);
      names.add(spec.name);
    }
    const broken = complete(decl, specs, {
      packed: own.some(a => a.name === 'packed'),
      align: attributeNumber(own, 'aligned', scope),
    });
    if (broken !== null) {
      return problems.stopInput(
        `member \`${broken.name}\` has the incomplete type ${typeName(broken.type)}`,
        broken.at,
      );
    }
    return { kind: 'struct', decl };
  };

  const memberSpecs = (node: Node, from: number, scope: Scope): MemberSpec[] => {
    if (node.type !== 'field_declaration') return problems.stopUnsupported(node.type.replaceAll('_', ' '), node.at);
    const said = specifiers(node, scope);
    const declarators = node.fields.get('declarator') ?? [];
    const bits = node.children.find(c => c.type === 'bitfield_clause');
    const width = bits === undefined ? null : constantOf(bits.children[0] ?? bits, scope);
    if (bits !== undefined && width === null) return problems.stopInput('a bit-field needs a constant width', bits.at);
    const typeNode = field(node, 'type');
    const base = { packed: false, bits: width };
    if (declarators.length === 0) {
      if (said.type.kind !== 'struct' && width === null) return [];
      return [{ name: '', type: said.type, at: node.at, declTags: [], align: 0, ...base }];
    }
    return declared(node, said, scope, from).map(d => ({
      name: d.name,
      type: d.type,
      at: d.at,
      declTags: attributeStrings(d.attributes, 'btf_decl_tag'),
      align: attributeNumber(inside(d.attributes, typeNode), 'aligned', scope),
      packed: d.attributes.some(a => a.name === 'packed'),
      bits: width,
    }));
  };

  /** Attributes that are not those of a struct defined inside the declaration. */
  const inside = (attributes: readonly Attribute[], typeNode: Node | null): readonly Attribute[] => {
    const body = typeNode === null ? null : field(typeNode, 'body');
    return body === null || typeNode === null
      ? attributes
      : attributes.filter(a => a.position > typeNode.end + 1 || a.position <= typeNode.start);
  };

  const enumType = (node: Node, scope: Scope): CType => {
    const name = field(node, 'name')?.text ?? '';
    const body = field(node, 'body');
    let outer: Scope = scope;
    while (outer.parent !== null) outer = outer.parent;
    let next = 0;
    let isWide = false;
    let isNegative = false;
    for (const item of body?.children ?? []) {
      if (item.type !== 'enumerator') continue;
      const value = field(item, 'value');
      if (value !== null) {
        next = constantOf(value, scope) ?? problems.stopInput('an enumerator needs a constant value', value.at);
      }
      scope.names.set(field(item, 'name')?.text ?? '', { kind: 'constant', value: next });
      isWide ||= next > 4294967295 || next < -2147483648;
      isNegative ||= next < 0;
      next++;
    }
    if (body !== null) outer.enums.add(name);
    return isWide ? (isNegative ? LONG : ULONG) : isNegative ? INT : UINT;
  };

  const declared = (node: Node, said: Specifiers, scope: Scope, from: number): Declared[] => {
    const list = node.fields.get('declarator') ?? [];
    const typeNode = field(node, 'type');
    const firstStart = list[0]?.start ?? node.end;
    const bodyNode = typeNode === null ? null : field(typeNode, 'body');
    const leading = attributesBetween(from + 1, firstStart).filter(
      a => bodyNode === null || typeNode === null || a.position <= typeNode.start || a.position > typeNode.end,
    );
    return list.map((item, i) => {
      const isInit = item.type === 'init_declarator';
      const target = isInit ? field(item, 'declarator') : item;
      const body = field(node, 'body');
      const last = body === null || node.type !== 'function_definition' ? node.end : body.start;
      const end = list[i + 1] === undefined ? last : item.end + 1;
      const trailing = attributesBetween(item.start + 1, end);
      const attributes = [...leading, ...trailing];
      const tags = attributeStrings(attributes, 'btf_type_tag');
      if (target === null) return problems.stopInput('a declaration without a name', item.at);
      const result = declarator(target, said.type, scope, tags);
      return { ...result, attributes, init: isInit ? field(item, 'value') : null };
    });
  };

  /** Reads a (possibly abstract) declarator inside out: the base type is wrapped by what stands closest to it first. */
  const declarator = (
    node: Node | null,
    base: CType,
    scope: Scope,
    tags: readonly string[],
  ): { name: string; type: CType; at: At } => {
    if (node === null) return { name: '', type: base, at: { file: '', line: 0, column: 0 } };
    const inner = field(node, 'declarator');
    switch (node.type) {
      case 'identifier':
      case 'field_identifier':
      case 'type_identifier':
      case 'primitive_type':
        return { name: node.text, type: base, at: node.at };
      case 'pointer_declarator':
      case 'abstract_pointer_declarator': {
        const type = pointerTo(base, base.kind === 'pointer' ? [] : tags);
        return { ...declarator(inner, type, scope, tags), ...(inner === null ? { at: node.at } : {}) };
      }
      case 'array_declarator':
      case 'abstract_array_declarator': {
        const size = field(node, 'size');
        const length = size === null ? null : constantOf(size, scope);
        if (size !== null && length === null)
          return problems.stopUnsupported('an array whose length is no constant', size.at);
        if (length !== null && (length < 0 || length > 2 ** 40))
          return problems.stopInput('an array of impossible length', node.at);
        return declarator(inner, { kind: 'array', of: base, length }, scope, tags);
      }
      case 'function_declarator':
      case 'abstract_function_declarator': {
        const list = field(node, 'parameters');
        const { params, variadic } = parameters(list, scope);
        return declarator(inner, { kind: 'function', returns: base, params, variadic }, scope, tags);
      }
      case 'parenthesized_declarator':
      case 'abstract_parenthesized_declarator':
      case 'attributed_declarator':
        return declarator(node.children[0] ?? null, base, scope, tags);
      default:
        return problems.stopUnsupported(`declarator ${node.text.slice(0, 40)}`, node.at);
    }
  };

  const parameters = (list: Node | null, scope: Scope): { params: Param[]; variadic: boolean } => {
    const params: Param[] = [];
    let variadic = false;
    for (const item of list?.children ?? []) {
      if (item.type === 'variadic_parameter') variadic = true;
      if (item.type !== 'parameter_declaration') {
        if (item.type === 'identifier') problems.stopUnsupported('an old-style parameter list', item.at);
        continue;
      }
      const said = specifiers(item, scope);
      const result = declarator(field(item, 'declarator'), said.type, scope, []);
      if (result.type.kind === 'void') continue;
      const type =
        result.type.kind === 'array'
          ? pointerTo(result.type.of)
          : result.type.kind === 'function'
            ? pointerTo(result.type)
            : result.type;
      params.push({ name: result.name, type, at: result.name === '' ? item.at : result.at });
    }
    return { params, variadic };
  };

  const typeOfDescriptor = (node: Node, scope: Scope): CType => {
    const said = specifiers(node, scope);
    return declarator(field(node, 'declarator'), said.type, scope, []).type;
  };

  const operandType = (node: Node, scope: Scope): CType => {
    const type = field(node, 'type');
    if (type !== null) return typeOfDescriptor(type, scope);
    let value = field(node, 'value');
    while (value?.type === 'parenthesized_expression' && value.children.length === 1) value = value.children[0] ?? null;
    if (value === null) return problems.stopInput('sizeof or typeof of nothing', node.at);
    if (value.type === 'identifier') {
      const entity = lookup(scope, value.text);
      if (entity === null || entity.kind === 'typedef') return namedType(value, scope);
    }
    return typeOf(value, scope);
  };

  const decay = (type: CType): CType => (type.kind === 'array' ? pointerTo(type.of) : type);

  const memberType = (node: Node, scope: Scope): CType => {
    const object = field(node, 'argument');
    const name = field(node, 'field');
    if (object === null || name === null) return problems.stopInput('a member access without a name', node.at);
    let type = decay(typeOf(object, scope));
    if (node.marks.includes('->') || field(node, 'operator')?.type === '->') {
      if (type.kind === 'unknown') return UNKNOWN;
      if (type.kind !== 'pointer')
        return problems.stopInput(`\`${object.text}\` is no pointer, so it has no \`->${name.text}\``, node.at);
      type = type.to;
    }
    if (type.kind === 'unknown') return UNKNOWN;
    if (type.kind !== 'struct')
      return problems.stopInput(`\`${object.text}\` is no struct, so it has no member \`${name.text}\``, node.at);
    if (type.decl.members === null) {
      if (type.decl.isKernel) return UNKNOWN;
      return problems.stopInput(
        `struct ${type.decl.name} is not defined in this file`,
        object.at,
        'define it, or include the header that does',
      );
    }
    const member = findMember(type.decl, name.text);
    if (member !== null) return member.type;
    if (type.decl.isKernel && !SPECIAL_OPAQUE.test(type.decl.name)) return UNKNOWN;
    return problems.stopInput(`${typeName(type)} has no member \`${name.text}\``, name.at);
  };

  const typeOf = (node: Node, scope: Scope): CType => {
    switch (node.type) {
      case 'number_literal': {
        const value = parseInteger(node.text);
        if (value === null) return problems.stopUnsupported(`number ${node.text}`, node.at);
        const long = /[lL]/.test(node.text) || value > 4294967295;
        const unsigned = /[uU]/.test(node.text);
        if (long) return unsigned ? ULONG : LONG;
        return unsigned || value > 2147483647 ? UINT : INT;
      }
      case 'char_literal':
      case 'true':
      case 'false':
        return INT;
      case 'string_literal':
      case 'concatenated_string':
        return { kind: 'array', of: CHAR, length: Math.max(1, node.text.length - 1) };
      case 'null':
        return pointerTo(VOID);
      case 'identifier': {
        const entity = lookup(scope, node.text);
        if (entity === null) {
          if (KNOWN_FUNCTIONS.has(node.text)) return { kind: 'function', returns: LONG, params: [], variadic: true };
          return problems.stopInput(`unknown identifier \`${node.text}\``, node.at);
        }
        if (entity.kind === 'local') return entity.local.type;
        if (entity.kind === 'global') return entity.global.type;
        if (entity.kind === 'function') return entity.fn.type;
        if (entity.kind === 'typedef') return problems.stopInput(`\`${node.text}\` is a type, not a value`, node.at);
        return INT;
      }
      case 'parenthesized_expression':
      case 'comma_expression': {
        const last = node.children.at(-1);
        if (last === undefined) return problems.stopInput('an empty expression', node.at);
        if (last.type !== 'compound_statement') return typeOf(last, scope);
        return blockType(last, scope);
      }
      case 'field_expression':
        return memberType(node, scope);
      case 'subscript_expression': {
        const array = field(node, 'argument');
        const type = array === null ? VOID : decay(typeOf(array, scope));
        if (type.kind === 'pointer') return type.to;
        if (type.kind === 'unknown') return UNKNOWN;
        return problems.stopInput(`\`${array?.text ?? ''}\` is no array`, node.at);
      }
      case 'pointer_expression': {
        const operand = field(node, 'argument');
        if (operand === null) return problems.stopInput('an operator without an operand', node.at);
        const type = typeOf(operand, scope);
        if (node.text.startsWith('&')) return pointerTo(type);
        const decayed = decay(type);
        if (decayed.kind === 'pointer') return decayed.to;
        if (decayed.kind === 'unknown' || decayed.kind === 'function') return decayed;
        return problems.stopInput(`\`${operand.text}\` is no pointer`, node.at);
      }
      case 'call_expression': {
        const fn = field(node, 'function');
        if (fn === null) return problems.stopInput('a call of nothing', node.at);
        const known =
          fn.type === 'identifier' && lookup(scope, fn.text) === null ? KNOWN_FUNCTIONS.get(fn.text) : undefined;
        if (known !== undefined)
          return known.returns === 'pointer'
            ? fn.text === '__hf_opaque'
              ? UNKNOWN
              : pointerTo(VOID)
            : known.returns === 'int'
              ? LONG
              : VOID;
        if (fn.type === 'identifier' && lookup(scope, fn.text) === null) return LONG;
        const type = typeOf(fn, scope);
        if (type.kind === 'function') return type.returns;
        if (type.kind === 'pointer' && type.to.kind === 'function') return type.to.returns;
        return problems.stopInput(`\`${fn.text}\` is no function`, node.at);
      }
      case 'cast_expression':
      case 'compound_literal_expression': {
        const type = field(node, 'type');
        return type === null ? INT : typeOfDescriptor(type, scope);
      }
      case 'unary_expression': {
        const operand = field(node, 'argument');
        if (operand === null) return problems.stopInput('an operator without an operand', node.at);
        return node.text.startsWith('!') ? INT : commonType(typeOf(operand, scope), INT);
      }
      case 'update_expression':
        return typeOf(field(node, 'argument') ?? node, scope);
      case 'assignment_expression':
        return typeOf(field(node, 'left') ?? node, scope);
      case 'sizeof_expression':
      case 'alignof_expression':
        return ULONG;
      case 'conditional_expression': {
        const yes = field(node, 'consequence') ?? field(node, 'condition');
        const no = field(node, 'alternative');
        const a = yes === null ? INT : decay(typeOf(yes, scope));
        const b = no === null ? INT : decay(typeOf(no, scope));
        if (a.kind === 'pointer') return a.to.kind === 'void' && b.kind === 'pointer' ? b : a;
        return b.kind === 'pointer' ? b : a.kind === 'int' && b.kind === 'int' ? commonType(a, b) : a;
      }
      case 'binary_expression': {
        const op = field(node, 'operator')?.type ?? '';
        if (['==', '!=', '<', '>', '<=', '>=', '&&', '||'].includes(op)) return INT;
        const left = field(node, 'left');
        const right = field(node, 'right');
        const a = left === null ? INT : decay(typeOf(left, scope));
        const b = right === null ? INT : decay(typeOf(right, scope));
        if (a.kind === 'pointer') return b.kind === 'pointer' ? LONG : a;
        if (b.kind === 'pointer') return b;
        if (op === '<<' || op === '>>') return commonType(a, INT);
        return a.kind === 'unknown' || b.kind === 'unknown' ? UNKNOWN : commonType(a, b);
      }
      case 'gnu_asm_expression':
        return problems.stopUnsupported('inline assembly', node.at);
      default:
        return problems.stopUnsupported(node.type.replaceAll('_', ' '), node.at);
    }
  };

  /** The type of a statement expression, whose own variables may be what it ends with. */
  const blockType = (block: Node, scope: Scope): CType => {
    const own = newScope(scope);
    for (const item of block.children) {
      if (item.type !== 'declaration') continue;
      const said = specifiers(item, own);
      for (const d of declared(item, said, own, item.start)) {
        const local = { id: -1, fn: '', name: d.name, type: d.type, at: d.at, isTemp: false, isAddressTaken: false };
        own.names.set(d.name, { kind: 'local', local });
      }
    }
    const last = block.children.at(-1);
    if (last?.type !== 'expression_statement' || last.children[0] === undefined) return VOID;
    return typeOf(last.children[0], own);
  };

  const constantOf = (node: Node, scope: Scope): number | null => {
    switch (node.type) {
      case 'number_literal':
        return parseInteger(node.text);
      case 'true':
        return 1;
      case 'false':
      case 'null':
        return 0;
      case 'char_literal':
        return charValue(node.text);
      case 'identifier': {
        const entity = lookup(scope, node.text);
        if (entity?.kind === 'constant') return entity.value;
        if (entity?.kind !== 'global') return null;
        const g = entity.global;
        // clang folds these too: nobody can change them
        const isFixed = g.isConst && !g.isVolatile && g.type.kind === 'int' && g.init !== null && g.init !== node;
        return isFixed && g.init !== null && g.init.type === 'number_literal' ? constantOf(g.init, scope) : null;
      }
      case 'parenthesized_expression':
        return node.children.length === 1 && node.children[0] !== undefined
          ? constantOf(node.children[0], scope)
          : null;
      case 'sizeof_expression': {
        const type = operandType(node, scope);
        const size = layout(type);
        if (size === null && type.kind === 'void') return 1;
        return size === null ? problems.stopInput(`${typeName(type)} has no size`, node.at) : size.size;
      }
      case 'alignof_expression': {
        const descriptor = field(node, 'type') ?? node.children[0];
        return descriptor === undefined ? null : (layout(typeOfDescriptor(descriptor, scope))?.align ?? null);
      }
      case 'cast_expression': {
        const type = field(node, 'type');
        const value = field(node, 'value');
        const number = value === null ? null : constantOf(value, scope);
        return number === null || type === null ? null : convert(number, typeOfDescriptor(type, scope));
      }
      case 'unary_expression': {
        const operand = field(node, 'argument');
        const value = operand === null ? null : constantOf(operand, scope);
        if (value === null) return null;
        if (node.text.startsWith('!')) return value === 0 ? 1 : 0;
        if (node.text.startsWith('-')) return convert(-value, typeOf(node, scope));
        return node.text.startsWith('~') ? convert(-value - 1, typeOf(node, scope)) : value;
      }
      case 'pointer_expression':
        return node.text.startsWith('&') ? constantAddress(field(node, 'argument'), scope) : null;
      case 'conditional_expression': {
        const test = field(node, 'condition');
        const value = test === null ? null : constantOf(test, scope);
        const taken = value === 0 ? field(node, 'alternative') : (field(node, 'consequence') ?? test);
        return value === null || taken === null ? null : constantOf(taken, scope);
      }
      case 'binary_expression': {
        const left = field(node, 'left');
        const right = field(node, 'right');
        const a = left === null ? null : constantOf(left, scope);
        const b = right === null ? null : constantOf(right, scope);
        if (a === null || b === null) return null;
        const value = applyOperator(field(node, 'operator')?.type ?? '', a, b);
        return value === null ? null : convert(value, typeOf(node, scope));
      }
      default:
        return null;
    }
  };

  /** `&((struct foo *)0)->member`, which is what offsetof expands to. */
  const constantAddress = (node: Node | null, scope: Scope): number | null => {
    if (node === null) return null;
    if (node.type === 'parenthesized_expression' && node.children[0] !== undefined)
      return constantAddress(node.children[0], scope);
    if (node.type === 'subscript_expression') {
      const array = field(node, 'argument');
      const index = field(node, 'index') ?? node.children.at(-1) ?? null;
      const base = constantAddress(array, scope);
      const i = index === null ? null : constantOf(index, scope);
      const one = layout(typeOf(node, scope));
      return base === null || i === null || one === null ? null : base + i * one.size;
    }
    if (node.type !== 'field_expression') return null;
    const object = field(node, 'argument');
    if (object === null) return null;
    const arrow = node.marks.includes('->') || field(node, 'operator')?.type === '->';
    const base = arrow ? constantOf(object, scope) : constantAddress(object, scope);
    if (base === null) return null;
    const type = decay(typeOf(object, scope));
    const struct = arrow && type.kind === 'pointer' ? type.to : type;
    memberType(node, scope);
    if (struct.kind !== 'struct') return null;
    const member = findMember(struct.decl, field(node, 'field')?.text ?? '');
    return member === null ? null : base + member.offset;
  };

  return {
    problems,
    specifiers,
    declared,
    typeOfDescriptor,
    typeOf,
    constantOf,
    operandType,
    attributesBetween,
    attributeNumber,
  };
}

/** Structs of the prelude whose layout is the whole truth: an unknown member is a mistake. */
const SPECIAL_OPAQUE =
  /^(bpf_(spin_lock|res_spin_lock|list_head|list_node|rb_root|rb_node|refcount|timer|wq)|__sk_buff|xdp_md)$/;

function charValue(text: string): number | null {
  const inner = text.slice(1, -1);
  const escapes: Record<string, number> = { '\\n': 10, '\\t': 9, '\\0': 0, '\\\\': 92, "\\'": 39, '\\r': 13 };
  return escapes[inner] ?? (inner.length === 1 ? inner.charCodeAt(0) : null);
}
