/** What a command costs from a cold start, next to a Node that does nothing; and the whole matrix. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Row } from './measure.js';
import { interleaved, time } from './measure.js';

const MAIN = fileURLToPath(new URL('../cli/main.js', import.meta.url));
const SCENARIO = 'identity/two-loads';

const run = (args: readonly string[]): void => {
  const r = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (r.error !== undefined) throw r.error;
  // 10 and 20 are answers; anything else means that we measured a failure.
  if (![0, 10, 20].includes(r.status ?? -1))
    throw new Error(`${args.join(' ')}: exit ${String(r.status)}\n${r.stderr}`);
};

export const coldRows = async (): Promise<Row[]> => {
  const file = fileURLToPath(new URL(`../../scenarios/${SCENARIO}.bpf.c`, import.meta.url));
  const t = await interleaved({
    node: () => run(['-e', '0']),
    version: () => run([MAIN, '--version']),
    explain: () => run([MAIN, 'explain', 'bpf_spin_lock']),
    check: () => run([MAIN, 'check', file, '--design', 'ptr-id']),
    explicit: () => run([MAIN, 'compare', SCENARIO, '--design', 'ptr-id', '--engine', 'explicit']),
    both: () => run([MAIN, 'compare', SCENARIO, '--design', 'ptr-id']),
  });
  const row = (what: string, key: keyof typeof t, most: number): Row => ({
    what,
    ours: time(t[key]),
    against: `node -e 0: ${time(t.node)}`,
    ratio: t[key] / t.node,
    target: { most },
  });
  return [
    row('holdfast --version', 'version', 2.5),
    row('holdfast explain bpf_spin_lock', 'explain', 4),
    row('holdfast check, one file', 'check', 10),
    row('holdfast compare, one cell, explicit', 'explicit', 10),
    row('holdfast compare, one cell, both engines', 'both', 20),
  ];
};

/** Once: it takes a minute or two. */
export const matrixRows = async (): Promise<Row[]> => {
  const t = await interleaved(
    {
      explicit: () => run([MAIN, 'compare', '--quiet', '--engine', 'explicit']),
      both: () => run([MAIN, 'compare', '--quiet']),
    },
    1,
  );
  return [
    {
      what: 'the default matrix, both engines',
      ours: time(t.both),
      against: `explicit only: ${time(t.explicit)}`,
      ratio: t.both / t.explicit,
      target: null,
      note: 'one run',
    },
  ];
};
