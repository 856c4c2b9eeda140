/** The matrix is one stop of the tab key; inside it, arrows go from cell to cell. */

const links = (): HTMLAnchorElement[] => [...document.querySelectorAll<HTMLAnchorElement>('.matrix td a')];

/** Only one cell can be reached by tab: the one that had the focus last, else the first. */
export const oneTabStop = (): void => {
  const all = links();
  const stop = all.find(a => a.tabIndex === 0 && a.dataset['stop'] === 'yes') ?? all[0];
  for (const a of all) a.tabIndex = a === stop ? 0 : -1;
};

const focusOn = (a: HTMLAnchorElement): void => {
  for (const other of links()) {
    other.tabIndex = other === a ? 0 : -1;
    if (other === a) other.dataset['stop'] = 'yes';
    else delete other.dataset['stop'];
  }
  a.focus();
};

const linkIn = (row: Element | undefined, column: number): HTMLAnchorElement | null =>
  row?.children[column]?.querySelector('a') ?? null;

const rowsOf = (table: Element): Element[] => [...table.querySelectorAll('tbody tr:not(.topic)')];

/** Returns true iff the key moved the focus. */
export const moveInMatrix = (key: string): boolean => {
  const from = document.activeElement;
  const cell = from?.closest('td');
  const row = cell?.closest('tr') ?? null;
  const table = row?.closest('.matrix') ?? null;
  if (!(from instanceof HTMLAnchorElement) || !cell || row === null || table === null) return false;
  const column = [...row.children].indexOf(cell);
  const rows = rowsOf(table);
  const at = rows.indexOf(row);
  const inRow = [...row.querySelectorAll<HTMLAnchorElement>('td a')];
  const here = inRow.indexOf(from);
  const below = (step: 1 | -1): HTMLAnchorElement | null => {
    for (let i = at + step; i >= 0 && i < rows.length; i += step) {
      const found = linkIn(rows[i], column);
      if (found !== null) return found;
    }
    return null;
  };
  const targets: Readonly<Record<string, () => HTMLAnchorElement | null | undefined>> = {
    ArrowRight: () => inRow[here + 1],
    ArrowLeft: () => inRow[here - 1],
    ArrowDown: () => below(1),
    ArrowUp: () => below(-1),
    Home: () => inRow[0],
    End: () => inRow.at(-1),
  };
  const target = targets[key];
  if (target === undefined) return false;
  const link = target();
  if (link !== null && link !== undefined) focusOn(link);
  return true;
};
