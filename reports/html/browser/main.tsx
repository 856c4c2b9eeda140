/**
 * Shows the report in a browser: the matrix, or the page that the address names. All the state there is is the address and the filter.
 *
 * What is shown is the same code that wrote the still page; it is drawn again whenever the address or the filter changes.
 */
import { render } from 'preact';
import type { Filter, Wants } from '../grid.js';
import { everything, gridOf, wantedBy } from '../grid.js';
import type { PageModel } from '../model.js';
import type { Place } from '../place.js';
import { hashOf, placeOf } from '../place.js';
import { CellPage, currentOf, toldOf } from '../view/cell.js';
import { Matrix } from '../view/matrix.js';
import { AnyProgram, Baseline, Designs, Problems, Summary } from '../view/overview.js';
import { Filters } from './filters.js';
import { Help } from './help.js';
import { moveInMatrix, oneTabStop } from './matrix-keys.js';
import { rememberedTheme, toggleTheme } from './theme.js';

const start = (app: HTMLElement, model: PageModel): void => {
  const grid = gridOf(model);
  const hasPage: Wants = () => true;
  const [only] = model.results;
  let filter: Filter = everything;
  let place = placeOf(location.hash);

  /** A link to a step is there to show the step. */
  const showSteps = (): void => {
    if (place.step !== null) document.querySelector('.workspace')?.scrollIntoView({ block: 'start' });
  };

  const onFilter = (next: Filter): void => {
    filter = next;
    matrix = overview();
    draw();
    oneTabStop();
  };

  const overview = () => {
    const wants = wantedBy(model, filter);
    return (
      <>
        <h1 tabIndex={-1}>{model.question === 'compare' ? 'Scenarios and designs' : 'Programs and designs'}</h1>
        <Summary model={model} />
        <Baseline model={model} />
        <Problems model={model} />
        <Filters
          model={model}
          grid={grid}
          filter={filter}
          shown={model.results.filter(wants).length}
          onFilter={onFilter}
        />
        <Matrix
          model={model}
          grid={grid}
          designs={grid.designs.filter(d => !filter.withoutDesigns.has(d))}
          wants={wants}
          hasPage={hasPage}
        />
        <AnyProgram model={model} />
        <Designs model={model} />
      </>
    );
  };
  // It stays in the page while a cell is shown, so that coming back is quick: the same element is not looked at again.
  let matrix = overview();
  let matrixScroll = 0;

  const draw = (): void => {
    const result = place.id === null ? undefined : grid.byId.get(place.id);
    render(
      <>
        <header class="bar">
          <a href="#" class="home">
            Holdfast {model.question}
          </a>
          <span class="spacer" />
          <button type="button" id="theme" onClick={toggleTheme}>
            Light or dark
          </button>
          <button type="button" id="keys" onClick={showHelp}>
            Keys <kbd>?</kbd>
          </button>
        </header>
        <main id="matrix" hidden={result !== undefined}>
          {place.id !== null && result === undefined ? (
            <p class="nothing" role="alert">
              This report has no result {place.id}.
            </p>
          ) : null}
          {matrix}
        </main>
        {result === undefined ? null : (
          <main id="cell">
            <CellPage key={result.id} model={model} grid={grid} result={result} place={place} />
          </main>
        )}
        <Help />
      </>,
      app,
    );
    document.title = result?.id ?? `Holdfast ${model.question}`;
    follow();
  };

  /** Scrolls the current step and the current line into the middle of their boxes; the page itself stays where it is. */
  const follow = (): void => {
    for (const box of document.querySelectorAll<HTMLElement>('.workspace .scroll')) {
      // A step without a place leaves the source where it is, if it was somewhere.
      const now =
        box.querySelector<HTMLElement>('.now') ??
        (box.scrollTop === 0 ? box.querySelector<HTMLElement>('.visited') : null);
      if (now === null) continue;
      const top = now.getBoundingClientRect().top - box.getBoundingClientRect().top + box.scrollTop;
      box.scrollTop = top - (box.clientHeight - now.offsetHeight) / 2;
    }
  };

  const help = (): HTMLDialogElement | null => document.querySelector<HTMLDialogElement>('#help');
  const showHelp = (): void => {
    help()?.showModal();
  };

  const current = () => {
    const result = place.id === null ? undefined : grid.byId.get(place.id);
    if (result === undefined) return null;
    const told = toldOf(model, result);
    const at = currentOf(told, place);
    return at === null ? null : { ...at, most: told[at.trace - 1]?.trace.steps.length ?? 1, isOnly: told.length === 1 };
  };

  /** Steps don't fill the history: the way back leads to the page before. */
  const stepTo = (next: (now: number, most: number) => number): boolean => {
    const at = current();
    if (at === null) return false;
    const step = Math.max(1, Math.min(at.most, next(at.step, at.most)));
    const to: Place = { id: place.id, trace: at.isOnly ? null : at.trace, step };
    history.replaceState(null, '', hashOf(to));
    place = to;
    draw();
    // A reader who steps from the top of the page wants to see it.
    const box = document.querySelector('.workspace');
    const top = box?.getBoundingClientRect().top ?? 0;
    if (top < 0 || top > innerHeight / 2) box?.scrollIntoView({ block: 'start' });
    return true;
  };

  const goTo = (to: Place): void => {
    const before = place;
    if (before.id === null) matrixScroll = scrollY;
    place = to;
    draw();
    if (to.id === before.id) return;
    if (to.id === null) {
      scrollTo(0, matrixScroll);
      const from = [...document.querySelectorAll<HTMLAnchorElement>('.matrix td a')].find(
        a => placeOf(a.getAttribute('href') ?? '').id === before.id,
      );
      from?.focus({ preventScroll: true });
    } else {
      scrollTo(0, 0);
      document.querySelector<HTMLElement>('#cell h1')?.focus({ preventScroll: true });
      showSteps();
    }
  };

  /** A link to one step of the page: go there as the keys do. */
  const onClick = (e: MouseEvent): void => {
    const link = e.target instanceof Element ? e.target.closest<HTMLAnchorElement>('a[data-step]') : null;
    if (link === null || e.button !== 0 || e.ctrlKey || e.metaKey || e.shiftKey) return;
    e.preventDefault();
    const step = Number(link.dataset['step']);
    stepTo(() => step);
  };

  const steps: Readonly<Record<string, (now: number, most: number) => number>> = {
    j: n => n + 1,
    ArrowRight: n => n + 1,
    k: n => n - 1,
    ArrowLeft: n => n - 1,
    Home: () => 1,
    End: (_n, most) => most,
  };
  const stepsInside: typeof steps = { ArrowDown: n => n + 1, ArrowUp: n => n - 1 };
  const others: Readonly<Record<string, () => void>> = {
    '?': showHelp,
    t: toggleTheme,
    m: () => {
      location.hash = '#';
    },
    Escape: () => {
      location.hash = '#';
    },
    '/': () => {
      location.hash = '#';
      document.querySelector<HTMLElement>('#find')?.focus();
    },
    s: () => {
      for (const d of document.querySelectorAll<HTMLDetailsElement>('.workspace details.state')) d.open = !d.open;
    },
  };

  const onKey = (e: KeyboardEvent): void => {
    if (e.ctrlKey || e.metaKey || e.altKey || help()?.open === true) return;
    const { target } = e;
    const isTyping = target instanceof HTMLInputElement && target.type === 'search';
    if (isTyping || target instanceof HTMLSelectElement) return;
    const isInside = target instanceof Element && target.closest('.steps') !== null;
    const step = steps[e.key] ?? (isInside ? stepsInside[e.key] : undefined);
    const other = others[e.key];
    if (place.id === null ? moveInMatrix(e.key) : step !== undefined && stepTo(step)) e.preventDefault();
    else if (other !== undefined) {
      e.preventDefault();
      other();
    }
  };

  rememberedTheme();
  addEventListener('hashchange', () => {
    goTo(placeOf(location.hash));
  });
  document.addEventListener('click', onClick);
  document.addEventListener('keydown', onKey);
  // One result has no matrix worth looking at first.
  if (location.hash === '' && only !== undefined && model.results.length === 1) {
    place = { id: only.id, trace: null, step: null };
  }
  draw();
  oneTabStop();
  showSteps();
};

const app = document.querySelector<HTMLElement>('#app');
const data = document.querySelector('#data')?.textContent ?? '';
if (app !== null && data !== '') {
  start(app, JSON.parse(data) as PageModel);
  // Only now: if anything above fails, the still page is there.
  document.querySelector('#still')?.remove();
}
