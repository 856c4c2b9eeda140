/**
 * What has to hold of types before anybody may follow their references: every id is a type of a kind that fits, nothing contains
 * itself, and members lie inside (kernel: `btf_check_all_metas`, `btf_check_all_types`).
 */
import type { Btf, BtfKind, BtfType } from './btf-type.js';
import { quote } from './bytes.js';

/** Of types inside one another, so that later readers may recurse. The kernel's MAX_RESOLVE_DEPTH, doubled to be on the safe side. */
const DEEPEST = 64;
/** A member has one or two. */
const MOST_TAGS = 64;

type Fail = (id: number, problem: string) => never;

/** Returns the checked types with their sizes and tags. */
export function checkBtf(types: readonly BtfType[], fail: Fail): Btf {
  types.forEach((type, id) => checkReferences(types, type, id, fail));
  const order = innermostFirst(types, containedIn, 'contains itself', fail);
  innermostFirst(types, namedBy, 'is named by itself alone', fail);
  const sizes = sizesOf(types, order);
  types.forEach((type, id) => checkMembers(types, sizes, type, id, fail));
  return { types, sizes, declTags: tagsOf(types, fail) };
}

/** What a variable, a member or a parameter cannot be. */
const NO_VALUE: readonly BtfKind[] = ['func', 'var', 'datasec', 'decl_tag'];

function checkReferences(types: readonly BtfType[], type: BtfType, id: number, fail: Fail): void {
  const check = (to: number, what: string, may: (kind: BtfKind) => boolean): void => {
    const target = types[to];
    if (target === undefined) fail(id, `type ${id} has type ${to} of ${types.length} as its ${what}`);
    else if (!may(target.kind)) fail(id, `type ${id} has type ${to}, a ${target.kind}, as its ${what}`);
  };
  const isValue = (kind: BtfKind): boolean => !NO_VALUE.includes(kind);
  switch (type.kind) {
    case 'void':
    case 'int':
    case 'enum':
    case 'fwd':
    case 'float':
      return;
    case 'ptr':
      return check(type.type, 'pointee', isValue);
    case 'typedef':
    case 'volatile':
    case 'const':
    case 'restrict':
    case 'type_tag':
      return check(type.type, 'type', isValue);
    case 'array':
      check(type.type, 'element', kind => isValue(kind) && kind !== 'void' && kind !== 'func_proto');
      return check(type.indexType, 'index', isValue);
    case 'struct':
    case 'union':
      for (const member of type.members) check(member.type, `member ${quote(member.name)}`, isValue);
      return;
    case 'func':
      return check(type.type, 'prototype', kind => kind === 'func_proto');
    case 'func_proto':
      check(type.returns, 'result', isValue);
      for (const param of type.params) check(param.type, `parameter ${quote(param.name)}`, isValue);
      return;
    case 'var':
      return check(type.type, 'type', isValue);
    case 'datasec':
      for (const v of type.vars) check(v.type, 'variable', kind => kind === 'var' || kind === 'func');
      return;
    case 'decl_tag':
      return check(type.type, 'target', kind => ['struct', 'union', 'func', 'var', 'typedef'].includes(kind));
  }
}

/** The types that a value of a type has inside. */
function containedIn(type: BtfType): readonly number[] {
  switch (type.kind) {
    case 'array':
    case 'typedef':
    case 'volatile':
    case 'const':
    case 'restrict':
    case 'type_tag':
      return [type.type];
    case 'struct':
    case 'union':
      return type.members.map(m => m.type);
    default:
      return [];
  }
}

/** The types whose spelling is part of a type's own: through pointers, but not into structs. */
const namedBy = (type: BtfType): readonly number[] =>
  type.kind === 'ptr' ? [type.type] : type.kind === 'struct' || type.kind === 'union' ? [] : containedIn(type);

/** Returns all ids, each after those it leads to. Keeps its own stack: depth is what it is there to limit. */
function innermostFirst(
  types: readonly BtfType[],
  next: (type: BtfType) => readonly number[],
  problem: string,
  fail: Fail,
): number[] {
  const depth = types.map(() => 0);
  const ON_PATH = -1;
  const order: number[] = [];
  for (let root = 0; root < types.length; root++) {
    if (depth[root] !== 0) continue;
    const path: { id: number; next: readonly number[]; at: number; deepest: number }[] = [];
    const enter = (id: number): void => {
      const type = types[id];
      depth[id] = ON_PATH;
      path.push({ id, next: type === undefined ? [] : next(type), at: 0, deepest: 0 });
    };
    enter(root);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const child = top.next[top.at];
      if (child === undefined) {
        const own = top.deepest + 1;
        if (own > DEEPEST) fail(top.id, `type ${top.id} is nested more than ${DEEPEST} deep`);
        depth[top.id] = own;
        order.push(top.id);
        path.pop();
        const parent = path.at(-1);
        if (parent !== undefined) parent.deepest = Math.max(parent.deepest, own);
        continue;
      }
      top.at++;
      const known = depth[child] ?? 0;
      if (known === ON_PATH) fail(child, `type ${child} ${problem}`);
      else if (known === 0) enter(child);
      else top.deepest = Math.max(top.deepest, known);
    }
  }
  return order;
}

function sizesOf(types: readonly BtfType[], innermostFirstIds: readonly number[]): (number | null)[] {
  const sizes: (number | null)[] = types.map(() => null);
  for (const id of innermostFirstIds) {
    const type = types[id];
    if (type === undefined) continue;
    switch (type.kind) {
      case 'int':
      case 'enum':
      case 'float':
      case 'struct':
      case 'union':
        sizes[id] = type.size;
        break;
      case 'ptr':
        sizes[id] = 8;
        break;
      case 'array': {
        const total = (sizes[type.type] ?? Number.NaN) * type.length;
        sizes[id] = Number.isSafeInteger(total) ? total : null;
        break;
      }
      case 'typedef':
      case 'volatile':
      case 'const':
      case 'restrict':
      case 'type_tag':
        sizes[id] = sizes[type.type] ?? null;
        break;
      default:
        break;
    }
  }
  return sizes;
}

function checkMembers(
  types: readonly BtfType[],
  sizes: readonly (number | null)[],
  type: BtfType,
  id: number,
  fail: Fail,
): void {
  if (type.kind === 'decl_tag') {
    const target = types[type.type];
    const most = target === undefined ? 0 : 'members' in target ? target.members.length : parameters(types, target);
    if (type.component < -1 || type.component >= most) {
      fail(id, `tag ${quote(type.name)} is on component ${type.component} of ${most}`);
    }
  }
  if (type.kind !== 'struct' && type.kind !== 'union') return;
  for (const member of type.members) {
    const size = sizes[member.type] ?? null;
    if (size === null) return fail(id, `member ${quote(member.name)} of ${quote(type.name)} has a type without a size`);
    // bit fields of old compilers have their width in the integer
    const integer = types[member.type];
    const bits =
      member.bitSize > 0 ? member.bitSize : integer?.kind === 'int' ? Math.min(integer.bits, size * 8) : size * 8;
    if (member.bitOffset + bits > type.size * 8) {
      return fail(id, `member ${quote(member.name)} of ${quote(type.name)} exceeds its ${type.size} bytes`);
    }
    if (member.bitSize === 0 && integer?.kind !== 'int' && member.bitOffset % 8 !== 0) {
      return fail(id, `member ${quote(member.name)} of ${quote(type.name)} begins inside a byte`);
    }
  }
}

function parameters(types: readonly BtfType[], target: BtfType): number {
  const prototype = target.kind === 'func' ? types[target.type] : undefined;
  return prototype?.kind === 'func_proto' ? prototype.params.length : 0;
}

function tagsOf(types: readonly BtfType[], fail: Fail): Map<number, Map<number, string[]>> {
  const tags = new Map<number, Map<number, string[]>>();
  for (const [id, type] of types.entries()) {
    if (type.kind !== 'decl_tag') continue;
    const byComponent = tags.get(type.type) ?? new Map<number, string[]>();
    tags.set(type.type, byComponent);
    const names = byComponent.get(type.component) ?? [];
    byComponent.set(type.component, names);
    if (names.push(type.name) > MOST_TAGS) fail(id, `more than ${MOST_TAGS} tags on one place`);
  }
  return tags;
}
