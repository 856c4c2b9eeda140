/** The results as a table: subjects by topic, designs in the order in which they were asked; and which of them a reader wants to see. */
import type { Outcome } from '../outcome.js';
import type { MarkId } from './marks.js';
import { markIds } from './marks.js';
import type { PageModel, PageResult, Subject } from './model.js';

export interface Row {
  readonly subject: Subject;
  readonly cells: ReadonlyMap<string, PageResult>;
}
export interface Grid {
  readonly designs: readonly string[];
  readonly topics: readonly { readonly name: string; readonly rows: readonly Row[] }[];
  /** By subject. */
  readonly rows: readonly Row[];
  readonly byId: ReadonlyMap<string, PageResult>;
}

export const gridOf = (model: PageModel): Grid => {
  const cells = model.subjects.map(() => new Map<string, PageResult>());
  const byId = new Map<string, PageResult>();
  for (const r of model.results) {
    const row = cells[r.subject];
    if (row !== undefined && !row.has(r.design)) row.set(r.design, r);
    if (!byId.has(r.id)) byId.set(r.id, r);
  }
  const rows = model.subjects.map((subject, i) => ({ subject, cells: cells[i] ?? new Map<string, PageResult>() }));
  const topics = new Map<string, Row[]>();
  for (const row of rows) {
    const topic = topics.get(row.subject.topic);
    if (topic === undefined) topics.set(row.subject.topic, [row]);
    else topic.push(row);
  }
  return {
    designs: [...new Set(model.results.map(r => r.design))],
    topics: [...topics].map(([name, rows]) => ({ name, rows })),
    rows,
    byId,
  };
};

export const countsOf = (results: readonly PageResult[]): ReadonlyMap<MarkId, number> => {
  const counts = new Map<MarkId, number>();
  for (const r of results) counts.set(r.mark, (counts.get(r.mark) ?? 0) + 1);
  return new Map(markIds.flatMap(m => (counts.has(m) ? [[m, counts.get(m) ?? 0]] : [])));
};

export interface Filter {
  readonly text: string;
  /** Kinds of cells, and designs, that are not wanted. */
  readonly without: ReadonlySet<MarkId>;
  readonly withoutDesigns: ReadonlySet<string>;
  readonly outcome: Outcome | 'any' | 'unexpected';
}
export const everything: Filter = { text: '', without: new Set(), withoutDesigns: new Set(), outcome: 'any' };

export type Wants = (r: PageResult) => boolean;

/** Returns whether a result is wanted: it has all the words of the text, somewhere, and is of a kind that is wanted. */
export const wantedBy = (model: PageModel, filter: Filter): Wants => {
  const words = filter.text
    .toLowerCase()
    .split(/\s+/)
    .filter(w => w !== '');
  const hasWords = (r: PageResult): boolean => {
    if (words.length === 0) return true;
    const subject = model.subjects[r.subject];
    const text = [r.id, r.found, subject?.asks ?? '', subject?.origin?.author ?? '', r.why ?? '']
      .join('\n')
      .toLowerCase();
    return words.every(w => text.includes(w));
  };
  return r =>
    !filter.without.has(r.mark) &&
    !filter.withoutDesigns.has(r.design) &&
    (filter.outcome === 'any' || (filter.outcome === 'unexpected' ? r.isUnexpected : r.outcome === filter.outcome)) &&
    hasWords(r);
};
