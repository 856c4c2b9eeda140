/** One report of several: a question may be divided among machines. */
import type { Against } from './baseline.js';
import { printable } from './printable.js';
import type { Report } from './report.js';

/** How many answers of the baseline a part has found, or has missed. */
const lookedAt = (a: Against): number => a.same + a.regressions.length + a.notes.length + a.gone.length;

/** What one part did not ask for, another did. */
const mergedBaseline = (parts: readonly Against[]): Against | null => {
  const [first] = parts;
  if (first === undefined) return null;
  const all: Against = {
    ...first,
    regressions: parts.flatMap(p => p.regressions),
    notes: parts.flatMap(p => p.notes),
    added: parts.flatMap(p => p.added),
    gone: [...new Set(parts.flatMap(p => p.gone))],
    same: parts.reduce((n, p) => n + p.same, 0),
  };
  return { ...all, notAsked: Math.max(0, first.notAsked + lookedAt(first) - lookedAt(all)) };
};

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
  if (rest.some(r => r.baseline?.file !== first.baseline?.file))
    return 'they were not compared with one baseline; show them one by one';
  const baseline = mergedBaseline(reports.flatMap(r => r.baseline ?? []));
  return {
    ...first,
    designs: [...new Map(reports.flatMap(r => r.designs).map(d => [d.id, d])).values()],
    results,
    allPrograms: reports.flatMap(r => r.allPrograms),
    problems: reports.flatMap(r => r.problems),
    ...(baseline !== null && { baseline }),
    timing: { milliseconds: reports.reduce((sum, r) => sum + r.timing.milliseconds, 0) },
  };
};
