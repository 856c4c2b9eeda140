/** The keys, in a dialog of the browser's own: it keeps the focus and closes with Escape. */
const keys: readonly (readonly [string, string])[] = [
  ['j, right', 'next step'],
  ['k, left', 'previous step'],
  ['down, up', 'the same, when the focus is in the steps'],
  ['Home, End', 'first step, last step'],
  ['s', 'the whole state, or only what changed'],
  ['arrows', 'in the matrix: from cell to cell; Enter opens one'],
  ['/', 'find'],
  ['m, Escape', 'the matrix'],
  ['t', 'light or dark'],
  ['?', 'this help'],
];

export const Help = () => (
  <dialog id="help" aria-labelledby="help-title">
    <h2 id="help-title">Keys</h2>
    <dl>
      {keys.map(([key, what]) => (
        <div key={key}>
          <dt>
            <kbd>{key}</kbd>
          </dt>
          <dd>{what}</dd>
        </div>
      ))}
    </dl>
    <form method="dialog">
      <button type="submit">Close</button>
    </form>
  </dialog>
);
