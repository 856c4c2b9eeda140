/** Where the things of a trace and the arrows between them are drawn. Every step has the same picture, so that nothing jumps. */
import { Graph, layout } from '@dagrejs/dagre';
import type { Arrow } from './state.js';
import { arrowsOf } from './state.js';
import type { Trace } from './model.js';

export type NodeKind = 'run' | 'lock' | 'structure' | 'object';

export interface PlacedNode {
  readonly name: string;
  readonly label: string;
  readonly kind: NodeKind;
  /** The upper left corner. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
export interface PlacedArrow {
  readonly arrow: Arrow;
  readonly path: string;
  /** The middle of its label. */
  readonly x: number;
  readonly y: number;
  readonly labelWidth: number;
}
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly PlacedNode[];
  readonly arrows: readonly PlacedArrow[];
}

const CHARACTER = 7.3;
const LABEL_CHARACTER = 6;
const NODE_HEIGHT = 24;
const MARGIN = 6;
const LONGEST_LABEL = 32;
/** More than this is no picture any more. */
export const MOST_NODES = 60;

const shortened = (name: string): string =>
  name.length <= LONGEST_LABEL ? name : `${name.slice(0, LONGEST_LABEL - 1)}\u2026`;

const subjectKinds: Readonly<Record<Arrow['relation'], NodeKind>> = {
  holds: 'run',
  'waits for': 'run',
  'works on': 'run',
  owns: 'run',
  contains: 'structure',
  stashes: 'structure',
  has: 'structure',
};
const objectKinds: Readonly<Record<Arrow['relation'], NodeKind>> = {
  holds: 'lock',
  'waits for': 'structure',
  'works on': 'structure',
  owns: 'object',
  contains: 'object',
  stashes: 'object',
  has: 'object',
};

/** What a thing is follows from what it does first; a subject knows better than an object. */
const kindsOf = (arrows: readonly Arrow[]): ReadonlyMap<string, NodeKind> => {
  const kinds = new Map<string, NodeKind>();
  for (const a of arrows) if (!kinds.has(a.subject)) kinds.set(a.subject, subjectKinds[a.relation]);
  for (const a of arrows) if (!kinds.has(a.object)) kinds.set(a.object, objectKinds[a.relation]);
  return kinds;
};

/** With room for the sign of a change. */
const labelWidth = (a: Arrow): number => Math.round((a.relation.length + 2) * LABEL_CHARACTER + 6);

const rounded = (n: number): number => Math.round(n * 10) / 10;

const pathOf = (points: readonly { readonly x: number; readonly y: number }[]): string => {
  const at = (p: { readonly x: number; readonly y: number }): string =>
    `${String(rounded(p.x))} ${String(rounded(p.y))}`;
  const [first, ...rest] = points;
  return first === undefined ? '' : `M${at(first)}${rest.map(p => `L${at(p)}`).join('')}`;
};

const pictures = new WeakMap<Trace, Picture | null>();

const drawn = (arrows: readonly Arrow[]): Picture | null => {
  const kinds = kindsOf(arrows);
  if (arrows.length === 0 || kinds.size > MOST_NODES) return null;
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'LR', nodesep: 14, ranksep: 24, edgesep: 10, marginx: MARGIN, marginy: MARGIN });
  graph.setDefaultEdgeLabel(() => ({}));
  const names = [...kinds.keys()];
  const idOf = new Map(names.map((name, i) => [name, String(i)]));
  names.forEach((name, i) => {
    graph.setNode(String(i), { width: shortened(name).length * CHARACTER + 18, height: NODE_HEIGHT });
  });
  arrows.forEach((a, i) => {
    graph.setEdge(
      idOf.get(a.subject) ?? '',
      idOf.get(a.object) ?? '',
      { width: labelWidth(a), height: 14, labelpos: 'c' },
      String(i),
    );
  });
  layout(graph);
  const size = graph.graph();
  return {
    width: Math.ceil(size.width ?? 0),
    height: Math.ceil(size.height ?? 0),
    nodes: names.map((name, i) => {
      const n = graph.node(String(i));
      const { x = 0, y = 0, width, height } = n;
      return {
        name,
        label: shortened(name),
        kind: kinds.get(name) ?? 'object',
        x: rounded(x - width / 2),
        y: rounded(y - height / 2),
        width: rounded(width),
        height: rounded(height),
      };
    }),
    arrows: arrows.map((arrow, i) => {
      const e = graph.edge(idOf.get(arrow.subject) ?? '', idOf.get(arrow.object) ?? '', String(i));
      return {
        arrow,
        path: pathOf(e.points ?? []),
        x: rounded(e.x ?? 0),
        y: rounded(e.y ?? 0),
        labelWidth: labelWidth(arrow),
      };
    }),
  };
};

/** Returns null if there is nothing to draw, or too much. */
export const pictureOf = (trace: Trace): Picture | null => {
  let picture = pictures.get(trace);
  if (picture === undefined) pictures.set(trace, (picture = drawn(arrowsOf(trace))));
  return picture;
};
