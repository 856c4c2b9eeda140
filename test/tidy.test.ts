/** The layers of design.md 1: who may import whom; no file that nobody needs; no test left alone; rules with names and sources. */
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { allDesigns } from '../model/designs/index.js';
import { rulesOf } from '../model/rules/index.js';
import { ruleKey } from '../encodings/rule-key.js';

const LAYERS = [
  'model',
  'encodings',
  'checker',
  'frontends',
  'kernel',
  'scenarios',
  'proofs',
  'reports',
  'cli',
  'bench',
  'test',
];
const files = LAYERS.flatMap(folder => {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' }).map(f => normalize(join(folder, f)));
  } catch {
    return [];
  }
}).filter(f => /\.tsx?$/.test(f));
const isFileHere = new Set(files);
/** The source of what is imported as `.js`. */
const sourceOf = (path: string): string => {
  const withJsx = path.replace(/\.js$/, '.tsx');
  return isFileHere.has(withJsx) ? withJsx : path.replace(/\.js$/, '.ts');
};

interface Import {
  readonly from: string;
  /** The file, or the name of a package. */
  readonly what: string;
  readonly isFile: boolean;
  readonly isType: boolean;
}
const importsOf = (file: string): Import[] => {
  const text = readFileSync(file, 'utf8');
  const found = [
    ...text.matchAll(/^(?:import|export)\s+(type\s)?[^;'"]*?from\s+['"]([^'"]+)['"]/gm),
    ...text.matchAll(/^(import)\s+['"]([^'"]+)['"]/gm),
    ...text.matchAll(/\bimport\(\s*(\/\*[^*]*\*\/)?['"]([^'"]+)['"]\s*\)/g),
    // Workers and modules that are loaded by address.
    ...text.matchAll(/new URL\((?:[^'"()]*\?\s*)?(['"])(\.[^'"]+\.js)['"]/g),
  ];
  return found.map(m => {
    const [, how, what = ''] = m;
    const isFile = what.startsWith('.');
    const path = isFile ? sourceOf(normalize(join(dirname(file), what))) : what;
    return { from: file, what: path, isFile, isType: how?.startsWith('type') ?? false };
  });
};
const imports = files.flatMap(importsOf);
const layerOf = (file: string): string => file.split('/')[0] ?? '';

/** What each layer may see besides itself. Tests and benchmarks may see everything. */
const MAY_SEE: Readonly<Record<string, readonly string[]>> = {
  model: [],
  encodings: ['model'],
  // An independent reading of the rules: nothing of the engines.
  checker: ['model'],
  frontends: ['model', 'schema'],
  // What a kernel says owes nothing to what we think.
  kernel: [],
  scenarios: ['model'],
  proofs: ['model', 'encodings', 'checker', 'scenarios', 'frontends'],
  // Rules are told in words by an interpreter of rules; everything else reaches reports as data.
  reports: ['model', 'proofs', 'scenarios', 'schema', 'encodings/prose.ts', 'kernel/answer.ts'],
  // `did you mean` is shared with the reader of proposals.
  cli: ['model', 'proofs', 'reports', 'scenarios', 'frontends', 'kernel'],
};
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  model: [],
  checker: [],
  encodings: ['node:', 'z3-solver'],
  kernel: ['node:', 'koffi'],
};

describe('imports go one way', () => {
  it.each(Object.entries(MAY_SEE))('%s sees only what it may', (layer, seen) => {
    const wrong = imports.filter(
      i =>
        layerOf(i.from) === layer &&
        i.isFile &&
        layerOf(i.what) !== layer &&
        !seen.some(s => i.what === s || i.what.startsWith(`${s}/`)),
    );
    expect(wrong.map(i => `${i.from} imports ${i.what}`)).toEqual([]);
  });

  it('nothing outside tests imports a test or a benchmark', () => {
    const wrong = imports.filter(
      i => i.isFile && ['test', 'bench'].includes(layerOf(i.what)) && layerOf(i.from) !== layerOf(i.what),
    );
    expect(wrong.filter(i => layerOf(i.from) !== 'test').map(i => `${i.from} imports ${i.what}`)).toEqual([]);
  });

  it.each(Object.entries(PACKAGES))('%s needs only packages it may', (layer, allowed) => {
    const wrong = imports.filter(
      i => layerOf(i.from) === layer && !i.isFile && !allowed.some(p => i.what.startsWith(p)),
    );
    expect(wrong.map(i => `${i.from} imports ${i.what}`)).toEqual([]);
  });

  it('the checker is small enough to be read', () => {
    const lines = files
      .filter(f => layerOf(f) === 'checker')
      .reduce((n, f) => n + readFileSync(f, 'utf8').split('\n').length - 1, 0);
    expect(lines).toBeLessThan(500);
  });

  it('one file loads the solver', () => {
    expect([...new Set(imports.filter(i => i.what.startsWith('z3-solver')).map(i => i.from))]).toEqual([
      'encodings/solver/z3.ts',
    ]);
  });

  it('the model knows no file, clock or chance', () => {
    const wrong = files
      .filter(f => layerOf(f) === 'model')
      .filter(f => /\b(process|Date|performance|Math\.random|require)\b\s*[.(]/.test(readFileSync(f, 'utf8')));
    expect(wrong).toEqual([]);
  });
});

describe('nothing is left over', () => {
  it('every file is imported by something, is a test, or is where somebody starts', () => {
    // The script of a page is built from its own start, and read as a file.
    const starts = /^(cli\/main\.ts|reports\/html\/browser\/main\.tsx|test\/setup\.ts|bench\/[^/]*\.ts|.*\.test\.ts)$/;
    const wanted = new Set(imports.filter(i => i.isFile).map(i => i.what));
    expect(files.filter(f => !starts.test(f) && !wanted.has(f))).toEqual([]);
  });

  it('what is imported is there', () => {
    const here = new Set(files);
    const missing = imports.filter(i => i.isFile && /\.tsx?$/.test(i.what) && !here.has(i.what));
    expect(missing.filter(i => layerOf(i.what) !== 'out').map(i => `${i.from} imports ${i.what}`)).toEqual([]);
  });

  it('no test runs alone', () => {
    const alone = new RegExp(String.raw`\b(it|test|describe)(\.\w+)*\.${'on'}ly\b`);
    expect(files.filter(f => alone.test(readFileSync(f, 'utf8')))).toEqual([]);
  });
});

describe('rules', () => {
  const rules = allDesigns.map(d => ({ design: d.id, rules: [...rulesOf(d).values()] }));

  it('say where they come from', () => {
    const bare = rules.flatMap(d => d.rules.filter(r => r.verifier.source.length === 0).map(r => r.event));
    expect([...new Set(bare)]).toEqual([]);
    const empty = rules.flatMap(d =>
      d.rules.filter(r => r.verifier.source.some(s => Object.values(s).every(v => v === ''))).map(r => r.event),
    );
    expect([...new Set(empty)]).toEqual([]);
  });

  it('have names of their own: two rules of one name are one rule', () => {
    for (const d of rules) {
      const all = d.rules.flatMap(r => [
        { name: `verifier ${r.verifier.name}`, key: ruleKey(r.verifier) },
        ...r.machine.map(s => ({ name: `machine ${s.does.name}`, key: ruleKey(s.does) })),
      ]);
      const first = new Map<string, string>();
      for (const { name, key } of all) if (!first.has(name)) first.set(name, key);
      expect(all.filter(r => first.get(r.name) !== r.key).map(r => `${d.design}: ${r.name}`)).toEqual([]);
    }
  });

  it('have guards that name a property, or a policy with its reason', () => {
    const silent = rules.flatMap(d =>
      d.rules.flatMap(r =>
        r.verifier.guards
          .filter(g => ('policy' in g.protects ? g.protects.policy === '' : g.protects.length === 0))
          .map(g => `${r.event}: ${g.name}`),
      ),
    );
    expect([...new Set(silent)]).toEqual([]);
  });

  it('have documentation', () => {
    const silent = rules.flatMap(d => d.rules.filter(r => !/^[A-Z].*\.$/s.test(r.verifier.doc)).map(r => r.event));
    expect([...new Set(silent)]).toEqual([]);
  });
});

describe('designs', () => {
  it('have ids of their own', () => {
    const ids = allDesigns.map(d => d.id);
    expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
  });
});
