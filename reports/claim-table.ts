/** The table of claims for the README: a row for each design, a column for each property, made from the ledger. */
import type { PropertyId } from '../model/properties.js';
import { propertyIds } from '../model/properties.js';
import type { Ledger, LedgerEntry } from '../proofs/ledger.js';
import { count, wrap } from './layout.js';

/** Two letters a property, so that all columns fit a terminal. */
const heads: Readonly<Record<PropertyId, string>> = {
  'list-race': 'LR',
  'wrong-lock': 'WL',
  'wild-access': 'WA',
  'context-leak': 'CL',
  'self-deadlock': 'SD',
  'lock-cycle': 'LC',
  'lock-leak': 'LL',
  'unlock-not-held': 'UN',
  'double-owner': 'DO',
  'use-after-free': 'UF',
  'dangling-ref': 'DR',
  'object-leak': 'OL',
  'bad-free': 'BF',
  'teardown-race': 'TR',
  'user-tamper': 'UT',
  'bad-prune': 'BP',
};

/** a, b, ..., z, aa, ab, ... */
const letters = (i: number): string =>
  `${i < 26 ? '' : letters(Math.floor(i / 26) - 1)}${String.fromCharCode(97 + (i % 26))}`;

const programsOf = (entries: readonly LedgerEntry[]): ReadonlyMap<string, string> => {
  const all = entries.flatMap(e => (e.outcome === 'refuted' && e.program !== undefined ? [e.program] : []));
  return new Map([...new Set(all)].sort().map((p, i) => [p, letters(i)]));
};

/**
 * `P` is proved; a letter is a link to the program that refutes; `?` is unknown, `V` vacuous, and `-` not in the ledger.
 * `fileOf` is where the program of a name lies.
 */
export const claimTable = (ledger: Ledger, designs: readonly string[], fileOf: (program: string) => string): string => {
  const byName = new Map(ledger.claims.map(c => [c.claim, c]));
  const programs = programsOf(ledger.claims);
  const cell = (e: LedgerEntry | undefined): string => {
    switch (e?.outcome) {
      case undefined:
        return '-';
      case 'proved':
        return 'P';
      case 'refuted':
        return `[${programs.get(e.program ?? '') ?? ''}]`;
      case 'unknown':
        return '?';
      case 'vacuous':
        return 'V';
    }
  };
  const rows = designs.map(d => [`\`${d}\``, ...propertyIds.map(p => cell(byName.get(`${d}:${p}`)))]);
  const table = [['', ...propertyIds.map(p => heads[p])], ...rows];
  const widths = table.reduce<number[]>((w, r) => r.map((c, i) => Math.max(w[i] ?? 0, c.length)), []);
  const line = (r: readonly string[]): string => `| ${r.map((c, i) => c.padEnd(widths[i] ?? 0)).join(' | ')} |`;
  const minimal = ledger.claims.filter(c => c.minimal === true).length;
  const of = (o: LedgerEntry['outcome']): string => String(ledger.claims.filter(c => c.outcome === o).length);
  const legend = propertyIds.map(p => `${heads[p]} \`${p}\``).join(', ');
  const [head = [], ...body] = table;
  return [
    `${count(ledger.claims.length, 'claim')}: ${of('proved')} proved (P), ${of('refuted')} refuted (a letter: the program that does it), ${of('unknown')} unknown, ${of('vacuous')} vacuous. Refutations are the shortest runs of all our programs; from the programs of ${String(minimal)} nothing can be left out.`,
    '',
    line(head),
    `|${widths.map(w => '-'.repeat(w + 2)).join('|')}|`,
    ...body.map(line),
    '',
    ...wrap(`${legend}.`, 132),
    '',
    ...[...programs].map(([p, letter]) => `[${letter}]: ${fileOf(p)}`),
  ].join('\n');
};

export const CLAIMS_BEGIN = '<!-- claims: begin -->';
export const CLAIMS_END = '<!-- claims: end -->';
/** The page with the table between the markers. Null if it has no markers. */
export const withClaims = (page: string, table: string): string | null => {
  const [begin, end] = [page.indexOf(CLAIMS_BEGIN), page.indexOf(CLAIMS_END)];
  return begin < 0 || end < begin
    ? null
    : `${page.slice(0, begin + CLAIMS_BEGIN.length)}\n\n${table}\n\n${page.slice(end)}`;
};
