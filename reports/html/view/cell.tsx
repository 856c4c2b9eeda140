/** The page of one result: what was asked, what was found, every diagnosis, and how to get it again. */
import type { Grid } from '../grid.js';
import { countsOf } from '../grid.js';
import type { PageModel, PageResult, Told, Trace } from '../model.js';
import type { Place } from '../place.js';
import { hashOf } from '../place.js';
import { Diagnosis } from './diagnosis.js';
import { Source } from './source.js';
import { Badge, OriginText, PlaceName, hasOrigin } from './parts.js';
import { marks } from '../marks.js';

interface ToldTrace {
  readonly told: Told;
  readonly trace: Trace;
  readonly subject: string;
}
export const toldOf = (model: PageModel, r: PageResult): readonly ToldTrace[] =>
  r.told.flatMap(({ told: i, subject }) => {
    const told = model.told[i];
    const trace = told === undefined ? undefined : model.traces[told.trace];
    return told === undefined || trace === undefined ? [] : [{ told, trace, subject }];
  });

/** Which diagnosis of a page is stepped through, from 1, and at which step: by its address, else the last that has steps. */
export const currentOf = (told: readonly ToldTrace[], place: Place): { trace: number; step: number } | null => {
  const asked = place.trace === null ? undefined : told[place.trace - 1];
  const i =
    asked !== undefined && asked.trace.steps.length > 0
      ? told.indexOf(asked)
      : told.findLastIndex(t => t.trace.steps.length > 0);
  const most = told[i]?.trace.steps.length;
  return most === undefined ? null : { trace: i + 1, step: Math.min(most, place.step ?? 1) };
};

const Verdicts = ({ model, result }: { model: PageModel; result: PageResult }) => {
  const verdicts = result.verdicts.flatMap(i => model.verdicts[i] ?? []);
  const isSaid = verdicts.some(v => (v.guard ?? v.message ?? v.reason ?? v.badPrune ?? null) !== null);
  const isSomewhere = verdicts.some(v => v.at !== null);
  if (verdicts.length === 0) return null;
  return (
    <div class="wide" tabIndex={0} role="region" aria-label="Verdicts">
      <table class="verdicts">
        <caption class="unseen">What a verifier of {result.design} says of each program</caption>
        <thead>
          <tr>
            <th scope="col">Program</th>
            <th scope="col">Verdict</th>
            {isSaid ? <th scope="col">Guard and message</th> : null}
            {isSomewhere ? <th scope="col">At</th> : null}
          </tr>
        </thead>
        <tbody>
          {verdicts.map(v => (
            <tr key={v.program}>
              <th scope="row">
                <code>{v.program}</code>
              </th>
              <td>{v.verdict}</td>
              {isSaid ? (
                <td>
                  {v.guard === null ? null : <code>{v.guard}</code>} {v.message ?? v.reason ?? ''}
                  {v.badPrune === undefined ? null : ` Accepted only because a path was skipped: ${v.badPrune}`}
                </td>
              ) : null}
              {isSomewhere ? <td>{v.at === null ? null : <PlaceName at={v.at} />}</td> : null}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
};

const Facts = ({ model, result: r }: { model: PageModel; result: PageResult }) => {
  const origin = model.subjects[r.subject]?.origin ?? null;
  return (
    <dl class="facts">
      <dt>Found</dt>
      <dd>
        <Badge mark={r.mark} /> {r.found} <span class="dim">{marks[r.mark].meaning}</span>
      </dd>
      {r.why === null ? null : (
        <>
          <dt>No answer</dt>
          <dd>{r.why}</dd>
        </>
      )}
      {r.expected === null ? null : (
        <>
          <dt>Expected</dt>
          <dd>
            {r.expected.text} {r.isUnexpected ? <b class="unexpected">! this is not what was found</b> : null}
          </dd>
        </>
      )}
      <dt>Outcome</dt>
      <dd>{r.outcome}</dd>
      {r.evidence === null ? null : (
        <>
          <dt>Evidence</dt>
          <dd>
            explicit: {r.evidence.explicit}
            <br />
            smt: {r.evidence.smt}
          </dd>
        </>
      )}
      {r.disagreements.length === 0 ? null : (
        <>
          <dt>The engines disagree</dt>
          <dd>
            {r.disagreements.map(d => (
              <p>
                {d.question} explicit: {d.explicit}; smt: {d.smt}
              </p>
            ))}
          </dd>
        </>
      )}
      {hasOrigin(origin) ? (
        <>
          <dt>Origin</dt>
          <dd>
            <OriginText origin={origin} />
          </dd>
        </>
      ) : null}
      <dt>Again</dt>
      <dd>
        <code class="command">{r.command}</code>
      </dd>
    </dl>
  );
};

/** What other designs say of the same. */
const Others = ({ grid, result }: { grid: Grid; result: PageResult }) => {
  const cells = [...(grid.rows[result.subject]?.cells.values() ?? [])];
  return cells.length < 2 ? null : (
    <details class="others">
      <summary>
        All designs{' '}
        <span class="dim">{[...countsOf(cells)].map(([mark, n]) => `${String(n)} ${mark}`).join(', ')}</span>
      </summary>
      <nav aria-label="The same under other designs">
        {cells.map(r => (
          <a
            key={r.design}
            class={marks[r.mark].tone}
            href={hashOf({ id: r.id, trace: null, step: null })}
            aria-current={r === result ? 'page' : undefined}
            title={r.found}
          >
            {r.design} <span aria-label={r.mark}>{marks[r.mark].symbol}</span>
          </a>
        ))}
      </nav>
    </details>
  );
};

/** Where nothing is stepped through there is still the program to read. */
const WholeSource = ({ model, name }: { model: PageModel; name: string }) => {
  const file = model.files.find(f => f.name === name);
  return file === undefined ? null : (
    <section>
      <h2>
        <code>{file.name}</code>
      </h2>
      <div class="wide" tabIndex={0} role="region" aria-label={`Source ${file.name}`}>
        <Source file={file} now={null} visited={new Set()} />
      </div>
    </section>
  );
};

interface CellPageProps {
  readonly model: PageModel;
  readonly grid: Grid;
  readonly result: PageResult;
  /** Null on a page that nobody steps on. */
  readonly place: Place | null;
}
export const CellPage = ({ model, grid, result, place }: CellPageProps) => {
  const subject = model.subjects[result.subject];
  const asks = subject?.asks ?? null;
  const told = toldOf(model, result);
  const current = place === null ? null : currentOf(told, place);
  const linkTo =
    (trace: number) =>
    (step: number): string =>
      hashOf({ id: result.id, trace: told.length > 1 ? trace : null, step });
  return (
    <article class="cell" id={place === null ? result.id : undefined}>
      <h1 tabIndex={-1}>
        {subject?.name ?? ''}
        <span class="dim">@</span>
        {result.design}
      </h1>
      {asks === null ? null : <p class="question">{asks}</p>}
      <div class="about">
        <Facts model={model} result={result} />
        <Verdicts model={model} result={result} />
      </div>
      {place === null ? null : <Others grid={grid} result={result} />}
      {told.map((t, i) => (
        <Diagnosis
          key={`${result.id} ${String(i)}`}
          told={t.told}
          subject={t.subject}
          trace={t.trace}
          files={model.files}
          stepping={current?.trace === i + 1 ? { step: current.step, linkTo: linkTo(i + 1) } : null}
          linkTo={place === null ? null : linkTo(i + 1)}
        />
      ))}
      {place !== null && current === null ? <WholeSource model={model} name={subject?.file ?? ''} /> : null}
      {result.fingerprint === null ? null : (
        <p class="dim fingerprint">
          Fingerprint <code>{result.fingerprint}</code>
        </p>
      )}
    </article>
  );
};
