/** Finds what somebody meant who mistyped a name. */

/** Number of letters to insert, delete or replace to turn one word into the other. */
const distance = (from: string, to: string): number => {
  let row = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (const [i, letter] of from.split('').entries()) {
    const next = [i + 1];
    for (const [j, other] of to.split('').entries()) {
      const replaced = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
};

/** Words longer than this are no typing mistakes, and would take long to compare. */
const LONGEST = 100;

/** Returns the name closest to `word`, upper and lower case alike, or undefined if there are no names. */
export const nearest = (word: string, names: readonly string[]): string | undefined => {
  const wanted = word.slice(0, LONGEST).toLowerCase();
  const ranked = names.map(name => ({ name, far: distance(wanted, name.toLowerCase()) }));
  return ranked.sort((a, b) => a.far - b.far)[0]?.name;
};
