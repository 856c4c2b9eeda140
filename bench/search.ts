/** The explicit engine: next to a naive search of the same system, and next to SPIN on the same model written in Promela. */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExploreOptions } from '../encodings/explore.js';
import { compile, explore } from '../encodings/explore.js';
import type { Machine } from '../encodings/machine.js';
import { pack } from '../encodings/packing.js';
import { stateTable } from '../encodings/state-table.js';
import type { Row } from './measure.js';
import { interleaved, time } from './measure.js';
import { naiveSearch } from './naive.js';
import { PROMELA, scenarioMachine, twoLocks } from './systems.js';

const LARGEST = [
  'callbacks/nested-lock-of-outer',
  'map-in-map/same-key-twice-deleted',
  'identity/hash-element-replaced',
];
/** The engine stores all it sees, as SPIN and the naive search do. */
const FULL = { reduce: false, forget: false, all: true } as const;
const number = (n: number): string => n.toLocaleString('en');

/** The memory of the search: the states, the table, and the way back (two words a state). */
export const bytesPerState = (m: Machine, options: ExploreOptions = FULL): number => {
  const c = compile(m, options);
  const table = stateTable(c.packing.words);
  const out = new Int32Array(c.packing.words);
  pack(c.packing, [...m.init, ...m.graphs.map(g => g.entry)], out, 0);
  table.add(out);
  const nothing = (): void => undefined;
  for (let at = 0; at < table.size(); at++)
    c.expand(table.data(), at * c.packing.words, out, () => table.add(out), nothing, nothing);
  return table.bytes() / table.size() + 8;
};

const beside = async (what: string, machine: Machine, rounds = 5): Promise<Row[]> => {
  const x = explore(machine, FULL);
  const n = naiveSearch(machine);
  const { states } = x;
  if (states !== n.states)
    throw new Error(`${what}: ${String(states)} states, the naive search has ${String(n.states)}`);
  const t = await interleaved(
    {
      ours: () => explore(machine, FULL),
      naive: () => naiveSearch(machine),
      reduced: () => explore(machine, { all: true }),
    },
    rounds,
  );
  const reduced = explore(machine, { all: true });
  return [
    {
      what: `search of ${what}`,
      ours: `${time(t.ours)}, ${number(Math.round((states / t.ours) * 1000))} states/s, ${bytesPerState(machine).toFixed(0)} B/state`,
      against: `naive search: ${time(t.naive)}`,
      ratio: t.naive / t.ours,
      target: null,
      note: `${number(states)} states; generating the code is part of the time`,
    },
    {
      what: '  with its reductions',
      ours: `${time(t.reduced)}, ${number(reduced.states)} states`,
      against: 'the same, without',
      ratio: t.reduced / t.ours,
      target: null,
    },
  ];
};

const CPUS = 6;

const spinRows = async (): Promise<Row[]> => {
  if (spawnSync('spin', ['-V']).error !== undefined || spawnSync('gcc', ['--version']).error !== undefined) return [];
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-spin-'));
  try {
    const run = (command: string, ...args: string[]): string => {
      const r = spawnSync(command, args, { cwd: folder, encoding: 'utf8' });
      if (r.status !== 0) throw new Error(`${command}: ${r.stderr}${r.stdout}`);
      return r.stdout;
    };
    // Without -o2 SPIN leaves variables out that are written and not read, and has fewer states.
    run('spin', `-DN=${String(CPUS)}`, '-o2', '-a', PROMELA);
    run('gcc', '-O2', '-w', '-DSAFETY', '-DNOREDUCE', '-DMEMLIM=4000', '-o', 'pan', 'pan.c');
    const pan = (): string => run('./pan', '-m100000');
    const text = pan();
    const count = (what: string): number => Number(new RegExp(`(\\d+) ${what}`).exec(text)?.[1]);
    const machine = await twoLocks(CPUS);
    const x = explore(machine, FULL);
    if (x.kind !== 'safe') throw new Error('two-locks is not safe');
    // SPIN counts the way into the initial state as a transition.
    if (count('states, stored') !== x.states || count('transitions') !== x.transitions + 1)
      throw new Error(
        `two-locks: ${String(x.states)} states and ${String(x.transitions)} transitions; SPIN has ${String(count('states, stored'))} and ${String(count('transitions'))}`,
      );
    const t = await interleaved({ ours: () => explore(machine, FULL), spin: pan });
    return [
      {
        what: `search of two locks on ${String(CPUS)} CPUs`,
        ours: `${time(t.ours)}, ${number(Math.round((x.states / t.ours) * 1000))} states/s, ${bytesPerState(machine).toFixed(0)} B/state`,
        against: `SPIN: ${time(t.spin)}`,
        ratio: t.ours / t.spin,
        target: null,
        note: `${number(x.states)} states, ${number(x.transitions)} transitions, equal on both sides; our states hold the pointers too (${String(machine.layout.vars.length)} cells), SPIN's a byte a CPU and two for the locks`,
      },
    ];
  } finally {
    await rm(folder, { recursive: true });
  }
};

export const searchRows = async (): Promise<Row[]> => {
  const rows: Row[] = [];
  for (const id of LARGEST) rows.push(...(await beside(id, await scenarioMachine(id))));
  rows.push(...(await beside(`two locks on ${String(CPUS)} CPUs`, await twoLocks(CPUS), 3)));
  rows.push(...(await spinRows()));
  return rows;
};
