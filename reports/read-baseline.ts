/**
 * Reads what is compared of a saved report: of `--out baseline:FILE`, or of `--out json:FILE`. Both promise these fields; whatever
 * else is there is left alone, so that reports of other versions can be read.
 */
import type { CellKind } from '../proofs/cell.js';
import { cellKinds } from '../proofs/cell.js';
import type { Answer, Baseline } from './baseline.js';
import { idOfCell, idOfVerdict } from './id.js';
import { REPORT_VERSION } from './tool.js';

type Fields = Readonly<Record<string, unknown>>;

/** What is wrong with a file, in words. */
class Wrong extends Error {}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const fields = (value: unknown, what: string): Fields => {
  if (!isFields(value)) throw new Wrong(`${what} is no object`);
  return value;
};
const text = (of: Fields, name: string, what: string): string => {
  const value = of[name];
  if (typeof value !== 'string') throw new Wrong(`${what} has no ${name}`);
  return value;
};
const textOrNull = (of: Fields, name: string, what: string): string | null =>
  of[name] === null ? null : text(of, name, what);

const cellKindOf = (of: Fields, what: string): CellKind => {
  const name = text(of, 'cell', what);
  const kind = cellKinds.find(k => k === name);
  if (kind === undefined) throw new Wrong(`${what} is a cell of an unknown kind`);
  return kind;
};

const cellAnswer = (r: Fields, what: string): Answer => {
  const scenario = text(r, 'scenario', what);
  const design = text(r, 'design', what);
  return {
    id: idOfCell({ scenario, design }),
    about: scenario,
    design,
    verdict: text(r, 'verdict', what),
    guard: textOrNull(r, 'guard', what),
    message: null,
    safety: text(r, 'safety', what),
    property: textOrNull(r, 'property', what),
    cell: cellKindOf(r, what),
  };
};

const verdictAnswer = (r: Fields, what: string): Answer => {
  const file = text(r, 'file', what);
  const design = text(r, 'design', what);
  return {
    id: idOfVerdict(file, text(r, 'program', what), design),
    about: file,
    design,
    verdict: text(r, 'verdict', what),
    guard: textOrNull(r, 'guard', what),
    message: textOrNull(r, 'message', what),
    safety: null,
    property: null,
    cell: null,
  };
};

const parsed = (json: string): Fields => {
  try {
    return fields(JSON.parse(json), 'it');
  } catch (error) {
    throw error instanceof SyntaxError ? new Wrong('it is not JSON') : error;
  }
};

/** Returns the answers of a saved report of this question, or why the file is none. */
export const readBaseline = (
  file: string,
  json: string,
  question: 'check' | 'compare',
): Baseline | { readonly wrong: string } => {
  try {
    const report = parsed(json);
    const { schemaVersion, results } = report;
    if (typeof schemaVersion !== 'number' || !Array.isArray(results)) throw new Wrong('it is no report of holdfast');
    if (schemaVersion > REPORT_VERSION) throw new Wrong('it was written by a newer version of holdfast');
    const tool = fields(report['tool'], 'its tool');
    const read = question === 'compare' ? cellAnswer : verdictAnswer;
    return {
      file,
      tool: { name: text(tool, 'name', 'its tool'), version: text(tool, 'version', 'its tool') },
      answers: results.map((r: unknown, i) => {
        const what = `result ${String(i + 1)}`;
        const of = fields(r, what);
        if (isFields(r) && 'scenario' in r !== (question === 'compare'))
          throw new Wrong(`it is a report of ${question === 'compare' ? 'check' : 'compare'}, not of ${question}`);
        return read(of, what);
      }),
    };
  } catch (error) {
    if (error instanceof Wrong) return { wrong: error.message };
    throw error;
  }
};
