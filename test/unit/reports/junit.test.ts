import * as fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { expect, test } from 'vitest';
import { regressionsOf } from '../../../reports/against.js';
import { junitXml } from '../../../reports/junit.js';
import { printable } from '../../../reports/printable.js';
import type { Report } from '../../../reports/report.js';
import { anyReport } from './arbitrary.js';
import { sources } from './fixtures.js';

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  text: string;
}

/** Parsed by a parser that takes well-formed XML 1.0 only. */
const parsed = (xml: string): Element => {
  const root: Element = { name: '', attributes: {}, children: [], text: '' };
  const open = [root];
  const parser = new SaxesParser();
  parser.on('error', e => {
    throw e;
  });
  parser.on('opentag', tag => {
    const element: Element = { name: tag.name, attributes: tag.attributes, children: [], text: '' };
    open.at(-1)?.children.push(element);
    open.push(element);
  });
  parser.on('text', text => {
    const inner = open.at(-1);
    if (inner !== undefined) inner.text += text;
  });
  parser.on('closetag', () => {
    open.pop();
  });
  parser.write(xml).close();
  const [suites] = root.children;
  if (suites === undefined) throw new Error('there is no element');
  return suites;
};

const casesOf = (suites: Element): readonly Element[] => suites.children.flatMap(s => s.children);
const endedAs = (cases: readonly Element[], name: string): number =>
  cases.filter(c => c.children.some(x => x.name === name)).length;
/** A regression is a failure, whatever the answer is. */
const of = (report: Report, ...outcomes: readonly string[]): number => {
  const regressions = regressionsOf(report);
  return report.results.filter(r => outcomes.includes(regressions.of.has(r.id) ? 'fail' : r.outcome)).length;
};

test('any report is well-formed, with a case for each result and totals that are right', () => {
  fc.assert(
    fc.property(anyReport, report => {
      const suites = parsed(junitXml(report, sources));
      const cases = casesOf(suites);
      const problems = (kind: string): number => report.problems.filter(p => p.kind === kind).length;
      const lost = regressionsOf(report).withoutResult.length;
      expect(cases).toHaveLength(report.results.length + report.problems.length + lost);
      expect(endedAs(cases, 'failure')).toBe(of(report, 'fail') + lost);
      expect(endedAs(cases, 'error')).toBe(of(report, 'inconclusive') + problems('input-error'));
      expect(endedAs(cases, 'skipped')).toBe(of(report, 'unsupported', 'not-applicable') + problems('unsupported'));
      for (const x of [suites, ...suites.children]) {
        const inside = x === suites ? cases : x.children;
        expect(x.attributes).toMatchObject({
          tests: String(inside.length),
          failures: String(endedAs(inside, 'failure')),
          errors: String(endedAs(inside, 'error')),
          skipped: String(endedAs(inside, 'skipped')),
        });
      }
    }),
  );
});

test('names come through as they are shown', () => {
  fc.assert(
    fc.property(anyReport, report => {
      const names = casesOf(parsed(junitXml(report, sources)))
        .filter(c => c.attributes['classname'] !== 'input' && c.attributes['classname'] !== 'baseline')
        .map(c => c.attributes['name']);
      expect(names.sort()).toEqual(report.results.map(r => printable(r.subject)).sort());
    }),
  );
});
