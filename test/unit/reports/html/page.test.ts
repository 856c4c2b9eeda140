import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import type { DefaultTreeAdapterTypes } from 'parse5';
import { defaultTreeAdapter as tree, parse } from 'parse5';
import { describe, expect, test } from 'vitest';
import type { PageModel } from '../../../../reports/html/model.js';
import { pageModel } from '../../../../reports/html/model.js';
import { htmlPage } from '../../../../reports/html/page.js';
import type { Sources } from '../../../../reports/sources.js';
import { anyReport, hostile } from '../arbitrary.js';
import { longRace, only, sample, sources } from './sample.js';

type Element = DefaultTreeAdapterTypes.Element;
const elementsOf = (node: DefaultTreeAdapterTypes.Node): Element[] => [
  ...(tree.isElementNode(node) ? [node] : []),
  ...('childNodes' in node ? node.childNodes.flatMap(elementsOf) : []),
];
const attribute = (e: Element | undefined, name: string): string | undefined =>
  e?.attrs.find(a => a.name === name)?.value;
const textOf = (e: Element | undefined): string =>
  (e?.childNodes ?? []).map(n => (tree.isTextNode(n) ? n.value : tree.isElementNode(n) ? textOf(n) : '')).join('');

/** The page as a browser without scripts reads it; every parse error is a failure. */
const read = (html: string) => {
  const errors: string[] = [];
  const document = parse(html, { scriptingEnabled: false, onParseError: e => errors.push(e.code) });
  expect(errors).toEqual([]);
  const elements = elementsOf(document);
  const byId = (id: string): Element | undefined => elements.find(e => attribute(e, 'id') === id);
  return { elements, byId, data: JSON.parse(textOf(byId('data'))) as PageModel };
};

/** All that the page is made of. What is not here came out of the data. */
const ELEMENTS = new Set(
  `html head meta title link style body svg defs marker path div main script h1 h2 h3 p b i span a ul li ol table caption thead
  tbody tr th td section article details summary dl dt dd code pre nav br g rect text`.split(/\s+/),
);
const ATTRIBUTES = new Set(
  `lang charset http-equiv content name rel href class id width height viewbox refx refy markerwidth markerheight markerunits orient
  d aria-hidden aria-label aria-current role scope colspan tabindex title data-line type x y rx text-anchor marker-end`.split(
    /\s+/,
  ),
);

const nothingGotOut = (html: string): void => {
  const { elements } = read(html);
  expect([...new Set(elements.map(e => e.tagName))].filter(t => !ELEMENTS.has(t))).toEqual([]);
  const names = elements.flatMap(e => e.attrs.map(a => a.name.toLowerCase()));
  expect([...new Set(names)].filter(a => !ATTRIBUTES.has(a))).toEqual([]);
  const links = elements.flatMap(e => attribute(e, 'href') ?? []);
  expect(links.filter(l => !/^(#|https:\/\/lore\.kernel\.org\/r\/[^/]*$|data:,$)/.test(l))).toEqual([]);
  expect(elements.filter(e => e.tagName === 'script')).toHaveLength(2);
  expect(elements.filter(e => e.tagName === 'style')).toHaveLength(1);
};

describe('any report', () => {
  const anySources = fc
    .func(fc.option(fc.string({ unit: 'binary' }), { nil: null }))
    .map((text): Sources => ({ name: f => f, line: () => null, text: file => text(file) }));

  test('is a well-formed page of which nothing gets out', () => {
    fc.assert(
      fc.property(anyReport, anySources, (report, files) => {
        nothingGotOut(htmlPage(report, files));
      }),
    );
  });

  test('has its results in the page, all of them, readable', () => {
    fc.assert(
      fc.property(anyReport, report => {
        const html = htmlPage(report, sources);
        const { data } = read(html);
        expect(data).toEqual(pageModel(report, sources));
        expect(data.results.map(r => r.mark)).toEqual(report.results.map(r => r.cell ?? r.verdict));
        expect(data.results.map(r => r.outcome)).toEqual(report.results.map(r => r.outcome));
        expect(html).toMatch(/^[\t\n -~]*$/);
      }),
    );
  });

  test('with hostile names in the sample', () => {
    fc.assert(
      fc.property(hostile, name => {
        const [first] = sample.results;
        const results = first === undefined ? [] : [{ ...first, id: name, subject: name, design: name, asks: name }];
        nothingGotOut(htmlPage({ ...sample, results }, sources));
      }),
    );
  });
});

test('the page without scripts', async () => {
  const html = htmlPage(sample, sources);
  const still = /<main id="still">(.*)<\/main>/s.exec(html)?.[1] ?? '';
  await expect(still.replaceAll('><', '>\n<')).toMatchFileSnapshot('still.golden');
});

test('nothing runs but what is named by its hash, and nothing is loaded', () => {
  const html = htmlPage(sample, sources);
  const { elements } = read(html);
  const policy = attribute(
    elements.find(e => attribute(e, 'http-equiv') === 'Content-Security-Policy'),
    'content',
  );
  const hashOf = (e: Element | undefined): string => createHash('sha256').update(textOf(e)).digest('base64');
  const script = elements.find(e => e.tagName === 'script' && attribute(e, 'type') === undefined);
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain(`script-src 'sha256-${hashOf(script)}'`);
  expect(policy).toContain(`style-src 'sha256-${hashOf(elements.find(e => e.tagName === 'style'))}'`);
  expect(policy).not.toContain('unsafe');
  expect(html).not.toMatch(/\ssrc=|@import|url\(\s*['"]?http/);
});

test('what is equal is stored once', () => {
  const [first] = sample.results.filter(r => r.counterexample !== null);
  if (first === undefined) throw new Error('the sample has a counterexample');
  const many = {
    ...sample,
    results: Array.from({ length: 50 }, (_, i) => ({ ...first, id: `a@${String(i)}`, design: `d${String(i)}` })),
  };
  const model = pageModel(many, sources);
  expect(model.results).toHaveLength(50);
  expect(model.traces).toHaveLength(1);
  expect(model.subjects).toHaveLength(1);
  expect(model.files).toHaveLength(1);
});

test('a trace of twenty steps stays under 300 kB with everything', () => {
  expect(longRace.steps).toHaveLength(20);
  expect(Buffer.byteLength(htmlPage(only('two-locks/long@ptr-id'), sources))).toBeLessThan(300_000);
});

test('a file that is no text is not shown', () => {
  const binary: Sources = { ...sources, text: () => '\u007fELF\0\0' };
  expect(pageModel(sample, binary).files).toEqual([]);
});
