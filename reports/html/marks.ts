/** A symbol, a word and a tone for every answer. The symbols are those of the matrix in a terminal. */
import type { CellKind, ProgramVerdict } from '../../proofs/cell.js';
import { meanings, symbols } from '../matrix.js';

export type MarkId = CellKind | ProgramVerdict['verdict'];

export interface Mark {
  readonly symbol: string;
  readonly meaning: string;
  /** Its colour, which never says what the symbol does not. */
  readonly tone: 'good' | 'warn' | 'bad' | 'none' | 'open';
}

const ofCell = (kind: CellKind, tone: Mark['tone']): Mark => ({ symbol: symbols[kind], meaning: meanings[kind], tone });

export const marks: Readonly<Record<MarkId, Mark>> = {
  ok: ofCell('ok', 'good'),
  'over-strict': ofCell('over-strict', 'warn'),
  unsound: ofCell('unsound', 'bad'),
  'not-applicable': ofCell('not-applicable', 'none'),
  unknown: ofCell('unknown', 'open'),
  accept: { symbol: '.', meaning: 'a verifier of this design takes the program', tone: 'good' },
  reject: { symbol: 'R', meaning: 'a verifier of this design rejects the program', tone: 'bad' },
  unsupported: { symbol: '?', meaning: 'the program uses something that is not modelled', tone: 'open' },
};

/** In the order of a legend. */
export const markIds = Object.keys(marks) as readonly MarkId[];
