/** What has to be known of a scenario before its programs are handed out as a selftest of the kernel. */
import type { Design } from '../model/design.js';
import { dialectOf } from '../model/design.js';
import { designNamed } from '../model/designs/index.js';
import type { Program, Unit } from '../model/program.js';
import { rulesOf } from '../model/rules/index.js';
import { ModelBug } from '../model/term.js';
import type { Scenario } from '../scenarios/header.js';
import { verdictsOf } from './answers.js';
import type { ProgramVerdict } from './cell.js';
import { verdictOfAll } from './cell.js';
import type { Hole } from './kernel-finding.js';
import { holeOf } from './kernel-finding.js';
import type { Problem } from './scenario.js';
import { plainSystem, readUnit, systemOf } from './scenario.js';

/** The newest kernel that is modelled. */
const NEWEST = 'linux-6.18';

export interface Selftest {
  /** The kernel that the selftest is about. */
  readonly kernel: string;
  /** What that kernel says of each program of the selftest, loaded by itself with the functions that it calls. */
  readonly programs: readonly ProgramVerdict[];
  /** `true`, or why no kernel could load the file. */
  readonly loadable: Scenario['header']['loadable'];
  /** What the programs break in a kernel: then one call of theirs has to be written so that no kernel has it. */
  readonly hole: Hole | null;
  /** The design reads `__guarded_by`, which no kernel does. */
  readonly keepsGuardedBy: boolean;
  /** The design wants its locks in another place than kernels do: its verdict is about the programs written so. */
  readonly isOtherDialect: boolean;
}

/** The kernel that a selftest is about: the design itself if it is one, else the newest. */
const kernelOf = (designs: readonly Design[]): Design => {
  const own = designs.find(d => d.id.startsWith('linux-') && designNamed(d.id) === d);
  const kernel = designs.some(d => d.id === NEWEST) ? undefined : own;
  const found = kernel ?? designNamed(NEWEST);
  if (found === undefined) throw new ModelBug(`there is no ${NEWEST}`);
  return found;
};

/** Global functions are verified with the programs that call them, and after them. */
const withCalled = (unit: Unit, p: Program, found = new Set<string>([p.name])): ReadonlySet<string> => {
  for (const e of p.edges) {
    if (e.does.event !== 'call_global' || found.has(e.does.fn)) continue;
    const { fn } = e.does;
    const called = unit.programs.find(x => x.name === fn);
    found.add(fn);
    if (called !== undefined) withCalled(unit, called, found);
  }
  return found;
};

const verdictsOn = async (unit: Unit, kernel: Design): Promise<readonly ProgramVerdict[]> => {
  const { programs } = await verdictsOf(plainSystem(unit), kernel, rulesOf(kernel), { timeoutMs: 0 });
  return unit.programs
    .filter(p => p.kind === 'program')
    .map(p => {
      const names = [...withCalled(unit, p)];
      const all = names.flatMap(name => programs.find(v => v.program === name) ?? []);
      return { ...verdictOfAll(all), program: p.name };
    });
};

const boundsOf = (s: Scenario): ReadonlyMap<string, number> => new Map([...s.header.loops, ...s.header.callbacks]);

/** Returns what a selftest of the scenario says; what is asked of it are the designs. */
export const selftestOf = async (
  s: Scenario,
  designs: readonly Design[],
): Promise<{ ok: true; selftest: Selftest } | { ok: false; problems: readonly Problem[] }> => {
  const read = await readUnit(s.file, s.source, 'same-value', boundsOf(s));
  if (!read.ok) return read;
  const system = systemOf(s, read.unit);
  if (!system.ok) return system;
  const kernel = kernelOf(designs);
  const hole = await holeOf(system.spec);
  return {
    ok: true,
    selftest: {
      kernel: kernel.id,
      programs: await verdictsOn(read.unit, kernel),
      loadable: s.header.loadable,
      hole: hole === null ? null : { ...hole, calls: hole.calls.filter(c => c.file === s.file) },
      keepsGuardedBy: designs.some(d => d.guard.startsWith('declared')),
      isOtherDialect: designs.some(d => dialectOf(d) !== 'same-value'),
    },
  };
};

const said = (v: ProgramVerdict | undefined): string => (v === undefined ? 'none' : `${v.verdict} ${v.message ?? ''}`);

/** Reads a selftest back: returns where its programs have other verdicts than were predicted. */
export const otherVerdicts = async (text: string, s: Scenario, selftest: Selftest): Promise<readonly string[]> => {
  const kernel = designNamed(selftest.kernel);
  // As if it lay beside the scenario, for the sake of its includes.
  const read = await readUnit(s.file, text, 'same-value', boundsOf(s));
  if (!read.ok || kernel === undefined)
    return read.ok ? [] : read.problems.map(p => (p.kind === 'unsupported' ? p.construct : p.message));
  const now = await verdictsOn(read.unit, kernel);
  return selftest.programs.flatMap(v => {
    const other = now.find(x => x.program === v.program);
    return said(other) === said(v) ? [] : [`${v.program}: ${said(v)} in the scenario, ${said(other)} in the selftest`];
  });
};
