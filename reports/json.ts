/** Reports for programs. The shapes are promised by schema/check.schema.json and schema/compare.schema.json. */
import type { At } from '../model/program.js';
import type { Cell, Counterexample, ProgramVerdict } from '../proofs/cell.js';
import { allProgramsJson } from './all-programs.js';
import type { CheckResult, Checked } from './check.js';
import type { Comparison, Problem } from './matrix.js';
import { countsOf, isUnexpected } from './matrix.js';
import type { Sources } from './sources.js';
import { SCHEMA_VERSION } from './tool.js';

/** Sources have no instruction numbers: `insn` is set by objects only. */
const atOf = (at: At | null, sources: Sources) =>
  at === null
    ? null
    : { file: sources.name(at.file), line: Math.max(1, at.line), column: Math.max(1, at.column), insn: null };

export const problemJson = (p: Problem, sources: Sources) => ({
  kind: p.kind,
  message: p.kind === 'unsupported' ? p.construct : p.message,
  remedy: p.kind === 'unsupported' ? null : (p.remedy ?? null),
  at: atOf(p.at, sources),
});

/** To a caller a program is accepted, rejected, or not answered; `reason` says why it was not. */
export const answered = (v: ProgramVerdict['verdict']): 'accept' | 'reject' | 'unsupported' =>
  v === 'accept' || v === 'reject' ? v : 'unsupported';

const pathOf = (v: ProgramVerdict, sources: Sources) =>
  v.path.map(p => ({ event: p.event, text: p.text, at: atOf(p.at, sources) }));

export const checkResultJson = (r: CheckResult, sources: Sources) => {
  const { verdict: v } = r;
  return {
    file: sources.name(r.file),
    program: v.program,
    design: r.design,
    verdict: answered(v.verdict),
    guard: v.guard,
    message: v.message,
    at: atOf(v.at, sources),
    reason: v.reason ?? (answered(v.verdict) === 'unsupported' ? v.verdict : null),
    kernelFunction: v.kernelFunction,
    path: pathOf(v, sources),
  };
};

const traceOf = (c: Counterexample | null, sources: Sources) =>
  c === null
    ? null
    : c.steps.map(s => ({
        run: s.run,
        cpu: s.cpu,
        event: s.event,
        text: s.text,
        at: atOf(s.at, sources),
        changes: s.changes,
      }));

export const cellJson = (c: Cell, sources: Sources) => ({
  scenario: c.scenario,
  design: c.design,
  verdict: c.verdict,
  guard: c.guard,
  safety: c.safety,
  property: c.property,
  cell: c.cell,
  trace: traceOf(c.counterexample, sources),
  counterexample:
    c.counterexample === null
      ? null
      : {
          reason: c.counterexample.reason,
          wrongLock: c.counterexample.wrongLock,
          minimal: c.counterexample.minimal,
          replayed: c.counterexample.replayed,
          initial: c.counterexample.initial,
        },
  programs: c.programs.map(v => ({
    program: v.program,
    verdict: v.verdict,
    guard: v.guard,
    message: v.message,
    kernelFunction: v.kernelFunction,
    reason: v.reason,
    at: atOf(v.at, sources),
    path: pathOf(v, sources),
  })),
  expected: c.expected === null ? null : { text: c.expected.text, met: c.expected.met },
  evidence: { explicit: c.evidence.explicit, smt: c.evidence.smt },
  disagreements: c.disagreements.map(d => ({ question: d.question, explicit: d.explicit, smt: d.smt })),
});

const envelope = (c: { tool: Checked['tool']; exit: Checked['exit'] }) => ({
  schemaVersion: SCHEMA_VERSION,
  tool: { name: c.tool.name, version: c.tool.version },
  exit: { code: c.exit.code, meaning: c.exit.meaning },
});

export const checkedValue = (c: Checked) => ({
  ...envelope(c),
  results: c.results.map(r => checkResultJson(r, c.sources)),
  problems: c.problems.map(p => problemJson(p, c.sources)),
  ...(c.baseline === undefined ? {} : { baseline: c.baseline }),
});

export const comparisonValue = (c: Comparison) => ({
  ...envelope(c),
  summary: { ...countsOf(c.cells), unexpected: c.cells.filter(isUnexpected).length },
  results: c.cells.map(x => cellJson(x, c.sources)),
  allPrograms: c.allPrograms.map(allProgramsJson),
  problems: c.problems.map(p => problemJson(p, c.sources)),
  ...(c.baseline === undefined ? {} : { baseline: c.baseline }),
});

const pretty = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
export const checkedJson = (c: Checked): string => pretty(checkedValue(c));
export const comparisonJson = (c: Comparison): string => pretty(comparisonValue(c));
