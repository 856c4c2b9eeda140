/** What an SMT-LIB text must be before it may reach Z3, which answers some other texts wrongly without a word. */

import { SolverError, clip } from './answer.js';

const TOKEN = /;[^\n]*|"(?:[^"]|"")*"|\|[^|]*\||[()]|[^\s()|";]+/g;

/** Commands that print nothing, and whose numerals are not terms. */
const PLAIN_COMMANDS = new Set('set-logic set-info set-option declare-sort push pop'.split(' '));

/** Commands that print nothing, and hold sorts and terms. */
const TERM_COMMANDS = new Set(
  `declare-fun declare-const declare-datatype declare-datatypes
  define-fun define-const define-sort define-fun-rec define-funs-rec assert`.split(/\s+/),
);

/** Words that take a text out of uninterpreted functions; numerals, strings and `#b…` literals do so too. */
const BEYOND_UF = new Set(
  `declare-datatype declare-datatypes define-sort define-fun-rec define-funs-rec _
  Int Real Array Seq String RegLan RoundingMode Float16 Float32 Float64 Float128`.split(/\s+/),
);

const QUANTIFIERS = new Set(['forall', 'exists']);

/**
 * Throws SolverError unless the text is a list of silent commands and one `(check-sat)`, under a logic that covers it.
 *
 * Silent, so that the status is all that Z3 prints. Under a logic that lacks a theory Z3 takes that theory's terms as
 * free: it says `sat` to a contradiction of datatypes under `QF_UF`. So the logic must be absent, `ALL`, or one of `UF`
 * and `QF_UF` with nothing in the text that goes beyond it.
 */
export function checkSmtText(text: string): void {
  if (text.includes('\0')) throw new SolverError('an SMT-LIB text with a NUL character would be cut short there');
  let logic: string | undefined;
  let depth = 0;
  let checks = 0;
  let command = '';
  let previous = '';
  const beyond = new Set<string>();
  for (const [token] of text.matchAll(TOKEN)) {
    if (token.startsWith(';')) continue;
    if (token === '(') depth += 1;
    else if (token === ')') depth -= 1;
    else if (depth === 1 && previous === '(') {
      command = token;
      if (token === 'check-sat') checks += 1;
      else if (!PLAIN_COMMANDS.has(token) && !TERM_COMMANDS.has(token)) {
        throw new SolverError(`an SMT-LIB text must not contain the command ${clip(token)}`);
      }
      if (BEYOND_UF.has(token)) beyond.add(token);
    } else if (command === 'set-logic') {
      if (logic !== undefined) throw new SolverError('the text sets its logic twice');
      logic = token;
    } else if (TERM_COMMANDS.has(command)) {
      if (BEYOND_UF.has(token) || QUANTIFIERS.has(token) || /^[0-9#"]/.test(token)) beyond.add(token);
    }
    previous = token;
  }
  if (checks !== 1) throw new SolverError(`an SMT-LIB text needs one (check-sat), this one has ${checks}`);
  if (depth !== 0) throw new SolverError('the parentheses of the SMT-LIB text do not match');
  if (logic === undefined || logic === 'ALL') return;
  if (logic !== 'UF' && logic !== 'QF_UF') throw new SolverError(`logic ${logic} is not vouched for: leave it out`);
  const stray = [...beyond].find(token => logic === 'QF_UF' || !QUANTIFIERS.has(token));
  if (stray !== undefined)
    throw new SolverError(`the text sets logic ${logic} but uses ${stray}: Z3 may answer wrongly`);
}
