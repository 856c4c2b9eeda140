/** Whether a program that breaks something under a design breaks a kernel that people run: then it is not handed out loadable. */
import type { Design } from '../model/design.js';
import { designNamed } from '../model/designs/index.js';
import type { At } from '../model/program.js';
import type { PropertyId } from '../model/properties.js';
import { rulesOf } from '../model/rules/index.js';
import type { SystemSpec } from '../model/system.js';
import type { Counterexample } from './cell.js';
import { brokenBy, isAccepted } from './finished-program.js';

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
