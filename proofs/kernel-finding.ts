/** Whether a program that breaks something under a design breaks a kernel that people run: then it is not handed out loadable. */
import type { Design } from '../model/design.js';
import { designNamed } from '../model/designs/index.js';
import type { At } from '../model/program.js';
import type { PropertyId } from '../model/properties.js';
import { rulesOf } from '../model/rules/index.js';
import type { RunSpec, SystemSpec } from '../model/system.js';
import { explore } from '../encodings/explore.js';
import { TooLarge } from '../encodings/graph.js';
import { machineOf } from '../encodings/machine.js';
import { verdictsOf } from './answers.js';
import type { Counterexample, ProgramVerdict } from './cell.js';
import { brokenBy, isAccepted } from './finished-program.js';
import { replay } from './trace.js';

const KERNELS = ['linux-6.12', 'linux-6.18'];

/** Returns true iff the design is a kernel, or a kernel accepts the programs too and the property breaks there. */
export const breaksKernel = (design: Design, spec: SystemSpec, property: PropertyId): boolean =>
  design.id.startsWith('linux-') ||
  KERNELS.some(id => {
    const d = designNamed(id);
    if (d === undefined) return false;
    const rules = rulesOf(d);
    return isAccepted(spec, d, rules) && brokenBy(spec, d, rules, property) !== null;
  });

/** Steps that C has no call for. */
const SILENT = new Set(['start', 'exit', 'test_null', 'global', 'move', 'set', 'read', 'write']);

/** The step that is written so that no kernel can load it, if the programs break a kernel; else null. */
export const modelOnlyStep = (design: Design, spec: SystemSpec, c: Counterexample): At | null => {
  if (!breaksKernel(design, spec, c.property)) return null;
  const calls = c.steps.filter(s => s.at !== null && !SILENT.has(s.event) && s.cpu !== 'user space');
  return calls.at(-1)?.at ?? null;
};

/** Programs that a kernel takes together, and that break something there. */
export interface Hole {
  readonly kernel: string;
  /** What they break; null if there are too many states to tell. */
  readonly property: PropertyId | null;
  /** Places of calls of theirs: those that lead to it from the last, then all others. */
  readonly calls: readonly At[];
}

const MOST_STATES = 300_000;

/** The runs that a kernel lets happen: of programs that it accepts, and of user space where nothing is refused to it. */
const allowedRuns = (spec: SystemSpec, verdicts: readonly ProgramVerdict[]): readonly RunSpec[] => {
  const refused = new Set(verdicts.filter(v => v.verdict !== 'accept').map(v => v.program));
  const runs = spec.runs.filter(r => !refused.has(r.kind === 'program' ? r.program.name : r.name));
  const names = new Set(runs.map(r => r.name));
  return runs.map(r => (r.kind === 'user' ? r : { ...r, interrupts: r.interrupts.filter(i => names.has(i)) }));
};

/** Returns what the programs break in a kernel that accepts them, or some of them; null if they break nothing in any. */
export const holeOf = async (spec: SystemSpec): Promise<Hole | null> => {
  for (const id of KERNELS) {
    const kernel = designNamed(id);
    if (kernel === undefined) continue;
    const rules = rulesOf(kernel);
    const { programs } = await verdictsOf(spec, kernel, rules, { timeoutMs: 0 });
    const runs = allowedRuns(spec, programs);
    if (runs.every(r => r.kind === 'user')) continue;
    const all = runs.flatMap(r => (r.kind === 'user' ? [] : r.program.edges.filter(e => !SILENT.has(e.does.event))));
    const rest = all.map(e => e.at);
    try {
      const m = machineOf({ ...spec, runs }, kernel, rules);
      const x = explore(m, { maxStates: MOST_STATES });
      if (x.kind === 'safe') continue;
      if (x.kind !== 'violated') return { kernel: id, property: null, calls: rest };
      const c = replay(m, x.first);
      const ways = c.steps.filter(s => s.cpu !== 'user space' && !SILENT.has(s.event)).flatMap(s => s.at ?? []);
      return { kernel: id, property: c.property, calls: [...ways.toReversed(), ...rest] };
    } catch (error) {
      if (!(error instanceof TooLarge)) throw error;
      return { kernel: id, property: null, calls: rest };
    }
  }
  return null;
};
