/** The report without anything that moves: the matrix, pages one after another with all their steps, and the sources once each. */
import { gridOf } from '../grid.js';
import type { PageModel, PageResult } from '../model.js';
import { CellPage } from './cell.js';
import { Legend, Matrix } from './matrix.js';
import { AnyProgram, Baseline, Designs, Problems, Summary } from './overview.js';
import { Source } from './source.js';

/** Nobody reads more pages than these in a row, and ten thousand of them are no file that opens. */
export const MOST_STILL_PAGES = 30;
const MOST_STILL_CELLS = 3_000;

/** Those that tell most come first: what is wrong, then whatever has a diagnosis. */
const worthAPage = (results: readonly PageResult[]): ReadonlySet<PageResult> => {
  const rank = (r: PageResult): number => (r.outcome === 'fail' ? 0 : r.told.length > 0 ? 1 : 2);
  return new Set([...results].sort((a, b) => rank(a) - rank(b)).slice(0, MOST_STILL_PAGES));
};

export const Still = ({ model }: { model: PageModel }) => {
  const grid = gridOf(model);
  const chosen = worthAPage(model.results);
  const pages = model.results.filter(r => chosen.has(r));
  const left = model.results.length - pages.length;
  const files = new Set(
    pages
      .flatMap(r => r.told.flatMap(t => model.traces[model.told[t.told]?.trace ?? -1]?.steps ?? []))
      .flatMap(s => s.at?.file ?? []),
  );
  return (
    <>
      <h1>Holdfast {model.question}</h1>
      <Summary model={model} />
      <Legend model={model} />
      <Baseline model={model} />
      <Problems model={model} />
      {model.results.length > MOST_STILL_CELLS ? null : (
        <Matrix model={model} grid={grid} designs={grid.designs} wants={() => true} hasPage={r => chosen.has(r)} />
      )}
      {left === 0 ? null : (
        <p>
          {left.toLocaleString('en')} more results are in this file. Without scripts it shows {MOST_STILL_PAGES} of them
          at most: those that failed, then those with a diagnosis. <code>--cell</code> reports on one.
        </p>
      )}
      <AnyProgram model={model} />
      <Designs model={model} />
      {pages.map(r => (
        <CellPage key={r.id} model={model} grid={grid} result={r} place={null} />
      ))}
      {model.files
        .filter(f => files.has(f.name))
        .map(f => (
          <section key={f.name}>
            <h2>
              <code>{f.name}</code>
            </h2>
            <Source file={f} now={null} visited={new Set()} />
          </section>
        ))}
    </>
  );
};
