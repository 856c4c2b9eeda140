import { createRequire } from 'node:module';
import { gzipSync } from 'node:zlib';
import AjvDraft04 from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import * as fc from 'fast-check';
import type { Log, Run } from 'sarif';
import { expect, test } from 'vitest';
import { allDesigns } from '../../../model/designs/index.js';
import { propertyIds } from '../../../model/properties.js';
import { rulesOf } from '../../../model/rules/index.js';
import { regressionsOf } from '../../../reports/against.js';
import type { Report } from '../../../reports/report.js';
import { isWorthShowing } from '../../../reports/results.js';
import { sarifLog } from '../../../reports/sarif.js';
import { cases } from '../../thorough.js';
import { anyReport } from './arbitrary.js';
import { comparison, gated, many } from './example.js';

/** The schema of the standard (2.1.0-rtm.5), as Microsoft publishes it with its matchers. */
const schema = createRequire(import.meta.url)('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json') as object;
const ajv = new AjvDraft04.default({ strict: false, unicodeRegExp: false });
addFormats.default(ajv);
const validate = ajv.compile(schema);

const runOf = (report: Report): Run => {
  const log = JSON.parse(sarifLog(report)) as Log;
  const [run] = log.runs;
  if (run === undefined) throw new Error('there is no run');
  return run;
};

test('any report is a valid log', () => {
  fc.assert(
    fc.property(anyReport, report => {
      validate(JSON.parse(sarifLog(report)));
      expect(validate.errors ?? []).toEqual([]);
    }),
    { numRuns: cases(200) },
  );
});

test('the schema is asked: a level that there is not is found', () => {
  const log = JSON.parse(sarifLog(comparison)) as { runs: { results: object[] }[] };
  expect(
    validate({ ...log, runs: log.runs.map(r => ({ ...r, results: r.results.map(x => ({ ...x, level: 'bad' })) })) }),
  ).toBe(false);
});

test('there is an alert for each result that is worth showing, with its rule, its level and prints of its own', () => {
  fc.assert(
    fc.property(anyReport, report => {
      const run = runOf(report);
      const results = run.results ?? [];
      const rules = run.tool.driver.rules ?? [];
      expect(results.map(r => r.properties?.['command'])).toHaveLength(report.results.filter(isWorthShowing).length);
      for (const r of results) expect(rules[r.ruleIndex ?? -1]?.id).toBe(r.ruleId);
      expect(results.filter(r => r.level === 'error').length).toBe(
        report.results.filter(r => isWorthShowing(r) && (r.outcome === 'fail' || regressionsOf(report).of.has(r.id)))
          .length,
      );
      expect(run.invocations?.[0]?.exitCode).toBe(report.exit.code);
      const prints = results.map(r =>
        JSON.stringify([
          r.ruleId,
          r.locations?.[0]?.physicalLocation?.artifactLocation?.uri,
          r.partialFingerprints?.['primaryLocationLineHash'],
        ]),
      );
      expect(new Set(prints).size).toBe(prints.length);
    }),
  );
});

test('what an alert is to the baseline, and every regression, is said', () => {
  const run = runOf(gated);
  expect(run.results?.map(r => `${String(r.properties?.['id'])} ${r.level ?? ''} ${r.baselineState ?? ''}`)).toEqual([
    'identity/one-load@guarded-by error unchanged',
    'two-locks/crossed@ptr-id error new',
    'two-locks/right@ptr-id warning new',
    'two-locks/crossed@guarded-by note updated',
  ]);
  const notes = run.invocations?.[0]?.toolExecutionNotifications ?? [];
  expect(notes.filter(n => n.descriptor?.id === 'regression').map(n => n.message.text)).toEqual([
    'two-locks/crossed@ptr-id: regression, became unsound: was ok: accept, safe; is unsound: accept, list-race',
    'a/lost@ptr-id: regression, lost its answer: was ok: accept, safe; is no answer',
  ]);
  expect(runOf(comparison).results?.some(r => 'baselineState' in r)).toBe(false);
});

test('the same finding twice in a file is two alerts; renamed it is the same alert', () => {
  const printsOf = (report: Report): readonly (string | undefined)[] =>
    (runOf(report).results ?? []).map(r => r.partialFingerprints?.['primaryLocationLineHash']);
  const prints = printsOf({ ...many(21), results: many(21).results.filter(r => r.fingerprint !== null) });
  expect(prints.length).toBeGreaterThan(4);
  expect(new Set(prints).size).toBe(prints.length);
  const renamed = comparison.results.map(r => ({ ...r, id: `x${r.id}`, subject: `x${r.subject}` }));
  const found = (r: { readonly fingerprint: string | null }): boolean => r.fingerprint !== null;
  expect(printsOf({ ...comparison, results: renamed.filter(found) })).toEqual(
    printsOf({ ...comparison, results: comparison.results.filter(found) }),
  );
});

test('a counterexample is a thread for each run, in one order', () => {
  const alert = runOf(comparison).results?.find(r => r.ruleId === 'list-race');
  const flows = alert?.codeFlows?.[0]?.threadFlows ?? [];
  expect(flows.map(f => f.id)).toEqual(['CPU 0 wrong', 'CPU 1 right']);
  expect(flows.map(f => f.locations.map(l => l.executionOrder))).toEqual([[1, 3], [2]]);
  expect(flows.map(f => f.locations.map(l => l.nestingLevel))).toEqual([[0, 1], [0]]);
  expect(flows[0]?.locations[0]?.state).toEqual({ 'lock .data.A+0': { text: 'held by wrong' } });
});

test('files are named by addresses that mean the same everywhere', () => {
  const at = (file: string): string | undefined =>
    runOf({ ...comparison, results: comparison.results.map(r => ({ ...r, at: { file, line: 0, column: 0 } })) })
      .results?.[0]?.locations?.[0]?.physicalLocation?.artifactLocation?.uri;
  expect(at('a b/c#d?.bpf.c')).toBe('a%20b/c%23d%3F.bpf.c');
  expect(at('/tmp/x.c')).toBe('file:///tmp/x.c');
});

test('no guard has the name of a property: a rule is one thing', () => {
  const guards = allDesigns.flatMap(d => [...rulesOf(d).values()].flatMap(r => r.verifier.guards.map(g => g.name)));
  const taken: readonly string[] = [...propertyIds, 'disagreement', 'unexpected', 'unsupported', 'inconclusive'];
  expect(guards.filter(g => taken.includes(g))).toEqual([]);
});

test('what GitHub would not take is left out, and the file says so', () => {
  const run = runOf(many(45_000));
  expect(run.results?.length).toBeLessThanOrEqual(25_000);
  const notes = run.invocations?.[0]?.toolExecutionNotifications?.map(n => n.message.text ?? '') ?? [];
  expect(notes.find(n => n.includes('left out'))).toMatch(/^[\d,]+ results left out/);
  expect(run.results?.[0]?.level).toBe('error');
});

test('a long run keeps its end', () => {
  const long: Report = {
    ...comparison,
    results: comparison.results.map(r => {
      const c = r.counterexample;
      if (c === null) return r;
      const steps = Array.from({ length: 4_000 }, () => c.steps).flat();
      return { ...r, counterexample: { ...c, steps } };
    }),
  };
  const run = runOf(long);
  const flows = run.results?.find(r => r.ruleId === 'list-race')?.codeFlows?.[0]?.threadFlows ?? [];
  const order = flows.flatMap(f => f.locations.map(l => l.executionOrder ?? 0));
  expect(order).toHaveLength(10_000);
  expect(Math.max(...order)).toBe(12_000);
  expect(JSON.stringify(run.invocations)).toContain('the first steps are left out');
});

test('a file stays under the size that GitHub takes, and says what it cost', () => {
  // Text that does not compress.
  let seed = 1;
  const noise = (): string =>
    Array.from({ length: 400 }, () => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed.toString(36);
    }).join('');
  const big = many(8_000);
  const text = sarifLog({ ...big, results: big.results.map(r => ({ ...r, outcome: 'fail', found: noise() })) });
  expect(gzipSync(text).length).toBeLessThanOrEqual(10_000_000);
  expect(text).toMatch(/results left out/);
});

test('messages hold no links and no places for arguments', () => {
  const [first] = comparison.results.filter(isWorthShowing);
  if (first === undefined) throw new Error('nothing is worth showing');
  const run = runOf({ ...comparison, results: [{ ...first, found: 'see [this](http://x) and {0}', diagnoses: [] }] });
  expect(run.results?.[0]?.message.text).toContain('see \\[this](http://x) and {{0}}');
});
