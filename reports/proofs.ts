/** What was proved and refuted of designs: text for a terminal, JSON and Markdown. */
import type { PropertyId } from '../model/properties.js';
import { properties } from '../model/properties.js';
import type { Claim, Outcome } from '../proofs/claims.js';
import { count, indented } from './layout.js';
import { bpfC } from './bpf-c.js';
import type { Paint } from './paint.js';
import { SCHEMA_VERSION } from './tool.js';
import type { Tool } from './tool.js';

export interface ProofReport {
  readonly tool: Tool;
  readonly claims: readonly Claim[];
  readonly solver: string;
  readonly counts: { readonly asked: number; readonly solved: number; readonly reused: number };
  /** Claims whose outcome is not the one that is claimed. */
  readonly surprises: readonly { readonly claim: string; readonly claimed: string; readonly got: string }[];
  readonly exit: { readonly code: number; readonly meaning: string };
}

const colour = (paint: Paint, o: Outcome): string =>
  o === 'proved' ? paint.green(o) : o === 'refuted' ? paint.red(o) : paint.yellow(o);

/** What is beside the outcome, in a line. */
export const beside = (c: Claim): string => {
  if (c.refutation !== null)
    return `by ${c.refutation.scenario} in ${count(c.refutation.steps, 'step')}: ${c.refutation.reason}`;
  if (c.outcome === 'unknown') return `not shown: ${c.open.slice(0, 3).join(', ')}${c.open.length > 3 ? ', ...' : ''}`;
  if (c.outcome === 'vacuous') return 'what is assumed was not shown to be possible';
  if (c.obligations === 0) return 'nothing that it allows could break it';
  return `${count(c.obligations, 'obligation')}, ${count(c.conjuncts.length, 'conjunct')}, ${count(c.guards.length, 'guard')}`;
};

const NAME = Math.max(...Object.keys(properties).map(p => p.length));

/** One claim, as it falls. */
export const claimLine = (c: Claim, paint: Paint, width: number): string => {
  const pad = ' '.repeat(Math.max(0, 8 - c.outcome.length));
  const [first = '', ...rest] = indented(beside(c), width, NAME + 13);
  return [`  ${c.property.padEnd(NAME)}  ${colour(paint, c.outcome)}${pad} ${first.trimStart()}`, ...rest].join('\n');
};

export const claimHead = (design: string, paint: Paint): string => paint.bold(design);

export const summaryText = (r: ProofReport, width: number): string => {
  const of = (o: Outcome): number => r.claims.filter(c => c.outcome === o).length;
  const programs = r.claims.flatMap(c => {
    const text = refutingC(c);
    return text === null ? [] : ['', `${c.name}: a program that breaks it`, '', text.trimEnd()];
  });
  const lines = [
    ...programs,
    '',
    `${count(r.claims.length, 'claim')}: ${String(of('proved'))} proved, ${String(of('refuted'))} refuted, ${String(of('unknown'))} unknown, ${String(of('vacuous'))} vacuous`,
    ...indented(
      'Proved: for any number of CPUs, runs, slots, maps, elements, objects and ids, and programs of any length. A run ends at its first bad thing; a claim says that the property is never what breaks first (holdfast explain DESIGN:PROPERTY).',
      width,
      0,
    ),
    `${count(r.counts.asked, 'question')}, ${r.counts.solved.toLocaleString('en')} of them put to ${r.solver}`,
    ...r.surprises.map(s => `not as claimed: ${s.claim} is ${s.got}, claimed is ${s.claimed}`),
  ];
  return `${lines.join('\n')}\n`;
};

/** The program that refutes the claim as BPF C, where no file has it. */
export const refutingC = (c: Claim): string | null =>
  c.refutation === null || c.refutation.found === null
    ? null
    : bpfC({
        ...c.refutation.found,
        question: `What does ${c.design} accept that ends in ${c.property}?`,
        source: { kernel: 'bpf_check' },
        safety: c.property,
        expect: new Map([[c.design, { verdict: 'accept' }]]),
      });

const claimJson = (c: Claim) => ({
  claim: c.name,
  design: c.design,
  property: c.property,
  outcome: c.outcome,
  bound: c.bound,
  conjuncts: c.conjuncts,
  facts: c.facts,
  guards: c.guards,
  premises: c.premises,
  obligations: c.obligations,
  refutation:
    c.refutation === null
      ? null
      : {
          scenario: c.refutation.scenario,
          steps: c.refutation.steps,
          reason: c.refutation.reason,
          replayed: c.refutation.replayed,
          program: refutingC(c),
        },
  open: c.open,
});

export const proofsJson = (r: ProofReport): string =>
  `${JSON.stringify(
    {
      schemaVersion: SCHEMA_VERSION,
      tool: r.tool,
      solver: r.solver,
      claims: r.claims.map(claimJson),
      surprises: r.surprises,
      exit: r.exit,
    },
    null,
    2,
  )}\n`;
export const proofsJsonl = (r: ProofReport): string =>
  r.claims.map(c => `${JSON.stringify({ schemaVersion: SCHEMA_VERSION, ...claimJson(c) })}\n`).join('');

const sign: Readonly<Record<Outcome, string>> = {
  proved: 'proved',
  refuted: 'refuted',
  unknown: '?',
  vacuous: 'vacuous',
};

/** A row for each design, a column for each property, from outcomes by claim. */
export const claimsTable = (designs: readonly string[], outcomeOf: (claim: string) => Outcome | undefined): string => {
  const ids = Object.keys(properties) as PropertyId[];
  const cell = (d: string, p: PropertyId): string => {
    const outcome = outcomeOf(`${d}:${p}`);
    return outcome === undefined ? '' : sign[outcome];
  };
  return [
    `| design | ${ids.join(' | ')} |`,
    `|---|${ids.map(() => '---|').join('')}`,
    ...designs.map(d => `| \`${d}\` | ${ids.map(p => cell(d, p)).join(' | ')} |`),
    '',
  ].join('\n');
};

export const proofsMarkdown = (r: ProofReport): string => {
  const byName = new Map(r.claims.map(c => [c.name, c.outcome]));
  return claimsTable([...new Set(r.claims.map(c => c.design))], n => byName.get(n));
};
