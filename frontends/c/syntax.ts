/** Tokens to a syntax tree of plain objects: tree-sitter does the parsing, and what its grammar of C lacks is set aside here. */
import { createRequire } from 'node:module';
import { Language, Parser, type Node as TreeNode } from 'web-tree-sitter';
import type { At } from '../../model/program.js';
import type { Problems } from '../shared/problems.js';
import type { Token } from './tokens.js';

/** A named node of the grammar, with its place in the user's file. */
export interface Node {
  readonly type: string;
  readonly text: string;
  readonly at: At;
  /** Half-open range in the text that was parsed; orders nodes and attributes. */
  readonly start: number;
  readonly end: number;
  readonly children: readonly Node[];
  readonly fields: ReadonlyMap<string, readonly Node[]>;
  /** Operators and keywords among the children, in order. */
  readonly marks: readonly string[];
}

/** An `__attribute__`, such as section(".data.A"). */
export interface Attribute {
  readonly name: string;
  readonly args: readonly Token[];
  /** Where it stood in the parsed text; it is not part of that text. */
  readonly position: number;
  readonly at: At;
}

export interface Syntax {
  readonly root: Node;
  readonly attributes: readonly Attribute[];
  /** The operand of each `typeof`, by the name that stands for it in the parsed text. */
  readonly typeofs: ReadonlyMap<string, Node>;
}

const TYPEOF = '__hf_typeof_';
const MOST_NODES = 400_000;
const DEEPEST = 400;

let loading: Promise<Parser> | undefined;

async function load(): Promise<Parser> {
  await Parser.init();
  const wasm = createRequire(import.meta.url).resolve('tree-sitter-c/tree-sitter-c.wasm');
  const parser = new Parser();
  parser.setLanguage(await Language.load(wasm));
  return parser;
}

/** Returns the syntax of expanded tokens, or null (with input errors collected) if they are not C. */
export async function parse(tokens: readonly Token[], problems: Problems): Promise<Syntax | null> {
  loading ??= load();
  const parser = await loading;
  const nowhere: At = { file: tokens[0]?.at.file ?? '', line: 1, column: 1 };
  const text = spell(tokens, problems);
  if (text === null) return null;
  const tree = parser.parse(text.text);
  if (tree === null) {
    problems.unsupported('a file that the parser gives up on', nowhere);
    return null;
  }
  try {
    const place = (offset: number): At => text.places[indexAt(text.starts, offset)] ?? nowhere;
    if (tree.rootNode.hasError) {
      reportErrors(tree.rootNode, place, text.text, problems);
      return null;
    }
    const cursor = tree.walk();
    let count = 0;
    const build = (depth: number): Node => {
      const type = cursor.nodeType;
      const start = cursor.startIndex;
      const end = cursor.endIndex;
      const children: Node[] = [];
      const marks: string[] = [];
      const fields = new Map<string, Node[]>();
      if (++count > MOST_NODES || depth > DEEPEST) {
        problems.stopUnsupported('code nested or long beyond measure', place(start));
      }
      if (cursor.gotoFirstChild()) {
        do {
          const field = cursor.currentFieldName;
          if (!cursor.nodeIsNamed) {
            marks.push(cursor.nodeType);
            if (field !== 'operator') continue;
          }
          const child = build(depth + 1);
          if (cursor.nodeIsNamed) children.push(child);
          if (field !== null) fields.set(field, [...(fields.get(field) ?? []), child]);
        } while (cursor.gotoNextSibling());
        cursor.gotoParent();
      }
      return { type, text: text.text.slice(start, end), at: place(start), start, end, children, fields, marks };
    };
    const root = build(0);
    cursor.delete();
    const typeofs = new Map<string, Node>();
    const own: Node[] = [];
    for (const item of root.children) {
      const name = typeofName(item);
      const operand = name === null ? undefined : findOperand(item);
      if (name !== null && operand !== undefined) typeofs.set(name, operand);
      else own.push(item);
    }
    return { root: { ...root, children: own }, attributes: text.attributes, typeofs };
  } finally {
    tree.delete();
  }
}

/** Writes tokens as text for the parser: attributes and `typeof`s are taken out, because the grammar has no place for them. */
function spell(tokens: readonly Token[], problems: Problems) {
  let text = '';
  const starts: number[] = [];
  const places: At[] = [];
  const attributes: Attribute[] = [];
  const stubs: { readonly name: string; readonly tokens: readonly Token[]; readonly at: At }[] = [];
  let failed = false;
  let count = 0;
  const closing = (list: readonly Token[], open: number): number => {
    let depth = 0;
    for (let i = open; i < list.length; i++) {
      if (list[i]?.text === '(') depth++;
      if (list[i]?.text === ')' && --depth === 0) return i;
    }
    return -1;
  };
  const emit = (token: Token): void => {
    starts.push(text.length);
    places.push(token.at);
    text += `${token.text.replace(/[^\n\x20-\x7e]/g, '?')} `;
  };
  const write = (list: readonly Token[]): void => {
    let lastLine = 0;
    for (let i = 0; i < list.length; i++) {
      const token = list[i];
      if (token === undefined) continue;
      if (token.at.line !== lastLine) {
        lastLine = token.at.line;
        text += '\n';
      }
      const isAttribute = token.text === '__attribute__';
      const isTypeof = token.text === 'typeof' || token.text === '__typeof__' || token.text === '__typeof';
      if (token.kind !== 'name' || (!isAttribute && !isTypeof)) {
        emit(token);
        continue;
      }
      const end = list[i + 1]?.text === '(' ? closing(list, i + 1) : -1;
      if (end < 0) {
        problems.inputError(`\`${token.text}\` needs an argument in parentheses`, token.at);
        failed = true;
        return;
      }
      if (isAttribute) {
        attributes.push(...readAttributes(list.slice(i + 3, end - 1), text.length, token.at));
      } else {
        const name = `${TYPEOF}${count++}`;
        stubs.push({ name, tokens: list.slice(i + 2, end), at: token.at });
        emit({ ...token, text: name });
      }
      i = end;
    }
  };
  write(tokens);
  for (let i = 0; i < stubs.length && i < 10_000; i++) {
    const stub = stubs[i];
    if (stub === undefined) break;
    const token = (spelled: string): Token => ({ kind: 'punct', text: spelled, at: stub.at, spaced: true });
    for (const word of ['void', stub.name, '(', 'void', ')', '{', 'sizeof', '(']) emit(token(word));
    write(stub.tokens);
    for (const word of [')', ';', '}']) emit(token(word));
  }
  return failed ? null : { text, starts, places, attributes };
}

function readAttributes(tokens: readonly Token[], position: number, at: At): Attribute[] {
  const result: Attribute[] = [];
  let i = 0;
  while (i < tokens.length) {
    const name = tokens[i];
    if (name === undefined) break;
    i++;
    const args: Token[] = [];
    if (tokens[i]?.text === '(') {
      let depth = 0;
      do {
        const token = tokens[i++];
        if (token === undefined) break;
        if (token.text === '(') depth++;
        if (token.text === ')') depth--;
        args.push(token);
      } while (depth > 0);
    }
    if (name.kind === 'name') {
      result.push({ name: name.text.replace(/^__|__$/g, ''), args: args.slice(1, -1), position, at });
    }
  }
  return result;
}

function typeofName(item: Node): string | null {
  if (item.type !== 'function_definition') return null;
  const name = item.fields.get('declarator')?.[0]?.fields.get('declarator')?.[0]?.text ?? '';
  return name.startsWith(TYPEOF) ? name : null;
}

function findOperand(item: Node): Node | undefined {
  return item.fields.get('body')?.[0]?.children[0]?.children[0];
}

function indexAt(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

function reportErrors(root: TreeNode, place: (offset: number) => At, text: string, problems: Problems): void {
  const cursor = root.walk();
  let found = 0;
  let visited = 0;
  for (;;) {
    const node = cursor.currentNode;
    let descend = node.hasError && found < 3 && ++visited < 20_000;
    if (node.isMissing) {
      found++;
      problems.inputError(`syntax error: \`${node.type}\` is missing here`, place(node.startIndex));
      descend = false;
    } else if (node.isError) {
      found++;
      const near = text.slice(node.startIndex, node.endIndex).trim().split(/\s+/).slice(0, 6).join(' ');
      problems.inputError(`syntax error near \`${near.slice(0, 60)}\``, place(node.startIndex));
      descend = false;
    }
    if (descend && cursor.gotoFirstChild()) continue;
    while (!cursor.gotoNextSibling()) {
      if (!cursor.gotoParent()) {
        if (found === 0) problems.inputError('syntax error', place(root.startIndex));
        cursor.delete();
        return;
      }
    }
  }
}
