import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { itfTraces } from '../../../reports/itf.js';
import { fileNames } from '../../../reports/part.js';
import { anyReport, hostile } from './arbitrary.js';

interface Trace {
  readonly '#meta': { readonly format: string; readonly id: string };
  readonly vars: readonly string[];
  readonly states: readonly (Readonly<Record<string, unknown>> & { readonly '#meta': { readonly index: number } })[];
}

test('a trace for each counterexample; every state gives every variable a value', () => {
  fc.assert(
    fc.property(anyReport, report => {
      const traces = itfTraces(report);
      const broken = report.results.flatMap(r => (r.counterexample === null ? [] : [{ r, c: r.counterexample }]));
      expect(traces.map(t => t.id)).toEqual(broken.map(b => b.r.id));
      traces.forEach((t, n) => {
        const trace = JSON.parse(t.text) as Trace;
        const c = broken[n]?.c;
        expect(trace['#meta'].format).toBe('ITF');
        expect(trace.states.map(s => s['#meta'].index)).toEqual(
          Array.from({ length: (c?.steps.length ?? 0) + 1 }, (_, i) => i),
        );
        for (const s of trace.states) {
          expect(Object.keys(s).sort()).toEqual(['#meta', ...trace.vars].sort());
          for (const v of trace.vars) expect(typeof s[v]).toBe('string');
        }
        // The last state is what the changes made of the first.
        const after = Object.fromEntries(c?.steps.flatMap(s => s.changes.map(x => [x.what, x.to])) ?? []);
        for (const [what, is] of Object.entries(after)) expect(trace.states.at(-1)?.[what]).toBe(is);
      });
    }),
  );
});

test('files have names of their own that stay in their folder', () => {
  fc.assert(
    fc.property(fc.array(hostile), ids => {
      const names = fileNames(ids.map(id => ({ id, text: '' })));
      expect(new Set(names.map(n => n.toLowerCase())).size).toBe(ids.length);
      for (const n of names) expect(n).toMatch(/^[A-Za-z0-9_@][A-Za-z0-9._@-]{0,120}$/);
    }),
  );
});
