/** What stands above the matrix: what ran, how it ended, and what could not be read. */
import type { PageModel } from '../model.js';
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
