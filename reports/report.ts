/**
 * The report model: what was asked and what was found, as plain data. Every format is a renderer of it, so that all of them have
 * the same results, ids and outcomes.
 *
 * Files are named as the reader names them. The texts of files are not part of a report; renderers that show code get `Sources`.
 */
import { createHash } from 'node:crypto';
import type { Design } from '../model/design.js';
import type { At } from '../model/program.js';
import type { PropertyId } from '../model/properties.js';
import type { Cell, CellKind, Counterexample, Disagreement, ProgramVerdict } from '../proofs/cell.js';
import type { Selftest } from '../proofs/selftest.js';
import type { Scenario } from '../scenarios/header.js';
import type { CheckResult, Checked } from './check.js';
import { counterexampleOf } from './counterexample.js';
import type { Diagnosis } from './diagnosis.js';
import type { Comparison, Problem } from './matrix.js';
import { foundText, isUnexpected, whyUnknown } from './matrix.js';
import type { Outcome } from './outcome.js';
import { findingOfVerdict, findingsOfCell, outcomeOf } from './outcome.js';
import type { Sources } from './sources.js';
import { wholeFile } from './sources.js';
import type { Tool } from './tool.js';
import { rejectionOf } from './verdict.js';

/** Where a design or a scenario comes from: a mail, a kernel, a reading. */
export interface Origin {
  readonly author: string | null;
  /** Message-id, without angle brackets. */
  readonly message: string | null;
  readonly kernel: string | null;
}

export interface ReportedDesign {
  readonly id: string;
  readonly title: string;
  readonly origin: Origin;
  readonly baseline: string;
}

/** One answer: a cell of the matrix, or the verdict of one design on one program. */
export interface Result {
  /** `identity/two-loads@ptr-id`, `my.bpf.c:prog@ptr-id`: its name in every format. */
  readonly id: string;
  /** What is compared: the scenario; or the file and program of a verdict. */
  readonly subject: string;
  readonly scenario: string | null;
  readonly program: string | null;
  readonly design: string;
  /** The file that it is about. */
  readonly file: string;
  /** Where a reader is to look: the last step, the failing guard, else the file as a whole. */
  readonly at: At;
  /** The question of the scenario. */
  readonly asks: string | null;
  readonly origin: Origin | null;
  readonly outcome: Outcome;
  readonly verdict: ProgramVerdict['verdict'];
  readonly guard: string | null;
  /** Null for verdicts: nobody asked what a run may break. */
  readonly safety: Cell['safety'] | null;
  readonly property: PropertyId | null;
  readonly cell: CellKind | null;
  /** What was found, in one line. */
  readonly found: string;
  readonly expected: Cell['expected'];
  /** Why there is no answer, where there is none. */
  readonly why: string | null;
  readonly programs: readonly ProgramVerdict[];
  readonly counterexample: Counterexample | null;
  /** The five sections for each rejection and for the counterexample. */
  readonly diagnoses: readonly Diagnosis[];
  readonly evidence: Cell['evidence'] | null;
  readonly disagreements: readonly Disagreement[];
  /** Of what happens, not of names: it stays when programs, files and variables are renamed. Null where nothing was found. */
  readonly fingerprint: string | null;
  /** The command line that shows everything about it. */
  readonly command: string;
}

export interface Report {
  readonly tool: Tool;
  readonly question: 'check' | 'compare';
  readonly designs: readonly ReportedDesign[];
  readonly results: readonly Result[];
  readonly problems: readonly Problem[];
  /** What a selftest of a result says, by its id; only of those that one was asked for. */
  readonly selftests?: ReadonlyMap<string, Selftest>;
  readonly exit: { readonly code: number; readonly meaning: string };
}

const originOf = (o: { author?: string; message?: string; kernel?: string }): Origin => ({
  author: o.author ?? null,
  message: o.message ?? null,
  kernel: o.kernel ?? null,
});

const designOf = (d: Design): ReportedDesign => ({
  id: d.id,
  title: d.title,
  origin: originOf(d.source),
  baseline: d.baseline,
});

/** Places in words of the reader: every file is named as `sources` names it. */
const renamed = (sources: Sources) => {
  const at = <A extends At | null>(a: A): A => (a === null ? a : { ...a, file: sources.name(a.file) });
  return {
    at,
    verdict: (v: ProgramVerdict): ProgramVerdict => ({
      ...v,
      at: at(v.at),
      path: v.path.map(p => ({ ...p, at: at(p.at) })),
    }),
    counterexample: (c: Counterexample): Counterexample => ({
      ...c,
      steps: c.steps.map(s => ({ ...s, at: at(s.at) })),
    }),
  };
};

const digest = (parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);

/** What happens in a counterexample: the property, and who does what in which order. Runs are numbered as they come. */
const tracePrint = (c: Counterexample): readonly string[] => {
  const runs = [...new Set(c.steps.map(s => s.run))];
  return [c.property, ...c.steps.map(s => `${String(runs.indexOf(s.run))} ${s.event}`)];
};
const pathPrint = (v: ProgramVerdict): readonly string[] => [v.guard ?? '', ...v.path.map(p => p.event)];

const resultOfCell = (raw: Cell, scenario: Scenario | undefined, design: Design | undefined, c: Comparison): Result => {
  const rename = renamed(c.sources);
  const cell: Cell = {
    ...raw,
    programs: raw.programs.map(rename.verdict),
    counterexample: raw.counterexample === null ? null : rename.counterexample(raw.counterexample),
  };
  const { counterexample } = cell;
  const rejected = cell.programs.filter(p => p.verdict === 'reject');
  const diagnoses = [
    ...(design === undefined ? [] : rejected.map(p => rejectionOf(p, design))),
    ...(counterexample === null ? [] : [counterexampleOf(cell, counterexample)]),
  ];
  const file = c.sources.name(scenario?.file ?? cell.scenario);
  // A counterexample says where it goes wrong; of what is rejected and safe, the failing guard does.
  const place = diagnoses.findLast(d => d.at !== null)?.at ?? wholeFile(file);
  const isKnown = cell.cell !== 'unknown';
  const found = foundText(cell);
  return {
    id: `${cell.scenario}@${cell.design}`,
    subject: cell.scenario,
    scenario: cell.scenario,
    program: null,
    design: cell.design,
    file,
    at: place,
    asks: scenario?.header.question ?? null,
    origin: scenario === undefined ? null : originOf(scenario.header.origin),
    outcome: outcomeOf(cell.verdict, findingsOfCell(cell)),
    verdict: cell.verdict,
    guard: cell.guard,
    safety: cell.safety,
    property: cell.property,
    cell: cell.cell,
    found: isUnexpected(cell) ? `${found}; the scenario expects ${cell.expected?.text ?? ''}` : found,
    expected: cell.expected,
    why: isKnown ? null : whyUnknown(cell),
    programs: cell.programs,
    counterexample,
    diagnoses,
    evidence: cell.evidence,
    disagreements: cell.disagreements,
    fingerprint:
      diagnoses.length === 0
        ? null
        : digest([
            cell.design,
            ...rejected.flatMap(pathPrint),
            ...(counterexample === null ? [] : tracePrint(counterexample)),
          ]),
    command: c.commandFor(cell.scenario, cell.design),
  };
};

/** The report of a comparison. `scenarios` and `designs` are those that were asked about. */
export const reportOfComparison = (
  c: Comparison,
  scenarios: readonly Scenario[],
  designs: readonly Design[],
): Report => {
  const scenarioOf = new Map(scenarios.map(s => [s.id, s]));
  const named = new Map(designs.map(d => [d.id, d]));
  return {
    tool: c.tool,
    question: 'compare',
    designs: designs.map(designOf),
    results: c.cells.map(x => resultOfCell(x, scenarioOf.get(x.scenario), named.get(x.design), c)),
    problems: c.problems.map(p => ({ ...p, at: renamed(c.sources).at(p.at) })),
    ...(c.selftests && { selftests: c.selftests }),
    exit: c.exit,
  };
};

const resultOfVerdict = (r: CheckResult, design: Design | undefined, c: Checked): Result => {
  const rename = renamed(c.sources);
  const verdict = rename.verdict(r.verdict);
  const file = c.sources.name(r.file);
  const subject = `${file}:${verdict.program}`;
  const finding = findingOfVerdict(verdict);
  const isRejected = verdict.verdict === 'reject';
  return {
    id: `${subject}@${r.design}`,
    subject,
    scenario: null,
    program: verdict.program,
    design: r.design,
    file,
    at: verdict.at ?? wholeFile(file),
    asks: null,
    origin: null,
    outcome: outcomeOf(verdict.verdict, finding === null ? [] : [finding]),
    verdict: verdict.verdict,
    guard: verdict.guard,
    safety: null,
    property: null,
    cell: null,
    found: isRejected ? `reject at ${verdict.guard ?? 'an unnamed guard'}: ${verdict.message ?? ''}` : verdict.verdict,
    expected: null,
    why: isRejected || verdict.verdict === 'accept' ? null : (verdict.reason ?? verdict.verdict),
    programs: [verdict],
    counterexample: null,
    diagnoses: isRejected && design !== undefined ? [rejectionOf(verdict, design)] : [],
    evidence: null,
    disagreements: [],
    fingerprint: isRejected ? digest([r.design, ...pathPrint(verdict)]) : null,
    command: `holdfast check ${file} -d ${r.design}`,
  };
};

/** The report of a check. */
export const reportOfCheck = (c: Checked): Report => ({
  tool: c.tool,
  question: 'check',
  designs: c.designs.map(designOf),
  results: c.results.map(r =>
    resultOfVerdict(
      r,
      c.designs.find(d => d.id === r.design),
      c,
    ),
  ),
  problems: c.problems.map(p => ({ ...p, at: renamed(c.sources).at(p.at) })),
  exit: c.exit,
});
