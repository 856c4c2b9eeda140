/** The matrix as a table: a row a scenario or program, a column a design, a symbol each. */
import { countsOf } from '../grid.js';
import type { Grid, Wants } from '../grid.js';
import { marks } from '../marks.js';
import type { PageModel, PageResult } from '../model.js';
import { hashOf } from '../place.js';
import { Badge } from './parts.js';

/** With so few columns there is room for words. */
const MOST_NAMED = 6;

/** A variant stands in a line of its own: two short lines for one that would make the heads of columns tall. */
const DesignName = ({ id }: { id: string }) => {
  const slash = id.indexOf('/');
  return slash < 0 ? (
    <span>{id}</span>
  ) : (
    <span>
      {id.slice(0, slash)}
      <i>{id.slice(slash)}</i>
    </span>
  );
};

interface CellProps {
  readonly result: PageResult;
  readonly isWanted: boolean;
  readonly isNamed: boolean;
  readonly isLink: boolean;
}
const Cell = ({ result: r, isWanted, isNamed, isLink }: CellProps) => {
  const { symbol, tone } = marks[r.mark];
  // Of a program there is a verdict and no more: it says itself what it is about.
  const word = r.evidence === null ? r.found : r.mark;
  const text = (
    <>
      {symbol}
      {r.isUnexpected ? <b class="unexpected">!</b> : null}
      {isNamed ? <span class="word"> {word}</span> : null}
    </>
  );
  return (
    <td class={`${tone}${isWanted ? '' : ' faint'}`}>
      {isLink ? (
        <a
          href={hashOf({ id: r.id, trace: null, step: null })}
          title={`${r.design}: ${r.found}`}
          aria-label={`${symbol}${r.isUnexpected ? '!' : ''} ${word === r.found ? '' : `${word}: `}${r.found}`}
        >
          {text}
        </a>
      ) : (
        text
      )}
    </td>
  );
};

interface MatrixProps {
  readonly model: PageModel;
  readonly grid: Grid;
  readonly designs: readonly string[];
  readonly wants: Wants;
  /** Results that have a page to go to. */
  readonly hasPage: Wants;
}
export const Matrix = ({ model, grid, designs, wants, hasPage }: MatrixProps) => {
  const isNamed = designs.length <= MOST_NAMED;
  const titles = new Map(model.designs.map(d => [d.id, d.title]));
  const topics = grid.topics
    .map(t => ({
      name: t.name,
      rows: t.rows.filter(row =>
        designs.some(d => {
          const r = row.cells.get(d);
          return r !== undefined && wants(r);
        }),
      ),
    }))
    .filter(t => t.rows.length > 0);
  const asks = topics.some(t => t.rows.some(r => r.subject.asks !== null));
  if (topics.length === 0) return <p class="nothing">Nothing in this report is like that.</p>;
  return (
    <table class={`matrix${isNamed ? ' named' : ''}`}>
      <caption class="unseen">
        {model.question === 'compare' ? 'Scenarios and designs' : 'Programs and designs'}
      </caption>
      <thead>
        <tr>
          <th scope="col">{model.question === 'compare' ? 'Scenario' : 'Program'}</th>
          {designs.map(d => (
            <th key={d} scope="col" class="design" title={titles.get(d) ?? d}>
              <DesignName id={d} />
            </th>
          ))}
          {asks ? (
            <th scope="col" class="asks">
              Question
            </th>
          ) : null}
        </tr>
      </thead>
      {topics.map(t => (
        <tbody key={t.name}>
          <tr class="topic">
            <th scope="rowgroup" colSpan={designs.length + (asks ? 2 : 1)}>
              {t.name === '' ? 'other' : t.name}
            </th>
          </tr>
          {t.rows.map(row => (
            <tr key={row.subject.name}>
              <th scope="row" title={row.subject.asks ?? row.subject.name}>
                {row.subject.title}
              </th>
              {designs.map(d => {
                const r = row.cells.get(d);
                return r === undefined ? (
                  <td key={d} />
                ) : (
                  <Cell key={d} result={r} isWanted={wants(r)} isNamed={isNamed} isLink={hasPage(r)} />
                );
              })}
              {asks ? <td class="asks">{row.subject.asks}</td> : null}
            </tr>
          ))}
        </tbody>
      ))}
    </table>
  );
};

/** What the symbols mean, and how many there are of each. */
export const Legend = ({ model }: { model: PageModel }) => (
  <ul class="legend">
    {[...countsOf(model.results)].map(([mark, n]) => (
      <li key={mark}>
        <Badge mark={mark} /> {n.toLocaleString('en')} <span class="dim">{marks[mark].meaning}</span>
      </li>
    ))}
    {model.results.some(r => r.isUnexpected) ? (
      <li>
        <b class="unexpected">!</b> not as the scenario expects
      </li>
    ) : null}
  </ul>
);
