/**
 * What the page knows: a report with everything that is equal stored once. It is embedded as JSON and read again in the browser.
 *
 * A matrix has thousands of cells and some hundred different traces; one trace belongs to all the designs that it breaks.
 */
import { createHash } from 'node:crypto';
import type { At } from '../../model/program.js';
import type { Change, Counterexample, InitialFact, ProgramVerdict } from '../../proofs/cell.js';
import { outcomeText } from '../all-programs.js';
import type { Against } from '../baseline.js';
import type { Diagnosis } from '../diagnosis.js';
import type { Problem } from '../matrix.js';
import { shortName, topicOf } from '../matrix.js';
import type { Outcome } from '../outcome.js';
import type { Origin, Report, ReportedDesign, Result } from '../report.js';
import type { Sources } from '../sources.js';
import type { MarkId } from './marks.js';
import { visibleData } from './visible.js';

/** A place in a table of the model. */
export type Index = number;

export interface Subject {
  readonly name: string;
  /** The topic of a scenario, the file of a program. */
  readonly topic: string;
  readonly title: string;
  readonly asks: string | null;
  readonly origin: Origin | null;
  readonly file: string;
}

export interface Step {
  /** Which lane takes it. */
  readonly lane: number;
  readonly text: string;
  readonly at: At | null;
  readonly changes: readonly Change[];
}

/** What a reader steps through: a run of the machine, or the path of a verifier, which has one lane and no state. */
export interface Trace {
  readonly kind: 'run' | 'path';
  readonly lanes: readonly string[];
  readonly initial: readonly InitialFact[];
  readonly steps: readonly Step[];
}

/** A diagnosis with its path as a trace. */
export interface Told {
  readonly category: string;
  readonly title: string;
  readonly reason: readonly string[];
  readonly at: At | null;
  readonly note: string;
  readonly suggestion: string;
  readonly trace: Index;
}

export type Verdict = Omit<ProgramVerdict, 'path'>;

export interface PageResult extends Pick<
  Result,
  'id' | 'design' | 'found' | 'expected' | 'why' | 'evidence' | 'disagreements' | 'fingerprint' | 'command'
> {
  readonly subject: Index;
  readonly mark: MarkId;
  /** The scenario says something else. */
  readonly isUnexpected: boolean;
  readonly outcome: Outcome;
  readonly verdicts: readonly Index[];
  readonly told: readonly {
    readonly told: Index;
    /** Which program or scenario, under which design: of what is told, all that differs between designs. */
    readonly subject: string;
  }[];
}

export interface SourceFile {
  readonly name: string;
  readonly text: string;
}

export interface PageModel {
  readonly tool: Report['tool'];
  readonly question: Report['question'];
  readonly exit: Report['exit'];
  readonly designs: readonly ReportedDesign[];
  readonly problems: readonly Problem[];
  /** What is different from an earlier run; null where none was named. */
  readonly baseline: Against | null;
  /** What any program can do that a design accepts, at a small size: one line a design, and the programs that do it. */
  readonly anyProgram: readonly { readonly design: string; readonly found: string; readonly program: string | null }[];
  readonly subjects: readonly Subject[];
  readonly traces: readonly Trace[];
  readonly told: readonly Told[];
  readonly verdicts: readonly Verdict[];
  readonly results: readonly PageResult[];
  readonly files: readonly SourceFile[];
}

/** Values in the order in which they first came, with their texts visible. Two are one if they look alike. */
const tableOf = <T>() => {
  const places = new Map<string, Index>();
  const values: T[] = [];
  return {
    values: values as readonly T[],
    add: (value: T): Index => {
      const json = JSON.stringify(value);
      // A digest: ten thousand traces as keys would be as much again as the page.
      const key = createHash('sha1').update(json).digest('base64');
      const known = places.get(key);
      if (known !== undefined) return known;
      places.set(key, values.length);
      return values.push(visibleData(value, json)) - 1;
    },
  };
};

const laneOf = (run: string, cpu: string): string => (cpu === run ? run : `${cpu}: ${run}`);

const traceOfRun = (c: Counterexample): Trace => {
  const lanes = [...new Set(c.steps.map(s => laneOf(s.run, s.cpu)))].sort();
  return {
    kind: 'run',
    lanes,
    initial: c.initial,
    steps: c.steps.map(s => ({
      lane: lanes.indexOf(laneOf(s.run, s.cpu)),
      text: s.text,
      at: s.at,
      changes: s.changes,
    })),
  };
};

const traceOfPath = (d: Diagnosis): Trace => ({
  kind: 'path',
  lanes: ['the path of the verifier'],
  initial: [],
  steps: d.path.map(p => ({ lane: 0, text: p.text, at: p.at, changes: [] })),
});

const textOfRun = (c: Counterexample): Omit<Told, 'trace'> => ({
  category: c.property,
  title: c.reason,
  reason: c.wrongLock === null ? [] : [c.wrongLock],
  at: c.steps.at(-1)?.at ?? null,
  note: '',
  suggestion: '',
});

const textOf = (d: Diagnosis): Omit<Told, 'trace'> => ({
  category: d.category,
  title: d.title,
  reason: d.reason,
  at: d.at,
  note: d.pathNote,
  suggestion: d.suggestion,
});

/** Longer files are not C that somebody reads. */
const LONGEST_SOURCE = 200_000;
const filesOf = (names: Iterable<string>, sources: Sources): readonly SourceFile[] =>
  [...names].flatMap(name => {
    const text = sources.text(name);
    // An object file is named by what was read from it, and has no lines.
    return text === null || text.length > LONGEST_SOURCE || text.includes('\0') ? [] : [{ name, text }];
  });

/** Returns what the page is made of, with all its texts visible. */
export const pageModel = (report: Report, sources: Sources): PageModel => {
  const subjects = tableOf<Subject>();
  const traces = tableOf<Trace>();
  const told = tableOf<Told>();
  const verdicts = tableOf<Verdict>();
  const names = new Set<string>();

  const add = (subject: string, text: Omit<Told, 'trace'>, trace: Trace) => ({
    subject,
    told: told.add({ ...text, trace: traces.add(trace) }),
  });
  const toldOf = (r: Result): PageResult['told'] => {
    const { counterexample: c } = r;
    // The report tells the counterexample last; its path is that of the run, which knows more.
    const last = c === null ? undefined : r.diagnoses.findLast(d => d.category === c.property);
    const rejections = r.diagnoses.filter(d => d !== last);
    return [
      ...rejections.map(d => add(d.subject, textOf(d), traceOfPath(d))),
      ...(c === null
        ? []
        : [add(last?.subject ?? r.id, last === undefined ? textOfRun(c) : textOf(last), traceOfRun(c))]),
    ];
  };

  const results = report.results.map((r): PageResult => {
    names.add(r.file);
    for (const d of r.diagnoses) {
      if (d.at !== null) names.add(d.at.file);
      for (const p of d.path) if (p.at !== null) names.add(p.at.file);
    }
    for (const s of r.counterexample?.steps ?? []) if (s.at !== null) names.add(s.at.file);
    return {
      id: r.id,
      subject: subjects.add({
        name: r.subject,
        topic: r.program === null ? topicOf(r.subject) : r.file,
        title: r.program ?? shortName(r.subject),
        asks: r.asks,
        origin: r.origin,
        file: r.file,
      }),
      design: r.design,
      mark: r.cell ?? r.verdict,
      isUnexpected: r.expected?.met === false && r.cell !== 'unknown',
      outcome: r.outcome,
      found: r.found,
      expected: r.expected,
      why: r.why,
      verdicts: r.programs.map(({ path: _path, ...v }) => verdicts.add(v)),
      told: toldOf(r),
      evidence: r.evidence,
      disagreements: r.disagreements,
      fingerprint: r.fingerprint,
      command: r.command,
    };
  });
  const { tool, question, exit, designs, problems, baseline, allPrograms } = report;
  return {
    tool: visibleData(tool),
    question,
    exit: visibleData(exit),
    designs: visibleData(designs),
    problems: visibleData(problems),
    baseline: baseline === undefined ? null : visibleData(baseline),
    anyProgram: visibleData(allPrograms.map(a => ({ design: a.design, found: outcomeText(a), program: a.program }))),
    subjects: subjects.values,
    traces: traces.values,
    told: told.values,
    verdicts: verdicts.values,
    results: results.map(r => visibleData(r)),
    files: filesOf(names, sources).map(f => visibleData(f)),
  };
};
