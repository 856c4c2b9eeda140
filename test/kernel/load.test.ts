/** Asking the running kernel: objects that are good, bad, slow and many. Skipped where there is no kernel to ask. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askKernel, kernelReady, remedyOf } from '../../kernel/load.js';
import type { Loaded, NoKernel } from '../../kernel/load.js';
import { clangVersion, compiled } from './corpus.js';

const ready = await kernelReady();
const whyNot = (): string | null => {
  if ('lacks' in ready) return remedyOf(ready.lacks, ready.detail);
  return clangVersion() === null ? 'there is no clang' : null;
};
const skipped = whyNot();

const loaded = (answer: Loaded | NoKernel): Loaded => {
  if ('lacks' in answer) throw new Error(answer.message);
  return answer;
};

const PINNED = `
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
	__type(key, int);
	__type(value, int);
} holdfast_never_pinned SEC(".maps");

SEC("tc")
int prog(struct __sk_buff *ctx)
{
	int key = 0;

	return bpf_map_lookup_elem(&holdfast_never_pinned, &key) != NULL;
}
`;

describe.skipIf(skipped !== null)(`loading${skipped === null ? '' : ` (${skipped})`}`, () => {
  let folder = '';
  let object = '';
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'holdfast-'));
    [object = ''] = await compiled(['btf-section-two-locks'], folder);
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('asks about each program by itself', async () => {
    const seen: string[] = [];
    const { answers, bad, baseline } = loaded(
      await askKernel([object], { budgetMs: 20_000, onAnswer: a => seen.push(a.program) }),
    );
    expect(bad).toEqual([]);
    expect(baseline).toMatch(/^linux-\d+\.\d+$/);
    expect(answers.map(a => a.verdict)).toEqual(['reject', 'reject', 'accept']);
    expect(answers.map(a => a.section)).toEqual(['tc', 'tc', 'tc']);
    expect(answers[0]?.log).toContain('has no valid bpf_spin_lock');
    expect(seen).toEqual(['lock_first', 'lock_second', 'lock_alone']);
  });

  it('says what is no object, and asks about the others', async () => {
    const short = join(folder, 'short.o');
    writeFileSync(short, '');
    execFileSync('cp', [object, short]);
    truncateSync(short, Math.floor(statSync(object).size / 2));
    const empty = join(folder, 'empty.o');
    writeFileSync(empty, '');
    const { answers, bad } = loaded(await askKernel([empty, short, object], { budgetMs: 20_000 }));
    expect(bad.map(b => b.file)).toEqual([empty, short]);
    expect(bad[1]?.message).toMatch(/^libbpf can't open it: /);
    expect(bad[1]?.message).not.toContain('\n');
    expect(answers).toHaveLength(3);
  });

  it('gives up on a program that takes too long, and goes on with the next', async () => {
    const { answers } = loaded(await askKernel([object], { budgetMs: 0.01 }));
    expect(answers.map(a => a.verdict)).toEqual(['error', 'error', 'error']);
    expect(answers[0]?.message).toContain('no answer within');
  });

  it('stops when it is told to', async () => {
    const stop = new AbortController();
    const { answers } = loaded(
      await askKernel([object], { budgetMs: 20_000, signal: stop.signal, onAnswer: () => stop.abort() }),
    );
    expect(answers).toHaveLength(1);
  });

  it('pins nothing, though the object asks for it', async () => {
    const source = join(folder, 'pinned.bpf.c');
    writeFileSync(source, PINNED);
    const pinned = join(folder, 'pinned.o');
    execFileSync('clang', ['--target=bpf', '-O2', '-g', '-I', 'scenarios/include', '-c', source, '-o', pinned]);
    const { answers } = loaded(await askKernel([pinned], { budgetMs: 20_000 }));
    expect(answers.map(a => a.verdict)).toEqual(['accept']);
    expect(existsSync('/sys/fs/bpf/holdfast_never_pinned')).toBe(false);
  });

  it('takes paths as they are', async () => {
    const odd = join(folder, 'a folder with "quotes"\nand a line');
    mkdirSync(odd);
    execFileSync('cp', [object, join(odd, 'x.o')]);
    const { answers } = loaded(await askKernel([join(odd, 'x.o')], { budgetMs: 20_000 }));
    expect(answers).toHaveLength(3);
  });
});
