import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCircuit } from '../../../../encodings/solver/circuit.js';
import { nativeVersion, runNative } from '../../../../encodings/solver/native.js';
import { toSmtlib } from '../../../../encodings/solver/smtlib.js';
import { asSmtlib, pigeons } from './queries.js';
import { CHECK, arbRecipe, assignments, build, meaning } from './recipes.js';

/** Stands in for a solver, so that these tests need none: a node program. */
const node = (program: string, deadlineMs = 20_000) =>
  runNative({ binary: process.execPath, args: ['-e', program], input: 'x'.repeat(200_000), deadlineMs });

describe('runNative', () => {
  it('is null where there is no such program', async () => {
    expect(await runNative({ binary: 'no-such-solver', deadlineMs: 1000 })).toBeNull();
    expect(await nativeVersion('no-such-solver')).toBeNull();
  });

  it('takes one status and nothing else', async () => {
    expect(await node('console.log("unsat")')).toEqual({ status: 'unsat' });
    expect(await node('console.log("unknown")')).toMatchObject({ status: 'unknown' });
    await expect(node('console.log("(error)\\nsat")')).rejects.toThrow(/error/);
    await expect(node('console.log("sat"); process.exitCode = 1')).rejects.toThrow(/exited with 1/);
    await expect(node('')).rejects.toThrow(/nothing/);
  });

  it('kills at the deadline', async () => {
    expect(await node('setInterval(() => {}, 1000)', 100)).toEqual({
      status: 'unknown',
      reason: 'killed after 100 ms',
    });
    expect(await node('process.kill(process.pid, "SIGKILL")')).toMatchObject({
      reason: 'the solver died of SIGKILL',
    });
  });
});

describe.skipIf((await nativeVersion()) === null)('a native z3', () => {
  it('agrees with the meaning of random circuits', async () => {
    await fc.assert(
      fc.asyncProperty(arbRecipe, async recipe => {
        const circuit = createCircuit();
        const { output } = build(circuit, recipe);
        const wanted = assignments(recipe.inputs).some(bits => meaning(recipe, bits)) ? 'sat' : 'unsat';
        const answer = await runNative({ input: toSmtlib(circuit, [output]), deadlineMs: 20_000 });
        expect(answer).toEqual({ status: wanted });
      }),
      { ...CHECK, numRuns: 10 },
    );
  });

  it('reads a file, and fails on an error', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-'));
    const file = join(folder, 'pigeons.smt2');
    writeFileSync(file, asSmtlib(pigeons(5)));
    expect(await runNative({ args: [file], deadlineMs: 20_000 })).toEqual({ status: 'unsat' });
    rmSync(folder, { recursive: true });
    await expect(runNative({ input: '(assert x)(check-sat)', deadlineMs: 20_000 })).rejects.toThrow(/unknown constant/);
  });
});
