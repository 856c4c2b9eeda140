/** How long it takes to write 10,000 results in every format, and how much memory: each format in a process of its own. */
import { fileURLToPath } from 'node:url';
import type { Cell } from '../proofs/cell.js';
import { designNamed } from '../model/designs/index.js';
import type { Report } from '../reports/report.js';
import { resultsOfCells } from '../reports/report.js';
import { noSources } from '../reports/sources.js';
import type { Row } from './measure.js';
import { budgetRow, printSpent } from './measure.js';

const RESULTS = 10_000;
const MOST = { ms: 5_000, mib: 512 };

/** Cells as the matrix has them: most are as they should be; the others come with twenty steps, or with a path. */
const cellOf = (i: number): Cell => {
  const at = { file: `scenarios/topic-${String(i % 50)}/name.bpf.c`, line: 1 + (i % 90), column: 2 };
  const kind = (['ok', 'ok', 'unsound', 'over-strict'] as const)[i % 4] ?? 'ok';
  const isRejected = kind === 'over-strict';
  return {
    scenario: `topic-${String(i % 50)}/name-${String(Math.floor(i / 4))}`,
    design: 'ptr-id',
    verdict: isRejected ? 'reject' : 'accept',
    guard: isRejected ? 'head-lock-matches' : null,
    programs: [
      {
        program: 'prog',
        verdict: isRejected ? 'reject' : 'accept',
        guard: isRejected ? 'head-lock-matches' : null,
        message: isRejected ? 'held lock and object are not in the same allocation' : null,
        kernelFunction: isRejected ? 'check_reg_allocation_locked' : null,
        reason: null,
        at: isRejected ? at : null,
        path: isRejected
          ? Array.from({ length: 10 }, (_, n) => ({
              event: 'bpf_spin_lock',
              text: `bpf_spin_lock(&lock${String(n)})`,
              at,
            }))
          : [],
      },
    ],
    safety: kind === 'unsound' ? 'violated' : 'safe',
    property: kind === 'unsound' ? 'list-race' : null,
    cell: kind,
    counterexample:
      kind === 'unsound'
        ? {
            property: 'list-race',
            reason: 'two CPUs work on the structure at once',
            initial: [],
            wrongLock: null,
            minimal: true,
            replayed: true,
            steps: Array.from({ length: 20 }, (_, n) => ({
              run: n % 2 === 0 ? 'push' : 'pop',
              cpu: `CPU ${String(n % 2)}`,
              event: 'bpf_spin_lock',
              text: `takes lock ${String(n)}`,
              at,
              changes: [{ what: `lock ${String(n)}`, from: 'free', to: 'held by push', edge: null }],
            })),
          }
        : null,
    evidence: { explicit: 'safe, 1,204 states', smt: 'unreachable, 3 queries' },
    disagreements: [],
    expected: { text: kind === 'unsound' ? 'accept, list-race' : 'accept, safe', met: true },
  };
};

const reportOf = (n: number): Report => {
  const design = designNamed('ptr-id');
  const commandFor = (scenario: string, id: string): string => `holdfast compare --cell ${scenario}@${id}`;
  return {
    tool: { name: 'holdfast', version: '0' },
    question: 'compare',
    designs: [],
    results: Array.from({ length: n }, (_, i) => cellOf(i)).map(
      resultsOfCells([], design === undefined ? [] : [design], { sources: noSources, commandFor }),
    ),
    allPrograms: [],
    problems: [],
    exit: { code: 0, meaning: 'all as claimed' },
    timing: { milliseconds: 0 },
  };
};

const text = { width: 100, quiet: false, traces: true, whole: false };
const formats: Readonly<Record<string, (r: Report) => Promise<unknown>>> = {
  text: async r =>
    (await import('../reports/text.js')).reportText(r, noSources, {
      ...text,
      paint: (await import('../reports/paint.js')).plain,
    }),
  'text --wrap 72': async r => (await import('../reports/mail.js')).mailText(r, noSources, { ...text, width: 72 }),
  json: async r => (await import('../reports/json.js')).reportJson(r),
  'json, read back': async r =>
    (await import('../reports/read.js')).readReport((await import('../reports/json.js')).reportJson(r)),
  jsonl: async r => (await import('../reports/jsonl.js')).reportJsonl(r),
  markdown: async r => (await import('../reports/markdown.js')).reportMarkdown(r, noSources, { traces: true }),
  github: async r => (await import('../reports/github.js')).annotations(r),
  sarif: async r => (await import('../reports/sarif.js')).sarifLog(r),
  junit: async r => (await import('../reports/junit.js')).junitXml(r, noSources),
  html: async r => (await import('../reports/html/page.js')).htmlPage(r, noSources),
  itf: async r => (await import('../reports/itf.js')).itfTraces(r),
};

const self = fileURLToPath(import.meta.url);

/** One format in this process: prints milliseconds, and kibibytes at the most. */
const measured = async (format: string): Promise<void> => {
  const render = formats[format];
  if (render === undefined) throw new Error(`no format ${format}`);
  const report = reportOf(RESULTS);
  const begin = performance.now();
  await render(report);
  printSpent(begin);
};

export const reportRows = async (): Promise<Row[]> =>
  Promise.resolve(
    Object.keys(formats).map(format => budgetRow(`${String(RESULTS)} results as ${format}`, self, format, MOST)),
  );

const [, script, format] = process.argv;
if (script === self && format !== undefined) await measured(format);
