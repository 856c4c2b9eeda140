/** One report of several: a question may be divided among machines. */
import { printable } from './printable.js';
import type { Report } from './report.js';

/** Returns the report of all, or why they don't belong together. The exit code is that of the first. */
export const merged = (reports: readonly Report[]): Report | string => {
  const [first, ...rest] = reports;
  if (first === undefined) return 'there is no report';
  const other = rest.find(r => r.question !== first.question);
  if (other !== undefined)
    return `a report of ${first.question} and one of ${other.question} do not make one; show them one by one`;
  const results = reports.flatMap(r => r.results);
  const ids = new Set<string>();
  for (const { id } of results) {
    if (ids.has(id)) return `${printable(id)} is answered twice`;
    ids.add(id);
  }
  const baselines = reports.flatMap(r => r.baseline ?? []);
  const [baseline] = baselines;
  return {
    ...first,
    designs: [...new Map(reports.flatMap(r => r.designs).map(d => [d.id, d])).values()],
    results,
    allPrograms: reports.flatMap(r => r.allPrograms),
    problems: reports.flatMap(r => r.problems),
    ...(baseline === undefined
      ? {}
      : {
          baseline: {
            ...baseline,
            regressions: baselines.flatMap(b => b.regressions),
            notes: baselines.flatMap(b => b.notes),
            added: baselines.flatMap(b => b.added),
            gone: baselines.flatMap(b => b.gone),
            notAsked: baselines.reduce((n, b) => n + b.notAsked, 0),
            same: baselines.reduce((n, b) => n + b.same, 0),
          },
        }),
    timing: { milliseconds: reports.reduce((sum, r) => sum + r.timing.milliseconds, 0) },
  };
};
