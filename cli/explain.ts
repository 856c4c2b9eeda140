/** `holdfast explain NAME`: a rule, guard, property, design, scenario, fix or claim in words. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { propertyIds } from '../model/properties.js';
import type { Design } from '../model/design.js';
import { allDesigns, designNamed } from '../model/designs/index.js';
import { rulesOf } from '../model/rules/index.js';
import { fixNamed, fixes } from '../proofs/history/index.js';
import type { Explanation } from '../reports/explanation.js';
import {
  explainDesign,
  explainFix,
  explainGuard,
  explainProperty,
  explainRule,
  explainScenario,
  explainWord,
  explanationMarkdown,
  explanationText,
  wordNames,
} from '../reports/explanation.js';
import { paintOf } from '../reports/paint.js';
import { SCHEMA_VERSION } from '../reports/tool.js';
import type { Scenario } from '../scenarios/header.js';
import { DEFAULT_DESIGN } from './check.js';
import type { Context, Define } from './context.js';
import { chosenDesigns, isDesignFile } from './designs.js';
import { UsageError, whyUnreadable } from './io.js';
import { didYouMean } from './names.js';
import type { OutputOptions, PlainFormat } from './options.js';
import { isColoured, withDesigns, withOutput } from './options.js';
import { deliver, plannedOutputs, sourcesOf } from './output.js';
import { ledgerFile } from './prove.js';
import { chosenScenarios } from './scenarios.js';

interface ExplainOptions extends OutputOptions {
  readonly design?: readonly string[];
  readonly scenarios?: string;
  readonly ledger?: string;
}

const ruleOrGuard = (name: string, design: Design): Explanation | null => {
  const rules = rulesOf(design);
  const rule = rules.get(name);
  return rule === undefined ? explainGuard(name.replace(/^load:/, ''), rules, design) : explainRule(rule, design);
};

/** In the design asked for; without one, in the first that has it. */
const inSomeDesign = (name: string, designs: readonly Design[], isGiven: boolean): Explanation | null => {
  for (const design of isGiven ? designs : [...designs, ...allDesigns]) {
    const found = ruleOrGuard(name, design);
    if (found !== null) return found;
  }
  return null;
};

const everyName = (scenarios: readonly Scenario[]): readonly string[] => {
  const rules = allDesigns.flatMap(d => [...rulesOf(d).values()]);
  return [
    ...new Set([
      ...rules.map(r => r.event),
      ...rules.flatMap(r => r.verifier.guards.map(g => g.name)),
      ...propertyIds,
      ...wordNames,
      ...fixes.map(f => f.name),
      ...allDesigns.map(d => d.id),
      ...scenarios.map(s => s.id),
    ]),
  ];
};

/** `DESIGN:PROPERTY`. Guards may have a colon too, but neither a design before it nor a property behind it. */
const claimIn = (name: string): { readonly design: string; readonly property: string } | null => {
  const at = name.lastIndexOf(':');
  if (at <= 0) return null;
  const [design, property] = [name.slice(0, at), name.slice(at + 1)];
  return designNamed(design) !== undefined || propertyIds.some(p => p === property) ? { design, property } : null;
};

const textOf = (file: string, isGiven: boolean): string | null => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (isGiven) throw new UsageError(`${file}: ${whyUnreadable(error)}`);
    return null;
  }
};

/** Proofs are loaded here and nowhere else in this file: other explanations need none of it. */
const explainedClaim = async (
  claim: { readonly design: string; readonly property: string },
  o: ExplainOptions,
  designs: readonly Design[],
  { io, found }: Context,
): Promise<Explanation> => {
  const design = designNamed(claim.design) ?? designs.find(d => d.id === claim.design);
  if (design === undefined) {
    const names = allDesigns.map(d => d.id);
    throw new UsageError(`there is no design ${claim.design}${didYouMean(claim.design, names)}`);
  }
  const property = propertyIds.find(p => p === claim.property);
  if (property === undefined)
    throw new UsageError(`there is no property ${claim.property}${didYouMean(claim.property, propertyIds)}`);
  const { LedgerError, readLedger } = await import('../proofs/ledger.js');
  const { explainClaim } = await import('../reports/claim-explanation.js');
  const file = o.ledger === undefined ? ledgerFile() : resolve(io.cwd, o.ledger);
  const text = textOf(file, o.ledger !== undefined);
  try {
    const ledger = text === null ? null : readLedger(text);
    if (ledger?.claims.some(c => c.claim === `${design.id}:${property}`) !== true) {
      io.err(`${ledger === null ? 'there is no ledger' : 'the ledger lacks the claim'}: ${file}\n`);
      found('inconclusive');
    }
    return explainClaim(design, property, ledger);
  } catch (error) {
    throw error instanceof LedgerError ? new UsageError(`${file}: ${error.message}`) : error;
  }
};

const explained = async (name: string, o: ExplainOptions, context: Context): Promise<Explanation> => {
  const { engine, io } = context;
  const property = propertyIds.find(id => id === name);
  const { designs, problems } = await chosenDesigns(o.design ?? [DEFAULT_DESIGN], engine, io);
  const [problem] = problems;
  if (problem?.kind === 'input-error') throw new UsageError(`${problem.at.file}: ${problem.message}`);
  const claim = claimIn(name);
  if (claim !== null) return explainedClaim(claim, o, designs, context);
  if (isDesignFile(name)) {
    const own = await chosenDesigns([name], engine, io);
    const [design] = own.designs;
    const [wrong] = own.problems;
    if (design !== undefined) return explainDesign(design);
    throw new UsageError(
      wrong?.kind === 'input-error'
        ? `${wrong.at.file}:${String(wrong.at.line)}: ${wrong.message}`
        : `${name} is no design`,
    );
  }
  const design = designNamed(name);
  if (design !== undefined) return explainDesign(design);
  const word = explainWord(name);
  if (word !== null) return word;
  const fix = fixNamed(name);
  if (fix !== undefined) return explainFix(fix);
  const [home] = designs;
  if (property !== undefined && home !== undefined) {
    const { scenarios } = await chosenScenarios([], o.scenarios, engine, io);
    return explainProperty(property, rulesOf(home), home, scenarios);
  }
  const found = inSomeDesign(name, designs, o.design !== undefined);
  if (found !== null) return found;
  const { scenarios } = await chosenScenarios([], o.scenarios, engine, io);
  const scenario = scenarios.find(s => s.id === name || sourcesOf(io).name(s.file) === name);
  if (scenario !== undefined) return explainScenario(scenario, sourcesOf(io).name(scenario.file));
  throw new UsageError(`nothing is called ${name}${didYouMean(name, everyName(scenarios))}`);
};

const examples = `
Examples:
  holdfast explain bpf_spin_unlock                 a rule: guards in order, messages, effect
  holdfast explain bpf_spin_unlock -d fresh-id     as another design has it
  holdfast explain unlock-same-lock                a guard
  holdfast explain list-race                       a property
  holdfast explain guarded-by                      a design
  holdfast explain identity/two-loads              a scenario
  holdfast explain ptr-id:double-owner             a claim: what was proved, or refuted, and what it takes for granted
  holdfast explain my-rule:list-race -d my.yaml --ledger my.json
  holdfast explain prune-frames                    a fix of the history
  holdfast explain over-strict                     a word of the reports`;

export const define: Define = (command, context) => {
  const { io } = context;
  withOutput(
    withDesigns(command.argument('<NAME>', 'a rule, guard, property, design, scenario, fix or claim'), DEFAULT_DESIGN),
  )
    .option('--scenarios <DIR>', 'take scenarios from this folder')
    .option('--ledger <FILE>', 'of a claim: a ledger that prove --ledger wrote')
    .addHelpText('after', examples)
    .action(async (name: string, o: ExplainOptions) => {
      const outputs = plannedOutputs(o, io);
      const explanation = await explained(name, o, context);
      const value = { schemaVersion: SCHEMA_VERSION, tool: context.tool, ...explanation };
      const renders: Readonly<Record<PlainFormat, (isStdout: boolean) => string>> = {
        text: isStdout => explanationText(explanation, paintOf(isStdout && isColoured(o, io)), io.width),
        markdown: () => explanationMarkdown(explanation),
        json: () => `${JSON.stringify(value, null, 2)}\n`,
        jsonl: () => `${JSON.stringify(value)}\n`,
      };
      await deliver(outputs, io, (format, isStdout) => Promise.resolve(renders[format](isStdout)));
    });
};
