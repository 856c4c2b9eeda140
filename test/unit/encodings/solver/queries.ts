/** Queries of known difficulty, for the tests of this folder. */

/** `holes + 1` pigeons in `holes` holes: unsat; 8 takes about half a second and 200,000 steps, 11 does not end. */
export function pigeons(holes: number): string {
  const at = (pigeon: number, hole: number): number => pigeon * holes + hole + 1;
  const rows: string[] = [];
  for (let pigeon = 0; pigeon <= holes; pigeon++) {
    rows.push(`${Array.from({ length: holes }, (_, hole) => at(pigeon, hole)).join(' ')} 0`);
  }
  for (let hole = 0; hole < holes; hole++) {
    for (let a = 0; a <= holes; a++) for (let b = 0; b < a; b++) rows.push(`${-at(a, hole)} ${-at(b, hole)} 0`);
  }
  return `p cnf ${holes * (holes + 1)} ${rows.length}\n${rows.join('\n')}\n`;
}

/** The same DIMACS text as SMT-LIB. */
export function asSmtlib(dimacs: string): string {
  const [header = '', ...rows] = dimacs.trim().split('\n');
  const variables = Number(header.split(' ')[2]);
  const literal = (word: string): string => (word.startsWith('-') ? `(not v${word.slice(1)})` : `v${word}`);
  return [
    ...Array.from({ length: variables }, (_, i) => `(declare-fun v${i + 1} () Bool)`),
    ...rows.map(row => `(assert (or ${row.split(' ').slice(0, -1).map(literal).join(' ')}))`),
    '(check-sat)',
  ].join('\n');
}

/** A satisfiable query whose models differ from number to number: variable 1 is forced true or false. */
export function forced(number: number): string {
  return `p cnf ${number + 2} 2\n${number % 2 === 0 ? 1 : -1} 0\n-${number + 2} 0\n`;
}

/** A short text that asks Z3 for more memory than a limit of 24 MB. */
export const hungry = 'p cnf 30000000 1\n30000000 0\n';
