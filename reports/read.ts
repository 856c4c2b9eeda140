/** Reads back what json.ts wrote: the report of a check or a comparison, as it was. */
import type { ValidateFunction } from 'ajv';
import type { At } from '../model/program.js';
import type { Counterexample, ProgramVerdict } from '../proofs/cell.js';
import type { checkValue, compareValue } from './json.js';
import type { Problem } from './matrix.js';
import { printable } from './printable.js';
import type { Report, Result } from './report.js';
import { REPORT_VERSION } from './tool.js';

type CheckJson = ReturnType<typeof checkValue>;
type CompareJson = ReturnType<typeof compareValue>;
type PlaceJson = CheckJson['results'][number]['place'];
type ProgramJson = CheckJson['results'][number]['programs'][number];
type CommonJson = CheckJson['results'][number] | CompareJson['results'][number];
type TraceJson = CompareJson['results'][number]['trace'];
type CounterexampleJson = CompareJson['results'][number]['counterexample'];

/** Why a text is not a report, in one line. */
export interface Unreadable {
  readonly message: string;
}

const placeOf = (p: PlaceJson): At => ({
  file: p.file,
  line: p.line,
  column: p.column,
  ...(p.insn !== null && { insn: p.insn }),
});
const atOf = (p: PlaceJson | null): At | null => (p === null ? null : placeOf(p));

const programOf = ({ badPrune, ...p }: ProgramJson): ProgramVerdict => ({
  ...p,
  at: atOf(p.at),
  ...(badPrune !== null && { badPrune }),
  path: p.path.map(s => ({ ...s, at: placeOf(s.at) })),
});

const counterexampleOf = (c: CounterexampleJson, trace: TraceJson): Counterexample | null =>
  c === null ? null : { ...c, steps: (trace ?? []).map(s => ({ ...s, at: atOf(s.at) })) };

const commonOf = (r: CommonJson) => ({
  id: r.id,
  design: r.design,
  file: r.file,
  at: placeOf(r.place),
  outcome: r.outcome,
  guard: r.guard,
  found: r.found,
  why: r.why,
  programs: r.programs.map(programOf),
  diagnoses: r.diagnoses.map(d => ({
    ...d,
    at: atOf(d.at),
    path: d.path.map(s => ({ ...s, at: atOf(s.at) })),
  })),
  fingerprint: r.fingerprint,
  command: r.command,
});

/** The verdict of a check is that of its program: what is written beside it has fewer words. */
const checkedOf = (r: CheckJson['results'][number]): Result => ({
  ...commonOf(r),
  subject: `${r.file}:${r.program}`,
  scenario: null,
  program: r.program,
  asks: null,
  origin: null,
  verdict: r.programs[0]?.verdict ?? r.verdict,
  safety: null,
  property: null,
  cell: null,
  expected: null,
  counterexample: null,
  evidence: null,
  disagreements: [],
});

const comparedOf = (r: CompareJson['results'][number]): Result => ({
  ...commonOf(r),
  subject: r.scenario,
  scenario: r.scenario,
  program: null,
  asks: r.asks,
  origin: r.origin,
  verdict: r.verdict,
  safety: r.safety,
  property: r.property,
  cell: r.cell,
  expected: r.expected,
  counterexample: counterexampleOf(r.counterexample, r.trace),
  evidence: r.evidence,
  disagreements: r.disagreements,
});

const problemOf = (p: CheckJson['problems'][number]): Problem =>
  p.kind === 'unsupported'
    ? { kind: 'unsupported', construct: p.message, at: placeOf(p.at) }
    : {
        kind: 'input-error',
        message: p.message,
        at: placeOf(p.at),
        ...(p.remedy !== null && { remedy: p.remedy }),
      };

const anyProgramOf = ({
  steps,
  counterexample,
  ...a
}: CompareJson['allPrograms'][number]): Report['allPrograms'][number] => ({
  ...a,
  counterexample: counterexampleOf(counterexample, steps),
});

interface Validators {
  readonly check: ValidateFunction<CheckJson>;
  readonly compare: ValidateFunction<CompareJson>;
}

/** The published schemas, compiled when the first report is read. */
const validators = async (): Promise<Validators> => {
  const [{ Ajv }, shared, check, compare] = await Promise.all([
    import('ajv'),
    import('../schema/report.schema.json', { with: { type: 'json' } }),
    import('../schema/check.schema.json', { with: { type: 'json' } }),
    import('../schema/compare.schema.json', { with: { type: 'json' } }),
  ]);
  const ajv = new Ajv({ strict: true, allowUnionTypes: true }).addSchema(shared.default);
  return { check: ajv.compile<CheckJson>(check.default), compare: ajv.compile<CompareJson>(compare.default) };
};

const whyInvalid = (validate: ValidateFunction): Unreadable => {
  const [first] = validate.errors ?? [];
  const where = first === undefined || first.instancePath === '' ? 'the report' : first.instancePath;
  return { message: printable(`not as the schema says: ${where} ${first?.message ?? 'is wrong'}`) };
};

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Returns the report that was written as JSON, or why the text is none. */
export const readReport = async (text: string): Promise<Report | Unreadable> => {
  const value = parsed(text);
  if (!isRecord(value)) return { message: 'this is not a JSON object' };
  const version = value['schemaVersion'];
  if (version !== REPORT_VERSION)
    return {
      message: printable(
        version === undefined
          ? 'this is no report: it has no schemaVersion'
          : `it has the schemaVersion ${JSON.stringify(version)}; version ${String(REPORT_VERSION)} can be read`,
      ),
    };
  const { check, compare } = await validators();
  if (value['question'] === 'check') {
    if (!check(value)) return whyInvalid(check);
    const { schemaVersion: _, ...report } = value;
    return {
      ...report,
      results: report.results.map(checkedOf),
      allPrograms: [],
      problems: report.problems.map(problemOf),
    };
  }
  if (!compare(value)) return whyInvalid(compare);
  const { schemaVersion: _, summary: _counts, ...report } = value;
  return {
    ...report,
    results: report.results.map(comparedOf),
    allPrograms: report.allPrograms.map(anyProgramOf),
    problems: report.problems.map(problemOf),
  };
};
