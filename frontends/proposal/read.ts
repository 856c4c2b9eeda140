/** A user's proposal: a design written as YAML, as a change to one that ships with holdfast. */
import type { ErrorObject, ValidateFunction } from 'ajv';
import type { Document } from 'yaml';
import type { Design, SectionPolicy } from '../../model/design.js';
import { allDesigns, designNamed } from '../../model/designs/index.js';
import type { SectionPolicyId } from '../../model/designs/section-policies.js';
import { sectionPolicies } from '../../model/designs/section-policies.js';
import type { At, InputError } from '../../model/program.js';
import { contradictionsIn } from './contradictions.js';
import { nearest } from './nearest.js';

export type ProposalResult =
  { readonly ok: true; readonly design: Design } | { readonly ok: false; readonly problems: readonly InputError[] };

/** The shape of the YAML once the schema has accepted it. */
interface RawProposal extends Partial<Omit<Design, 'ids' | 'placement' | 'sections'>> {
  readonly id: string;
  readonly extends?: string;
  readonly ids?: Partial<Design['ids']>;
  readonly placement?: Partial<Design['placement']>;
  readonly sections?: SectionPolicyId | SectionPolicy;
}

/** What a proposal extends if it doesn't say. */
const DEFAULT_BASE = 'ptr-id';
/** Keys of a scenario's `expect` that are no designs. */
const RESERVED = ['default', 'safety', 'section-policies'];

type Path = readonly (string | number)[];

/** Turns offsets and paths of the YAML into places of the file. */
interface Places {
  at(offset: number): At;
  /** The value at `path`, or the closest ancestor that exists. */
  of(path: Path): At;
  /** The value at the first of `paths` that exists, or the whole file. */
  ofFirst(paths: readonly Path[]): At;
  /** The key named `key` in the map at `path`. */
  ofKey(path: Path, key: string): At;
}

const isPair = (item: unknown): item is { key: { value: unknown; range: [number, number, number] } } =>
  typeof item === 'object' &&
  item !== null &&
  'key' in item &&
  typeof item.key === 'object' &&
  item.key !== null &&
  'value' in item.key &&
  'range' in item.key;

const startOf = (node: unknown): number | undefined =>
  typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)
    ? Number(node.range[0])
    : undefined;

const places = (at: (offset: number) => At, doc: Document.Parsed): Places => {
  const node = (path: Path): unknown => (path.length === 0 ? doc.contents : doc.getIn(path, true));
  const of = (path: Path): At => {
    const offset = startOf(node(path));
    return offset !== undefined || path.length === 0 ? at(offset ?? 0) : of(path.slice(0, -1));
  };
  const ofFirst = (paths: readonly Path[]): At => of(paths.find(path => startOf(node(path)) !== undefined) ?? []);
  const ofKey = (path: Path, key: string): At => {
    const map = node(path);
    const items: readonly unknown[] =
      typeof map === 'object' && map !== null && 'items' in map && Array.isArray(map.items) ? map.items : [];
    const pair = items.filter(isPair).find(item => String(item.key.value) === key);
    return pair === undefined ? of(path) : at(pair.key.range[0]);
  };
  return { at, of, ofFirst, ofKey };
};

const problem = (at: At, message: string, remedy?: string): InputError => ({
  kind: 'input-error',
  message,
  at,
  ...(remedy === undefined ? {} : { remedy }),
});

let compiled: ValidateFunction<RawProposal> | undefined;

/** The schema's validator. Loaded on first use: start-up time matters to commands that read no proposal. */
const validator = async (): Promise<ValidateFunction<RawProposal>> => {
  if (compiled === undefined) {
    const [{ Ajv }, schema] = await Promise.all([
      import('ajv'),
      import('../../schema/proposal.schema.json', { with: { type: 'json' } }),
    ]);
    const ajv = new Ajv({ allErrors: true, verbose: true, strict: true, strictTypes: false, strictRequired: false });
    compiled = ajv.compile<RawProposal>(schema.default);
  }
  return compiled;
};

const pathOf = (pointer: string, value: unknown): Path => {
  const path: (string | number)[] = [];
  let current = value;
  for (const raw of pointer.split('/').slice(1)) {
    const name = raw.replaceAll('~1', '/').replaceAll('~0', '~');
    const step = Array.isArray(current) ? Number(name) : name;
    path.push(step);
    current =
      typeof current === 'object' && current !== null ? (current as Record<string | number, unknown>)[step] : undefined;
  }
  return path;
};

const knownKeys = (schema: unknown): readonly string[] =>
  typeof schema === 'object' && schema !== null && 'properties' in schema ? Object.keys(schema.properties ?? {}) : [];

const schemaProblem = (error: ErrorObject, value: unknown, where: Places): InputError | undefined => {
  const path = pathOf(error.instancePath, value);
  const place = path.length === 0 ? 'the proposal' : `\`${path.join('.')}\``;
  const params: Record<string, unknown> = error.params;
  switch (error.keyword) {
    case 'if': // the branch that failed says why
      return undefined;
    case 'additionalProperties': {
      const key = String(params['additionalProperty']);
      const meant = nearest(key, knownKeys(error.parentSchema));
      const remedy = meant === undefined ? undefined : `The nearest known key is \`${meant}\`.`;
      return problem(where.ofKey(path, key), `unknown key \`${key}\` in ${place}`, remedy);
    }
    case 'required':
      return problem(where.of(path), `\`${String(params['missingProperty'])}\` is missing in ${place}`);
    case 'enum': {
      const allowed: readonly unknown[] = Array.isArray(params['allowedValues']) ? params['allowedValues'] : [];
      const meant = typeof error.data === 'string' ? nearest(error.data, allowed.map(String)) : undefined;
      const remedy = meant === undefined ? undefined : `The nearest value is \`${meant}\`.`;
      return problem(where.of(path), `${place} is none of: ${allowed.join(', ')}`, remedy);
    }
    case 'uniqueItems':
      return problem(where.of([...path, Number(params['i'])]), `${place} says the same thing twice`, 'Drop one.');
    case 'pattern': {
      const remedy = 'Write lower-case words with hyphens, or `design/variant`.';
      return problem(where.of(path), `${place} is not a name for a design`, remedy);
    }
    case 'type':
      return problem(where.of(path), `${place} must be ${[params['type']].flat().join(' or ')}`);
    default:
      return problem(where.of(path), `${place} ${error.message ?? 'is not valid'}`);
  }
};

const designOf = (raw: RawProposal, base: Design): Design => {
  const { extends: _, ids, placement, sections, ...parts } = raw;
  return {
    ...base,
    title: raw.id,
    source: { author: 'not named', reading: `a change to ${base.id}` },
    ...parts,
    ids: { ...base.ids, ...ids },
    placement: { ...base.placement, ...placement },
    sections: typeof sections === 'string' ? sectionPolicies[sections] : (sections ?? base.sections),
  };
};

const nameProblems = (raw: RawProposal, base: Design | undefined, where: Places): readonly InputError[] => {
  const problems: InputError[] = [];
  if (RESERVED.includes(raw.id))
    problems.push(problem(where.of(['id']), `\`${raw.id}\` means something else in scenarios`, 'Choose another id.'));
  if (designNamed(raw.id) !== undefined) {
    const remedy = `Choose another id; to change that design, write \`extends: ${raw.id}\`.`;
    problems.push(problem(where.of(['id']), `there is a design called \`${raw.id}\` already`, remedy));
  }
  if (base === undefined) {
    const name = raw.extends ?? DEFAULT_BASE;
    const meant = nearest(
      name,
      allDesigns.map(d => d.id),
    );
    const remedy =
      meant === undefined ? undefined : `The nearest design is \`${meant}\`; docs/designs.md has them all.`;
    problems.push(problem(where.of(['extends']), `there is no design called \`${name}\` to extend`, remedy));
  }
  return problems;
};

const inOrder = (problems: readonly InputError[]): readonly InputError[] =>
  [...problems].sort((a, b) => a.at.line - b.at.line || a.at.column - b.at.column);

const read = async (file: string, text: string): Promise<ProposalResult> => {
  const { LineCounter, parseDocument } = await import('yaml');
  const lineCounter = new LineCounter();
  const doc = parseDocument(text, { lineCounter, prettyErrors: false, logLevel: 'error' });
  const at = (offset: number): At => {
    const { line, col } = lineCounter.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, col) };
  };
  const where = places(at, doc);
  const failed = (problems: readonly InputError[]): ProposalResult => ({ ok: false, problems: inOrder(problems) });

  const syntax = [...doc.errors, ...doc.warnings];
  if (syntax.length > 0) return failed(syntax.map(({ message, pos }) => problem(at(pos[0]), message)));
  const value: unknown = doc.toJS();
  if (value === null) {
    const remedy = 'Begin with `id: my-proposal`; docs/tutorial-proposal.md goes on from there.';
    return failed([problem(at(0), 'there is no proposal in the file', remedy)]);
  }
  const validate = await validator();
  if (!validate(value)) {
    const problems = (validate.errors ?? []).map(error => schemaProblem(error, value, where));
    return failed(problems.filter(p => p !== undefined));
  }
  const base = designNamed(value.extends ?? DEFAULT_BASE);
  const names = nameProblems(value, base, where);
  if (base === undefined) return failed(names);
  const design = designOf(value, base);
  const contradictions = contradictionsIn(design).map(({ parts, message, remedy }) =>
    problem(where.ofFirst([...parts, ['extends'], ['id']]), message, remedy),
  );
  const problems = [...names, ...contradictions];
  return problems.length > 0 ? failed(problems) : { ok: true, design };
};

/** Reads one proposal. Every problem has a place in `file`; never throws. */
export const readProposal = async (file: string, text: string): Promise<ProposalResult> => {
  try {
    return await read(file, text);
  } catch (error) {
    // The YAML library throws at aliases that expand without end, and at nesting too deep for the stack.
    const reason = error instanceof Error ? error.message : String(error);
    return { ok: false, problems: [problem({ file, line: 1, column: 1 }, `the file cannot be read: ${reason}`)] };
  }
};
