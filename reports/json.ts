/**
 * Reports for programs. The shapes are promised by schema/check.schema.json and schema/compare.schema.json, and read back by
 * read.ts. All but `timing` is the same whenever the same is asked.
 */
import type { At } from '../model/program.js';
import type { Cell, Counterexample, ProgramVerdict } from '../proofs/cell.js';
import { jsonText } from './json-text.js';
import type { Problem } from './matrix.js';
import { countsOf, isUnexpected } from './matrix.js';
import type { AnyProgram, Report, Result } from './report.js';
import type { Sources } from './sources.js';
import { noSources } from './sources.js';
import { REPORT_VERSION } from './tool.js';

const placeJson = (at: At, sources: Sources) => ({
  file: sources.name(at.file),
  line: at.line,
  column: at.column,
  insn: at.insn ?? null,
});
const atJson = (at: At | null, sources: Sources) => (at === null ? null : placeJson(at, sources));

export const problemJson = (p: Problem, sources: Sources) => ({
  kind: p.kind,
  message: p.kind === 'unsupported' ? p.construct : p.message,
  remedy: p.kind === 'unsupported' ? null : (p.remedy ?? null),
  at: placeJson(p.at, sources),
});

const pathJson = (v: ProgramVerdict, sources: Sources) =>
  v.path.map(p => ({ event: p.event, text: p.text, at: placeJson(p.at, sources) }));

const programJson = (v: ProgramVerdict, sources: Sources) => ({
  program: v.program,
  verdict: v.verdict,
  guard: v.guard,
  message: v.message,
  kernelFunction: v.kernelFunction,
  reason: v.reason,
  badPrune: v.badPrune ?? null,
  at: atJson(v.at, sources),
  path: pathJson(v, sources),
});

/** The steps are apart from the rest: `trace` is a list that can be read on its own. */
const traceJson = (c: Counterexample | null, sources: Sources) =>
  c === null
    ? null
    : c.steps.map(s => ({
        run: s.run,
        cpu: s.cpu,
        event: s.event,
        text: s.text,
        at: atJson(s.at, sources),
        changes: s.changes,
      }));
const counterexampleJson = (c: Counterexample | null) =>
  c === null
    ? null
    : {
        property: c.property,
        reason: c.reason,
        wrongLock: c.wrongLock,
        minimal: c.minimal,
        replayed: c.replayed,
        initial: c.initial,
      };

/** A cell that belongs to no comparison. */
export const cellJson = (c: Cell, sources: Sources) => ({
  scenario: c.scenario,
  design: c.design,
  verdict: c.verdict,
  guard: c.guard,
  safety: c.safety,
  property: c.property,
  cell: c.cell,
  trace: traceJson(c.counterexample, sources),
  counterexample: counterexampleJson(c.counterexample),
  programs: c.programs.map(v => programJson(v, sources)),
  expected: c.expected,
  evidence: c.evidence,
  disagreements: c.disagreements,
});

/** What results of all questions have. `place` is where a reader is to look. */
const commonJson = (r: Result) => ({
  id: r.id,
  outcome: r.outcome,
  fingerprint: r.fingerprint,
  file: r.file,
  place: placeJson(r.at, noSources),
  design: r.design,
  guard: r.guard,
  found: r.found,
  why: r.why,
  programs: r.programs.map(v => programJson(v, noSources)),
  diagnoses: r.diagnoses.map(d => ({
    ...d,
    at: atJson(d.at, noSources),
    path: d.path.map(s => ({ ...s, at: atJson(s.at, noSources) })),
  })),
  command: r.command,
});

/** To a caller a program is accepted, rejected, or not answered; `reason` says why it was not. */
export const answered = (v: ProgramVerdict['verdict']): 'accept' | 'reject' | 'unsupported' =>
  v === 'accept' || v === 'reject' ? v : 'unsupported';

const checkedJson = (r: Result, v: ProgramVerdict) => ({
  ...commonJson(r),
  program: v.program,
  verdict: answered(v.verdict),
  message: v.message,
  at: atJson(v.at, noSources),
  reason: v.reason ?? (answered(v.verdict) === 'unsupported' ? v.verdict : null),
  kernelFunction: v.kernelFunction,
  path: pathJson(v, noSources),
});

const comparedJson = (r: Result) => ({
  ...commonJson(r),
  scenario: r.subject,
  asks: r.asks,
  origin: r.origin,
  verdict: r.verdict,
  safety: r.safety,
  property: r.property,
  cell: r.cell,
  trace: traceJson(r.counterexample, noSources),
  counterexample: counterexampleJson(r.counterexample),
  expected: r.expected,
  evidence: r.evidence,
  disagreements: r.disagreements,
});

const anyProgramJson = (a: AnyProgram) => ({
  design: a.design,
  outcome: a.outcome,
  property: a.property,
  states: a.states,
  sizes: a.sizes,
  program: a.program,
  steps: traceJson(a.counterexample, noSources),
  counterexample: counterexampleJson(a.counterexample),
});

/** The result of a check is about one program: its verdict is the answer. */
const checkResultsJson = (r: Result) => r.programs.slice(0, 1).map(v => checkedJson(r, v));

/** One of the results; of a comparison they have other fields than of a check. */
export const resultsJson = (r: Result) => (r.scenario === null ? checkResultsJson(r) : [comparedJson(r)]);

export const summaryOf = (report: Report) => ({
  ...countsOf(report.results),
  unexpected: report.results.filter(isUnexpected).length,
});

/** What stands once in a report, before and after its results. */
export const envelopeOf = (report: Report) => ({
  tool: report.tool,
  question: report.question,
  exit: report.exit,
  timing: report.timing,
  designs: report.designs,
  ...(report.baseline === undefined ? {} : { baseline: report.baseline }),
});

export const checkValue = (report: Report) => ({
  schemaVersion: REPORT_VERSION,
  ...envelopeOf(report),
  results: report.results.flatMap(checkResultsJson),
  problems: report.problems.map(p => problemJson(p, noSources)),
});
export const compareValue = (report: Report) => ({
  schemaVersion: REPORT_VERSION,
  ...envelopeOf(report),
  summary: summaryOf(report),
  results: report.results.map(comparedJson),
  allPrograms: report.allPrograms.map(anyProgramJson),
  problems: report.problems.map(p => problemJson(p, noSources)),
});

export const reportJson = (report: Report): string =>
  `${jsonText(report.question === 'check' ? checkValue(report) : compareValue(report), 2)}\n`;
