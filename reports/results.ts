/** What formats for people say of a result. */
import { foundText } from './matrix.js';
import type { Diagnosis } from './diagnosis.js';
import type { Report, Result } from './report.js';
import { rejectedBy } from './verdict.js';

/** `accept`, `reject at unlock-same-lock: ...`, `unsupported: ...`. */
export const answerText = (r: Result): string =>
  r.why === null || r.why === r.found ? r.found : `${r.found}: ${r.why}`;

/** What was found, without what was expected. */
export const foundIn = (r: Result): string => (r.safety === null ? r.found : foundText(r));

/** All rejections of a check; those of a program at the same guard and place, with the same message, are one. */
export const rejectionsOf = (report: Report): readonly Diagnosis[] => {
  const groups = new Map<string, { program: string; diagnosis: Diagnosis; designs: string[] }>();
  for (const r of report.results) {
    const [diagnosis] = r.diagnoses;
    if (diagnosis === undefined) continue;
    const key = JSON.stringify([r.subject, diagnosis.category, diagnosis.title, diagnosis.at]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { program: r.program ?? r.subject, diagnosis, designs: [r.design] });
    else group.designs.push(r.design);
  }
  return [...groups.values()].map(g => ({ ...g.diagnosis, subject: rejectedBy(g.program, g.designs) }));
};

/** True iff there is something to show: it fails, has no answer, or is a finding that its scenario expects. */
export const isWorthShowing = (r: Result): boolean =>
  r.outcome === 'fail' ||
  r.outcome === 'unsupported' ||
  r.outcome === 'inconclusive' ||
  r.cell === 'unsound' ||
  r.cell === 'over-strict';
