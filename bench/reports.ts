/** Reports of ten thousand results, each format in a process of its own: 5 s and 512 MiB are the most it may take. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Change } from '../proofs/cell.js';
import { htmlPage } from '../reports/html/page.js';
import type { Report, Result } from '../reports/report.js';
import type { Sources } from '../reports/sources.js';
import type { Row } from './measure.js';
import { time } from './measure.js';

const RESULTS = 10_000;
const STEPS = 20;
const MOST_MS = 5_000;
const MOST_BYTES = 512 * 2 ** 20;

const at = (file: string, line: number) => ({ file, line, column: 2 });
const holds = (run: string, lock: string, isTaken: boolean): Change => ({
  what: `lock ${lock}`,
  from: isTaken ? 'free' : `held by ${run}`,
  to: isTaken ? `held by ${run}` : 'free',
  edge: { relation: 'holds', subject: run, before: isTaken ? null : lock, after: isTaken ? lock : null },
});

/** `different`: how many traces and files there are among all results. */
const resultOf = (i: number, different: number): Result => {
  const n = i % different;
  const scenario = `topic-${String(n % 50)}/scenario-${String(n)}`;
  const file = `scenarios/${scenario}.bpf.c`;
  const design = `design-${String(Math.floor(i / different))}`;
  const steps = Array.from({ length: STEPS }, (_, s) => ({
    run: s % 2 === 0 ? 'left' : 'right',
    cpu: `CPU ${String(s % 2)}`,
    event: 'bpf_spin_lock',
    text: `bpf_spin_lock(&lock${String(n)}) [acquire]`,
    at: at(file, 10 + s),
    changes: [holds(s % 2 === 0 ? 'left' : 'right', `.data.A+${String(s % 4)}`, s % 8 < 4)],
  }));
  return {
    id: `${scenario}@${design}`,
    subject: scenario,
    scenario,
    program: null,
    design,
    file,
    at: at(file, 29),
    asks: `May scenario ${String(n)} be?`,
    origin: { author: 'A. Developer', message: `${String(n)}@example.org`, kernel: null },
    outcome: 'pass',
    verdict: 'accept',
    guard: null,
    safety: 'violated',
    property: 'list-race',
    cell: 'unsound',
    found: 'accept, list-race',
    expected: { text: 'accept, list-race', met: true },
    why: null,
    programs: [],
    counterexample: {
      property: 'list-race',
      reason: 'two CPUs work on the structure at once',
      initial: [],
      steps,
      wrongLock: null,
      minimal: true,
      replayed: true,
    },
    diagnoses: [
      {
        category: 'list-race',
        title: 'Two CPUs are inside operations on one list head or tree root at once',
        subject: `${scenario}: ${design} accepts every program`,
        reason: ['Two CPUs work on the structure at once.'],
        at: at(file, 29),
        path: steps.map(s => ({
          actor: `${s.cpu} ${s.run}`,
          text: s.text,
          at: s.at,
          changes: s.changes.map(c => `${c.what}: ${c.from} -> ${c.to}`),
        })),
        pathNote: '20 steps',
        suggestion: 'Ask for one lock for each head.',
      },
    ],
    evidence: { explicit: 'violated, 158 states', smt: 'reachable' },
    disagreements: [],
    fingerprint: '0123456789abcdef0123456789abcdef',
    command: `holdfast compare --cell ${scenario}@${design}`,
  };
};

const reportOf = (different: number): Report => ({
  tool: { name: 'holdfast', version: '0' },
  question: 'compare',
  designs: [],
  results: Array.from({ length: RESULTS }, (_, i) => resultOf(i, different)),
  problems: [],
  exit: { code: 0, meaning: 'all as claimed' },
});
const text = '\tbpf_spin_lock(&lock);\n'.repeat(60);
const sources: Sources = { name: f => f, line: () => null, text: () => text };

const renderers: Readonly<Record<string, (report: Report) => string>> = {
  html: report => htmlPage(report, sources),
};

interface Measured {
  readonly ms: number;
  readonly bytes: number;
  /** The most that the process took, and what the report alone took before. */
  readonly peak: number;
  readonly before: number;
}

/** Where this file is started by itself it measures one format, and says so in JSON. */
const [, self, format = '', different = ''] = process.argv;
const render = self === fileURLToPath(import.meta.url) ? renderers[format] : undefined;
if (render !== undefined) {
  const report = reportOf(Number(different));
  const taken = (): number => process.resourceUsage().maxRSS * 1024;
  const before = taken();
  const begin = performance.now();
  const page = render(report);
  const measured: Measured = {
    ms: performance.now() - begin,
    bytes: Buffer.byteLength(page),
    peak: taken(),
    before,
  };
  process.stdout.write(JSON.stringify(measured));
}

const measured = (name: string, kinds: number): Measured => {
  const child = spawnSync(process.execPath, [fileURLToPath(import.meta.url), name, String(kinds)], {
    encoding: 'utf8',
  });
  if (child.status !== 0) throw new Error(`${name}: ${child.stderr}`);
  return JSON.parse(child.stdout) as Measured;
};

const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MiB`;

/** As in the matrix, where thirty designs share a trace; and the worst case, where nothing is shared. */
export const reportRows = (): Promise<Row[]> =>
  Promise.resolve(
    Object.keys(renderers).flatMap(name =>
      [400, RESULTS].flatMap(kinds => {
        const m = measured(name, kinds);
        const what = `${name}, 10,000 results, ${kinds.toLocaleString('en')} different traces of ${String(STEPS)} steps`;
        return [
          {
            what,
            ours: `${time(m.ms)}, ${mebibytes(m.bytes)} written`,
            against: time(MOST_MS),
            ratio: m.ms / MOST_MS,
            target: { most: 1 },
          },
          {
            what: `  memory, ${kinds.toLocaleString('en')} different`,
            ours: mebibytes(m.peak - m.before),
            against: mebibytes(MOST_BYTES),
            ratio: (m.peak - m.before) / MOST_BYTES,
            note: `beside ${mebibytes(m.before)} of Node and the report; ${mebibytes(m.peak)} in all`,
            target: { most: 1 },
          },
        ];
      }),
    ),
  );
