/** `holdfast explain NAME`: a rule, guard, property, design, scenario or fix in words. */
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
import { UsageError } from './io.js';
import { didYouMean } from './names.js';
import type { Format, OutputOptions } from './options.js';
import { isColoured, withDesigns, withOutput } from './options.js';
import { deliver, plannedOutputs, sourcesOf } from './output.js';
import { chosenScenarios } from './scenarios.js';

interface ExplainOptions extends OutputOptions {
  readonly design?: readonly string[];
  readonly scenarios?: string;
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

const explained = async (name: string, o: ExplainOptions, { engine, io }: Context): Promise<Explanation> => {
  const property = propertyIds.find(id => id === name);
  const { designs, problems } = await chosenDesigns(o.design ?? [DEFAULT_DESIGN], engine, io);
  const [problem] = problems;
  if (problem?.kind === 'input-error') throw new UsageError(`${problem.at.file}: ${problem.message}`);
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
  holdfast explain prune-frames                    a fix of the history
  holdfast explain over-strict                     a word of the reports`;

export const define: Define = (command, context) => {
  const { io } = context;
  withOutput(
    withDesigns(command.argument('<NAME>', 'a rule, guard, property, design, scenario or fix'), DEFAULT_DESIGN),
  )
    .option('--scenarios <DIR>', 'take scenarios from this folder')
    .addHelpText('after', examples)
    .action(async (name: string, o: ExplainOptions) => {
      const outputs = plannedOutputs(o, io);
      const explanation = await explained(name, o, context);
      const value = { schemaVersion: SCHEMA_VERSION, tool: context.tool, ...explanation };
      const renders: Readonly<Record<Format, (isStdout: boolean) => string>> = {
        text: isStdout => explanationText(explanation, paintOf(isStdout && isColoured(o, io)), io.width),
        markdown: () => explanationMarkdown(explanation),
        json: () => `${JSON.stringify(value, null, 2)}\n`,
        jsonl: () => `${JSON.stringify(value)}\n`,
      };
      await deliver(outputs, io, (format, isStdout) => Promise.resolve(renders[format](isStdout)));
    });
};
