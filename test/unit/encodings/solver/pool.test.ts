import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { SolverError } from '../../../../encodings/solver/answer.js';
import { createCircuit } from '../../../../encodings/solver/circuit.js';
import { createPool } from '../../../../encodings/solver/pool.js';
import type { PoolOptions, SolverPool } from '../../../../encodings/solver/pool.js';
import { solveCircuit } from '../../../../encodings/solver/solve.js';
import { asSmtlib, forced, hungry, pigeons } from './queries.js';

const pools: SolverPool[] = [];
const open = (options: PoolOptions = {}): SolverPool => {
  const pool = createPool({ jobs: 2, ...options });
  pools.push(pool);
  return pool;
};
afterEach(async () => {
  for (const pool of pools.splice(0)) await pool.close();
});

describe('createPool', () => {
  it('starts no worker before the first query, and no more than it has jobs', async () => {
    const pool = open();
    expect(pool.counts()).toEqual({ asked: 0, solved: 0, workers: 0, started: 0 });
    const answers = await Promise.all(Array.from({ length: 12 }, (_, i) => pool.solveDimacs(forced(i))));
    expect(answers.map(answer => answer.status === 'sat' && answer.model[1])).toEqual(
      Array.from({ length: 12 }, (_, i) => (i % 2 === 0 ? 1 : 0)),
    );
    expect(pool.counts()).toEqual({ asked: 12, solved: 12, workers: 2, started: 2 });
  });

  it('solves each text once, also while it is under way', async () => {
    const pool = open();
    const same = await Promise.all([pool.solveDimacs(pigeons(5)), pool.solveDimacs(pigeons(5))]);
    same.push(await pool.solveDimacs(pigeons(5), { rlimit: 1 }));
    expect(same).toEqual(Array.from({ length: 3 }, () => ({ status: 'unsat' })));
    expect(pool.counts()).toMatchObject({ asked: 3, solved: 1 });
  });

  it('asks again after an unknown', async () => {
    const pool = open({ jobs: 1 });
    expect((await pool.solveDimacs(pigeons(6), { rlimit: 100 })).status).toBe('unknown');
    expect((await pool.solveDimacs(pigeons(6))).status).toBe('unsat');
    expect(pool.counts()).toMatchObject({ solved: 2, started: 1 });
  });

  it('keeps a query and its core apart', async () => {
    const pool = open({ jobs: 1 });
    const text = '(declare-fun a () Bool)(assert (! a :named p))(assert (! (not a) :named q))(check-sat)';
    expect(await pool.solveSmtlib2(text)).toEqual({ status: 'unsat' });
    expect(await pool.solveSmtlib2(text, { core: true })).toHaveProperty('core');
  });

  it('ends a query at its time-out, replaces the worker, and answers the next', async () => {
    const pool = open({ jobs: 1 });
    const late = pool.solveDimacs(pigeons(12), { timeoutMs: 40 });
    const next = pool.solveDimacs(pigeons(4));
    expect(await late).toEqual({ status: 'unknown', reason: 'time-out of 40 ms' });
    expect(await next).toEqual({ status: 'unsat' });
    expect(pool.counts()).toMatchObject({ workers: 1, started: 2 });
  });

  it('cancels running and queued queries, but not one that somebody else waits for', async () => {
    const pool = open({ jobs: 1 });
    const [running, queued] = [new AbortController(), new AbortController()];
    const hard = pool.solveDimacs(pigeons(12), { signal: running.signal });
    const behind = pool.solveDimacs(pigeons(11), { signal: queued.signal });
    const shared = [pool.solveDimacs(pigeons(4), { signal: queued.signal }), pool.solveDimacs(pigeons(4))];
    await pool.version();
    queued.abort();
    const cancelled = { status: 'unknown', reason: 'cancelled' };
    expect(await behind).toEqual(cancelled);
    expect(await shared[0]).toEqual(cancelled);
    running.abort();
    expect(await hard).toEqual(cancelled);
    expect(await shared[1]).toEqual({ status: 'unsat' });
    expect(await pool.solveDimacs(pigeons(3), { signal: running.signal })).toEqual(cancelled);
  });

  it('turns a solver that dies into unknown, and replaces its worker', async () => {
    const pool = open({ jobs: 1, memoryMb: 24 });
    const answer = await pool.solveDimacs(hungry);
    expect(answer.status === 'unknown' && answer.reason).toMatch(/^Z3 crashed: /);
    expect(await pool.solveDimacs(pigeons(4))).toEqual({ status: 'unsat' });
    expect(pool.counts()).toMatchObject({ workers: 1, started: 2 });
  });

  it('rejects on a wrong query, and the worker goes on', async () => {
    const pool = open({ jobs: 1 });
    await expect(pool.solveSmtlib2('(assert x)(check-sat)')).rejects.toThrow(SolverError);
    await expect(pool.solveDimacs('p cnf 1 2\n1 0\n')).rejects.toThrow(/claims 2 clauses/);
    expect((await pool.solveSmtlib2(asSmtlib(pigeons(4)))).status).toBe('unsat');
    expect(pool.counts()).toMatchObject({ started: 1 });
  });

  it('takes terms nested 20,000 deep, which overflow the stack of a default thread', async () => {
    const pool = open({ jobs: 1 });
    const deep = 20_000;
    const text = `(declare-fun a () Bool)(declare-fun b () Bool)
      (assert ${'(and b (not '.repeat(deep)}a${'))'.repeat(deep)})(check-sat)`;
    expect((await pool.solveSmtlib2(text)).status).toBe('sat');
  });

  it('solves circuits', async () => {
    const circuit = createCircuit();
    const lits = Array.from({ length: 30 }, () => circuit.fresh());
    const answer = await solveCircuit(open(), circuit, [circuit.exactlyOne(lits), ...lits.slice(0, 17).map(l => -l)]);
    expect(answer.status === 'sat' && lits.filter(answer.value)).toHaveLength(1);
  });

  it('close() ends what runs and what waits, leaves no worker, and refuses more', async () => {
    const pool = open({ jobs: 1 });
    const all = [pool.solveDimacs(pigeons(12)), pool.solveDimacs(pigeons(11))];
    await pool.version();
    await pool.close();
    const closed = { status: 'unknown', reason: 'the solver pool was closed' };
    expect(await Promise.all(all)).toEqual([closed, closed]);
    expect(pool.counts().workers).toBe(0);
    await expect(pool.solveDimacs(pigeons(3))).rejects.toThrow(/closed/);
    await expect(pool.version()).rejects.toThrow(/closed/);
  });

  it('lets a program that forgets close() print its answer and exit', async () => {
    const module = new URL('../../../../out/encodings/solver/pool.js', import.meta.url).href;
    const script = `
      const { createPool } = await import(${JSON.stringify(module)});
      const pool = createPool({ jobs: 2 });
      console.log(await pool.version());
      console.log((await pool.solveDimacs('p cnf 1 1\\n1 0\\n')).status);
      console.log((await pool.solveDimacs(${JSON.stringify(pigeons(12))}, { timeoutMs: 30 })).reason);`;
    const args = ['--input-type=module', '-e', script];
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { timeout: 20_000 });
    expect([stdout.split('\n').slice(1), stderr]).toEqual([['sat', 'time-out of 30 ms', ''], '']);
  });
});
