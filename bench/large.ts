/** One program of ten thousand instructions: how long its verdict takes, and how much memory, in a process of its own. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { designNamed } from '../model/designs/index.js';
import { checkObject } from '../proofs/check.js';
import type { Row } from './measure.js';
import { time } from './measure.js';

const MOST_MS = 1_000;
const MOST_MIB = 512;
/** Each section is nine instructions. */
const SECTIONS = 1_112;

const source = `#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

LOCK(A, glock);
private(A) int counter;

SEC("tc")
int large(struct __sk_buff *ctx)
{
${'\tbpf_spin_lock(&glock);\n\tcounter++;\n\tbpf_spin_unlock(&glock);\n'.repeat(SECTIONS)}	return 0;
}

char _license[] SEC("license") = "GPL";
`;

const self = fileURLToPath(import.meta.url);
const include = fileURLToPath(new URL('../../scenarios/include', import.meta.url));

/** Prints milliseconds, and kibibytes at the most. */
const measured = async (object: string): Promise<void> => {
  const design = designNamed('linux-6.18');
  const begin = performance.now();
  const { results } = await checkObject(object, readFileSync(object), design === undefined ? [] : [design]);
  if (results[0]?.verdict.verdict !== 'accept') throw new Error('the large program is not accepted');
  process.stdout.write(JSON.stringify([performance.now() - begin, process.resourceUsage().maxRSS]));
};

export const largeRows = (): Row[] => {
  const what = 'check, a program of 10,000 instructions, cold';
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-'));
  try {
    const [file, object] = [join(folder, 'large.bpf.c'), join(folder, 'large.o')];
    writeFileSync(file, source);
    const { status } = spawnSync('clang', ['--target=bpf', '-O2', '-g', '-I', include, '-c', file, '-o', object]);
    if (status !== 0) return [{ what, ours: '', against: 'there is no clang', ratio: null, target: null }];
    const { stdout } = spawnSync(process.execPath, [self, object], { encoding: 'utf8' });
    const [ms = Number.NaN, kib = Number.NaN] = JSON.parse(stdout) as number[];
    const mib = kib / 1024;
    return [
      {
        what,
        ours: `${time(ms)}, ${mib.toFixed(0)} MiB`,
        against: `${time(MOST_MS)}, ${String(MOST_MIB)} MiB`,
        ratio: Math.max(ms / MOST_MS, mib / MOST_MIB),
        target: { most: 1 },
      },
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
};

const [, script, object] = process.argv;
if (script === self && object !== undefined) await measured(object);
