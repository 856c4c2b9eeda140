/** The systems that are measured. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Design } from '../model/design.js';
import { designNamed } from '../model/designs/index.js';
import { rulesOf } from '../model/rules/index.js';
import type { SystemSpec } from '../model/system.js';
import type { Machine } from '../encodings/machine.js';
import { machineOf } from '../encodings/machine.js';
import { readUnit, systemOf } from '../proofs/scenario.js';
import { loadScenarios } from '../scenarios/header.js';

const fileOf = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const ptrId = (): Design => {
  const d = designNamed('ptr-id');
  if (d === undefined) throw new Error('ptr-id is gone');
  return d;
};

/** A fresh machine each time it is called: nothing of it was computed before. */
export const scenarioMachine = async (id: string): Promise<Machine> => {
  const { scenarios } = await loadScenarios(fileOf('scenarios'));
  const s = scenarios.find(x => x.id === id);
  if (s === undefined) throw new Error(`no scenario ${id}`);
  const bounds = new Map([...s.header.loops, ...s.header.callbacks]);
  const read = await readUnit(s.file, s.source, 'same-value', bounds);
  const system = read.ok ? systemOf(s, read.unit) : undefined;
  if (system?.ok !== true) throw new Error(`${id} cannot be read`);
  return machineOf(system.spec, ptrId(), rulesOf(ptrId()));
};

export const PROMELA = fileOf('bench/promela/two-locks.pml');

/** `bench/promela/two-locks.bpf.c` on so many CPUs. */
export const twoLocks = async (cpus: number): Promise<Machine> => {
  const file = fileOf('bench/promela/two-locks.bpf.c');
  const read = await readUnit(file, await readFile(file, 'utf8'), 'same-value');
  const program = read.ok ? read.unit.programs[0] : undefined;
  if (!read.ok || program === undefined) throw new Error(`${file} cannot be read`);
  const spec: SystemSpec = {
    unit: read.unit,
    runs: Array.from({ length: cpus }, (_, cpu) => ({
      kind: 'program',
      name: `cpu${String(cpu)}`,
      program,
      cpu,
      context: 'task',
      interrupts: [],
      load: 1,
    })),
    elements: new Map(),
  };
  return machineOf(spec, ptrId(), rulesOf(ptrId()));
};
