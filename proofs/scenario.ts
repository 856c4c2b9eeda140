/** From a file to a system: reads a scenario in the dialect of a design and checks that its header speaks of what is there. */
import { fileURLToPath } from 'node:url';
import type { Dialect } from '../model/design.js';
import type { InputError, Program, Unit, Unsupported } from '../model/program.js';
import type { RunSpec, SystemSpec } from '../model/system.js';
import type { Scenario } from '../scenarios/header.js';
import { contextOfSection } from '../scenarios/header.js';

export type Problem = InputError | Unsupported;

const DEFINES: Readonly<Record<Dialect, Readonly<Record<string, string>>>> = {
  'same-value': {},
  'locks-section': { HOLDFAST_LOCKS_SECTION: '1' },
  'own-lock': { HOLDFAST_OWN_LOCK: '1' },
};

/** Our headers lie beside the sources; the compiled code is one folder deeper. */
const INCLUDE = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../scenarios/include' : '../../scenarios/include', import.meta.url),
);

export const readUnit = async (
  file: string,
  text: string,
  dialect: Dialect,
  bounds: ReadonlyMap<string, number> = new Map(),
): Promise<{ ok: true; unit: Unit } | { ok: false; problems: readonly Problem[] }> => {
  const { readC } = await import('../frontends/c/read.js');
  return readC(file, text, {
    defines: { ...DEFINES[dialect] },
    loopBounds: Object.fromEntries(bounds),
    includeDirs: [INCLUDE],
  });
};

const programRun = (
  p: Program,
  over: Partial<Extract<RunSpec, { kind: 'program' }>> = {},
): Extract<RunSpec, { kind: 'program' }> => ({
  kind: 'program',
  name: p.name,
  program: p,
  cpu: 0,
  context: contextOfSection(p.section),
  interrupts: [],
  load: 1,
  ...over,
});

/** A system in which every program of the unit runs once, alone: what `check` asks about. */
export const plainSystem = (unit: Unit): SystemSpec => ({
  unit,
  runs: unit.programs.map((p, cpu) => programRun(p, { cpu })),
  elements: new Map(),
});

/** The system of a scenario, or what its header gets wrong about the file. */
export const systemOf = (
  s: Scenario,
  unit: Unit,
): { ok: true; spec: SystemSpec } | { ok: false; problems: readonly InputError[] } => {
  const problems: InputError[] = [];
  const runs: RunSpec[] = [];
  const mapNamed = (name: string): boolean => unit.maps.some(m => m.name === name || m.section?.name === name);
  for (const r of s.header.runs) {
    if (r.kind === 'user') {
      for (const e of r.events) {
        const name = 'map' in e ? e.map : 'section' in e ? e.section : undefined;
        if (name !== undefined && !mapNamed(name))
          problems.push({
            kind: 'input-error',
            message: `the header names \`${name}\`, which is no map or section of the file`,
            at: r.at,
          });
      }
      runs.push({ kind: 'user', name: r.name, events: r.events, at: r.at });
      continue;
    }
    const p = unit.programs.find(x => x.name === r.program);
    if (p === undefined) {
      problems.push({
        kind: 'input-error',
        message: `the header runs \`${r.program}\`, which is no program of the file`,
        remedy: `Programs: ${unit.programs.map(x => x.name).join(', ')}.`,
        at: r.at,
      });
      continue;
    }
    runs.push(
      programRun(p, {
        name: r.name,
        cpu: r.cpu,
        interrupts: r.interrupts,
        load: r.load,
        ...(r.context === undefined ? {} : { context: r.context }),
      }),
    );
  }
  return problems.length > 0
    ? { ok: false, problems }
    : { ok: true, spec: { unit, runs, elements: s.header.elements } };
};
