/** Whether this machine lets us load programs. Asked in the child, because a probe is a load. */
import { existsSync, readFileSync } from 'node:fs';
import { release } from 'node:os';
import type { Readiness } from './answer.js';
import { errnoName } from './errno.js';
import type { Libbpf } from './libbpf.js';

export const VMLINUX_BTF = '/sys/kernel/btf/vmlinux';

/** `CAP_SYS_ADMIN` and `CAP_BPF` of `capability.h`: either is enough. */
const CAP_SYS_ADMIN = 21n;
const CAP_BPF = 39n;

/** Returns the effective capabilities of this process; none if the kernel does not tell. */
const capabilities = (): bigint => {
  const found = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  return found === undefined ? 0n : BigInt(`0x${found}`);
};
const has = (all: bigint, one: bigint): boolean => ((all >> one) & 1n) === 1n;

export const readinessOf = (libbpf: Libbpf): Readiness => {
  const all = capabilities();
  if (!has(all, CAP_BPF) && !has(all, CAP_SYS_ADMIN)) return { lacks: 'rights', detail: 'CAP_BPF' };
  if (!existsSync(VMLINUX_BTF)) return { lacks: 'btf', detail: VMLINUX_BTF };
  const probe = libbpf.probe();
  if (probe <= 0) return { lacks: 'bpf', detail: probe === 0 ? 'BPF_PROG_LOAD' : errnoName(probe) };
  return { release: release(), libbpf: libbpf.version };
};
