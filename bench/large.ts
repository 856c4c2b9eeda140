/** One program of ten thousand instructions: how long its verdict takes, and how much memory, in a process of its own. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { designNamed } from '../model/designs/index.js';
import { checkObject } from '../proofs/check.js';
import { compile, hasClang } from './clang.js';
import type { Row } from './measure.js';
import { budgetRow, printSpent } from './measure.js';

const MOST = { ms: 1_000, mib: 512 };
const SECTIONS = 1_112;

/** A program of nine instructions for each of so many sections. */
export const largeProgram = (sections: number): string => `#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

LOCK(A, glock);
private(A) int counter;

SEC("tc")
int large(struct __sk_buff *ctx)
{
${'\tbpf_spin_lock(&glock);\n\tcounter++;\n\tbpf_spin_unlock(&glock);\n'.repeat(sections)}	return 0;
}

char _license[] SEC("license") = "GPL";
`;

const self = fileURLToPath(import.meta.url);

/** Prints milliseconds, and kibibytes at the most. */
const measured = async (object: string): Promise<void> => {
  const design = designNamed('linux-6.18');
  const begin = performance.now();
  const { results } = await checkObject(object, readFileSync(object), design === undefined ? [] : [design]);
  if (results[0]?.verdict.verdict !== 'accept') throw new Error('the large program is not accepted');
  printSpent(begin);
};

export const largeRows = (): Row[] => {
  const what = 'check, a program of 10,000 instructions, cold';
  if (!hasClang()) return [{ what, ours: '', against: 'there is no clang', ratio: null, target: null }];
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-'));
  try {
    const [file, object] = [join(folder, 'large.bpf.c'), join(folder, 'large.o')];
    writeFileSync(file, largeProgram(SECTIONS));
    compile(file, object);
    return [budgetRow(what, self, object, MOST)];
  } finally {
    rmSync(folder, { recursive: true });
  }
};

const [, script, object] = process.argv;
if (script === self && object !== undefined) await measured(object);
