/** What stands above the matrix: what ran, how it ended, and what could not be read. */
import type { PageModel } from '../model.js';
import { hashOf } from '../place.js';
import { OriginText, PlaceName, hasOrigin } from './parts.js';

export const Summary = ({ model }: { model: PageModel }) => (
  <p class="summary">
    {model.results.length.toLocaleString('en')} {model.results.length === 1 ? 'result' : 'results'}; exit code{' '}
    <b>{model.exit.code}</b>: {model.exit.meaning}.{' '}
    <span class="dim">{`${model.tool.name} ${model.tool.version}`}</span>
  </p>
);

export const Problems = ({ model }: { model: PageModel }) =>
  model.problems.length === 0 ? null : (
    <section class="problems">
      <h2>Not answered</h2>
      <ul>
        {model.problems.map(p => (
          <li>
            <PlaceName at={p.at} />{' '}
            {p.kind === 'unsupported' ? `unsupported: ${p.construct}` : `${p.message} ${p.remedy ?? ''}`}
          </li>
        ))}
      </ul>
    </section>
  );

/** What is different from the baseline. A regression of a result that there is leads to its page. */
export const Baseline = ({ model }: { model: PageModel }) => {
  const { baseline: b, results } = model;
  if (b === null) return null;
  const here = new Set(results.map(r => r.id));
  return (
    <section class="baseline">
      <h2>Against the baseline {b.file}</h2>
      <ul>
        {b.regressions.map(c => (
          <li>
            <b>Regression, {c.what}</b>:{' '}
            {here.has(c.id) ? <a href={hashOf({ id: c.id, trace: null, step: null })}>{c.id}</a> : c.id} was {c.was}; is{' '}
            {c.is}
          </li>
        ))}
        <li>
          {b.regressions.length === 0 ? 'No regression. ' : ''}
          {b.same} as before, {b.notes.length} in other words, {b.added.length} new, {b.gone.length} gone, {b.notAsked}{' '}
          not asked for
        </li>
      </ul>
    </section>
  );
};

/** Any program that a design accepts, where it was asked about. */
export const AnyProgram = ({ model }: { model: PageModel }) =>
  model.anyProgram.length === 0 ? null : (
    <details class="any-program">
      <summary>Any program that a design accepts, at a small size</summary>
      <ul>
        {model.anyProgram.map(a => (
          <li>
            <code>{a.design}</code>: {a.found}
            {a.program === null ? null : (
              <details>
                <summary>The programs</summary>
                <pre>{a.program}</pre>
              </details>
            )}
          </li>
        ))}
      </ul>
    </details>
  );

/** The designs with their words and where they come from. */
export const Designs = ({ model }: { model: PageModel }) => (
  <details class="designs">
    <summary>About the designs</summary>
    <dl>
      {model.designs.map(d => (
        <div key={d.id}>
          <dt>
            <code>{d.id}</code>
          </dt>
          <dd>
            {d.title}
            {hasOrigin(d.origin) ? (
              <span class="dim">
                {' '}
                <OriginText origin={d.origin} />
              </span>
            ) : null}
          </dd>
        </div>
      ))}
    </dl>
  </details>
);
