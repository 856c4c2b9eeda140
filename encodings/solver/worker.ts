/** Body of one pool worker: loads Z3, then answers one request at a time. */

import { parentPort, workerData } from 'node:worker_threads';
import { SolverError } from './answer.js';
import type { DimacsAnswer, Limits, SmtAnswer } from './answer.js';
import { openZ3 } from './z3.js';
import type { Z3Options } from './z3.js';

/** What the pool asks of a worker. */
export type Request =
  | { readonly kind: 'dimacs'; readonly text: string; readonly limits: Limits }
  | { readonly kind: 'smtlib2'; readonly text: string; readonly limits: Limits; readonly core: boolean };

/** What a worker says: first `ready`, then one message a request. After `alive: false` it must be replaced. */
export type Reply =
  | { readonly kind: 'ready'; readonly version: string }
  | { readonly kind: 'answer'; readonly answer: DimacsAnswer | SmtAnswer; readonly alive: boolean }
  | { readonly kind: 'failed'; readonly message: string };

const port = parentPort;
if (port === null) throw new SolverError('worker.ts runs in a worker thread only');
const say = (reply: Reply): void => port.postMessage(reply);

const z3 = await openZ3(workerData as Z3Options);

// Requests sent while Z3 was loading are waiting in the port.
port.on('message', (request: Request) => {
  try {
    const answer =
      request.kind === 'dimacs'
        ? z3.solveDimacs(request.text, request.limits)
        : z3.solveSmtlib2(request.text, { ...request.limits, core: request.core });
    say({ kind: 'answer', answer, alive: z3.alive() });
  } catch (error) {
    // Only errors worth telling the caller get here; anything else ends the worker, which the pool sees too.
    if (!(error instanceof SolverError)) throw error;
    say({ kind: 'failed', message: error.message });
  }
});
say({ kind: 'ready', version: z3.version });
