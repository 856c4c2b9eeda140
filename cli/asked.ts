/** What a comparison asks: which scenarios are put to which designs. */
import type { Design } from '../model/design.js';
import { lockDesigns, sectionRows } from '../model/designs/index.js';
import { idOfCell } from '../reports/id.js';
import type { Problem } from '../reports/matrix.js';
import type { Scenario } from '../scenarios/header.js';
import { expectationOf } from '../scenarios/header.js';
import type { Context } from './context.js';
import { chosenDesigns, isDesignFile } from './designs.js';
import { UsageError } from './io.js';
import { isNamed } from './names.js';
import { chosenScenarios } from './scenarios.js';

export interface AskOptions {
  readonly design?: readonly string[];
  readonly scenarios?: string;
  readonly cell?: readonly string[];
}

/** Scenarios to put to designs; each pair that is asked is one cell. */
export interface Asked {
  readonly scenarios: readonly Scenario[];
  readonly designs: readonly Design[];
  readonly isAsked: (s: Scenario, d: Design) => boolean;
  /** True iff a scenario of this id would have been asked of this design, if there were one. */
  readonly covers: (scenario: string, design: string) => boolean;
  readonly problems: readonly Problem[];
}

const splitCell = (text: string): { scenario: string; design: string } => {
  const at = text.lastIndexOf('@');
  if (at <= 0 || at === text.length - 1)
    throw new UsageError(`--cell ${text}: write SCENARIO@DESIGN, such as identity/two-loads@ptr-id`);
  return { scenario: text.slice(0, at), design: text.slice(at + 1) };
};

const askedCells = async (o: AskOptions, { engine, io }: Context): Promise<Asked> => {
  const given = o.design ?? [];
  const name = given.find(d => !isDesignFile(d));
  if (name !== undefined)
    throw new UsageError(`--cell names its design; with it, --design is for files of your own, not for ${name}`);
  const extra = await chosenDesigns(given, engine, io);
  const scenarios = new Map<string, Scenario>();
  const pairs = new Set<string>();
  const designs = new Map<string, Design>();
  const problems: Problem[] = [...extra.problems];
  for (const text of o.cell ?? []) {
    const { scenario, design } = splitCell(text);
    const own = extra.designs.find(d => d.id === design);
    const chosen = own === undefined ? await chosenDesigns([design], engine, io) : { designs: [own], problems: [] };
    const found = await chosenScenarios([scenario], o.scenarios, engine, io);
    problems.push(...chosen.problems, ...found.problems);
    chosen.designs.forEach(d => designs.set(d.id, d));
    for (const s of found.scenarios) {
      scenarios.set(s.id, s);
      chosen.designs.forEach(d => pairs.add(idOfCell({ scenario: s.id, design: d.id })));
    }
  }
  return {
    scenarios: [...scenarios.values()],
    designs: [...designs.values()],
    isAsked: (s, d) => pairs.has(idOfCell({ scenario: s.id, design: d.id })),
    covers: (scenario, design) => pairs.has(idOfCell({ scenario, design })),
    problems,
  };
};

/** Without `--design`, every scenario is put to every design, and to those section policies that it says something of. */
const askedMatrix = async (names: readonly string[], o: AskOptions, { engine, io }: Context): Promise<Asked> => {
  const { scenarios, problems } = await chosenScenarios(names, o.scenarios, engine, io);
  const covers =
    (designs: readonly Design[]): Asked['covers'] =>
    (scenario, design) =>
      designs.some(d => d.id === design) && (names.length === 0 || names.some(n => isNamed(n, scenario)));
  if (o.design !== undefined) {
    const chosen = await chosenDesigns(o.design, engine, io);
    const all = [...problems, ...chosen.problems];
    return {
      scenarios,
      designs: chosen.designs,
      isAsked: () => true,
      covers: covers(chosen.designs),
      problems: all,
    };
  }
  const isAsked = (s: Scenario, d: Design): boolean =>
    d.axis !== 'sections' || expectationOf(s.header, d.id) !== undefined;
  const designs = [...lockDesigns, ...sectionRows];
  return { scenarios, designs, isAsked, covers: covers(designs), problems };
};

export const asked = (names: readonly string[], o: AskOptions, context: Context): Promise<Asked> =>
  o.cell === undefined ? askedMatrix(names, o, context) : askedCells(o, context);
