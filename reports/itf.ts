/**
 * Traces for other tools: one file for each counterexample, in the Informal Trace Format of Apalache and Quint.
 *
 * Source: Apalache, ADR 015: an object with `vars`, and with `states` that give every variable a value; `#meta` is free.
 */
import type { Counterexample, TraceStep } from '../proofs/cell.js';
import { jsonText } from './json-text.js';
import type { Part } from './part.js';
import type { Report } from './report.js';

const FORMAT = 'https://apalache-mc.org/docs/adr/015adr-trace.html';

/** Names with a # are the format's own. */
const variable = (what: string): string => (what.startsWith('#') ? `_${what}` : what);

/** Every fact that the trace speaks of, as it is before the first step. A fact that only changes was what it changes from. */
const atFirst = (c: Counterexample): ReadonlyMap<string, string> => {
  const facts = new Map(c.initial.map(f => [variable(f.what), f.is]));
  for (const { what, from } of c.steps.flatMap(s => s.changes)) {
    if (!facts.has(variable(what))) facts.set(variable(what), from);
  }
  return facts;
};

const metaOf = (s: TraceStep) => ({
  run: s.run,
  cpu: s.cpu,
  event: s.event,
  text: s.text,
  ...(s.at !== null && { file: s.at.file, line: s.at.line, column: s.at.column }),
});

const statesOf = (c: Counterexample) => {
  let facts = atFirst(c);
  const state = (index: number, step: object) => ({ '#meta': { index, ...step }, ...Object.fromEntries(facts) });
  const states: object[] = [state(0, {})];
  c.steps.forEach((s, i) => {
    facts = new Map([...facts, ...s.changes.map(x => [variable(x.what), x.to] as const)]);
    states.push(state(i + 1, metaOf(s)));
  });
  return states;
};

const trace = (c: Counterexample, about: object, report: Report): string =>
  `${jsonText(
    {
      '#meta': {
        format: 'ITF',
        'format-description': FORMAT,
        source: `${report.tool.name} ${report.tool.version}`,
        description: c.reason,
        status: 'violation',
        property: c.property,
        minimal: c.minimal,
        replayed: c.replayed,
        ...about,
      },
      params: [],
      vars: [...atFirst(c).keys()],
      states: statesOf(c),
    },
    2,
  )}\n`;

/** One trace for every counterexample of the report. */
export const itfTraces = (report: Report): readonly Part[] =>
  report.results.flatMap(r =>
    r.counterexample === null
      ? []
      : [{ id: r.id, text: trace(r.counterexample, { id: r.id, design: r.design, command: r.command }, report) }],
  );
