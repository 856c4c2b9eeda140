/**
 * SARIF 2.1.0: results as alerts of code scanning, counterexamples as code flows with a thread for each CPU.
 *
 * Sources: OASIS, "SARIF Version 2.1.0"; GitHub, "SARIF support for code scanning" for what it reads and how much of it. Only what
 * is of the kind `fail` has a level (SARIF 3.27.10), so everything shown is of that kind; `properties.outcome` says more.
 */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { Location, Log, Notification, Result as Alert, ThreadFlow, ThreadFlowLocation } from 'sarif';
import type { At } from '../model/program.js';
import type { Counterexample } from '../proofs/cell.js';
import { regressionText, regressionsOf } from './against.js';
import type { PathStep } from './diagnosis.js';
import { jsonText } from './json-text.js';
import { count } from './layout.js';
import { mailLink } from './origin.js';
import { shown } from './printable.js';
import type { Report, Result } from './report.js';
import { answerText, isWorthShowing } from './results.js';
import { ruleOf, rulesIn } from './sarif-rules.js';
import { noSources } from './sources.js';
import { uriOfFile } from './uri.js';

/** What GitHub takes at most. */
const MOST = { results: 25_000, steps: 10_000, bytes: 10_000_000 };

type Level = 'error' | 'warning' | 'note';
const levelOf = (r: Result, isRegression: boolean): Level => {
  if (r.outcome === 'fail' || isRegression) return 'error';
  return r.outcome === 'unsupported' || r.outcome === 'inconclusive' ? 'warning' : 'note';
};
const order: Readonly<Record<Level, number>> = { error: 0, warning: 1, note: 2 };

type BaselineState = 'new' | 'unchanged' | 'updated';
/** Another answer is a new finding; the same one in other words, or where there was none, is updated. */
const statesOf = ({ baseline: a }: Report): ((id: string) => BaselineState | null) => {
  if (a === undefined) return () => null;
  const fresh = new Set([...a.added, ...a.regressions.map(c => c.id)]);
  const updated = new Set(a.notes.map(c => c.id));
  return id => (fresh.has(id) ? 'new' : updated.has(id) ? 'updated' : 'unchanged');
};

const locationOf = (at: At, message?: string): Location => ({
  physicalLocation: {
    artifactLocation: { uri: uriOfFile(at.file), ...(at.file.startsWith('/') ? {} : { uriBaseId: '%SRCROOT%' }) },
    ...(at.line > 0 && { region: { startLine: at.line, ...(at.column > 0 && { startColumn: at.column }) } }),
  },
  ...(message !== undefined && { message: { text: message } }),
});
const stepLocation = (at: At | null, text: string): Location =>
  at === null ? { message: { text } } : locationOf(at, text);

/** How many locks each run holds before each step: critical sections are nested. */
const depths = (c: Counterexample): readonly number[] => {
  const held = new Map<string, Set<string>>();
  return c.steps.map(s => {
    const before = held.get(s.run)?.size ?? 0;
    for (const { what, edge } of s.changes) {
      if (edge?.relation !== 'holds') continue;
      const locks = held.get(edge.subject) ?? new Set();
      if (edge.after === null) locks.delete(what);
      else locks.add(what);
      held.set(edge.subject, locks);
    }
    return before;
  });
};

/** A thread for each run of a CPU, in the order of their first steps; `executionOrder` says how they are interleaved. */
const flowsOfRun = (c: Counterexample): ThreadFlow[] => {
  const flows = new Map<string, ThreadFlowLocation[]>();
  const nested = depths(c);
  const first = Math.max(0, c.steps.length - MOST.steps);
  c.steps.slice(first).forEach((s, n) => {
    const i = first + n;
    const id = s.cpu === s.run ? s.run : `${s.cpu} ${s.run}`;
    const locations = flows.get(id) ?? [];
    flows.set(id, locations);
    locations.push({
      location: stepLocation(s.at, s.text),
      executionOrder: i + 1,
      nestingLevel: nested[i] ?? 0,
      importance: i === c.steps.length - 1 ? 'essential' : 'important',
      kinds: [s.event],
      state: Object.fromEntries(s.changes.map(x => [x.what, { text: x.to }])),
    });
  });
  return [...flows].map(([id, locations]) => ({ id, message: { text: id }, locations }));
};

const flowOfPath = (path: readonly PathStep[]): ThreadFlow[] =>
  path.length === 0
    ? []
    : [
        {
          id: 'verifier',
          message: { text: 'the path that the verifier explored' },
          locations: path.slice(-MOST.steps).map((s, i) => ({
            location: stepLocation(s.at, s.text),
            executionOrder: i + 1,
            nestingLevel: 0,
            importance: i === path.length - 1 ? ('essential' as const) : ('important' as const),
          })),
        },
      ];

const flowsOf = (r: Result): ThreadFlow[] =>
  r.counterexample === null ? flowOfPath(r.diagnoses.at(-1)?.path ?? []) : flowsOfRun(r.counterexample);

const messageOf = (r: Result): string => {
  const last = r.diagnoses.at(-1);
  return [
    `${r.id}: ${answerText(r)}.`,
    ...(last === undefined ? [] : [`${last.title}.`, ...last.reason, `Suggestion: ${last.suggestion}`]),
    `See it again: ${r.command}`,
  ].join('\n');
};

const printOf = (r: Result): string =>
  r.fingerprint ??
  createHash('sha256')
    .update(JSON.stringify([ruleOf(r), r.id]))
    .digest('hex')
    .slice(0, 32);

/** Equal findings in one file are told apart by their number, as CodeQL does: GitHub makes one alert of equal prints. */
const numbered = (results: readonly Result[]): readonly string[] => {
  const seen = new Map<string, number>();
  return results.map(r => {
    const key = JSON.stringify([ruleOf(r), r.at.file, printOf(r)]);
    const n = (seen.get(key) ?? 0) + 1;
    seen.set(key, n);
    return `${printOf(r)}:${String(n)}`;
  });
};

/** Text in messages of SARIF is not plain: braces with a number hold places, brackets before parentheses links. */
const message = (text: string): string =>
  text.replace(/\{(\d+)\}/g, '{{$1}}').replace(/\\(?=\[)|\[(?=[^\]]*\]\()/g, '\\$&');

/** What an alert says that is not of its result. */
interface Place {
  readonly print: string;
  readonly ruleIndex: number;
  readonly withFlow: boolean;
  readonly level: Level;
  readonly state: BaselineState | null;
}

const alertOf = (r: Result, { print, ruleIndex, withFlow, level, state }: Place): Alert => {
  const threadFlows = withFlow ? flowsOf(r) : [];
  return {
    ruleId: ruleOf(r),
    ruleIndex,
    level,
    kind: 'fail',
    ...(state !== null && { baselineState: state }),
    message: { text: message(messageOf(r)) },
    locations: [locationOf(r.at)],
    ...(threadFlows.length > 0 && { codeFlows: [{ threadFlows }] }),
    partialFingerprints: { primaryLocationLineHash: print, 'holdfastFinding/v1': printOf(r) },
    properties: {
      id: r.id,
      outcome: r.outcome,
      design: r.design,
      ...(r.cell !== null && { cell: r.cell }),
      ...(r.expected !== null && { expected: r.expected.text }),
      ...(typeof r.origin?.message === 'string' && { mail: mailLink(r.origin.message) }),
      command: r.command,
    },
  };
};

const problems = (report: Report): Notification[] =>
  report.problems.map(p => ({
    level: p.kind === 'unsupported' ? 'warning' : 'error',
    descriptor: { id: p.kind },
    message: {
      text: message(
        p.kind === 'unsupported'
          ? `unsupported: ${p.construct}`
          : `${p.message}${p.remedy === undefined ? '' : ` ${p.remedy}`}`,
      ),
    },
    locations: [locationOf(p.at)],
  }));

/** Also of what is no finding any more, and of what has no answer: no alert tells of those. */
const regressions = (report: Report): Notification[] =>
  (report.baseline?.regressions ?? []).map(c => ({
    level: 'error',
    descriptor: { id: 'regression' },
    message: { text: message(`${c.id}: ${regressionText(c)}`) },
  }));

/** What is not in the file, said in the file. */
const leftOut = (missing: number, flows: number, cut: readonly Result[]): Notification[] =>
  [
    ...(missing > 0
      ? [`${count(missing, 'result')} left out, the least important: GitHub takes at most 25,000 in a file of 10 MB.`]
      : []),
    ...(flows > 0 ? [`The steps of ${count(flows, 'result')} are left out: GitHub takes files of at most 10 MB.`] : []),
    ...cut.map(r => `${r.id}: the first steps are left out: GitHub takes at most 10,000.`),
  ].map(text => ({ level: 'warning' as const, descriptor: { id: 'left-out' }, message: { text: message(text) } }));

const RAN = new Set([0, 10, 20, 30, 40, 50]);

const logOf = (report: Report, all: readonly Result[], results: number, flows: number): Log => {
  const kept = all.slice(0, results);
  const prints = numbered(kept);
  const { of: regressed } = regressionsOf(report);
  const stateOf = statesOf(report);
  const rules = rulesIn(report, kept);
  const indexOf = new Map(rules.map((r, i) => [r.id, i]));
  const cut = kept.filter(r => (r.counterexample?.steps.length ?? r.diagnoses.at(-1)?.path.length ?? 0) > MOST.steps);
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: report.tool.name, version: report.tool.version, rules: [...rules] } },
        automationDetails: {
          id: `${report.tool.name}/${report.question}/`,
          description: { text: 'Lock and ownership rules of the BPF verifier' },
        },
        invocations: [
          {
            executionSuccessful: RAN.has(report.exit.code),
            exitCode: report.exit.code,
            exitCodeDescription: report.exit.meaning,
            toolExecutionNotifications: [
              ...problems(report),
              ...regressions(report),
              ...leftOut(all.length - kept.length, Math.max(0, kept.length - flows), cut),
            ],
          },
        ],
        originalUriBaseIds: { '%SRCROOT%': { description: { text: 'The folder that it was asked in' } } },
        columnKind: 'utf16CodeUnits',
        results: kept.map((r, i) =>
          alertOf(r, {
            print: prints[i] ?? '',
            ruleIndex: indexOf.get(ruleOf(r)) ?? -1,
            withFlow: i < flows,
            level: levelOf(r, regressed.has(r.id)),
            state: stateOf(r.id),
          }),
        ),
      },
    ],
  };
};

/** How large a file is to GitHub. Of what is small anyway, nobody has to know. */
const sizeOf = (text: string): number => (text.length <= MOST.bytes ? 0 : gzipSync(text).length);

/** Steps go first, then results; the most important stay longest. How much must go is guessed from the size, which takes few rounds. */
const fitted = (report: Report, all: readonly Result[]): string => {
  let results = Math.min(all.length, MOST.results);
  let flows = results;
  for (;;) {
    const text = `${jsonText(logOf(report, all, results, flows))}\n`;
    const size = sizeOf(text);
    if (size <= MOST.bytes || results === 0) return text;
    const part = (0.9 * MOST.bytes) / size;
    if (flows === 0) results = Math.floor(results * part);
    else flows = flows === results ? Math.floor(flows * part * part) : 0;
  }
};

/** An alert for each result that is worth showing; none for what is as it should be. */
export const sarifLog = (of: Report): string => {
  const { report } = shown(of, noSources);
  const { of: regressed } = regressionsOf(report);
  const rank = (r: Result): number => order[levelOf(r, regressed.has(r.id))];
  const all = report.results.filter(isWorthShowing).sort((a, b) => rank(a) - rank(b));
  return fitted(report, all);
};
