/** A pool of worker threads with one Z3 each: queries run in parallel, can be cancelled, and are solved once. */

import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { SolverError } from './answer.js';
import type { Budget, DimacsAnswer, SmtAnswer, Unknown } from './answer.js';
import type { Reply, Request } from './worker.js';
import type { Z3Options } from './z3.js';

/**
 * Solves queries in workers that start when first needed and stay warm. Idle workers do not keep the process alive.
 *
 * A text that was answered `sat` or `unsat` is never solved again; equal queries under way are one. Time-outs,
 * cancellation and a solver that dies are `unknown`; a wrong query or a wrong model rejects with SolverError.
 */
export interface SolverPool {
  solveDimacs(text: string, budget?: Budget): Promise<DimacsAnswer>;
  /** As `Z3Session.solveSmtlib2`; `core` asks for the unsat core of the named assertions. */
  solveSmtlib2(text: string, budget?: Budget & { readonly core?: boolean | undefined }): Promise<SmtAnswer>;
  /** Z3's version; starts a worker if none was. */
  version(): Promise<string>;
  /** How many queries were asked, and how many a worker had to solve; how many workers live and were ever started. */
  counts(): { readonly asked: number; readonly solved: number; readonly workers: number; readonly started: number };
  /** Ends all workers, then resolves; queries under way become `unknown`, later ones reject. */
  close(): Promise<void>;
}

export interface PoolOptions extends Z3Options {
  /** Most workers at once; the number of cores unless given. */
  readonly jobs?: number | undefined;
}

type Answer = DimacsAnswer | SmtAnswer;

interface Job {
  readonly content: string;
  readonly key: string;
  readonly request: Request;
  readonly timeoutMs: number | undefined;
  readonly answer: Promise<Answer>;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
  waiters: number;
  timer?: NodeJS.Timeout;
}

interface Slot {
  readonly worker: Worker;
  ready: boolean;
  job: Job | undefined;
}

/** Creates a pool; no worker starts before the first query. Throws SolverError if there is no compiled worker. */
export function createPool(options: PoolOptions = {}): SolverPool {
  const { jobs = availableParallelism(), ...z3Options } = options;
  if (!Number.isInteger(jobs) || jobs < 1) throw new SolverError(`a pool needs at least one worker, not ${jobs}`);
  const url = workerUrl();
  const slots = new Set<Slot>();
  const dying = new Set<Promise<unknown>>();
  const queue: Job[] = [];
  const underWay = new Map<string, Job>();
  const answered = new Map<string, Answer>();
  const version = deferred<string>();
  // Whoever asks for the version sees the failure; nobody else needs to.
  version.promise.catch(() => {});
  let closed = false;
  let asked = 0;
  let solved = 0;
  let started = 0;

  const settle = (job: Job, outcome: Answer | SolverError): void => {
    clearTimeout(job.timer);
    underWay.delete(job.key);
    if (outcome instanceof SolverError) job.reject(outcome);
    else {
      if (outcome.status !== 'unknown') answered.set(job.content, outcome);
      job.resolve(outcome);
    }
  };

  /** Ends a worker; its job, if any, gets the outcome at once. */
  const retire = (slot: Slot, outcome: Answer | SolverError): void => {
    if (!slots.delete(slot)) return;
    const gone = slot.worker.terminate().finally(() => dying.delete(gone));
    dying.add(gone);
    if (slot.job !== undefined) settle(slot.job, outcome);
    pump();
  };

  const startClock = (slot: Slot): void => {
    const { job } = slot;
    if (job?.timeoutMs === undefined) return;
    const reason = `time-out of ${job.timeoutMs} ms`;
    job.timer = setTimeout(() => retire(slot, { status: 'unknown', reason }), job.timeoutMs).unref();
  };

  const hear = (slot: Slot, reply: Reply): void => {
    if (!slots.has(slot)) return;
    if (reply.kind === 'ready') {
      slot.ready = true;
      version.resolve(reply.version);
      startClock(slot);
      // A worker that was started only to say its version is idle now.
      if (slot.job === undefined) slot.worker.unref();
      return;
    }
    const { job } = slot;
    if (job === undefined) throw new SolverError(`a worker answered a question nobody asked: ${reply.kind}`);
    const outcome = reply.kind === 'answer' ? reply.answer : new SolverError(reply.message);
    if (reply.kind === 'answer' && !reply.alive) {
      retire(slot, outcome);
      return;
    }
    slot.job = undefined;
    slot.worker.unref();
    settle(job, outcome);
    pump();
  };

  const start = (): Slot => {
    const worker = new Worker(url, {
      workerData: z3Options,
      execArgv: [],
      // Deep terms overflow the default stack at a nesting of 8,000; this one takes 100,000.
      resourceLimits: { stackSizeMb: 64 },
    });
    const slot: Slot = { worker, ready: false, job: undefined };
    slots.add(slot);
    started += 1;
    const lost = (why: string): void => {
      if (!slots.has(slot)) return;
      if (slot.ready) {
        retire(slot, { status: 'unknown', reason: `solver worker lost: ${why}` });
        return;
      }
      // A worker that cannot even start will not start next time either.
      const error = new SolverError(`a solver worker did not start: ${why}`);
      version.reject(error);
      retire(slot, error);
    };
    worker.on('message', (reply: Reply) => hear(slot, reply));
    worker.on('error', error => lost(error instanceof Error ? error.message : String(error)));
    worker.on('exit', code => lost(`exit code ${code}`));
    return slot;
  };

  const pump = (): void => {
    while (queue.length > 0) {
      const slot = [...slots].find(({ job }) => job === undefined) ?? (slots.size < jobs ? start() : undefined);
      if (slot === undefined) return;
      const job = queue.shift();
      if (job === undefined) return;
      slot.job = job;
      slot.worker.ref();
      slot.worker.postMessage(job.request, []);
      solved += 1;
      // The clock of a worker that is still loading Z3 starts when it is ready.
      if (slot.ready) startClock(slot);
    }
  };

  /** Drops a job that nobody waits for any more. */
  const abandon = (job: Job, unknown: Answer): void => {
    const waiting = queue.indexOf(job);
    if (waiting >= 0) {
      queue.splice(waiting, 1);
      settle(job, unknown);
      return;
    }
    for (const slot of slots) if (slot.job === job) retire(slot, unknown);
  };

  const join = (job: Job, signal: AbortSignal | undefined): Promise<Answer> => {
    job.waiters += 1;
    if (signal === undefined) return job.answer;
    const cancelled = deferred<Answer>();
    const onAbort = (): void => {
      cancelled.resolve(CANCELLED);
      job.waiters -= 1;
      if (job.waiters === 0) abandon(job, CANCELLED);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    return Promise.race([cancelled.promise, job.answer]).finally(() => signal.removeEventListener('abort', onAbort));
  };

  const submit = async (request: Request, { timeoutMs, signal }: Budget): Promise<Answer> => {
    if (closed) throw new SolverError('the solver pool is closed');
    asked += 1;
    const wanted = request.kind === 'smtlib2' && request.core ? 'core' : '';
    const content = createHash('sha256').update(`${request.kind}\0${wanted}\0${request.text}`).digest('base64');
    const known = answered.get(content);
    if (known !== undefined) return known;
    if (signal?.aborted === true) return CANCELLED;
    const key = `${content} ${request.limits.rlimit ?? ''} ${timeoutMs ?? ''}`;
    const same = underWay.get(key);
    if (same !== undefined) return join(same, signal);
    const { promise: answer, resolve, reject } = deferred<Answer>();
    const job: Job = { content, key, request, timeoutMs, answer, resolve, reject, waiters: 0 };
    underWay.set(key, job);
    queue.push(job);
    pump();
    return join(job, signal);
  };

  return {
    solveDimacs: (text, budget = {}) =>
      submit({ kind: 'dimacs', text, limits: { rlimit: budget.rlimit } }, budget) as Promise<DimacsAnswer>,
    solveSmtlib2: (text, budget = {}) =>
      submit(
        { kind: 'smtlib2', text, limits: { rlimit: budget.rlimit }, core: budget.core === true },
        budget,
      ) as Promise<SmtAnswer>,
    async version() {
      if (closed) throw new SolverError('the solver pool is closed');
      if (slots.size === 0) start();
      return version.promise;
    },
    counts: () => ({ asked, solved, workers: slots.size, started }),
    async close() {
      closed = true;
      const end: Unknown = { status: 'unknown', reason: 'the solver pool was closed' };
      for (const job of queue.splice(0)) settle(job, end);
      for (const slot of slots) retire(slot, end);
      version.reject(new SolverError(end.reason));
      await Promise.all(dying);
    },
  };
}

/** A promise with its two ends; Node 20 has no `Promise.withResolvers`. */
function deferred<T>(): {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: Error) => void;
} {
  let ends: { resolve: (value: T) => void; reject: (error: Error) => void } | undefined;
  const promise = new Promise<T>((resolve, reject) => {
    ends = { resolve, reject };
  });
  if (ends === undefined) throw new SolverError('a promise did not run its executor');
  return { promise, ...ends };
}

const CANCELLED: Answer = { status: 'unknown', reason: 'cancelled' };

/** Node 20 loads no TypeScript in a worker: from sources (under vitest) the pool runs the compiled worker in `out/`. */
function workerUrl(): URL {
  const compiled = !import.meta.url.endsWith('.ts');
  const url = new URL(compiled ? './worker.js' : '../../out/encodings/solver/worker.js', import.meta.url);
  if (!existsSync(fileURLToPath(url)))
    throw new SolverError(`no solver worker at ${url.href}: run "npm run build" first`);
  return url;
}
