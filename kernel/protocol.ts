/** What the parent asks of its child, and what comes back: one line of JSON each, one answer to a question. */
import type { KernelAnswer, Listing, Readiness } from './answer.js';

export type Question =
  | { readonly ask: 'ready' }
  | { readonly ask: 'list'; readonly file: string }
  | { readonly ask: 'load'; readonly file: string; readonly program: string };

export interface Replies {
  readonly ready: Readiness;
  readonly list: Listing;
  readonly load: KernelAnswer;
}
