/** What a reader narrows the matrix by: words, kinds of answers, outcomes, designs. */
import { outcomes } from '../../outcome.js';
import type { Filter } from '../grid.js';
import { countsOf, everything } from '../grid.js';
import type { Grid } from '../grid.js';
import { marks } from '../marks.js';
import type { PageModel } from '../model.js';

interface FiltersProps {
  readonly model: PageModel;
  readonly grid: Grid;
  readonly filter: Filter;
  /** How many results are shown. */
  readonly shown: number;
  readonly onFilter: (filter: Filter) => void;
}

const toggled = <T,>(set: ReadonlySet<T>, value: T): ReadonlySet<T> => {
  const next = new Set(set);
  if (!next.delete(value)) next.add(value);
  return next;
};

const outcomeOptions = (model: PageModel): readonly Filter['outcome'][] => [
  'any',
  ...outcomes.filter(o => model.results.some(r => r.outcome === o)),
  ...(model.results.some(r => r.isUnexpected) ? (['unexpected'] as const) : []),
];

export const Filters = ({ model, grid, filter, shown, onFilter }: FiltersProps) => (
  <form class="filters" role="search" onSubmit={e => e.preventDefault()}>
    <label>
      Find{' '}
      <input
        id="find"
        type="search"
        value={filter.text}
        placeholder="scenario, guard, property ..."
        onInput={e => onFilter({ ...filter, text: e.currentTarget.value })}
      />
    </label>
    <fieldset>
      <legend class="unseen">Kinds of answers</legend>
      {[...countsOf(model.results)].map(([mark, n]) => (
        <label key={mark} class={`chip ${marks[mark].tone}`} title={marks[mark].meaning}>
          <input
            type="checkbox"
            checked={!filter.without.has(mark)}
            onChange={() => onFilter({ ...filter, without: toggled(filter.without, mark) })}
          />{' '}
          <span class="symbol" aria-hidden="true">
            {marks[mark].symbol}
          </span>{' '}
          {mark} <span class="dim">{n.toLocaleString('en')}</span>
        </label>
      ))}
    </fieldset>
    <label>
      Outcome{' '}
      <select
        value={filter.outcome}
        onChange={e => {
          const outcome = outcomeOptions(model).find(o => o === e.currentTarget.value);
          if (outcome !== undefined) onFilter({ ...filter, outcome });
        }}
      >
        {outcomeOptions(model).map(o => (
          <option key={o} value={o}>
            {o}
          </option>
        ))}
      </select>
    </label>
    <details class="choose">
      <summary>
        Designs {grid.designs.filter(d => !filter.withoutDesigns.has(d)).length} of {grid.designs.length}
      </summary>
      <div class="choices">
        <p>
          <button type="button" onClick={() => onFilter({ ...filter, withoutDesigns: new Set() })}>
            All
          </button>{' '}
          <button type="button" onClick={() => onFilter({ ...filter, withoutDesigns: new Set(grid.designs) })}>
            None
          </button>
        </p>
        {grid.designs.map(d => (
          <label key={d}>
            <input
              type="checkbox"
              checked={!filter.withoutDesigns.has(d)}
              onChange={() => onFilter({ ...filter, withoutDesigns: toggled(filter.withoutDesigns, d) })}
            />{' '}
            {d}
          </label>
        ))}
      </div>
    </details>
    <button type="button" onClick={() => onFilter(everything)}>
      Reset
    </button>
    <output class="dim">
      {shown === model.results.length
        ? 'all shown'
        : `${shown.toLocaleString('en')} of ${model.results.length.toLocaleString('en')} shown`}
    </output>
  </form>
);
